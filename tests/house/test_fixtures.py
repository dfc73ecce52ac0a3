"""The fixtures do what every other test relies on."""

import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment
from playwright.sync_api import Browser, Page
from sqlalchemy import create_engine, literal, select, text

from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.databases import Prepare
from tests.fixtures.network import BeyondThisMachineError, _refused
from tests.fixtures.servers import ROOT, Start, free_port
from tests.fixtures.waiting import wait_until


def make_notes(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE note (words TEXT)"))
        connection.execute(text("INSERT INTO note VALUES ('from the template')"))
    engine.dispose()


def test_each_kind_of_database_is_real(database_url: str, database_kind: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
    assert engine.dialect.name == database_kind
    engine.dispose()


def test_copies_of_a_prepared_database_do_not_share_rows(database_copy: Callable[[Prepare | None], str]) -> None:
    first, second = (create_engine(database_copy(make_notes)) for _ in range(2))
    with first.begin() as connection:
        connection.execute(text("INSERT INTO note VALUES ('mine')"))
    with second.connect() as connection:
        assert connection.execute(text("SELECT words FROM note")).scalars().all() == ["from the template"]
    first.dispose()
    second.dispose()


def test_what_one_app_has_compiled_the_next_one_uses(database_copy: Callable[[], str]) -> None:
    found = []
    for engine in (create_engine(database_copy()) for _ in range(2)):
        with engine.connect() as connection:
            context = connection.execute(select(literal("said").label("in this test only"))).context
            found.append(getattr(context, "cache_hit").name)  # noqa: B009 - its type is not a public one
        engine.dispose()
    assert found == ["CACHE_MISS", "CACHE_HIT"]


def test_what_is_read_in_another_way_is_compiled_anew() -> None:
    loader = DictLoader({"page": "{{ words }}\n[[ words ]]"})
    said = [
        Environment(loader=loader, **options).get_template("page").render(words="<b>")
        for options in ({}, {"autoescape": True}, {"variable_start_string": "[[", "variable_end_string": "]]"}, {})
    ]
    assert said == ["<b>\n[[ words ]]", "&lt;b&gt;\n[[ words ]]", "{{ words }}\n<b>", "<b>\n[[ words ]]"]


def test_another_machine_cannot_be_reached() -> None:
    with pytest.raises(BeyondThisMachineError), socket.socket() as sock:
        sock.connect(("192.0.2.1", 80))
    with pytest.raises(BeyondThisMachineError):
        socket.create_connection(("zoom.invalid", 443))
    _refused.clear()


def test_waiting_gives_up_and_says_for_what() -> None:
    with pytest.raises(AssertionError, match="the moon"):
        wait_until(lambda: False, 0.05, why="the moon")


def test_a_started_program_answers_and_stops(start_program: Start) -> None:
    port = free_port()
    program = start_program([sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)])
    program.wait_for(f"http://127.0.0.1:{port}/LICENSE")
    assert program.stop() != 0
    assert "GET /LICENSE" in program.output


def test_no_other_test_process_is_given_the_same_ports() -> None:
    program = "from tests.fixtures.servers import free_port; print(*(free_port() for _ in range(700)))"
    ours = {free_port() for _ in range(700)}
    others = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not ours & set(map(int, others.stdout.split()))


def test_a_program_that_ends_early_fails_the_test_with_its_output(start_program: Start) -> None:
    program = start_program([sys.executable, "-c", "print('no such key')"])
    with pytest.raises(pytest.fail.Exception, match="no such key"):
        program.wait_for(f"http://127.0.0.1:{free_port()}/")


GOOD = "<!doctype html><html lang=en><title>A page</title><main><h1>A page</h1><p>Words.</p></main></html>"


@pytest.mark.browser
def test_axe_accepts_a_good_page_and_names_what_is_wrong_with_a_bad_one(page: Page, axe: Callable[..., None]) -> None:
    page.set_content(GOOD)
    axe(page)
    page.set_content(GOOD.replace("Words.", "<img src='data:,'><button></button>"))
    with pytest.raises(AssertionError, match="button-name"):
        axe(page)


@pytest.mark.browser
def test_page_errors_are_noticed(page: Page, page_errors: PageErrors) -> None:
    page.set_content("<script>console.error('told'); setTimeout(() => { throw new Error('thrown') })</script>")
    page.wait_for_function("true")
    wait_until(lambda: (page.title(), len(page_errors.unexpected) == 2)[1])
    page_errors.allow("told|thrown")
    assert page_errors.unexpected == []


@pytest.mark.browser
def test_a_screenshot_is_a_picture(
    new_page: NewPage, screenshot: Callable[..., Path], launch_browser: Callable[..., Browser]
) -> None:
    page = new_page(launch_browser("--host-resolver-rules=MAP * 127.0.0.1"), viewport={"width": 390, "height": 800})
    page.set_content(GOOD)
    assert screenshot(page, "house-390").read_bytes().startswith(b"\x89PNG")
