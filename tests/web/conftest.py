"""Sites for the tests of HTTP: on SQLite, because the store has its own tests on both databases."""

from collections.abc import Iterator

import pytest

from tests.fixtures.databases import SqliteFiles
from tests.fixtures.site import Site, served
from tests.fixtures.site_app import HOSTS, prepare
from zoom_blueprint import EventType, Question
from zoom_blueprint.testing import Simulator

SURVEY = EventType(
    slug="survey",
    title="Survey",
    notice_minutes=0,
    questions=(
        Question(name="goal", label="What is it about?", required=True),
        Question(name="size", label="How many are you?", kind="choice", choices=("one", "many")),
        Question(name="agree", label="I have read the terms", kind="checkbox"),
    ),
)


@pytest.fixture
def database_kind() -> str:
    """Run on SQLite; a test that wants both databases is parametrized with ``database_kind``."""
    return "sqlite"


@pytest.fixture(scope="module")
def shared_site(_sqlite_files: SqliteFiles, _zoom_simulator_process: Simulator) -> Iterator[Site]:
    """One site for all tests of a file that change nothing; ``ada`` can be booked for a survey too.

    Another test may have taken its Zoom away: only ask what needs no Zoom.
    """
    simulator = _zoom_simulator_process
    simulator.reset()
    with served({"SQLALCHEMY_DATABASE_URI": _sqlite_files.create(prepare)}, simulator) as site:
        site.connect()
        with site.app.app_context():
            site.zoom.event_types.put(HOSTS["ada"].id, SURVEY)
        yield site
