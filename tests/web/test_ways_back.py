"""Where a host ends who did something about one booking: at the calendar they came from, with that booking open."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.fixtures.site import Answer, Site
from tests.services.looking import turn
from tests.web.browsing import Browser, words
from tests.web.desk import ask, of, with_approval
from zoom_blueprint.store import models

PANEL = "/?view=month&date=2030-01-16&booking={id}"
TWO_CALENDARS = ("/?date=2030-01-16&booking={id}", PANEL)


@pytest.fixture
def database_kind() -> str:
    """One database will do for what leads where."""
    return "sqlite"


@pytest.fixture
def ada(site: Site) -> Browser:
    """Ada's browser."""
    return Browser(site)


def links(page: str) -> list[str]:
    """Return where links and forms of a page lead, below the blueprint's prefix."""
    found = re.findall(r'<(?:a|form) [^>]*?(?:href|action)="([^"]*)"', page)
    return [re.sub(r"^(?:http://[^/]+)?/zoom", "", one.replace("&amp;", "&")) for one in found]


def leading(page: str, part: str) -> str:
    """Return the only address on a page that has a part."""
    (found,) = {one for one in links(page) if part in one}
    return found


def ended(site: Site, answer: Answer) -> str:
    """Return where an answer leads, below the blueprint's prefix."""
    assert answer.status_code == 303, words(answer.text)
    return answer.headers["Location"].removeprefix(site.base)


@pytest.mark.parametrize("calendar", TWO_CALENDARS)
@pytest.mark.parametrize("action", ["edit", "move"])
def test_who_edits_or_moves_comes_back_to_the_calendar_with_the_booking_open(
    site: Site, ada: Browser, calendar: str, action: str
) -> None:
    booking = site.booked()
    panel = calendar.format(**booking)
    address = leading(ada.get(panel).text, f"/{action}?")
    page = ada.get(address).text
    assert links(page).count(f"{panel}#panel") == (2 if action == "edit" else 3), "back, and out"
    form = leading(page, of(booking, action) + "?view" if "view" in panel else of(booking, action) + "?date")
    if action == "edit":
        assert ended(site, ada.press(form, on=address, topic="The roof", duration_minutes="30")) == panel
        link = leading(page, "/link?")
        assert ended(site, ada.press(link, on=address, link="https://rooms.example.org/ada")) == panel
    else:
        start = site.slots()["slots"][5]
        shown = re.sub("date=[^&]*&", "", panel)
        assert ended(site, ada.press(form, on=address, start=start)) == shown, "the days among which it is now"
    assert 'id="panel"' in ada.get(panel).text


def test_who_edits_on_the_page_of_the_booking_comes_back_to_that(site: Site, ada: Browser) -> None:
    booking = site.booked()
    page = ada.get(of(booking)).text
    for action, fields in (("edit", {"duration_minutes": "45"}), ("move", {"start": site.slots()["slots"][5]})):
        address = leading(page, f"/{action}")
        assert of(booking) in links(ada.get(address).text)
        assert ended(site, ada.press(of(booking, action), on=address, **fields)) == of(booking)


def test_what_an_address_says_of_another_booking_or_site_leads_nowhere(site: Site, ada: Browser) -> None:
    booking = site.booked()
    for odd in ("booking=" + "0" * 32, "booking=//evil.example", "back=https://evil.example"):
        address = f"{of(booking, 'edit')}?view=month&{odd}"
        assert ended(site, ada.press(address, on=address, duration_minutes="30")) == of(booking)
        assert "evil" not in ada.get(address).text.partition("<main")[2]


def test_who_answers_a_request_in_the_panel_comes_back_to_it(site: Site) -> None:
    ada = with_approval(site)
    for place, action in enumerate(("approve", "decline")):
        booking = ask(site, place)
        panel = PANEL.format(**booking)
        form = leading(ada.get(panel).text, f"/{booking['id']}/{action}?")
        assert ended(site, ada.press(form, on=panel, back="booking")) == panel


def start(ada: Browser, booking: dict[str, Any], panel: str) -> str:
    """Press the button in the panel, and return the address and the text at which the host ends."""
    form = leading(ada.get(panel).text, of(booking, "start"))
    answer = ada.press(form, on=panel)
    assert answer.status_code == 303
    return answer.headers["Location"]


@pytest.mark.parametrize(
    ("fault", "advice"),
    [
        ({"status": 503}, "Zoom did not give its link just now. Press “Start as host” again, or start"),
        ({"status": 429, "body": {"code": 429, "message": "slow down"}}, "Zoom asks for a pause."),
        ({"status": 404, "body": {"code": 3001, "message": "no such meeting"}}, "Zoom has no such meeting any more."),
        (
            {"status": 400, "body": {"code": 4711, "message": "lacks scopes"}},
            "The connection to Zoom lacks a permission for this.",
        ),
    ],
)
def test_a_start_that_fails_leads_to_the_panel_and_says_what_to_do(
    site: Site, ada: Browser, fault: dict[str, Any], advice: str
) -> None:
    booking = site.booked()
    site.drain()
    panel = PANEL.format(**booking)
    site.simulator.fault(route="get_meeting", times=9, **fault)
    address = start(ada, booking, panel)
    assert address == f"{site.base}{panel}"
    page = ada.get(address).text
    assert f"The meeting with Bob Byrne was not started. {advice}" in words(page)
    assert 'id="panel"' in page


def test_a_start_that_fails_leads_to_the_panel_from_the_list_and_from_the_page_too(site: Site, ada: Browser) -> None:
    booking = site.booked()
    site.drain()
    site.simulator.fault(route="get_meeting", times=9, status=503)
    found = f"{site.base}/?view=list&booking={booking['id']}"
    assert start(ada, booking, "/?view=list") == found
    assert start(ada, booking, of(booking)) == f"{site.base}/?booking={booking['id']}"


def test_who_starts_without_our_access_is_told_to_reconnect(site: Site, ada: Browser) -> None:
    booking = site.booked()
    site.drain()
    turn(site.state, models.Grant, models.Grant.lost_at.is_(None), lost_at=datetime.now(UTC))
    text = words(ada.get(start(ada, booking, PANEL.format(**booking))).text)
    assert "Press Reconnect Zoom on the dashboard. Until then start the meeting in Zoom itself." in text
