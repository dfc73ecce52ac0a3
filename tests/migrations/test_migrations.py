"""Our tables come from our own migrations, and the host app's migrations leave them alone."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata, produce_migrations
from alembic.migration import MigrationContext
from alembic.operations import ops
from sqlalchemy import Column, Engine, Integer, MetaData, Table, create_engine, inspect, select, text
from sqlalchemy.engine.interfaces import ReflectedIndex
from sqlalchemy.orm import Session

from tests.races.fleet import together
from zoom_blueprint.errors import TablesNewer
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.store import migrate, models
from zoom_blueprint.store.base import Base
from zoom_blueprint.store.session import Database
from zoom_blueprint.store.tables import VERSION_TABLE, not_ours
from zoom_blueprint.values import ConnectionReason


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The host app's engine, on an empty database."""
    made = create_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def database(engine: Engine) -> Iterator[Database]:
    """Our store on the same, without tables."""
    made = Database(engine)
    yield made
    made.dispose()


def tables(engine: Engine) -> set[str]:
    """Return the names of all tables."""
    return set(inspect(engine).get_table_names())


def test_the_migrations_end_where_the_models_are(database: Database, engine: Engine) -> None:
    migrate.upgrade(database)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "version_table": VERSION_TABLE}
        )
        assert compare_metadata(context, Base.metadata) == []
        assert {*Base.metadata.tables, VERSION_TABLE} == tables(engine)


def test_create_all_makes_the_same_tables(database: Database, engine: Engine, database_copy: object) -> None:
    migrate.upgrade(database)
    other = create_engine(database_copy(None))  # type: ignore[operator]  # the fixture gives a function
    Base.metadata.create_all(other)
    assert _shape(engine) == _shape(other)
    other.dispose()


def test_up_and_down_and_up_again_leaves_nothing_behind(database: Database, engine: Engine) -> None:
    assert not migrate.is_current(database)
    migrate.upgrade(database)
    assert migrate.is_current(database)
    migrate.downgrade(database, "base")
    assert tables(engine) == {VERSION_TABLE}
    assert not migrate.is_current(database)
    migrate.upgrade(database)
    migrate.upgrade(database)
    assert migrate.is_current(database)


def test_what_stood_in_the_first_tables_goes_on(database: Database, engine: Engine) -> None:
    migrate.upgrade(database, "0001")
    host = "'host-1', 'ada', 'Ada', 'ada@example.com', 'UTC', 'en', 1, '2030-01-01 09:00:00'"
    with engine.begin() as connection:
        connection.execute(text(f"INSERT INTO zoom_host VALUES ({host})"))
        for key, status, reason in (("a", "active", None), ("u", "unhealthy", "Press it."), ("i", "inactive", "Gone.")):
            connection.execute(
                text(
                    "INSERT INTO zoom_connection (id, host_id, provider, status, reason, name, email, time_zone,"
                    " missing_scopes, client_id, oauth_url, api_url, connected_at) VALUES (:key, 'host-1', 'zoom',"
                    " :status, :reason, '', '', '', '[]', '', '', '', '2030-01-01 09:00:00')"
                ),
                {"key": key, "status": status, "reason": reason},
            )
    migrate.upgrade(database)

    def look(session: Session) -> tuple[dict[str, str | None], list[tuple[str, str]]]:
        reasons = {row.id: row.reason for row in session.scalars(select(models.Connection))}
        return reasons, sorted((duty.name, duty.subject) for duty in session.scalars(select(models.Duty)))

    reasons, duties = database.read(look)
    assert reasons == {"a": None, "u": ConnectionReason.LOST, "i": ConnectionReason.DISCONNECTED}
    assert duties == [(DutyName.PURGE, ""), (DutyName.TEND, "a")]


def test_several_upgrades_at_once_are_one(database: Database, engine: Engine) -> None:
    databases = [database, *(Database(engine) for _ in range(3))]
    together(4, lambda number: migrate.upgrade(databases[number]))
    assert migrate.is_current(database)
    for one in databases[1:]:
        one.dispose()


def test_the_host_apps_autogenerate_does_not_drop_our_tables(database: Database, engine: Engine) -> None:
    migrate.upgrade(database)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('their own')"))
        connection.execute(text("CREATE TABLE zoom_participants (id INTEGER PRIMARY KEY)"))  # theirs, by its name
    theirs = MetaData()
    Table("note", theirs, Column("id", Integer, primary_key=True))

    def changes(**options: object) -> set[str]:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"target_metadata": theirs, **options})
            found = produce_migrations(context, theirs).upgrade_ops
        assert found is not None
        assert all(isinstance(one, ops.CreateTableOp | ops.DropTableOp | ops.ModifyTableOps) for one in found.ops)
        return {f"{type(one).__name__} {getattr(one, 'table_name', '')}" for one in found.ops}

    assert "DropTableOp zoom_booking" in changes()  # what happens without it
    assert changes(include_object=not_ours) == {"CreateTableOp note", "DropTableOp zoom_participants"}
    migrate.downgrade(database, "base")
    migrate.upgrade(database)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "their own"


def _shape(engine: Engine) -> dict[str, object]:
    """Return columns, keys, constraints and indexes of our tables."""
    found = inspect(engine)
    return {
        name: (
            sorted((column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(name)),
            found.get_pk_constraint(name),
            sorted(map(repr, found.get_foreign_keys(name))),
            sorted(map(repr, found.get_unique_constraints(name))),
            sorted(map(_spelt, found.get_indexes(name))),
        )
        for name in Base.metadata.tables
    }


def _spelt(index: ReflectedIndex) -> str:
    """Return an index with its conditions as text: an object of SQLAlchemy's has a name of its own each time."""
    options = {name: str(value) for name, value in index.pop("dialect_options", {}).items()}
    return repr((index, options))


def test_tables_of_a_later_release_are_left_alone_and_told_from_old_ones(database: Database, engine: Engine) -> None:
    assert not migrate.is_newer(database)
    migrate.upgrade(database)
    assert not migrate.is_newer(database)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = 'of tomorrow'"))
    assert (migrate.is_newer(database), migrate.is_current(database)) == (True, False)
    with pytest.raises(TablesNewer, match="Install the release that made them"):
        migrate.upgrade(database)
