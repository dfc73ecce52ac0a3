"""Visitors as they are: from elsewhere, on the smallest phone, listening, in a hurry, going back."""

import re
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, expect

from tests.browser import prospect
from tests.browser.test_story_host import list_bookings
from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.demo import Demo

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("locale", "zone", "written"),
    [
        ("de-DE", "Asia/Kathmandu", ("Mon", r"^1\d:[14]5$", r", \d+ \w+ \d{4}")),
        ("en-US", "America/St_Johns", ("Sun", r"^[4-7]:[03]0 AM$", r", \w+ \d+, \d{4}")),
        ("ar-EG", "Australia/Lord_Howe", ("Sat", r"^\d+:[03]0 PM$", r", .+ \d{4}")),
    ],
)
def test_times_are_written_as_where_the_visitor_lives(
    demo: Demo, new_page: NewPage, locale: str, zone: str, written: tuple[str, str, str]
) -> None:
    first_weekday, clock, date = written
    page = new_page(locale=locale, timezone_id=zone)
    page.goto(demo.origin)
    dialog = prospect.open_dialog(page)
    expect(dialog.locator("thead th").first).to_have_text(first_weekday)
    expect(dialog.locator(".picker .time").first).to_have_text(re.compile(clock))
    prospect.choose_time(dialog)
    prospect.fill_in(dialog)
    with page.expect_request("**/bookings") as sent:
        prospect.confirm(dialog)
    assert parse_qs(sent.value.post_data or "")["lang"] == [f"en-{locale[-2:]}"]
    expect(dialog.locator(".result")).to_contain_text(re.compile(date))
    page.goto(dialog.get_by_role("link", name="Reschedule or cancel").get_attribute("href") or "")
    expect(page.locator(".details dd.strong")).to_contain_text(re.compile(date))


def test_nothing_is_cut_off_on_the_smallest_phone(demo: Demo, new_page: NewPage) -> None:
    page = new_page(viewport={"width": 320, "height": 568}, has_touch=True, is_mobile=True)
    page.goto(demo.origin)
    dialog = prospect.open_dialog(page)
    fits(page)
    prospect.choose_time(dialog)
    prospect.fill_in(dialog, "Maximiliane Donaudampfschifffahrtsgesellschaftskapitän")
    prospect.confirm(dialog)
    fits(page)
    address = dialog.get_by_role("link", name="Reschedule or cancel").get_attribute("href") or ""
    for path in (address, f"{address}?move=1", f"{demo.origin}/zoom/book/ada/intro-call"):
        page.goto(path)
        fits(page)
    sign_in(page, demo)
    fits(page)
    page.get_by_role("link", name="List", exact=True).click()
    fits(page)
    page.get_by_role("link", name="Cancel booking with Maximiliane").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate("(d => d.scrollWidth - d.clientWidth)(document.querySelector('dialog'))") <= 0
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Connections", exact=True).click()
    fits(page)
    page.get_by_role("link", name="Disconnect").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    fits(page)
    page.goto(f"{demo.origin}{page.locator('[data-disconnect]').get_attribute('href')}")
    fits(page)


def test_a_listener_hears_that_the_booking_is_being_made_and_nothing_stale(demo: Demo, page: Page) -> None:
    page.goto(demo.origin)
    dialog = prospect.open_dialog(page)
    status = dialog.get_by_role("status")
    dialog.locator(".day-free").nth(1).click()
    expect(status).to_contain_text("Free times: ")
    prospect.choose_time(dialog)
    expect(status).to_be_empty()
    prospect.fill_in(dialog)
    demo.zoom.fault(route="create_meeting", delay=1)
    dialog.get_by_role("button", name="Confirm booking").dblclick()
    expect(status).to_have_text("Booking…")
    expect(dialog.get_by_role("heading", name="You’re booked")).to_be_focused()
    expect(status).to_be_empty()


def test_what_cannot_be_booked_says_so_in_the_dialog(demo: Demo, page: Page, page_errors: PageErrors) -> None:
    page_errors.allow("404")
    page.goto(demo.origin)
    page.locator("book-now").first.evaluate("element => element.setAttribute('event', 'grace/30-minutes')")
    page.get_by_role("button", name="Book Now", exact=True).click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("cannot be booked at the moment")


def test_a_host_in_a_hurry_cancels_once_and_hears_what_came_of_it(demo: Demo, page: Page) -> None:
    page.goto(demo.origin)
    prospect.book(page)
    sign_in(page, demo)
    list_bookings(page)
    bin_ = page.get_by_role("link", name="Cancel booking with Bob Byrne").last
    address = bin_.get_attribute("href") or ""
    bin_.click()
    page.get_by_role("button", name="Keep booking").click()
    bin_.click()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.get_by_role("dialog").get_by_role("button", name="Cancel booking").dblclick()
    expect(page.get_by_role("status").filter(has_text="is cancelled")).to_be_focused()
    assert len(sent) == 1
    page.goto(f"{demo.origin}{address}")
    expect(page.get_by_role("heading", name="This booking is cancelled")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("button")).to_have_count(0)


def test_a_host_who_goes_back_after_disconnecting_is_not_asked_again(demo: Demo, page: Page) -> None:
    sign_in(page, demo)
    page.get_by_role("link", name="Connections", exact=True).click()
    page.goto(f"{demo.origin}{page.get_by_role('link', name='Disconnect').get_attribute('href')}")
    page.get_by_role("button", name="Disconnect Zoom").dblclick()
    expect(
        page.get_by_role("status").filter(has_text="Zoom is disconnected, and Zoom has confirmed it")
    ).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Zoom is disconnected")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("button")).to_have_count(0)


def sign_in(page: Page, demo: Demo) -> None:
    """Sign in as Ada."""
    page.goto(f"{demo.origin}/sign-in")
    page.get_by_role("button", name="Ada Lovelace").click()
    expect(page.get_by_role("heading", name="Your bookings")).to_be_visible()
    page.wait_for_load_state("load")  # by then the scripts have run


def fits(page: Page) -> None:
    """Fail when the page, or the dialog in it, has to be scrolled sideways."""
    page.wait_for_load_state("load")  # without its style sheets it is not the page yet
    too_wide = page.evaluate(
        """() => [document.documentElement,
                  ...[...document.querySelectorAll("book-now")].map((one) => one.shadowRoot.querySelector(".body"))]
            .filter((box) => box && box.scrollWidth > box.clientWidth).map(String)"""
    )
    assert too_wide == [], page.url
