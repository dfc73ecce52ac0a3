"""Who runs the background threads when gunicorn loads the app before it forks, and when each worker loads it."""

import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.embedding.developer import FirstApp
from tests.fixtures.servers import Program, Start
from tests.fixtures.site import Visitor
from tests.fixtures.site_app import prepare
from tests.fixtures.waiting import wait_until

THREADS = {"zoom-calendar", "zoom-delivery", "zoom-duty", "zoom-inbox", "zoom-meeting", "zoom-posting"}
ROUTES = """

@app.get("/threads")
def threads():
    import threading

    return [thread.name for thread in threading.enumerate() if thread.name.startswith("zoom-")]


@app.get("/process")
def process():
    import os

    return str(os.getpid())

"""
BOOKABLE = """
from zoom_blueprint import EventType, Location

with app.app_context():
    zoom.hosts.put(signed_in())
    zoom.event_types.put("1", EventType(slug="call", title="Call", location=Location.PHONE))
with app.test_client() as client:
    assert client.get("/zoom/book/ada/call").status_code == 200
"""
CONFIGURATION = """
import threading

def when_ready(server):
    names = [thread.name for thread in threading.enumerate() if thread.name.startswith("zoom-")]
    print("the parent's threads:", names, flush=True)
"""


def wait_for_both(program: Program, origin: str) -> None:
    """Wait until both workers answer: gunicorn hands a signal on to none that is about to begin."""
    program.wait_for(f"{origin}/zoom/healthz")
    answered: set[str] = set()

    def both() -> bool:
        answered.add(Visitor(origin).get("/process").text)
        return len(answered) == 2

    wait_until(both, 30, why="both workers have answered")


@pytest.mark.parametrize("options", [["--preload"], []], ids=["preload", "each worker"])
def test_gunicorns_workers_have_the_threads_and_their_parent_has_none(
    options: list[str], tmp_path: Path, database_url: str, start_program: Start
) -> None:
    prepare(database_url)
    first_app = FirstApp(tmp_path, database_url)
    with (tmp_path / "app.py").open("a") as program_text:
        program_text.write(ROUTES)
    (tmp_path / "gunicorn.conf.py").write_text(CONFIGURATION)
    command = [sys.executable, "-m", "gunicorn", "--workers", "2", "--bind", f"127.0.0.1:{first_app.port}", *options]
    program = start_program([*command, "app:app"], env=first_app.env, cwd=tmp_path)
    wait_for_both(program, first_app.origin)
    visitor = Visitor(first_app.origin)
    assert set(wait_until(lambda: visitor.get("/threads").json(), why="threads run")) == THREADS
    assert "the parent's threads: []" in program.output
    assert visitor.get("/zoom/").status_code == 200
    program.stop()


def test_what_gunicorns_workers_count_is_written_down_once_when_they_end(
    tmp_path: Path, database_url: str, start_program: Start
) -> None:
    prepare(database_url)
    first_app = FirstApp(tmp_path, database_url)
    with (tmp_path / "app.py").open("a") as program_text:
        program_text.write(ROUTES + BOOKABLE)
    command = [sys.executable, "-m", "gunicorn", "--preload", "--workers", "2", "--bind", f"127.0.0.1:{first_app.port}"]
    program = start_program([*command, "app:app"], env=first_app.env, cwd=tmp_path)
    wait_for_both(program, first_app.origin)
    for _ in range(7):
        assert Visitor(first_app.origin).get("/zoom/book/ada/call").status_code == 200
    program.stop()
    engine = create_engine(database_url)
    with engine.connect() as connection:
        counts = connection.execute(text("SELECT step, sum(count) FROM zoom_tally GROUP BY step")).all()
    engine.dispose()
    assert [tuple(one) for one in counts] == [("opened", 8)], "one by the parent, seven by its children"
