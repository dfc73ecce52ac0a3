"""Commands in processes of their own change the times that the widget and the hosted page show."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser import prospect
from tests.cli.conftest import Shell, make_shell
from tests.fixtures.browser import NewPage
from tests.fixtures.servers import Start
from tests.fixtures.site_app import prepare
from zoom_blueprint.testing import Simulator

pytestmark = pytest.mark.browser
SHOP = """<!doctype html><html lang="en"><title>A shop</title><main><h1>A shop</h1>
<script async src="{base}/widget/v1/book-now.js"></script>
<book-now event="ada/visit"><a class="book-now" href="{base}/book/ada/visit">Book Now</a></book-now></main></html>"""


@pytest.fixture
def database_kind() -> str:
    """One database will do for what pages show."""
    return "sqlite"


@pytest.fixture
def shell(start_program: Start, database_copy: Callable[..., str], zoom_simulator: Simulator, tmp_path: Path) -> Shell:
    """A site that is served, and its command line."""
    made = make_shell(start_program, database_copy(prepare), zoom_simulator, tmp_path)
    made.serve()
    return made


@pytest.fixture
def page(new_page: NewPage, shell: Shell) -> Page:
    """A visitor in UTC, before a page with the widget."""
    made = new_page(timezone_id="UTC")
    made.route("**/shop", lambda route: route.fulfill(body=SHOP.format(base=shell.base), content_type="text/html"))
    return made


def in_widget(page: Page, shell: Shell) -> list[str]:
    """Return the times of the first day that the widget opens with."""
    page.goto(f"http://127.0.0.1:{shell.port}/shop")
    dialog = prospect.open_dialog(page)
    return [clock(text) for text in dialog.locator(".picker .time").all_inner_texts()]


def clock(text: str) -> str:
    """Return ``15:00`` for a time as people write it: 15:00, 3:00 pm."""
    found = re.search(r"(\d{1,2}):(\d\d)\s*(am|pm)?", text, flags=re.IGNORECASE)
    assert found is not None, text
    hour, half = int(found[1]), (found[3] or "").lower()
    return f"{hour % 12 + 12 * (half == 'pm') if half else hour:02}:{found[2]}"


def on_page(page: Page, shell: Shell) -> list[datetime]:
    """Return all times of the hosted page."""
    page.goto(f"{shell.base}/book/ada/visit?tz=UTC")
    links = [link.get_attribute("href") or "" for link in page.locator("main .times a").all()]
    return [datetime.fromisoformat(parse_qs(urlsplit(link).query)["start"][0]) for link in links]


def of_day(found: list[datetime], day: date) -> list[str]:
    return [f"{each:%H:%M}" for each in found if each.date() == day]


def test_what_commands_set_is_what_visitors_are_shown(shell: Shell, page: Page) -> None:
    today = datetime.now(UTC).date()
    day, next_day = today + timedelta(days=3), today + timedelta(days=4)

    def zoom(*words: object) -> None:
        shell.run("zoom", *(str(word) for word in words))

    zoom("schedule", "put", "ada", "--zone", "UTC", "--daily", "09:00-12:00")
    zoom("schedule", "close", "ada", f"{today}..{today + timedelta(days=2)}")
    place = ("--location", "in_person", "--place", "12 Byron Street")
    zoom("event-type", "put", "ada", "visit", "--minutes", "1h", "--step", "1h", "--notice", "0", *place)
    assert in_widget(page, shell) == ["09:00", "10:00", "11:00"]
    shown = on_page(page, shell)
    assert (shown[0].date(), of_day(shown, day)) == (day, ["09:00", "10:00", "11:00"])

    zoom("schedule", "override", "ada", day, "14:00-16:00,22:00-01:00")
    assert in_widget(page, shell) == ["14:00", "15:00", "22:00", "23:00"]
    shown = on_page(page, shell)
    assert of_day(shown, day) == ["14:00", "15:00", "22:00", "23:00"]
    assert of_day(shown, next_day) == ["00:00", "09:00", "10:00", "11:00"]  # the tail, and what begins on that day

    zoom("blocked-time", "add", "ada", f"{day}T14:30", f"{day}T15:00")
    zoom("event-type", "put", "ada", "visit", "--step", "30", "--buffer-after", "15")
    assert in_widget(page, shell) == ["15:00", "22:00", "22:30", "23:00", "23:30"]
    assert of_day(on_page(page, shell), day) == ["15:00", "22:00", "22:30", "23:00", "23:30"]

    zoom("schedule", "close", "ada", day)
    zoom("event-type", "put", "ada", "visit", "--from", next_day, "--until", next_day)
    assert in_widget(page, shell) == ["09:00", "09:30", "10:00", "10:30", "11:00"]
    assert {each.date() for each in on_page(page, shell)} == {next_day}

    zoom("event-type", "put", "ada", "visit", "--inactive")
    assert shell.get("/book/ada/visit").status_code == 404


def test_a_question_set_by_a_command_is_asked(shell: Shell, page: Page) -> None:
    place = ("--location", "phone", "--ask", "phone", "number", "Which number shall we ring? *")
    shell.run("zoom", "event-type", "put", "ada", "visit", *place, "--title", "A phone call")
    page.goto(f"http://127.0.0.1:{shell.port}/shop")
    dialog = prospect.open_dialog(page)
    prospect.choose_time(dialog)
    expect(dialog.get_by_label("Which number shall we ring?")).to_have_attribute("required", re.compile(".*"))
    expect(dialog.get_by_text("A phone call").first).to_be_visible()
