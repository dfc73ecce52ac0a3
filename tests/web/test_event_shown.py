"""What pages and answers say of a booking whose event stands in Google Calendar, and that is met in Google Meet."""

import pytest

from tests.fixtures.site import Site, api
from tests.web.browsing import Browser, words
from tests.web.calendared import LINK, MEET, put_event


@pytest.fixture
def database_kind() -> str:
    """One database will do for what pages look like."""
    return "sqlite"


def test_the_host_reads_how_the_event_stands_and_opens_it(site: Site) -> None:
    booking = site.booked()
    site.drain()
    ada = Browser(site)
    page = f"/host/bookings/{booking['id']}"
    assert "Google" not in ada.read(page)
    put_event(site, booking["id"], response="accepted")
    text = ada.get(page).text
    assert f'href="{LINK}"' in text
    assert "Google Calendar It is in your calendar. Open in Google Calendar Invitation Accepted" in words(text)
    assert "Join Start as host" in words(text)


def test_who_declined_and_a_move_not_followed_are_flagged_in_the_list_too(site: Site) -> None:
    booking = site.booked()
    put_event(site, booking["id"], response="declined", conflict=booking["start"])
    for path in ("/?view=list", f"/host/bookings/{booking['id']}"):
        text = Browser(site).read(path)
        assert "Bob Byrne has declined the invitation in Google Calendar." in text
        assert "In Google Calendar this event was moved to" in text


def test_a_visitor_joins_google_meet_by_its_name_and_gets_the_entry_from_google(site: Site) -> None:
    booking = site.booked()
    site.drain()
    put_event(site, booking["id"], in_meet=True)
    page = site.get(booking["manage_url"]).text
    assert f'href="{MEET}"' in page
    text = words(page)
    assert "Join Google Meet" in text
    assert "Google Calendar sends an invitation to bob@example.com." in text
    assert "Zoom" not in text
    assert "Add to calendar" not in text
    answer = site.get(api(booking)).json()
    assert (answer["join_url"], answer["join_name"]) == (MEET, "Join Google Meet")
    assert answer["calendar_links"] is None
    of_host = Browser(site).read(f"/host/bookings/{booking['id']}")
    assert "It takes place in Google Meet" in of_host
    assert "Start as host" not in of_host


def test_once_google_is_cut_the_visitor_adds_the_booking_by_hand_again(site: Site) -> None:
    booking = site.booked()
    put_event(site, booking["id"], detached=True)
    assert "Add to calendar" in words(site.get(booking["manage_url"]).text)
    assert site.get(api(booking)).json()["calendar_links"] is not None
    assert "follows no change made here" in Browser(site).read(f"/host/bookings/{booking['id']}")
