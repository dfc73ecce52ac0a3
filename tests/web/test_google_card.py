"""What the host's pages say of their Google Calendar, and where its buttons lead."""

import re
from datetime import timedelta

import pytest

from tests.fixtures.google import connect_google
from tests.fixtures.site import MakeSite, Site
from tests.services.calendaring import age
from tests.services.looking import turn
from tests.web.browsing import Browser, words
from zoom_blueprint import EventType, Location, WithoutZoom
from zoom_blueprint.google_api import scopes
from zoom_blueprint.services import connections
from zoom_blueprint.store import models
from zoom_blueprint.values import Provider

BUSY = "https://www.googleapis.com/auth/calendar.freebusy"


@pytest.fixture
def database_kind() -> str:
    """One database will do for what pages look like."""
    return "sqlite"


@pytest.fixture
def site(make_google_site: MakeSite) -> Site:
    """Serve a site whose host ``ada`` has connected Zoom, and could connect Google."""
    made = make_google_site()
    made.connect()
    return made


def google_id(site: Site) -> str:
    """Return the id of the host's connection to Google."""
    found = connections.current(site.state, "1", Provider.GOOGLE)
    assert found is not None
    return found.id


def turned(site: Site, **columns: object) -> None:
    """Let the connection to Google be otherwise than it is."""
    turn(site.state, models.Connection, models.Connection.id == google_id(site), **columns)


def card(page: str) -> str:
    """Return the text of the card."""
    found = re.search(r'<section class="card connection" aria-labelledby="google">.*?</section>', page, re.DOTALL)
    assert found, page
    return words(found[0])


def test_who_never_connected_finds_one_button_and_what_it_brings(site: Site) -> None:
    ada = Browser(site)
    page = ada.get("/connection").text
    assert 'action="/zoom/google/connect"' in page
    assert "nobody can book you while you are busy" in card(page)
    for one in scopes.missing(()):
        assert one.scope in card(page), "what Google will ask is said before"
    assert "Given" not in card(page)
    assert "Your connections" in words(page)
    assert "Google" not in ada.read("/"), "the dashboard is about bookings while nothing is wrong"


def test_who_is_connected_reads_the_account_and_what_each_permission_is_for(site: Site) -> None:
    connect_google(site)
    page = Browser(site).get("/connection").text
    text = card(page)
    assert "Google Calendar is connected" in text
    assert "ada@" in text
    for one in scopes.missing(()):
        assert one.scope in text
    assert f"/connections/{google_id(site)}/disconnect" in page


def test_a_check_asks_google_and_says_what_it_found(site: Site) -> None:
    connect_google(site)
    ada = Browser(site)
    check = f"/connections/{google_id(site)}/check"
    ada.press(check)
    text = ada.read("/connection")
    assert "Google answered, and everything is fine." in text
    assert "Health check: everything is fine (Google Calendar) Access to Google good" in text
    assert "Google" not in ada.read("/")
    site.simulator.google.remove_app("ada")
    ada.press(check)
    text = ada.read("/")
    assert text.count("Google no longer accepts our access. Press Reconnect Google Calendar.") == 2, (
        "once as the answer"
    )
    ada.press(f"/connections/{google_id(site)}/disconnect")
    ada.press(check)
    assert "Google Calendar is not connected, so there is nothing to check." in ada.read("/connection")
    assert Browser(site, "grace").press(check).status_code == 404


def test_a_permission_that_was_not_given_is_named_with_its_reason_and_its_button(site: Site) -> None:
    connect_google(site, withhold=[BUSY])
    ada = Browser(site)
    for path in ("/connection", "/"):
        page = ada.get(path).text
        text = card(page)
        assert "See when your calendars are busy: To offer no time at which you are busy." in text
        assert "leave every box ticked" in text
        assert f"/connections/{google_id(site)}/reconnect" in page


def test_an_ill_connection_is_told_on_both_pages_with_what_to_press(site: Site) -> None:
    connect_google(site)
    turned(site, status="unhealthy", reason="lost")
    ada = Browser(site)
    for path in ("/connection", "/"):
        text = card(ada.get(path).text)
        assert "Google no longer accepts our access. Press Reconnect Google Calendar." in text
        assert "your busy times are those last seen" in text
    assert ada.press(f"/connections/{google_id(site)}/reconnect").status_code == 303


def test_after_a_disconnect_the_card_asks_again_and_the_dashboard_is_silent(site: Site) -> None:
    connect_google(site)
    ada = Browser(site)
    ada.press(f"/connections/{google_id(site)}/disconnect")
    assert "You disconnected Google Calendar." in card(ada.get("/connection").text)
    assert "Google" not in ada.read("/").replace("Google Calendar is disconnected", "")


def test_another_hosts_connection_to_google_is_not_found(site: Site) -> None:
    connect_google(site)
    grace = Browser(site, "grace")
    for path in ("reconnect", "disconnect"):
        assert grace.press(f"/connections/{google_id(site)}/{path}").status_code == 404


