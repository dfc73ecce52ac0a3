"""The prospect's story on the demo's own site: from the landing page to the Zoom link, and what follows."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import prospect
from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.demo import Demo
from tests.fixtures.waiting import wait_until

pytestmark = pytest.mark.browser
Axe = Callable[..., None]
Shot = Callable[..., object]


def test_a_prospect_books_and_holds_the_zoom_link(demo: Demo, page: Page, axe: Axe) -> None:
    page.goto(demo.origin)
    axe(page)
    dialog = prospect.open_dialog(page)
    axe(page)
    prospect.choose_time(dialog)
    axe(page)
    dialog.get_by_role("button", name="Confirm booking").click()
    expect(dialog.get_by_label("Your name")).to_have_attribute("aria-invalid", "true")
    axe(page)
    prospect.fill_in(dialog)
    prospect.confirm(dialog)
    axe(page)
    join = dialog.get_by_role("link", name="Join Zoom meeting").get_attribute("href")
    (meeting,) = demo.zoom.meetings("ada")
    assert join == meeting["join_url"]
    assert meeting["topic"] == f"Intro call: {prospect.NAME}"
    with page.expect_download() as download:
        dialog.get_by_role("link", name="Calendar file").click()
    calendar = download.value.path().read_bytes().replace(b"\r\n ", b"").decode()
    assert f"LOCATION:{join}" in calendar


def test_the_join_link_opens_the_meeting(demo: Demo, page: Page) -> None:
    page.goto(demo.origin)
    dialog = prospect.book(page, 1)
    with page.expect_popup() as popup:
        dialog.get_by_role("link", name="Join Zoom meeting").click()
    expect(popup.value.get_by_text(prospect.NAME)).to_be_visible()


def test_the_manage_link_moves_and_cancels_and_zoom_follows(demo: Demo, page: Page, axe: Axe) -> None:
    page.goto(demo.origin)
    dialog = prospect.book(page, 2)
    address = dialog.get_by_role("link", name="Reschedule or cancel").get_attribute("href") or ""
    meeting_id = meeting_of(dialog.get_by_role("link", name="Join Zoom meeting").get_attribute("href"))
    page.goto(address)
    axe(page)
    page.get_by_role("link", name="Reschedule").click()
    axe(page)
    chosen = page.get_by_role("radio").nth(5)
    start = chosen.get_attribute("value")
    chosen.check(force=True)
    read_before = moves_read(demo, page)
    page.get_by_role("button", name="Move booking").click()
    expect(page.get_by_role("heading", name="Moved")).to_be_visible()
    axe(page)
    wait_until(lambda: start_of(demo, meeting_id) == start, why="Zoom has the new time")
    wait_until(lambda: moves_read(demo, page) == read_before + 2, why="both have read of the move")
    page.get_by_text("Cancel", exact=True).click()
    page.get_by_label("Reason").fill("Something came up")
    page.get_by_role("button", name="Cancel booking").click()
    expect(page.get_by_role("heading", name="This booking is cancelled")).to_be_visible()
    axe(page)
    wait_until(lambda: start_of(demo, meeting_id) is None, why="the meeting is gone from Zoom")


def test_both_sides_get_mails_with_a_calendar_file_for_booked_moved_and_cancelled(demo: Demo, page: Page) -> None:
    def subjects() -> list[str]:
        page.goto(f"{demo.origin}/demo/mail")
        return page.locator("main li").all_inner_texts()

    def all_there() -> bool:
        found = subjects()
        return all(
            any(re.search(rf"^{kind}.*\n.*{who}", text, flags=re.DOTALL) for text in found)
            for kind, who in (
                ("Booked", "bob@"),
                ("New booking", "ada@"),
                ("Moved", "bob@"),
                ("Moved", "ada@"),
                ("Cancelled", "bob@"),
                ("Cancelled", "ada@"),
            )
        )

    wait_until(all_there, 15, why="the mails of the test before have arrived")
    page.get_by_role("link", name="Cancelled: Intro call with Ada Lovelace").first.click()
    expect(page.get_by_text("METHOD:CANCEL")).to_be_visible()


def test_a_stage_gate_says_why_a_prospect_cannot_book_yet(demo: Demo, page: Page, page_errors: PageErrors) -> None:
    page_errors.allow("403")
    page.goto(demo.origin)
    dialog = prospect.open_dialog(page, "Book a policy review")
    prospect.choose_time(dialog)
    prospect.fill_in(dialog, "Eve Early", "eve@example.com")
    dialog.get_by_role("button", name="Confirm booking").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Please book an intro call first")


def test_everything_works_without_javascript(demo: Demo, new_page: NewPage, axe: Axe) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(demo.origin)
    page.get_by_role("link", name="Book Now", exact=True).click()
    page.locator("main .times a").first.click()
    page.get_by_label("Name").first.fill("Nora Noscript")
    page.get_by_label("mail", exact=False).first.fill("nora@example.com")
    page.get_by_role("button", name=re.compile("Confirm|Book")).click()
    expect(page.get_by_role("heading", name="You’re booked")).to_be_visible()
    expect(page.get_by_role("link", name="Join Zoom meeting")).to_be_visible()


def test_the_hosted_pages_pass_axe(demo: Demo, page: Page, axe: Axe) -> None:
    page.goto(f"{demo.origin}/zoom/book/ada/intro-call")
    axe(page)
    page.locator("main .times a").first.click()
    axe(page)
    page.goto(f"{demo.origin}/zoom/guide")
    axe(page)
    page.goto(f"{demo.origin}/demo/mail")
    axe(page)


def test_a_booking_by_keyboard_alone(demo: Demo, page: Page) -> None:
    page.goto(demo.origin)
    page.get_by_role("button", name="Book Now", exact=True).focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".picker .time").first).to_be_visible()
    dialog.get_by_role("gridcell", selected=True).locator("button, :scope").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    for _ in range(12):
        if dialog.evaluate("d => d.getRootNode().activeElement.matches('.picker .time')"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Your name")).to_be_focused()
    page.keyboard.type("Kay Keyes")
    page.keyboard.press("Tab")
    page.keyboard.type("kay@example.com")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("heading", name="You’re booked")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Book Now", exact=True)).to_be_focused()


def meeting_of(join_url: str | None) -> int:
    """Return the meeting's id in a join link."""
    found = re.search(r"/j/(\d+)", join_url or "")
    assert found is not None
    return int(found[1])


def moves_read(demo: Demo, page: Page) -> int:
    """Return how many mails about moved bookings have arrived."""
    return page.request.get(f"{demo.origin}/demo/mail").text().count("Moved: ")


def start_of(demo: Demo, meeting_id: int) -> str | None:
    """Return when a meeting in Ada's Zoom starts, None when it is not there."""
    return next((str(found["start_time"]) for found in demo.zoom.meetings("ada") if found["id"] == meeting_id), None)
