"""*Move to Zoom* on the page of a booking that is met in Google Meet."""

from dataclasses import replace

import pytest

from tests.fixtures.google import connect_google
from tests.fixtures.site import MakeSite, Site, api
from tests.fixtures.site_app import INTRO_CALL
from tests.web.browsing import Browser
from zoom_blueprint import WithoutZoom
from zoom_blueprint.services import event_types


@pytest.fixture
def database_kind() -> str:
    """One database will do for what pages look like."""
    return "sqlite"


@pytest.fixture
def site(make_google_site: MakeSite) -> Site:
    """Serve a site whose host has Google Calendar alone, and meets there."""
    made = make_google_site()
    event_types.put(made.state, "1", replace(INTRO_CALL, without_zoom=WithoutZoom.CALENDAR))
    connect_google(made)
    made.drain()
    return made


def test_the_host_moves_a_booking_to_zoom_when_zoom_works(site: Site) -> None:
    booking = site.booked()
    site.drain()
    ada, page = Browser(site), f"/host/bookings/{booking['id']}"
    assert "It takes place in Google Meet" in ada.read(page)
    assert "The Google Meet link was made" in ada.read(page)
    assert "Move to Zoom" not in ada.read(page), "there is no Zoom to move to"
    ada.press(f"{page}/zoom")
    assert "Zoom is not connected." in ada.read(page)
    site.connect()
    assert "Move to Zoom" in ada.read(page)
    answer = ada.press(f"{page}/zoom", on=page)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{site.base}{page}")
    assert "The Zoom meeting is being made. The Google Meet link holds until then." in ada.read(page)
    site.drain()
    assert "Move to Zoom" not in ada.read(page)
    assert "The Zoom link was made" in ada.read(page)
    assert site.get(api(booking)).json()["join_name"] == "Join Zoom meeting"
    ada.press(f"{page}/zoom")
    assert "This booking is not met in Google Meet." in ada.read(page)


def test_another_hosts_booking_is_not_found(site: Site) -> None:
    booking = site.booked()
    assert Browser(site, "grace").press(f"/host/bookings/{booking['id']}/zoom").status_code == 404