def test_forms_may_lead_to_google_where_it_can_be_connected(site: Site, make_site: MakeSite) -> None:
    google = site.simulator.google.oauth_url.partition("/google")[0]
    policy = Browser(site).get("/connection").headers["Content-Security-Policy"]
    assert f"form-action 'self' {google} {google};" in policy  # Zoom is played by the same simulator
    other = Browser(make_site()).get("/connection").headers["Content-Security-Policy"]
    assert f"form-action 'self' {google};" in other


def test_an_event_type_can_be_booked_with_google_meet_while_zoom_is_not_connected(make_google_site: MakeSite) -> None:
    site = make_google_site()
    ada = Browser(site)
    form = ada.get("/event-types/new").text
    assert 'value="calendar"' in form
    assert "Google Calendar is not connected: until then it cannot be booked either." in words(form)
    with site.app.app_context():
        site.zoom.event_types.put("1", EventType(slug="talk", title="Talk", without_zoom=WithoutZoom.CALENDAR))
    assert "Until Zoom or Google Calendar is connected and works, this cannot be booked." in ada.read("/event-types")
    connect_google(site)
    assert "this is booked with a Google Meet link" in ada.read("/event-types")
    page = site.get("/book/ada/talk").text
    assert "Google Meet" in words(page)
    assert "Zoom meeting" not in words(page)
    strings = site.slots("ada/talk")["strings"]
    assert "Google Meet" in strings["facts"]
    assert strings["link_ready"] == "Your Google Meet link is ready."
    # This site sends no mail, so it promises none.
    assert strings["coming"] == "Your Google Meet link is on its way. It appears here by itself."


def test_the_policy_is_kept_in_the_form_even_where_google_is_gone(make_site: MakeSite) -> None:
    site = make_site()
    turn(site.state, models.EventType, without_zoom="calendar")
    ids = re.findall(r"/event-types/([0-9a-f]{32})\"", Browser(site).get("/event-types").text)
    forms = [Browser(site).get(f"/event-types/{one}").text for one in ids]
    assert all(re.search(r'value="calendar" checked', form) for form in forms)


def test_who_disconnects_zoom_reads_that_google_meet_takes_over(site: Site) -> None:
    with site.app.app_context():
        for slug, location in (("talk", Location.ZOOM), ("phone", Location.PHONE)):
            event = EventType(slug=slug, title=slug.title(), location=location, without_zoom=WithoutZoom.CALENDAR)
            site.zoom.event_types.put("1", event)
    ada = Browser(site)
    page = f"/connections/{site.connection().id}/disconnect"
    assert "Nobody can book Talk until you connect again." in ada.read(page)
    connect_google(site)
    assert "People can still book Talk; they get a Google Meet link." in ada.read(page)


def test_who_disconnects_google_reads_what_nobody_can_book_then(make_google_site: MakeSite) -> None:
    site = make_google_site()
    with site.app.app_context():
        site.zoom.event_types.put("1", EventType(slug="talk", title="Talk", without_zoom=WithoutZoom.CALENDAR))
    connect_google(site)
    ada, page = Browser(site), f"/connections/{google_id(site)}/disconnect"
    assert "Nobody can book Talk until you connect again." in ada.read(page)
    site.connect()
    assert "Nobody can book" not in ada.read(page), "Zoom goes on"


def test_who_meets_in_google_is_not_told_that_zoom_is_needed_for_bookings(make_google_site: MakeSite) -> None:
    site = make_google_site()
    ada = Browser(site)
    for path in ("/", "/connection"):
        assert "Connect Zoom to take bookings" in ada.read(path)
    connect_google(site)
    for path in ("/", "/connection"):
        text = ada.read(path)
        assert "to take bookings" not in text
        assert "Until then people meet you in Google Meet, where the event type says so." in text


def test_whether_everything_is_ok_is_answered_for_google_calendar_too(site: Site) -> None:
    connect_google(site)
    ada = Browser(site)
    text = ada.read("/doctor")
    assert "Check now asks Zoom, Google, the mail server" in text
    assert "Your Google Calendar connection ada@example.com" in text
    site.simulator.google.remove_app("ada")
    ada.press("/doctor", "/doctor")
    text = ada.read("/doctor")
    assert "Google no longer accepts our access." in text
    assert "Your Zoom connection ada@example.com everything is fine" in text


@pytest.mark.parametrize(
    ("kept", "words_of_it"),
    [("close", ", so nobody can book you until it can."), ("open", ". Bookings go on by what was last known of it.")],
)
def test_that_the_calendars_cannot_be_read_is_told_with_what_it_means(site: Site, kept: str, words_of_it: str) -> None:
    connect_google(site)
    site.drain()
    turned(site, preferences={"when_stale": kept})
    ada = Browser(site)
    assert "cannot be read" not in ada.read("/connection")
    age(site, timedelta(days=1))
    for path in ("/", "/connection"):
        assert f"Your Google Calendar cannot be read{words_of_it}" in card(ada.get(path).text)
