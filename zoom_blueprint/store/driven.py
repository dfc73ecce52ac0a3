"""Statements of the hottest path, run by the driver alone: SQLAlchemy's work on each costs ten times what it does."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from sqlalchemy import Dialect, Engine, Insert

from zoom_blueprint import logs
from zoom_blueprint.store.forks import gate
from zoom_blueprint.store.leases import begin_to_write, leased

T = TypeVar("T")

Values = Mapping[str, object]
_Process = Callable[[Any], Any]
_log = logs.logger(__name__)


class Runs(Protocol):
    """What runs statements in a transaction: a connection of SQLAlchemy's, or ``Driven``."""

    def execute(self, statement: Any, parameters: Any, /) -> Iterable[Any]:
        """Return the rows; of an INSERT several rows may be given."""


class _Known(NamedTuple):
    """A statement as the driver takes it.

    ``given`` are the values in their places: name, what stands for it where none is given, and how it is brought
    there. ``names`` are theirs if they are given by name, and ``fetch`` is how the values of a row come back.
    """

    text: str
    names: Sequence[str] | None
    given: Sequence[tuple[str, object, _Process | None]]
    fetch: Sequence[_Process | None] | None


class Statements:
    """What is known of statements that stand in constants, for one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._known: dict[Any, _Known] = {}

    def find(self, statement: Any, rows: Sequence[Values]) -> _Known:
        """Return how to run a statement, an INSERT with so many rows of these columns."""
        key = (statement, len(rows), *rows[0]) if isinstance(statement, Insert) else statement
        known = self._known.get(key)
        if known is None:
            learn = self._learn_insert(statement, rows) if isinstance(statement, Insert) else self._learn(statement)
            known = self._known.setdefault(key, learn)
        return known

    def _learn(self, statement: Any) -> _Known:
        compiled = statement.compile(dialect=self._dialect)
        names = compiled.positiontup or list(compiled.params)
        fetch = [self._processor(column.type, "result_processor", None) for column in compiled._result_columns]
        return _Known(
            text=str(compiled),
            names=names if compiled.positiontup is None else None,
            given=[(name, compiled.params[name], self._bringing(compiled.binds[name].type)) for name in names],
            fetch=fetch if any(fetch) else None,
        )

    def _learn_insert(self, statement: Insert, rows: Sequence[Values]) -> _Known:
        """Return an INSERT with the columns that are given, and those that a scalar is the default of."""
        table: Any = statement.table
        defaults = {one.name: one.default.arg for one in table.columns if one.default and one.default.is_scalar}
        names = list(dict.fromkeys((*rows[0], *defaults)))
        mark = "?" if self._dialect.paramstyle == "qmark" else "%s"
        row = f"({', '.join([mark] * len(names))})"
        quoted = ", ".join(self._dialect.identifier_preparer.quote(name) for name in names)
        return _Known(
            text=f"INSERT INTO {table.name} ({quoted}) VALUES {', '.join([row] * len(rows))}",  # noqa: S608  # our names
            names=None,
            given=[(name, defaults.get(name), self._bringing(table.columns[name].type)) for name in names],
            fetch=None,
        )

    def _bringing(self, kind: Any) -> _Process | None:
        return self._processor(kind, "bind_processor")

    def _processor(self, kind: Any, name: str, *arguments: object) -> _Process | None:
        process: _Process | None = getattr(kind.dialect_impl(self._dialect), name)(self._dialect, *arguments)
        return process


class Driven:
    """A cursor inside a transaction."""

    def __init__(self, cursor: Any, statements: Statements) -> None:
        self._cursor = cursor
        self._statements = statements

    def execute(self, statement: Any, parameters: Values | Sequence[Values], /) -> Sequence[Any]:
        """Return the rows.

        Raises:
            Exception: whatever the driver says.
        """
        known, found = self._run(statement, parameters)
        return found if known.fetch is None else [_fetched(known.fetch, row) for row in found]

    def look(self, query: Any, values: Values) -> Sequence[Any]:
        """Return the rows of a query with the driver's values, which are cheaper.

        Raises:
            Exception: whatever the driver says.
        """
        return self._run(query, values)[1]

    def _run(self, statement: Any, parameters: Values | Sequence[Values]) -> tuple[_Known, Sequence[Any]]:
        rows: Sequence[Values] = [parameters] if isinstance(parameters, Mapping) else parameters
        known = self._statements.find(statement, rows)
        values = [
            process(row.get(name, default)) if process else row.get(name, default)
            for row in rows
            for name, default, process in known.given
        ]
        given = values if known.names is None else dict(zip(known.names, values, strict=True))
        self._cursor.execute(known.text, given)
        return known, [] if self._cursor.description is None else self._cursor.fetchall()


class Driver:
    """Run writes by the driver alone; of whatever it or the pool says the connection is thrown away."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._statements = Statements(engine.dialect)

    def run(self, work: Callable[[Driven], T | None], options: Mapping[str, Any]) -> T | None:
        """Return ``work(driven)`` after its commit; None, and it is rolled back.

        ``options`` are those of SQLAlchemy's connection, which keeps to the isolation level on PostgreSQL.
        """
        if not self._is_sqlite:
            with gate, self._engine.connect().execution_options(**options) as connection:
                try:
                    with connection.begin() as transaction:
                        result = work(Driven(connection.connection.cursor(), self._statements))
                        if result is None:
                            transaction.rollback()
                        return result
                except Exception:
                    connection.invalidate()
                    raise
        with leased(self._engine) as lease:
            begin_to_write(lease)
            result = work(Driven(lease.cursor(), self._statements))
            lease.rollback() if result is None else lease.commit()
            return result

    def look(self, query: Any, values: Values) -> Sequence[Any]:
        """Return the rows of one query with the driver's values: a session costs ten times the answer."""
        with leased(self._engine, is_single=True) as lease:
            return Driven(lease.cursor(), self._statements).look(query, values)

    def run_one(self, work: Callable[[Driven], T]) -> T:
        """Return ``work(driven)``, which is one statement; SQLite does not wait for the disk then."""
        with leased(self._engine, is_single=True) as lease:
            cursor = lease.cursor()
            if not self._is_sqlite:
                return work(Driven(cursor, self._statements))
            cursor.execute("PRAGMA synchronous=NORMAL")
            begin_to_write(lease)
            result = work(Driven(cursor, self._statements))
            lease.commit()
            cursor.execute("PRAGMA synchronous=FULL")  # whoever gets it next relies on that
            return result


def tell_detour(error: Exception) -> None:
    """Say why the long way is taken in place of the driver's, so that a fault of that is not hidden for ever."""
    _log.info("taking the long way to the database: %s", type(error).__name__)


def _fetched(fetch: Sequence[_Process | None], row: Sequence[Any]) -> list[Any]:
    return [value if process is None else process(value) for process, value in zip(fetch, row, strict=True)]
