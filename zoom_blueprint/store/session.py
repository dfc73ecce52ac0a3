"""Transactions: short ones of our own, never inside the host app's session.

PostgreSQL runs on the engine it is given. SQLite gets an engine of our own on the same file: its writers queue on a
process lock and a file lock before ``BEGIN IMMEDIATE``, because the database's own busy handler sleeps and is unfair.
"""

import os
import sqlite3
import weakref
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Pool, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from zoom_blueprint import logs
from zoom_blueprint.errors import StoreUnavailable, TablesMissing, ZoomBlueprintError
from zoom_blueprint.store.arrivals import Arrivals
from zoom_blueprint.store.base import Base
from zoom_blueprint.store.driven import Driven, Driver, Runs, tell_detour
from zoom_blueprint.store.forks import gate
from zoom_blueprint.store.queueing import LOCKED, NoQueue, WriterQueue
from zoom_blueprint.store.sqlite_files import WRITES, sqlite_engine, sqlite_path
from zoom_blueprint.store.transactions import in_session, in_transaction
from zoom_blueprint.store.upserts import add_one

T = TypeVar("T")
_WAIT_SECONDS = 15.0
_CHECKPOINT_SECONDS = 2.0
_POOL = 10
_PROGRESS = "zoom_progress"
_LONGEST_REASON = 200
_ALL_IN_USE = "All connections to the database are in use. Try again in a moment."
_SQLITE_LACKS = ("no such table", "no such column")
_POSTGRESQL_LACKS = ("42P01", "42703")  # a table, a column
_engines: "weakref.WeakSet[Engine]" = weakref.WeakSet()
_inherited: list[Pool] = []
_log = logs.logger(__name__)


