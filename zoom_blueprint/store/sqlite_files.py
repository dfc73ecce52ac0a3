"""SQLite files: where they are, and an engine on one whose transactions begin as we want them to."""

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

from zoom_blueprint.errors import ConfigurationError

_CONNECTIONS = 32
WRITES = "zoom_writes"
"""The execution option that says whether a transaction writes."""


def sqlite_path(url: URL) -> str:
    """Return the file of an SQLite address.

    Raises:
        ConfigurationError: the database lives in memory, where threads and processes cannot share it.
    """
    path = (url.database or "").removeprefix("file:")
    if not path or path.startswith(":memory:") or url.query.get("mode") == "memory":
        raise ConfigurationError(
            "zoom_blueprint needs a database file: SQLite in memory is not shared between threads. "
            "Set SQLALCHEMY_DATABASE_URI or ZOOM_DATABASE_URL to something like sqlite:///app.db."
        )
    return path


def sqlite_engine(url: URL, wait_seconds: float) -> Engine:
    """Return an engine whose transactions begin by their execution options."""
    # As many as a server has threads stay open: to open one costs more than most requests.
    engine = create_engine(url, connect_args={"timeout": wait_seconds}, pool_size=_CONNECTIONS, max_overflow=0)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: Any) -> None:
        # The driver must not begin transactions by itself: ours begin below, with the right lock from the start.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, True)
        try:  # by the driver itself: this is done for each transaction
            _driver(connection).execute("BEGIN IMMEDIATE" if writes else "BEGIN")
        except sqlite3.OperationalError as error:
            raise OperationalError("BEGIN", None, error) from error

    return engine


@contextlib.contextmanager
def unhurried(connection: Connection) -> Iterator[None]:
    """Let what a connection commits here not wait for the disk, if it is one to SQLite."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = _driver(connection)
    driver.execute("PRAGMA synchronous=NORMAL")
    try:
        yield
    finally:
        driver.execute("PRAGMA synchronous=FULL")  # whoever gets it next relies on that


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
