"""A store without an app around it."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import create_engine

from tests.fixtures.site_app import prepare
from zoom_blueprint.store.session import Database


@pytest.fixture
def database_url(database_copy: Callable[..., str]) -> str:
    """A database with the tables."""
    return database_copy(prepare)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The store on it."""
    engine = create_engine(database_url)
    made = Database(engine, wait_seconds=5)
    yield made
    made.dispose()
    engine.dispose()
