"""The page of a booking waits for its link as long as it takes, and says what a new look at it would say."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.site import MakeSite, Site
from tests.fixtures.waiting import wait_until
from tests.services.looking import cancel, make_due
from tests.services.parking import fail, site_of_few_tries
from zoom_blueprint.services import parked
from zoom_blueprint.store import models

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]
HALF_AN_HOUR = 60


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """A site that parks after three failures, whose Zoom is out of order."""
    site = site_of_few_tries(make_site)
    site.simulator.fault(route="create_meeting", status=503, times=50)
    return site


@pytest.fixture
def phone(new_page: NewPage, page_errors: PageErrors) -> Page:
    """A phone whose clock is turned by the test."""
    page_errors.allow("favicon")
    page = new_page(viewport={"width": 390, "height": 844})
    page.clock.install()
    return page


def wait_for_half_an_hour(page: Page, until: Locator) -> None:
    """Let the page look again and again, and then until it shows something: an answer may be on its way still."""
    for _ in range(HALF_AN_HOUR):
        page.clock.run_for(30_000)

    def is_seen() -> bool:
        page.clock.run_for(30_000)
        return until.is_visible()

    wait_until(is_seen, why="the page has looked")


def test_the_page_tells_of_a_parked_meeting_and_of_its_link_without_being_loaded_anew(site: Site, phone: Page) -> None:
    booking = site.booked()
    phone.goto(booking["manage_url"])
    phone.locator("summary").click()
    phone.locator("#reason").fill("Half a sentence")
    status = phone.get_by_role("status")
    expect(status).to_contain_text("Your Zoom link is on its way")
    expect(phone.get_by_role("link", name="Google")).not_to_have_attribute("href", re.compile("Join"))
    phone.clock.run_for(2_000)
    fail(site, "meeting")
    wait_for_half_an_hour(phone, status.filter(has_text="Ada Lovelace can see that"))
    site.simulator.clear_faults()
    parked.retry_all(site.state)
    site.drain()
    wait_for_half_an_hour(phone, status.filter(has_text="Your Zoom link is ready."))
    expect(status.get_by_role("link", name="Join Zoom meeting")).to_be_visible()
    expect(phone.locator(".details")).to_contain_text("Passcode")
    expect(phone.get_by_role("link", name="Google")).to_have_attribute("href", re.compile("Join%3A%20http"))
    expect(phone.locator("#reason")).to_have_value("Half a sentence")


def test_a_booking_that_is_cancelled_elsewhere_meanwhile_is_shown_as_such(site: Site, phone: Page) -> None:
    booking = site.booked()
    phone.goto(booking["manage_url"])
    expect(phone.get_by_role("status")).to_contain_text("on its way")
    cancel(site, booking)
    make_due(site.state, models.Meeting)
    site.drain()
    wait_for_half_an_hour(phone, phone.get_by_role("heading", name="This booking is cancelled"))
