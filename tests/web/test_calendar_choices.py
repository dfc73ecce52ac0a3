"""Choosing on the connection page which Google calendar gets the bookings, which block, and what events are like."""

import re
from typing import Any

import pytest

from tests.fixtures.google import connect_google
from tests.fixtures.site import Answer, MakeSite, Site
from tests.web.browsing import Browser, words
from zoom_blueprint.services import google_calendars
from zoom_blueprint.values import CalendarPreferences, GoogleCalendar, WhenStale


@pytest.fixture
def database_kind() -> str:
    """One database will do for what pages look like."""
    return "sqlite"


@pytest.fixture
def site(make_google_site: MakeSite) -> Site:
    """Serve a site whose host ``ada`` has three calendars at Google, one of them to be read only."""
    made = make_google_site()
    made.simulator.google.put_calendar("ada", summary="Work <team>", access_role="owner")
    made.simulator.google.put_calendar("ada", summary="Holidays", access_role="reader")
    connect_google(made)
    made.drain()
    return made


def calendars(site: Site) -> dict[str, GoogleCalendar]:
    """Return the host's calendars by their names."""
    return {one.name: one for one in google_calendars.of_host(site.state, "1")}


def send(site: Site, who: str = "ada", **fields: Any) -> Answer:
    """Send the form."""
    ada = Browser(site, who)
    usual = {"colour": "", "reminding": "own", "reminders": "", "when_stale": "close"}
    return ada.post("/google/calendars", data={"csrf_token": ada.csrf_token(), **usual, **fields})


def test_the_page_lists_the_calendars_with_what_is_chosen(site: Site) -> None:
    page = Browser(site).get("/connection").text
    found = calendars(site)
    work = found["Work <team>"]
    primary = next(one for one in found.values() if one.is_primary)
    assert re.search(rf'<option value="{primary.id}"[^>]* selected>', page)
    assert f'<option value="{found["Holidays"].id}"' not in page, "nothing can be put into it"
    assert re.search(rf'value="{primary.id}" checked', page)
    assert not re.search(rf'value="{work.id}" checked', page)
    assert "Work &lt;team&gt;" in page
    assert "Last read" in words(page)


def test_what_is_chosen_is_kept_and_shown(site: Site) -> None:
    found = calendars(site)
    work, holidays = found["Work <team>"].id, found["Holidays"].id
    chosen: dict[str, Any] = {"target": work, "blocks": [work, holidays], "colour": "9", "when_stale": "open"}
    answer = send(site, **chosen, reminding="mine", reminders="1440, 10")
    assert answer.status_code == 303
    kept = calendars(site).values()
    assert {one.id for one in kept if one.is_target} == {work}
    assert {one.id for one in kept if one.blocks} == {work, holidays}
    wanted = CalendarPreferences(colour="9", reminders=(1440, 10), when_stale=WhenStale.OPEN)
    assert google_calendars.preferences(site.state, "1") == wanted
    page = Browser(site).get("/connection").text
    for shown in ('value="mine" checked', 'value="1440, 10"', '<option value="9" selected>', 'value="open" checked'):
        assert shown in page
    assert "It is being read." in words(page)
    send(site, target=work, reminding="none")
    assert google_calendars.preferences(site.state, "1") == CalendarPreferences(reminders=())
    assert 'value="none" checked' in Browser(site).get("/connection").text


@pytest.mark.parametrize(
    ("reminders", "told"),
    [
        ("soon", "Enter whole numbers of minutes, with commas between them."),
        ("", "Enter whole numbers of minutes, with commas between them."),
        ("1,2,3,4,5,6", "Give at most 5 reminders"),
    ],
)
def test_what_is_refused_keeps_what_was_typed_and_leads_to_the_field(site: Site, reminders: str, told: str) -> None:
    found = calendars(site)
    work = found["Work <team>"].id
    answer = send(site, target=work, blocks=[work], colour="5", reminding="mine", reminders=reminders)
    assert answer.status_code == 422
    assert f'<a href="#reminders">{told}' in answer.text
    assert 'id="reminders"' in answer.text
    assert "<title>Error: Your connections</title>" in answer.text
    for shown in (f'value="{work}" checked', '<option value="5" selected>', f'value="{reminders}"'):
        assert shown in answer.text
    assert not calendars(site)["Work <team>"].is_target


def test_a_calendar_that_cannot_be_written_is_refused_by_its_field_and_nothing_is_kept(site: Site) -> None:
    answer = send(site, target=calendars(site)["Holidays"].id, colour="9", when_stale="open", reminding="none")
    assert answer.status_code == 422
    assert '<a href="#target">You may not put events into this calendar.' in answer.text
    assert google_calendars.preferences(site.state, "1") == CalendarPreferences()


def test_another_hosts_calendar_is_not_found(site: Site) -> None:
    work = calendars(site)["Work <team>"].id
    assert send(site, "grace", target=work).status_code == 404
    assert not calendars(site)["Work <team>"].is_target


def test_before_the_calendars_are_known_the_page_says_so(make_google_site: MakeSite) -> None:
    site = make_google_site()
    connect_google(site)
    text = Browser(site).read("/connection")
    assert "Your calendars are being read." in text
    assert "Bookings go into" not in text
