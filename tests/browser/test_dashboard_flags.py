"""Everything the dashboard may have to say about a booking's meeting, side by side, on a phone and on a desk."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import HOSTS, INTRO_CALL
from tests.services.looking import turn
from zoom_blueprint import WithoutZoom
from zoom_blueprint.services import snapshots
from zoom_blueprint.store import models

pytestmark = pytest.mark.browser
REASONS = ("not_connected", "quota", "scopes", "not_allowed", "unreachable", "removed", "site")


@pytest.fixture
def database_kind() -> str:
    """One database will do for what pages look like."""
    return "sqlite"


@pytest.fixture
def flagged(make_site: MakeSite) -> Site:
    """A host with a booking for each thing that can be amiss."""
    site = make_site()
    site.connect()
    with site.app.app_context():
        site.zoom.event_types.put(HOSTS["ada"].id, replace(INTRO_CALL, without_zoom=WithoutZoom.LATER))
    site.simulator.fault(route="create_meeting", times=len(REASONS), status=503)
    for place, reason in enumerate(REASONS):
        flag(site, book(site, place), reason=reason, last_error=f"Zoom's own words about {reason}.")
    policy = {"name": "auto_recording", "asked": "cloud", "stored": "none"}
    flag(site, book(site, 7), setting_changes=[policy, {"name": "protection", "asked": True, "stored": False}])
    flag(site, book(site, 8), detached=True)
    flag(site, book(site, 9), conflict="In Zoom this meeting was moved to 2030-01-15 09:00 UTC.")
    own = book(site, 10)
    details = snapshots.Details(own_link="https://meet.example.com/ada")
    sealed = snapshots.seal_details(site.state.cipher, own["id"], details)
    turn(site.state, models.Booking, models.Booking.id == own["id"], details_sealed=sealed)
    return site


def book(site: Site, place: int) -> dict[str, Any]:
    """Book one of the offered times."""
    offered = site.slots(days=20)
    return site.booked(start=offered["slots"][0], token=offered["token"], email=f"bob{place}@example.com")


def flag(site: Site, booking: dict[str, Any], **values: Any) -> None:
    """Let something be amiss with a booking's meeting."""
    now = datetime.now(UTC)
    since = {"reason_since": now, "retry_at": now + timedelta(hours=3)} if "reason" in values else {}
    turn(site.state, models.Meeting, models.Meeting.booking_id == booking["id"], due_at=None, **since, **values)


@pytest.fixture(autouse=True)
def _no_icon(page_errors: PageErrors) -> None:
    page_errors.allow("favicon")  # the small host app has none


def open_dashboard(site: Site, page: Page) -> None:
    """Open the dashboard as Ada."""
    page.context.add_cookies([{"name": "host", "value": "ada", "url": site.base}])
    page.goto(f"{site.base}/?view=list")
    page.wait_for_load_state("load")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_every_flag_is_readable_and_passes_axe(
    flagged: Site,
    new_page: NewPage,
    axe: Callable[..., None],
    screenshot: Callable[..., Path],
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    page = new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
    open_dashboard(flagged, page)
    upcoming = page.get_by_role("region", name="Upcoming")
    for words in (
        "Press Connect Zoom",
        "takes no more new or changed meetings until",
        "Press Reconnect Zoom",
        "Zoom refused the meeting",
        "has not given a clear answer since",
        "was deleted in Zoom",
        "own settings for meetings failed",
        "Zoom stored none instead of cloud",
        "neither a passcode nor a waiting room",
        "follows no change made here",
        "was moved to",
        "your own link, not one of Zoom’s",
    ):
        expect(upcoming).to_contain_text(words)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"
    axe(page)
    screenshot(page, f"flags-{width}-{scheme}")


def test_start_as_host_opens_zooms_link_and_the_dialog_says_what_is_not_touched(flagged: Site, page: Page) -> None:
    open_dashboard(flagged, page)
    of_detached = page.locator(".booking").filter(has_text="follows no change made here")
    of_detached.get_by_role("link", name="Cancel booking with Bob Byrne").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Zoom is not touched: delete the meeting there yourself")
    dialog.get_by_role("button", name="Keep booking").click()
    linked = page.locator(".booking").filter(has_text="was moved to")
    with page.context.expect_page() as opened:
        linked.get_by_role("button", name="Start as host: the meeting with Bob Byrne").click()
    expect(opened.value).to_have_url(re.compile("/s/"))
