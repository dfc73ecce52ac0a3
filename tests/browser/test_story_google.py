"""The story of Google Calendar on the demo's own site: two calendars, Zoom's link or Meet's, changes in Google."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from demo_app import mail
from tests.browser import prospect
from tests.browser.test_story_host import sign_in
from tests.fixtures.demo import Demo
from tests.fixtures.waiting import wait_until
from zoom_blueprint.testing.google import GoogleControl

pytestmark = pytest.mark.browser
Axe = Callable[..., None]
MEET, ZOOM = re.compile("https://meet.google.com/.+"), re.compile("http://127.0.0.1:.+/j/.+")


def book(page: Page, demo: Demo, number: int) -> tuple[str, str]:
    """Book Grace as Ada does on the site's own page; return where people meet, and the booking's page."""
    page.goto(demo.origin)
    dialog = prospect.open_dialog(page, "Book a second opinion")
    prospect.choose_time(dialog, number)
    prospect.fill_in(dialog, "Ada Lovelace", "ada@example.com")
    prospect.confirm(dialog)
    join = dialog.get_by_role("link", name=re.compile("^Join")).get_attribute("href") or ""
    return join, dialog.get_by_role("link", name="Reschedule or cancel").get_attribute("href") or ""


def open_calendar(page: Page, demo: Demo, who: str) -> None:
    """Open somebody's calendar in Google."""
    page.goto(f"{demo.zoom_origin}/users/{who}/google")


def stands_in_both(page: Page, demo: Demo, join: str) -> None:
    """Look for an event with this link in the calendars of host and invitee."""
    for who in ("grace", "ada"):

        def stands(who: str = who) -> bool:
            open_calendar(page, demo, who)
            return page.locator(f'a.button[href="{join}"]').is_visible()

        wait_until(stands, 20, why=f"the event stands in the calendar of {who}")


def connect_zoom(page: Page, demo: Demo) -> None:
    """Let Grace connect Zoom."""
    sign_in(page, demo, "Grace Hopper")
    page.goto(f"{demo.origin}/zoom/connection")
    page.get_by_role("button", name="Connect Zoom").first.click()
    page.get_by_label("You are signed in as").select_option("grace")
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_role("status").filter(has_text="Zoom connected")).to_be_visible()


def disconnect_zoom(page: Page, demo: Demo) -> None:
    """Let Grace disconnect Zoom."""
    sign_in(page, demo, "Grace Hopper")
    page.goto(f"{demo.origin}/zoom/connection")
    page.get_by_role("region", name="Zoom is connected").get_by_role("link", name="Disconnect").click()
    page.get_by_role("button", name="Disconnect Zoom").click()
    expect(page.get_by_role("status").filter(has_text="Zoom is disconnected")).to_be_visible()


def test_google_is_connected_as_easily_as_zoom_and_declining_is_no_drama(demo: Demo, page: Page, axe: Axe) -> None:
    sign_in(page, demo, "Ada Lovelace")
    for decision in ("Cancel", "Continue"):
        page.goto(f"{demo.origin}/zoom/connection")
        axe(page)
        page.get_by_role("button", name="Connect Google Calendar").click()
        expect(page.get_by_text("View and edit events on all your calendars")).to_be_visible()
        page.get_by_label("Your account").select_option("ada")
        page.get_by_role("button", name=decision).click()
        if decision == "Cancel":
            expect(page.get_by_role("alert")).to_contain_text("declined")
    expect(page.get_by_role("status").filter(has_text="Google Calendar connected")).to_be_visible()
    axe(page)


def test_the_link_is_zooms_while_zoom_is_connected_and_meets_when_it_is_not(demo: Demo, page: Page) -> None:
    connect_zoom(page, demo)
    first, manage = book(page, demo, 0)
    assert ZOOM.fullmatch(first)
    stands_in_both(page, demo, first)
    disconnect_zoom(page, demo)
    second, _ = book(page, demo, 2)
    assert MEET.fullmatch(second)
    stands_in_both(page, demo, second)

    def is_mailed() -> bool:
        found = [one for one in mail.received(demo.folder / "mail") if "ada@example.com" in one.to]
        return any(second in one.text for one in found)

    wait_until(is_mailed, 20, why="the Meet link is in the mail")
    connect_zoom(page, demo)
    stands_in_both(page, demo, second)
    third, _ = book(page, demo, 4)
    assert ZOOM.fullmatch(third)
    page.goto(manage)
    expect(page.get_by_role("link", name="Join Zoom meeting")).to_have_attribute("href", first)
    invited = GoogleControl(demo.zoom).invitations("invited")
    assert [one["email"] for one in invited] == ["ada@example.com"] * 3


def test_what_is_moved_or_deleted_in_google_is_moved_and_cancelled_here(demo: Demo, page: Page) -> None:
    join, manage = book(page, demo, 6)
    stands_in_both(page, demo, join)
    open_calendar(page, demo, "grace")
    event = page.get_by_role("article").filter(has=page.locator(f'a[href="{join}"]'))
    start = event.locator("time").get_attribute("datetime") or ""
    later = datetime.fromisoformat(event.get_by_label("New start").input_value()) + timedelta(days=1)
    event.get_by_label("New start").fill(later.strftime("%Y-%m-%dT%H:%M"))
    event.get_by_role("button", name="Move").click()
    wanted = datetime.fromisoformat(start) + timedelta(days=1)

    def has_moved() -> bool:
        known = page.request.get(manage.replace("/bookings/", "/api/v1/bookings/")).json()
        return datetime.fromisoformat(known["start"]) == wanted

    wait_until(has_moved, 20, why="the booking has moved")
    open_calendar(page, demo, "grace")
    event.get_by_role("button", name="Delete").click()

    def is_cancelled() -> bool:
        page.goto(manage)
        return page.get_by_role("heading", name="This booking is cancelled").is_visible()

    wait_until(is_cancelled, 20, why="the booking is cancelled")
