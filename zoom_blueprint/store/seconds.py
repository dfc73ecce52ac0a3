"""Instants that the database says in whole seconds since 1970: hundreds of datetimes cost more than their query."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

_WHOLE = "CAST(strftime('%s', substr({0}, 1, 19)) AS INTEGER)"  # it would round a fraction


class floor_seconds(FunctionElement[int]):  # noqa: N801  # reads as a function, as SQLAlchemy's own do
    """The last whole second not after an instant."""

    type = Integer()
    inherit_cache = True


class ceil_seconds(FunctionElement[int]):  # noqa: N801  # as above
    """The first whole second not before an instant."""

    type = Integer()
    inherit_cache = True


@compiles(floor_seconds, "postgresql")
def _floor_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"floor({_seconds_on_postgresql(element, compiler, options)})::bigint"


@compiles(ceil_seconds, "postgresql")
def _ceil_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"ceil({_seconds_on_postgresql(element, compiler, options)})::bigint"


def _seconds_on_postgresql(element: Any, compiler: Any, options: Mapping[str, Any]) -> str:
    # A double, which holds microseconds until 2255; the exact ``extract`` takes three times as long.
    return f"date_part('epoch', {compiler.process(element.clauses, **options)})"


@compiles(floor_seconds, "sqlite")
def _floor_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return _WHOLE.format(compiler.process(element.clauses, **options))


@compiles(ceil_seconds, "sqlite")
def _ceil_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    return f"({_WHOLE.format(text)} + (substr({text}, 21) > '000000'))"
