"""Where and how often the cases are run: 5,000 on SQLite and some on PostgreSQL; in the long runs 50,000 on each."""

import logging
from typing import NamedTuple

import pytest


class Run(NamedTuple):
    """A kind of database, and by what the numbers of cases in these files, 5,000 in all, are multiplied."""

    kind: str
    times: float


_DEEP = (pytest.mark.deep, pytest.mark.timeout(3600))
_RUNS = [
    pytest.param(Run("sqlite", 1), id="sqlite"),
    pytest.param(Run("postgresql", 0.1), id="postgresql"),
    pytest.param(Run("sqlite", 10), id="sqlite-long", marks=_DEEP),
    pytest.param(Run("postgresql", 10), id="postgresql-long", marks=_DEEP),
]


@pytest.fixture(params=_RUNS)
def _run(request: pytest.FixtureRequest) -> Run:
    found: Run = request.param
    return found


@pytest.fixture
def database_kind(_run: Run) -> str:
    """Which database this run of the test is on."""
    return _run.kind


@pytest.fixture
def times(_run: Run) -> float:
    """By what the number of cases is multiplied in this run."""
    return _run.times


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Keep errors only: thousands of refusals are logged, and would bury the one that matters."""
    caplog.set_level(logging.ERROR)
    for name in ("zoom_blueprint", "werkzeug"):
        caplog.set_level(logging.ERROR, logger=name)
