"""What a host has typed is still there when what they sent is refused: by a limit, or because the page was too old."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.fixtures.site import Answer, MakeSite, Site
from tests.web.asking import everything
from tests.web.browsing import Browser, words
from tests.web.desk import details, in_days, of
from tests.web.editing import open_form
from zoom_blueprint.services import event_types
from zoom_blueprint.web import limits

OWN = "https://rooms.example.org/ada"
Sent = tuple[str, dict[str, str]]
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@pytest.fixture
def database_kind() -> str:
    """One database will do for what pages show."""
    return "sqlite"


@pytest.fixture
def ada(site: Site) -> Browser:
    """Ada's browser."""
    return Browser(site)


def edit(site: Site, ada: Browser) -> Sent:
    """Edit a booking."""
    return of(site.booked(), "edit"), {"topic": "The roof", "duration_minutes": "25"}


def link(site: Site, ada: Browser) -> Sent:
    """Give a booking a link of its own."""
    return of(site.booked(), "link"), {"link": OWN}


def move(site: Site, ada: Browser) -> Sent:
    """Move a booking to a day and a time."""
    return of(site.booked(), "move"), {"date": in_days(4), "time": "11:10"}


def book(site: Site, ada: Browser) -> Sent:
    """Book for somebody."""
    return "/host/book/details", details(ada)


def block(site: Site, ada: Browser) -> Sent:
    """Block some time."""
    return "/host/blocked-times", {"first_day": in_days(5), "title": "Away with the aunts"}


def event_type(site: Site, ada: Browser) -> Sent:
    """Change an event type."""
    path = f"/event-types/{next(iter(event_types.by_id(site.state, '1')))}"
    return path, open_form(ada, path) | {"title": "Roofs and gardens"}


def new_event_type(site: Site, ada: Browser) -> Sent:
    """Make an event type."""
    return "/event-types/new", open_form(ada, "/event-types/new") | {"title": "Roofs and gardens"}


def schedule(site: Site, ada: Browser) -> Sent:
    """Make other hours."""
    return "/schedules/new", open_form(ada, "/schedules/new") | {"name": "Winter evenings"}


def sites(site: Site, ada: Browser) -> Sent:
    """Name the sites on which the buttons work."""
    return "/embed/sites", {"sites": "https://shop.example"}


FORMS = [edit, link, move, book, block, event_type, new_event_type, schedule, sites]


def lost(page: str, fields: dict[str, str]) -> list[str]:
    """Return what of the fields a page does not show to be changed, the tokens aside."""
    shown = re.sub('<input type="hidden"[^>]*>', "", page.partition("<main")[2])
    return [name for name, value in fields.items() if name not in ("csrf_token", "key") and value not in shown]


def send_late(ada: Browser, path: str, fields: dict[str, str], origin: str) -> Answer:
    """Send a form whose token is of an earlier session."""
    ada.session.cookies.clear()
    return ada.post(path, data=fields | {"csrf_token": "of yesterday"}, headers={"Origin": origin})


@pytest.mark.parametrize("form", FORMS)
def test_a_page_that_was_open_for_too_long_comes_back_with_what_was_typed_and_can_be_sent(
    site: Site, ada: Browser, form: Callable[[Site, Browser], Sent]
) -> None:
    path, fields = form(site, ada)
    before = everything(site)
    answer = send_late(ada, path, fields, site.base.removesuffix("/zoom"))
    assert answer.status_code == 400
    assert "Nothing is lost: please look it over and send it once more." in words(answer.text)
    assert 'role="alert"' in answer.text
    assert lost(answer.text, fields) == []
    assert everything(site) == before
    token = _TOKEN.search(answer.text)
    assert token
    sent = fields | {"csrf_token": token[1]}
    assert ada.post(path, data=sent).status_code == 303


@pytest.mark.parametrize("form", FORMS)
def test_a_form_that_another_site_has_filled_in_does_not_come_back(
    site: Site, ada: Browser, form: Callable[[Site, Browser], Sent]
) -> None:
    path, fields = form(site, ada)
    without_tls = site.base.removesuffix("/zoom").replace("http:", "https:")  # the other way round it would be so
    for origin in ("https://evil.example", "null", "", "http://[", without_tls):
        answer = send_late(ada, path, fields, origin)
        assert answer.status_code == 400
        assert "This page has expired" in words(answer.text)
        assert "<form" not in answer.text.partition("<main")[2].partition("<footer")[0]


def limited(site: Site, mail: str) -> None:
    """Let hosts have written to somebody as often as they may."""
    for _ in range(40):
        with limits.retelling(site.state, [mail]):
            pass


@pytest.mark.parametrize("form", [edit, link, move, book])
def test_a_limit_that_is_reached_leaves_what_was_typed_and_says_when_to_try_again(
    make_site: MakeSite, form: Callable[[Site, Browser], Sent]
) -> None:
    site = make_site(ZOOM_LIMITS="")
    site.connect()
    ada = Browser(site)
    path, fields = form(site, ada)
    for mail in ("bob@example.com", "dora@example.com"):
        limited(site, mail)
    before: dict[str, Any] = {**everything(site), "zoom_rate_counter": None}
    on = path.replace("/link", "/edit") if "/bookings/" in path else f"{path}?event=intro-call"
    answer = ada.press(path, on=on, **{name: value for name, value in fields.items() if name != "csrf_token"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "There were too many attempts. Please try again in" in words(answer.text)
    assert lost(answer.text, fields) == []
    assert {**everything(site), "zoom_rate_counter": None} == before
