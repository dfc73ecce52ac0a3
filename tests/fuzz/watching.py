"""Notice any row that is written, changed or deleted, cheaply enough to ask after every case."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.fixtures.site import Site
from zoom_blueprint.services import tallies
from zoom_blueprint.store.base import Base

Stamp = Callable[[], object]


@contextmanager
def watched(site: Site) -> Iterator[Stamp]:
    """Give a function whose answer is another one as soon as anybody has committed a change to any table.

    What was counted before is written down first.
    """
    tallies.write(site.state)
    url = make_url(site.app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(url.database or "")) as file:
            yield lambda: file.execute("PRAGMA data_version").fetchone()
        return
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as server:
        query = sql.SQL(" UNION ALL ").join(map(_digest, Base.metadata.tables))
        yield lambda: server.execute(query).fetchall()


def _digest(table: str) -> sql.Composed:
    # With xmin, which tells a row that was written anew with the same values from one left alone.
    return sql.SQL("SELECT {}, count(*), sum(hashtextextended(t::text || t.xmin::text, 0)) FROM {} t").format(
        sql.Literal(table), sql.Identifier(table)
    )