class Database:
    """Run functions in transactions on the tables of this package.

    Args:
        engine: the host app's engine, or one for ``ZOOM_DATABASE_URL``. For SQLite only its address is used.
        wait_seconds: how long an SQLite writer waits for its turn, and then for a write that is not ours.
    """

    def __init__(self, engine: Engine, *, wait_seconds: float = _WAIT_SECONDS) -> None:
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._queue: WriterQueue | NoQueue = NoQueue()
        self._wait_seconds = wait_seconds
        # Whatever the host app's engine is set to: on PostgreSQL the lock on a host's row protects what is read after
        # it only at this level. A snapshot from before the lock would not see the booking that it waited for.
        self._options: dict[str, Any] = {"isolation_level": "READ COMMITTED"}
        # There each statement sees what is committed, in a transaction or not: without one there are two ways to the
        # server and back less.
        self._single: dict[str, Any] = {"isolation_level": "AUTOCOMMIT"}
        if self.is_sqlite:
            path = sqlite_path(engine.url)
            self._queue = WriterQueue(Path(f"{path}.zoom-lock"), wait_seconds)
            self._options, self._single = {}, {}
            engine = sqlite_engine(engine.url, wait_seconds)
        self.engine = engine
        self._arrivals: dict[type[Base], Arrivals] = {}
        self._driver = Driver(engine)
        self.writes = 0
        """Another number after each ``write`` of this process."""
        self._watched = engine
        if not self.is_sqlite:  # an engine of our own on the same pool: the host app's gets no listeners
            self._watched = engine.execution_options()
            event.listen(self._watched, "after_cursor_execute", _note_progress)
        _engines.add(engine)

    def read(self, work: Callable[[Session], T]) -> T:
        """Return ``work(session)``, run in a transaction that only reads."""
        return self._run(in_session(work), {WRITES: False, **self._single})

    def jot(self, work: Callable[[Runs], T]) -> T:
        """Return ``work(connection)``, one statement, that only a power cut undoes; for what is worth nothing tomorrow.

        Raises:
            StoreUnavailable: as ``write`` does.
        """
        with self._queue.turn():
            try:
                return self._driver.run_one(work)
            except ZoomBlueprintError:
                raise
            except Exception as error:  # noqa: BLE001  # the long way knows what it means, and may be luckier
                tell_detour(error)
                return self._run(in_transaction(work), {WRITES: True, **self._single})

    def look(self, query: Any, values: Mapping[str, object]) -> Sequence[Any]:
        """Return the rows of one query, a constant with ``bindparam``s: a ``read`` that costs what the driver does.

        Instants in the rows are for ``instant``.

        Raises:
            StoreUnavailable: as ``read`` does.
        """
        try:
            return self._driver.look(query, values)
        except Exception as error:  # noqa: BLE001  # the long way knows what it means, and may be luckier
            tell_detour(error)
            return self.read(lambda session: [tuple(row) for row in session.connection().execute(query, values)])

    def instant(self, value: str | datetime) -> datetime:
        """Return the instant that ``look`` has found."""
        if isinstance(value, str):  # SQLite's texts are in UTC and do not say so
            return datetime.fromisoformat(f"{value}+00:00")
        return value.astimezone(UTC)

    def write(self, work: Callable[[Session], T]) -> T:
        """Return ``work(session)`` after its transaction was committed; any exception rolls it back.

        The function may run twice if the first statement meets a dead connection, so it has no other effects.

        Raises:
            StoreUnavailable: another writer kept us waiting too long, the database is away, or it lacks our tables.
        """
        try:
            with self._queue.turn():
                return self._run(in_session(work), {WRITES: True, **self._options})
        finally:
            self.writes += 1  # lost counts do no harm: it is another number

    def drive(self, work: Callable[[Driven], T | None]) -> T | None:
        """Return ``work(driven)`` as ``write`` does, at the price of the driver; None leaves everything as it was.

        Raises:
            StoreUnavailable: the turn did not come in time.
            Exception: whatever the driver or the pool says; then ``write`` knows what it means, and may be luckier.
        """
        try:
            with self._queue.turn():
                return self._driver.run(work, {WRITES: True, **self._options})
        finally:
            self.writes += 1

    def add_new(self, model: type[Base], row: dict[str, Any], *, unless: str) -> bool:
        """Insert a row unless one has the same value in the unique column ``unless``; return whether it is new.

        A ``write`` that costs little more than the driver itself, for what comes in masses. ``row`` has a value for
        each column without a default. One whose commit was not heard of is inserted again, and counts as known then.

        Raises:
            StoreUnavailable: as ``write`` does.
        """
        arrivals = self._arrivals.get(model)
        if arrivals is None:
            made = Arrivals(self.engine, model, unless, self._queue.turn, 2 * self._wait_seconds)
            arrivals = self._arrivals.setdefault(model, made)
        try:
            return arrivals.add(row)
        except StoreUnavailable:
            raise
        except PoolTimeout as error:
            raise StoreUnavailable(_ALL_IN_USE) from error
        except DBAPIError as error:  # there is no connection to be had
            raise StoreUnavailable(_advice(error)) from error
        except Exception:  # noqa: BLE001  # the long way knows what it means, and whose row it was
            return self.write(lambda session: add_one(session, model, row, unless))

    def checkpoint(self) -> bool:
        """Bring SQLite's write-ahead log into the database file and empty it; to be called after a wipe.

        ``secure_delete`` overwrites in the file what was deleted, and the log still has the pages as they were before.
        Never raises: whoever reads at the moment holds the log and is waited for shortly; when that does not do,
        the answer is False, the log says so, and the next call, the daily purge's for one, catches up. On PostgreSQL
        there is nothing to do. Not inside ``read`` or ``write``.
        """
        if not self.is_sqlite:
            return True
        try:
            with self._queue.turn(), gate:
                is_held = self._truncate_log()
        except (StoreUnavailable, PoolTimeout, DBAPIError, sqlite3.Error) as error:
            _log.warning("SQLite's write-ahead log could not be emptied, and keeps what was deleted: %s", error)
            return False
        if is_held:
            _log.warning(
                "SQLite's write-ahead log could not be emptied, and keeps what was deleted until the next time: "
                "somebody is still reading from it."
            )
        return not is_held

    def dispose(self) -> None:
        """Close the connections of an engine that is ours."""
        if self.is_sqlite:
            self.engine.dispose()

    def _truncate_log(self) -> bool:
        """Return whether somebody else held the log."""
        lease = self.engine.raw_connection()  # not by ``connect``: inside a transaction there is no checkpoint
        try:
            cursor = lease.cursor()
            cursor.execute(f"PRAGMA busy_timeout = {_milliseconds(min(_CHECKPOINT_SECONDS, self._wait_seconds))}")
            try:
                (is_held, *_) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                cursor.execute(f"PRAGMA busy_timeout = {_milliseconds(self._wait_seconds)}")
        finally:
            lease.close()
        return bool(is_held)

    def _run(self, work: Callable[[Connection], T], options: Mapping[str, Any]) -> T:
        try:
            return self._once(work, options, first_try=True)
        except _DeadConnection:
            return self._once(work, options, first_try=False)

    def _once(self, work: Callable[[Connection], T], options: Mapping[str, Any], *, first_try: bool) -> T:
        progress = _Progress()
        try:
            with gate, self._watched.connect() as connection:
                return work(connection.execution_options(**options, **{_PROGRESS: progress}))
        except PoolTimeout as error:
            raise StoreUnavailable(_ALL_IN_USE) from error
        except DBAPIError as error:
            error.hide_parameters = True  # its text is logged, and the values are people's
            if error.connection_invalidated and first_try and not progress.made:
                raise _DeadConnection from error
            if error.connection_invalidated or _is_away(error):
                raise StoreUnavailable(_advice(error)) from error
            if _lacks_tables(error):
                raise TablesMissing from error
            raise


