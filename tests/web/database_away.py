"""A database on PostgreSQL that lets nobody in for a while."""

from psycopg import sql
from sqlalchemy.engine import make_url

from tests.fixtures.databases import PostgresServer
from tests.fixtures.site import Site

_LET_IN = "ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}"


def shut(site: Site, server: PostgresServer) -> None:
    """End all sessions of a site's database and let no new one begin."""
    name = _name(site)
    server.run(sql.SQL(_LET_IN).format(sql.Identifier(name), sql.SQL("false")))
    ended = sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}")
    server.run(ended.format(sql.Literal(name)))


def open_again(site: Site, server: PostgresServer) -> None:
    """Let everybody in again."""
    server.run(sql.SQL(_LET_IN).format(sql.Identifier(_name(site)), sql.SQL("true")))


def _name(site: Site) -> str:
    return make_url(str(site.app.config["SQLALCHEMY_DATABASE_URI"])).database or ""
