"""The story of a host who looks after things: what failed is tried again, what differs is looked at, all are asked."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Page, expect

from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.servers import free_port
from tests.fixtures.site import MakeSite, Site
from tests.mail.conftest import Post
from tests.services.looking import LONG_AGO, only, turn
from zoom_blueprint.services import heartbeats
from zoom_blueprint.store import models

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]
FIRST = (models.Delivery.subscriber == "mail:invitee", models.Delivery.event_name == "booking.confirmed")


@pytest.fixture
def post() -> Iterator[tuple[Post, int]]:
    """A mail server."""
    kept = Post()
    server = Controller(kept, hostname="127.0.0.1", port=free_port())
    server.start()
    yield kept, server.port
    server.stop()


@pytest.fixture
def site(make_site: MakeSite, post: tuple[Post, int], page_errors: PageErrors) -> Site:
    """A site with a booking of which one mail is parked, and whose meeting was moved in Zoom while nobody listened."""
    page_errors.allow("favicon")  # the small host app has none
    site = make_site(ZOOM_SMTP_URL=f"smtp://127.0.0.1:{post[1]}", ZOOM_MAIL_FROM="us@example.com")
    site.connect()
    site.booked()
    site.drain()
    heartbeats.beat(site.state, "worker")
    parked = {"due_at": None, "outcome": None, "parked_at": LONG_AGO, "attempts": 100}
    turn(site.state, models.Delivery, *FIRST, **parked, last_error="the mail server answered 451")
    site.simulator.knobs(webhook_hold=True)
    meeting = only(site.state, models.Meeting)
    assert meeting.seen_start is not None
    there = meeting.seen_start + timedelta(hours=1)
    site.simulator.press("ada", meeting.zoom_meeting_id or 0, "move", start=there.strftime("%Y-%m-%dT%H:%M"))
    return site


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_host_mends_what_failed_and_sees_that_all_is_well(
    site: Site, post: tuple[Post, int], new_page: NewPage, axe: Callable[..., None], has_scripts: bool
) -> None:
    page = new_page(java_script_enabled=has_scripts, viewport={"width": 390, "height": 844})
    page.context.add_cookies([{"name": "host", "value": "ada", "url": site.base}])
    page.goto(f"{site.base}/deliveries")
    page.get_by_label("State").select_option(label="Stopped trying")
    page.get_by_role("button", name="Show").click()
    stuck = page.get_by_role("listitem").filter(has_text="Mail to Bob Byrne: a new booking")
    expect(stuck).to_contain_text("knows of it only from the page of the booking")
    stuck.get_by_role("button", name="Try again").click()
    said(page, "It is being tried again.")
    site.drain()
    mails = len(post[0].to("bob@example.com"))
    page.goto(f"{site.base}/deliveries?state=sent")
    row = page.get_by_role("listitem").filter(has_text="Mail to Bob Byrne: a new booking")
    row.get_by_role("button", name="Send again").click()
    said(page, "It is being sent again.")
    site.drain()
    assert len(post[0].to("bob@example.com")) == mails + 1

    page.get_by_role("navigation", name="Your pages").get_by_role("link", name="Zoom", exact=True).click()
    page.get_by_role("link", name="Meetings in Zoom").click()
    expect(page.get_by_text("1 difference")).to_be_visible()
    if has_scripts:
        axe(page)
    page.get_by_role("button", name="Look again").click()
    said(page, "It is being looked at in Zoom.")
    site.drain()
    page.goto(f"{site.base}/zoom-meetings")
    expect(page.get_by_text("Zoom and your bookings agree.")).to_be_visible()

    page.get_by_role("link", name="Is everything OK?").click()
    page.get_by_role("button", name="Check now").click()
    said(page, "Everybody was asked, and everything is OK.")
    if has_scripts:
        axe(page)


def said(page: Page, words: str) -> None:
    """Expect the page to answer what was just pressed."""
    expect(page.locator(".notice[role=status]")).to_contain_text(words)
