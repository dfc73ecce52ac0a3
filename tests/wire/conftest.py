"""The wire is the same whatever database stands behind the site."""

import pytest


@pytest.fixture
def database_kind() -> str:
    """Run on SQLite."""
    return "sqlite"
