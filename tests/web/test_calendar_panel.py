"""A booking that is open beside the host's calendar: what it leaves as it is, and what the page is called then."""

import re

import pytest

from tests.fixtures.site import Site
from tests.services.full_days import fill
from tests.web.browsing import Browser
from tests.web.test_calendar import DAY, LIST, MONDAY, MONTH, WEEK, link


@pytest.fixture
def database_kind() -> str:
    """One database will do for what pages are called."""
    return "sqlite"


@pytest.fixture
def ada(site: Site) -> Browser:
    """Ada's browser."""
    return Browser(site)


def test_a_booking_that_opens_beside_the_list_leaves_the_list_as_it_is(site: Site, ada: Browser) -> None:
    bookings = fill(site.state, [MONDAY + n * DAY for n in range(3)])
    page = ada.get(f"/?view=list&booking={bookings[2]}").text
    assert page.count('<li class="booking">') == 3
    assert link(page.partition('id="panel"')[2], "Close") == "/?view=list"


def test_each_place_of_the_calendar_has_its_own_title(site: Site, ada: Browser) -> None:
    (booking,) = fill(site.state, [MONDAY])
    places = (WEEK, "/?date=2041-01-21", MONTH, LIST, f"{WEEK}&booking={booking}")
    titles = [re.findall("<title>(.*?)</title>", ada.get(place).text)[0] for place in places]
    assert titles == [
        "Jan 14 – 20, 2041 · Your bookings",
        "Jan 21 – 27, 2041 · Your bookings",
        "January 2041 · Your bookings",
        "Your bookings",
        "Intro call with Bob Byrne",
    ]
