"""SQLite files: where they are, and an engine on one whose transactions begin as we want them to."""

import sqlite3
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
        driver: Any = connection.connection.driver_connection
        try:  # by the driver itself: this is done for each transaction
            driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
        except sqlite3.OperationalError as error:
            raise OperationalError("BEGIN", None, error) from error

    return engine
