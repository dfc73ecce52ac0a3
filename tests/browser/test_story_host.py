"""The host's story on the demo's own site: connecting, bookings with links, changes in Zoom, disconnecting."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser import prospect
from tests.fixtures.demo import Demo
from tests.fixtures.waiting import wait_until

pytestmark = pytest.mark.browser
Axe = Callable[..., None]


def sign_in(page: Page, demo: Demo, name: str) -> None:
    """Sign in as one of the two advisers."""
    page.goto(f"{demo.origin}/sign-in")
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("heading", name="Your bookings")).to_be_visible()
    page.wait_for_load_state("load")  # by then the scripts have run


def list_bookings(page: Page) -> None:
    """Go from the calendar's week to its list."""
    page.get_by_role("link", name="List", exact=True).click()
    expect(page.get_by_role("heading", name="Upcoming")).to_be_visible()
    page.wait_for_load_state("load")


def test_connecting_zoom_is_all_a_new_host_has_to_do(demo: Demo, page: Page, axe: Axe) -> None:
    sign_in(page, demo, "Grace Hopper")
    axe(page)
    page.get_by_role("button", name="Connect Zoom").click()
    expect(page.get_by_text("meeting:write:meeting", exact=True).first).to_be_visible()
    axe(page)
    page.get_by_label("You are signed in as").select_option("grace")
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_role("status").filter(has_text="Zoom connected")).to_be_visible()
    card = page.get_by_role("region", name="Zoom is connected")
    expect(card).to_contain_text("Grace Hopper")
    expect(card).to_contain_text("grace@example.com")
    expect(card).to_contain_text("Two time zones")
    axe(page)
    page.goto(f"{demo.origin}/zoom/book/grace/30-minutes")
    expect(page.locator("main .times a").first).to_be_visible()


def test_declining_at_zoom_is_said_kindly_and_changes_nothing(demo: Demo, page: Page) -> None:
    sign_in(page, demo, "Grace Hopper")
    disconnect(page)
    page.get_by_role("button", name="Connect Zoom").click()
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_role("alert")).to_contain_text("access was declined")
    expect(page.get_by_role("button", name="Connect Zoom")).to_be_visible()


def test_the_trash_icon_cancels_here_and_deletes_in_zoom(demo: Demo, page: Page, axe: Axe) -> None:
    page.goto(demo.origin)
    prospect.book(page, 3)
    sign_in(page, demo, "Ada Lovelace")
    list_bookings(page)
    expect(page.get_by_role("link", name="Join the meeting with Bob Byrne")).to_be_visible()
    page.get_by_role("link", name="Cancel booking with Bob Byrne").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("deletes its meeting in Zoom")
    axe(page)
    dialog.get_by_role("button", name="Cancel booking").click()
    expect(page.get_by_role("status").filter(has_text="is cancelled")).to_be_visible()
    expect(page.get_by_text("No bookings yet")).to_be_visible()
    axe(page)
    wait_until(lambda: demo.zoom.meetings("ada") == [], why="the meeting is gone from Zoom")


def test_a_move_in_zoom_reaches_the_dashboard_by_itself(demo: Demo, page: Page, axe: Axe) -> None:
    page.goto(demo.origin)
    prospect.book(page, 4)
    (meeting,) = demo.zoom.meetings("ada")
    later = datetime.fromisoformat(meeting["start_time"]) + timedelta(days=1, hours=1)
    page.goto(f"{demo.zoom_origin}/users/ada")
    axe(page)
    page.get_by_label("New start (UTC)").fill(later.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name=re.compile("^Move")).click()
    sign_in(page, demo, "Ada Lovelace")
    list_bookings(page)

    def followed() -> bool:
        page.reload()
        shown = page.locator("main time").first.get_attribute("datetime") or ""
        return datetime.fromisoformat(shown) == later

    wait_until(followed, why="the dashboard shows the new time")


