"""The host moves a booking: to what is offered, to anything that is free, and to nothing that is taken."""

from datetime import datetime

import pytest

from tests.fixtures.site import Site
from tests.services.looking import Letters
from tests.services.pending import at_zoom
from tests.web.asking import everything
from tests.web.browsing import Browser, words
from tests.web.desk import anyway, in_days, of, press
from zoom_blueprint.services import agendas


@pytest.fixture
def ada(site: Site) -> Browser:
    """Ada's browser."""
    return Browser(site)


def start_of(site: Site, booking: dict[str, str]) -> datetime:
    """Return when a booking begins now."""
    return agendas.get(site.state, booking["id"]).start


def test_an_offered_time_moves_it_here_and_in_zoom(site: Site, ada: Browser) -> None:
    booking = site.booked()
    site.drain()
    Letters(site)
    later = site.slots()["slots"][5]
    assert later in ada.get(of(booking, "move")).text
    text = press(ada, of(booking, "move"), of(booking, "move"), start=later)
    assert "The booking with Bob Byrne is moved to" in text
    assert "Bob Byrne is told by mail." in text
    assert "Moved from" in text
    assert start_of(site, booking) == datetime.fromisoformat(later)
    site.drain()
    assert at_zoom(site) == [datetime.fromisoformat(later)]


def test_moving_it_twice_to_the_same_time_moves_it_once(site: Site, ada: Browser) -> None:
    booking = site.booked()
    later = site.slots()["slots"][5]
    ada.press(of(booking, "move"), of(booking, "move"), start=later)
    before = everything(site)
    ada.press(of(booking, "move"), of(booking, "move"), start=later)
    assert everything(site) == before


def test_a_time_outside_the_hours_is_asked_about_and_then_taken(site: Site, ada: Browser) -> None:
    booking = site.booked()
    day = in_days(9)
    fields = {"date": day, "time": "06:10"}
    before = start_of(site, booking)
    asked = ada.press(of(booking, "move"), of(booking, "move"), **fields)
    assert asked.status_code == 200
    assert "This is outside your working hours. You can take it all the same." in words(asked.text)
    assert 'value="06:10"' in asked.text
    assert start_of(site, booking) == before
    ada.press(of(booking, "move"), of(booking, "move"), **fields, anyway=anyway(asked.text))
    assert start_of(site, booking).isoformat().startswith(f"{day}T0")


def test_another_time_than_the_one_asked_about_is_asked_about_again(site: Site, ada: Browser) -> None:
    booking = site.booked()
    asked = ada.press(of(booking, "move"), of(booking, "move"), date=in_days(9), time="06:10")
    again = ada.press(
        of(booking, "move"), of(booking, "move"), date=in_days(9), time="05:10", anyway=anyway(asked.text)
    )
    assert "This is outside your working hours" in again.text


def test_a_free_time_within_the_hours_needs_no_question(site: Site, ada: Browser) -> None:
    booking = site.booked()
    text = press(ada, of(booking, "move"), of(booking, "move"), date=in_days(9), time="10:07")
    assert "is moved to" in text


def test_a_time_that_overlaps_is_refused_and_what_was_typed_stays(site: Site, ada: Browser) -> None:
    booking = site.booked()
    offered = site.slots()
    other = site.booked(start=offered["slots"][10], token=offered["token"], email="eve@example.com")
    before = start_of(site, booking)
    answer = ada.press(of(booking, "move"), of(booking, "move"), start=other["start"])
    assert answer.status_code == 409
    assert "This overlaps another booking" in answer.text
    assert f'value="{other["start"][:10]}"' in answer.text
    assert start_of(site, booking) == before


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Choose a day."),
        ({"date": "2030-01-15"}, "Choose a time of day."),
        ({"date": "tomorrow", "time": "noon"}, "Give a day as YYYY-MM-DD."),
        ({"date": "2030-01-15", "time": "25:00"}, "Give a time of day as HH:MM."),
        ({"date": "2030-03-31", "time": "01:30"}, "Clocks are put forward then"),
        ({"date": "2020-01-15", "time": "10:00"}, "Choose a time that is still to come."),
        ({"date": "9999-12-31", "time": "23:59"}, "Give a day as YYYY-MM-DD."),
        ({"start": "yesterday"}, "Choose one of the offered times."),
    ],
)
def test_what_is_no_time_is_said_beside_it(site: Site, ada: Browser, fields: dict[str, str], said: str) -> None:
    booking = site.booked()
    before = everything(site)
    answer = ada.press(of(booking, "move"), of(booking, "move"), **fields)
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert all(f'value="{value}"' in answer.text for name, value in fields.items() if name != "start")
    assert everything(site) == before


def test_a_cancelled_booking_cannot_be_moved_and_the_page_says_so(site: Site, ada: Browser) -> None:
    booking = site.booked()
    token = ada.csrf_token(of(booking, "move"))
    ada.press(of(booking, "cancel"), of(booking, "cancel"))
    assert "This booking cannot be moved any more" in ada.read(of(booking, "move"))
    answer = ada.post(of(booking, "move"), data={"csrf_token": token, "date": in_days(9), "time": "10:00"})
    assert answer.status_code == 303
    assert "This booking is cancelled" in ada.read(of(booking))
