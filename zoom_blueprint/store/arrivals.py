"""Rows that come in masses from outside, each inserted once, by the driver alone: its work is the least there is.

Those that come while others are being written are committed together: SQLite has one writer, and of PostgreSQL's
connections a pool keeps few.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from operator import itemgetter
from typing import Any

from sqlalchemy import Engine

from zoom_blueprint.store.base import Base
from zoom_blueprint.store.grouping import Group
from zoom_blueprint.store.leases import begin_to_write, leased

Row = Mapping[str, Any]
_CONNECTIONS = 4  # of the five that a pool keeps by default


class Arrivals:
    """Insert rows into one table, except those whose value in a unique column is known.

    Args:
        engine: where the connections come from.
        model: the table.
        unless: the unique column.
        turn: the turn of SQLite's writers.
        seconds: how long a row waits for those that came before it.
    """

    def __init__(
        self,
        engine: Engine,
        model: type[Base],
        unless: str,
        turn: Callable[[], AbstractContextManager[None]],
        seconds: float,
    ) -> None:
        self._engine = engine
        self._turn = turn
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._group = Group(self._add_all, hands=1 if self._is_sqlite else _CONNECTIONS, seconds=seconds)
        columns = list(model.__table__.columns)
        self._defaults = {one.name: one.default.arg for one in columns if one.default and one.default.is_scalar}
        processors = {one.name: one.type.dialect_impl(engine.dialect).bind_processor(engine.dialect) for one in columns}
        self._columns = [(name, processor or _same) for name, processor in processors.items()]
        marks = ["?" if engine.dialect.paramstyle == "qmark" else "%s"] * len(processors)
        self._begin = f"INSERT INTO {model.__tablename__} ({', '.join(processors)}) VALUES "  # noqa: S608  # names of ours
        self._row = f"({', '.join(marks)})"
        self._end = f" ON CONFLICT ({unless}) DO NOTHING RETURNING id"
        self._unless = unless

    def add(self, row: Row) -> bool:
        """Commit a row; return whether it is new.

        Raises:
            StoreUnavailable: the turn did not come in time, or another write is open.
            Exception: whatever the driver or the pool says; nothing is known of the row then, and it may come again.
        """
        return self._group.do({**self._defaults, **row})

    def _add_all(self, rows: Sequence[Row]) -> list[bool]:
        # In one order everywhere: two processes that bring the same rows would wait for each other.
        ordered = sorted(rows, key=itemgetter(self._unless)) if len(rows) > 1 else rows
        values = [process(row.get(name)) for row in ordered for name, process in self._columns]
        statement = f"{self._begin}{', '.join([self._row] * len(rows))}{self._end}"
        with self._turn(), leased(self._engine, is_single=True) as lease:
            if self._is_sqlite:
                begin_to_write(lease)
            cursor = lease.cursor()
            cursor.execute(statement, values)
            new = {row_id for (row_id,) in cursor.fetchall()}
            if self._is_sqlite:
                lease.commit()
        return [row["id"] in new for row in rows]


def _same(value: Any) -> Any:
    return value
