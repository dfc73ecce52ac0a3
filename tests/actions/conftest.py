"""Sites for the tests of actions: on SQLite unless a test wants both databases."""

import pytest

from tests.actions.programs import Program
from tests.fixtures.site import Site


@pytest.fixture
def database_kind() -> str:
    """Run on SQLite; a test that wants both databases is parametrized with ``database_kind``."""
    return "sqlite"


@pytest.fixture
def program(site: Site) -> Program:
    """A program that may do everything for ``ada``, whose Zoom is connected."""
    return Program(site)