class _DeadConnection(Exception):
    """The pool handed out a connection that had died while idle; nothing has happened yet."""


class _Progress:
    made = False


def _note_progress(connection: Connection, *_: Any) -> None:
    progress = connection.get_execution_options().get(_PROGRESS)
    if progress is not None:
        progress.made = True


def engine_for(address: str) -> Engine:
    """Return an engine for ``ZOOM_DATABASE_URL``, which keeps a connection for each thread of a usual server."""
    return create_engine(make_url(address), pool_pre_ping=False, pool_size=_POOL, max_overflow=_POOL // 2)


def rebuild_indexes(session: Session, table: str) -> None:
    """Write a small table's indexes anew on SQLite, at the end of a transaction that wipes values they held.

    ``secure_delete`` overwrites what is deleted, yet not the copies that stay behind when an index moves its entries
    from page to page.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.flush()
        session.connection().exec_driver_sql(f"REINDEX {table}")


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)


def _is_away(error: DBAPIError) -> bool:
    if isinstance(error.orig, sqlite3.OperationalError):
        return "locked" in str(error.orig)
    return isinstance(error, OperationalError)


def _lacks_tables(error: DBAPIError) -> bool:
    if isinstance(error.orig, sqlite3.OperationalError):
        return str(error.orig).startswith(_SQLITE_LACKS) or "has no column named" in str(error.orig)
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None)  # psycopg 3, psycopg 2
    return code in _POSTGRESQL_LACKS


def _advice(error: DBAPIError) -> str:
    if isinstance(error.orig, sqlite3.OperationalError):
        return LOCKED
    reason = " ".join(str(error.orig).split())[:_LONGEST_REASON]  # without the address, in which the password is
    return f"The database does not answer ({reason}). The same call may go through in a moment."


def _after_fork() -> None:
    for engine in _engines:
        # Two processes must not talk over one socket. SQLite forbids a child even to close what its parent has opened,
        # so the old pools are kept, and nobody uses them.
        _inherited.append(engine.pool)
        engine.dispose(close=False)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
