"""Bring the tables to the newest revision, with an Alembic environment and version table of our own."""

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.orm import Session

from zoom_blueprint.errors import TablesNewer
from zoom_blueprint.store.session import Database
from zoom_blueprint.store.tables import VERSION_TABLE

# Slow to import and large; those who serve only look how far the tables are.
if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

_HERE = Path(__file__).parent / "migrations"


def upgrade(database: Database, revision: str = "head") -> None:
    """Upgrade to ``revision`` (a revision id or ``head``), in one transaction; several at once wait for the first.

    Raises:
        TablesNewer: a later release made the tables.
    """
    from alembic import command

    def work(session: Session) -> None:
        if not database.is_sqlite:  # whose writers queue anyway
            session.execute(text(f"SELECT pg_advisory_xact_lock(hashtext('{VERSION_TABLE}'))"))
        if _is_unknown(_current(session.connection())):
            raise TablesNewer
        command.upgrade(_config(session.connection()), revision)

    database.write(work)


def downgrade(database: Database, revision: str) -> None:
    """Downgrade to ``revision`` (a revision id or ``base``); ``base`` drops all tables with their data."""
    from alembic import command

    database.write(lambda session: command.downgrade(_config(session.connection()), revision))


def is_current(database: Database) -> bool:
    """Return whether the database stands at the newest revision."""
    head, _ = _revisions()
    return database.read(lambda session: _current(session.connection())) == head


def is_newer(database: Database) -> bool:
    """Return whether the database stands at a revision that this release does not know."""
    return _is_unknown(database.read(lambda session: _current(session.connection())))


class Standing(StrEnum):
    """How far the tables of a database are, as seen by this release."""

    CURRENT = "current"
    OLDER = "older"
    MISSING = "missing"
    NEWER = "newer"


def standing(session: Session) -> Standing:
    """Return how far the tables are; one or two short queries, for those who ask often."""
    # Not by Alembic's MigrationContext, which writes two lines into the log each time.
    if not inspect(session.connection()).has_table(VERSION_TABLE):
        return Standing.MISSING
    revision = session.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608  # a name of ours
    head, known = _revisions()
    if revision is None:
        return Standing.MISSING
    if revision == head:
        return Standing.CURRENT
    return Standing.OLDER if revision in known else Standing.NEWER


@cache
def _revisions() -> tuple[str | None, frozenset[str]]:
    """Return the newest revision of this release, and all."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(_HERE))
    return scripts.get_current_head(), frozenset(script.revision for script in scripts.walk_revisions())


def _current(connection: Connection) -> str | None:
    from alembic.runtime.migration import MigrationContext

    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return context.get_current_revision()


def _is_unknown(revision: str | None) -> bool:
    _, known = _revisions()
    return revision is not None and revision not in known


def _config(connection: Connection) -> "AlembicConfig":
    from alembic.config import Config as AlembicConfig

    config = AlembicConfig()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
