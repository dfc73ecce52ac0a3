"""A store without an app around it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine

from zoom_blueprint.store import migrate
from zoom_blueprint.store.session import Database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The tables on an empty database."""
    engine = create_engine(database_url)
    made = Database(engine, wait_seconds=5)
    migrate.upgrade(made)
    yield made
    made.dispose()
    engine.dispose()
