"""What is not tried any more, on a phone and on a desk: nothing sticks out, axe passes, and the buttons work."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.site import MakeSite, Site
from tests.services.looking import LONG_AGO, Letters, turn
from tests.services.parking import parked_meeting, site_of_few_tries
from tests.web.desk import of
from zoom_blueprint import LifecycleEvent
from zoom_blueprint.store import models

pytestmark = pytest.mark.browser


@pytest.fixture
def database_kind() -> str:
    """One database will do for what pages look like."""
    return "sqlite"


@pytest.fixture
def stuck(make_site: MakeSite) -> tuple[Site, dict[str, Any]]:
    """A host, with a booking whose meeting, mails and hook failed too often."""
    site = site_of_few_tries(make_site)
    Letters(site)

    @site.zoom.on("booking.confirmed", subscriber="crm")
    def crm(_: LifecycleEvent) -> None:
        """Be owed a delivery."""

    booking = parked_meeting(site, name="Bartholomew Featherstonehaugh-Byrne")
    first = models.Delivery.subscriber.in_(["mail:invitee", "mail:host", "hook:crm"])
    turn(site.state, models.Delivery, first, due_at=None, parked_at=LONG_AGO, last_error="RuntimeError")
    return site, booking


@pytest.fixture(autouse=True)
def _no_icon(page_errors: PageErrors) -> None:
    page_errors.allow("favicon")  # the small host app has none


def open_as_ada(site: Site, page: Page, path: str) -> None:
    """Open one of the host's pages as Ada."""
    page.context.add_cookies([{"name": "host", "value": "ada", "url": site.base}])
    page.goto(f"{site.base}{path}")
    page.wait_for_load_state("load")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_what_is_parked_is_readable_and_passes_axe(
    stuck: tuple[Site, dict[str, Any]],
    new_page: NewPage,
    axe: Callable[..., None],
    screenshot: Callable[..., Path],
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    page = new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
    site, booking = stuck
    for path, name in (("/", "dashboard"), (of(booking), "booking")):
        open_as_ada(site, page, path)
        region = page.get_by_role("region", name="We have stopped trying")
        expect(region.get_by_role("listitem")).to_have_count(5)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"
        axe(page)
        screenshot(page, f"parked-{name}-{width}-{scheme}")


@pytest.mark.parametrize("has_scripts", [True, False])
def test_the_buttons_begin_anew_with_and_without_scripts(
    stuck: tuple[Site, dict[str, Any]], new_page: NewPage, has_scripts: bool
) -> None:
    page = new_page(java_script_enabled=has_scripts)
    open_as_ada(stuck[0], page, "/")
    region = page.get_by_role("region", name="We have stopped trying")
    one = region.get_by_role("listitem").filter(has_text="The Zoom meeting was not made")
    one.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("It is being tried again.")).to_be_visible()
    expect(region.get_by_role("listitem")).to_have_count(4)
    region.get_by_role("button", name="Try all again").click()
    expect(page.get_by_text("4 things are being tried again.")).to_be_visible()
    expect(region).to_have_count(0)


def test_much_that_is_parked_leaves_the_rest_of_the_page_in_reach(
    stuck: tuple[Site, dict[str, Any]], new_page: NewPage, axe: Callable[..., None], screenshot: Callable[..., Path]
) -> None:
    site, _ = stuck
    for place in range(4):
        site.booked(email=f"visitor{place}@example.com", lang="de")
    first = models.Delivery.subscriber.in_(["mail:invitee", "mail:host", "hook:crm"])
    turn(site.state, models.Delivery, first, due_at=None, parked_at=LONG_AGO, last_error="RuntimeError")
    page = new_page(viewport={"width": 390, "height": 844})
    open_as_ada(site, page, "/")
    region = page.get_by_role("region", name="We have stopped trying")
    expect(region.get_by_role("listitem")).to_have_count(3)
    expect(region.get_by_role("listitem").first).to_contain_text("The Zoom meeting was not made")
    region.get_by_text("Show 14 more").click()
    expect(region.get_by_role("listitem")).to_have_count(17)
    expect(region.get_by_text("At most")).to_have_count(0)
    axe(page)
    screenshot(page, "parked-many-390")
    for place in range(4, 15):
        site.booked(email=f"visitor{place}@example.com", lang="de")
    turn(site.state, models.Delivery, first, due_at=None, parked_at=LONG_AGO, last_error="RuntimeError")
    page.reload()
    region.get_by_text("Show 47 more").click()
    expect(region.get_by_text("At most 50 are listed here. “Try all again” takes all there are.")).to_be_visible()
    region.get_by_role("button", name="Try all again").click()
    expect(page.get_by_text("50 things are being tried again.")).to_be_visible()