def test_a_deletion_in_zoom_reaches_the_dashboard_by_itself(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.zoom_origin}/users/ada")
    page.get_by_role("button", name=re.compile("^Delete")).click()
    sign_in(page, demo, "Ada Lovelace")
    list_bookings(page)

    def followed() -> bool:
        page.reload()
        return page.get_by_text("No bookings yet").is_visible()

    wait_until(followed, why="the booking is cancelled")


def test_the_snippet_can_be_copied(demo: Demo, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, demo, "Ada Lovelace")
    page.get_by_role("link", name="Get the snippet").click()
    page.wait_for_load_state("load")
    page.get_by_label("Event type").select_option("Intro call")
    expect(page.locator("#floating")).to_contain_text('event="ada/intro-call"')
    page.get_by_role("button", name="Copy: Snippet", exact=True).click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert 'event="ada/intro-call"' in copied
    assert f"{demo.origin}/zoom/widget/v1/book-now.js" in copied


def test_the_demo_runs_again_with_yesterdays_booking_meeting_and_connection(demo: Demo, page: Page) -> None:
    page.goto(demo.origin)
    prospect.book(page, 5)
    printed = demo.stop()
    assert printed.rstrip().endswith("The demo has stopped.")
    assert "Traceback" not in printed
    demo.start()
    sign_in(page, demo, "Ada Lovelace")
    expect(page.get_by_role("region", name="Zoom is connected")).to_be_visible()
    list_bookings(page)
    join = page.get_by_role("link", name="Join the meeting with Bob Byrne")
    (meeting,) = demo.zoom.meetings("ada")
    expect(join).to_have_attribute("href", meeting["join_url"])
    page.get_by_role("link", name="Cancel booking with Bob Byrne").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel booking").click()
    wait_until(lambda: demo.zoom.meetings("ada") == [], why="the connection still works")


def test_the_line_about_zoom_keeps_its_distance_from_what_follows(demo: Demo, page: Page) -> None:
    sign_in(page, demo, "Ada Lovelace")
    line = page.get_by_role("region", name="Zoom is connected").bounding_box()
    after = page.get_by_role("region", name="Your Book Now button").bounding_box()
    assert line is not None
    assert after is not None
    assert after["y"] - line["y"] - line["height"] >= 16


def test_signing_out_on_the_dashboard_asks_what_shall_become_of_zoom(demo: Demo, page: Page, axe: Axe) -> None:
    sign_in(page, demo, "Ada Lovelace")
    page.get_by_role("banner").get_by_role("button", name="Sign out").click()
    dialog = page.get_by_role("alertdialog", name="Leave, and keep Zoom connected?")
    expect(dialog).to_be_visible()
    axe(page)
    dialog.get_by_role("button", name="Leave", exact=True).click()
    expect(page.get_by_role("link", name="Adviser sign-in")).to_be_visible()
    page.goto(f"{demo.origin}/zoom/")
    expect(page.get_by_role("heading", name="Adviser sign-in")).to_be_visible()


def test_disconnecting_says_what_happens_and_ends_the_grant(demo: Demo, page: Page, axe: Axe) -> None:
    sign_in(page, demo, "Ada Lovelace")
    page.get_by_role("link", name="Connections", exact=True).click()
    expect(page.get_by_role("heading", name="Your connections")).to_be_visible()
    page.wait_for_load_state("load")
    page.get_by_role("link", name="Disconnect").click()
    expect(
        page.get_by_role("dialog").get_by_text(re.compile("Nobody can book .*Intro call.* until you connect again"))
    ).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Disconnect Zoom").click()
    expect(page.get_by_role("status").filter(has_text="Zoom is disconnected")).to_be_visible()
    axe(page)
    assert not any(grant["live"] for grant in demo.zoom.grants() if grant["user"] == "ada")


def disconnect(page: Page) -> None:
    """Disconnect on the page about Zoom."""
    page.get_by_role("link", name="Connections", exact=True).click()
    page.get_by_role("region", name="Zoom is connected").get_by_role("link", name="Disconnect").click()
    page.get_by_role("button", name="Disconnect Zoom").click()
    expect(page.get_by_role("button", name="Connect Zoom")).to_be_visible()
