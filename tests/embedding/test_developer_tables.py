"""A developer who forgot ``flask zoom upgrade`` is told so, and a visitor sees no more than that it is too early."""

import os
from pathlib import Path

import pytest

from tests.embedding.developer import FirstApp
from tests.fixtures.servers import Program, Start
from tests.fixtures.site import Visitor
from tests.fixtures.waiting import wait_until

COMMAND = "flask zoom upgrade"


@pytest.fixture
def first_app(tmp_path: Path, database_url: str) -> FirstApp:
    """The first app on an empty database."""
    return FirstApp(tmp_path, database_url)


@pytest.fixture
def program(first_app: FirstApp, start_program: Start) -> Program:
    """The same, served."""
    program: Program = start_program(first_app.serve, env=first_app.env, cwd=first_app.folder)
    program.wait_for(f"{first_app.origin}/zoom/healthz")
    return program


@pytest.mark.parametrize("path", ["/zoom/book/ada/30-minutes", "/zoom/"])
def test_without_tables_a_person_gets_a_page_for_later(first_app: FirstApp, program: Program, path: str) -> None:
    answer = Visitor(first_app.origin).get(path)
    assert answer.status_code == 503
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Retry-After" in answer.headers
    assert COMMAND not in answer.text
    assert "zoom_host" not in answer.text
    assert COMMAND in program.output


def test_without_tables_a_program_gets_a_problem(first_app: FirstApp, program: Program) -> None:
    answer = Visitor(first_app.origin).get("/zoom/api/v1/hosts/ada/30-minutes")
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "zoom_" not in answer.json()["detail"]
    assert COMMAND in program.output


def test_the_log_says_once_what_to_run_and_shows_no_traceback(first_app: FirstApp, program: Program) -> None:
    wait_until(lambda: COMMAND in program.output, why="the background threads complain")
    done = first_app.flask("zoom", "upgrade", environ=os.environ)
    assert done.returncode == 0, done.stderr
    wait_until(lambda: Visitor(first_app.origin).get("/zoom/").status_code == 200, why="the tables are found")
    assert program.output.count("background threads keep trying") == 1
    assert "Traceback" not in program.output


def test_while_debugging_the_page_itself_says_it(first_app: FirstApp, start_program: Start) -> None:
    command = [*first_app.serve, "--debug", "--no-reload"]
    program = start_program(command, env=first_app.env, cwd=first_app.folder)
    program.wait_for(f"{first_app.origin}/zoom/healthz")
    answer = Visitor(first_app.origin).get("/zoom/book/ada/30-minutes")
    assert answer.status_code == 503
    assert COMMAND in answer.text


def test_a_command_ends_with_the_message(first_app: FirstApp) -> None:
    done = first_app.flask("zoom", "purge", environ=os.environ)
    assert done.returncode == 1
    assert COMMAND in done.stderr
    assert "Traceback" not in done.stderr
