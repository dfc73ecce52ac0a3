"""Queries that visitors ask all day long, run by the driver alone: a session costs ten times the answer."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Engine

from zoom_blueprint.store.forks import gate


class _Known(NamedTuple):
    """A query as the driver takes it: values by name, with what is given for a name and how it is brought there."""

    text: str
    given: dict[str, tuple[object, Callable[[Any], Any] | None]]
    places: list[str] | None


class Looks:
    """Run queries that stand in constants of modules, each a transaction by itself.

    A ``Select`` is what each is, whose type SQLAlchemy 2.1 spells otherwise than 2.0; what is made of it is kept.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[Any, _Known] = {}

    def rows(self, query: Any, values: Mapping[str, object]) -> Sequence[Any]:
        """Return the rows with the driver's values.

        Raises:
            Exception: whatever the driver or the pool says.
        """
        known = self._known.get(query) or self._learn(query)
        given = {
            name: values.get(name, default) if bring is None else bring(values.get(name, default))
            for name, (default, bring) in known.given.items()
        }
        with gate.inside():
            lease = self._engine.raw_connection()
            try:
                cursor = lease.cursor()
                if known.places is not None:
                    cursor.execute(known.text, [given[name] for name in known.places])
                    return cursor.fetchall()
                # On PostgreSQL one statement is a transaction by itself, with two ways to the server and back less.
                connection: Any = lease.dbapi_connection
                before, connection.autocommit = connection.autocommit, True
                cursor.execute(known.text, given)
                connection.autocommit = before
                return cursor.fetchall()
            except BaseException:
                lease.invalidate()  # whatever it was: the next one gets a new connection
                raise
            finally:
                lease.close()

    def _learn(self, query: Any) -> _Known:
        dialect = self._engine.dialect
        compiled = query.compile(dialect=dialect)
        kinds = {name: compiled.binds[name].type.dialect_impl(dialect) for name in compiled.params}
        given: dict[str, tuple[object, Callable[[Any], Any] | None]]
        given = {name: (default, kinds[name].bind_processor(dialect)) for name, default in compiled.params.items()}
        return self._known.setdefault(query, _Known(str(compiled), given, compiled.positiontup))
