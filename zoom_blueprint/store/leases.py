"""Connections of the pool for those who speak to the driver alone; of whatever it says a connection is thrown away."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, PoolProxiedConnection

from zoom_blueprint.errors import StoreUnavailable
from zoom_blueprint.store.forks import gate
from zoom_blueprint.store.queueing import LOCKED


@contextmanager
def leased(engine: Engine, *, is_single: bool = False) -> Iterator[PoolProxiedConnection]:
    """Lend a connection for the length of the block.

    ``is_single``: one statement is run, on PostgreSQL a transaction by itself, without the ways to the server and back
    for BEGIN and for COMMIT.
    """
    with gate:
        lease = engine.raw_connection()
        try:
            if is_single and engine.dialect.name != "sqlite":
                connection: Any = lease.dbapi_connection
                before, connection.autocommit = connection.autocommit, True
                yield lease
                connection.autocommit = before
            else:
                yield lease
        except BaseException:
            lease.invalidate()  # whatever state it is in, nobody else gets it
            raise
        finally:
            lease.close()


def begin_to_write(lease: PoolProxiedConnection) -> None:
    """Begin a transaction on SQLite that writes.

    Raises:
        StoreUnavailable: another write is open.
    """
    try:
        lease.cursor().execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise StoreUnavailable(LOCKED) from error
        raise
