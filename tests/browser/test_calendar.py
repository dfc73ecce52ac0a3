"""The calendar in a browser: by mouse, by keys and by links alone, on a desk and on a phone."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_host_desk import check, outcome, sign_in
from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import HOSTS
from tests.services.full_days import fill
from tests.services.looking import turn
from zoom_blueprint.services import blocks
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus

pytestmark = pytest.mark.browser
MONDAY = datetime(2041, 1, 14, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEEK = "/?date=2041-01-16"


@pytest.fixture
def database_kind() -> str:
    """One database will do for what pages look like."""
    return "sqlite"


@pytest.fixture(autouse=True)
def _no_icon(page_errors: PageErrors) -> None:
    page_errors.allow("favicon")  # the small host app has none


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """A week with a bit of everything in it."""
    site = make_site()
    turn(site.state, models.EventType, models.EventType.host_id == "1", colour="#0a7d4f")
    booked = [9, 10.5, 34, 35, 81]
    names = ["Bob Byrne", "Carol Cole", "Dora Dell", "Al-Khwarizmi of Baghdad", "Eve Ever"]
    for start, name in zip(booked, names, strict=True):
        fill(site.state, [MONDAY + start * HOUR], name=name)
    fill(site.state, [MONDAY + 34 * HOUR], minutes=60, name="Frank Fisher")
    asked = MONDAY + 106 * HOUR
    fill(site.state, [asked], name="Grace Gray", status=BookingStatus.PENDING, hold_until=asked)
    blocks.add(site.state, "1", MONDAY + 48 * HOUR, MONDAY + 72 * HOUR, "Away")
    blocks.add(site.state, "1", MONDAY + 12 * HOUR, MONDAY + 13 * HOUR)
    return site


def entry(page: Page, name: str) -> Locator:
    """Return the entry of a booking."""
    return page.locator(".entry").filter(has_text=name).locator("a").first


def test_by_mouse_and_keys_entries_open_beside_the_calendar_and_are_cancelled(site: Site, page: Page) -> None:
    sign_in(site, page, WEEK)
    entry(page, "Bob Byrne").focus()
    for key, name in (
        ("ArrowDown", "Carol Cole"),
        ("ArrowDown", "Blocked"),
        ("ArrowRight", "Al-Khwarizmi"),
        ("ArrowUp", "Frank Fisher"),
        ("ArrowRight", "Away"),
        ("ArrowRight", "Eve Ever"),
        ("ArrowLeft", "Away"),
        ("ArrowLeft", "Dora Dell"),
    ):
        page.keyboard.press(key)
        expect(entry(page, name)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Cancel booking with Dora Dell")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.evaluate("window.isTheSamePage = true")
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Dora Dell")
    expect(panel).to_be_focused()
    expect(page).to_have_title(re.compile("with Dora Dell$"))
    expect(page).to_have_url(re.compile(r"\?date=2041-01-16&booking=[0-9a-f]{32}#panel$"))
    expect(entry(page, "Dora Dell")).to_have_attribute("aria-current", "true")
    entry(page, "Eve Ever").click()
    expect(page.get_by_role("complementary", name="Eve Ever")).to_be_visible()
    page.go_back()
    expect(panel).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary")).to_have_count(0)
    expect(entry(page, "Dora Dell")).to_be_focused()
    expect(page).to_have_title(re.compile("Your bookings$"))
    assert page.evaluate("window.isTheSamePage"), "no page was loaded anew"
    page.get_by_role("link", name="Cancel booking with Carol Cole").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Carol Cole")
    expect(dialog).to_contain_text("deletes its meeting in Zoom")
    dialog.get_by_role("button", name="Cancel booking").click()
    expect(outcome(page)).to_contain_text("The booking with Carol Cole is cancelled.")
    expect(page).to_have_url(re.compile(r"/\?date=2041-01-16$"))
    expect(entry(page, "Carol Cole")).to_have_count(0)


def test_time_is_blocked_by_drawing_over_it(site: Site, page: Page) -> None:
    sign_in(site, page, WEEK)
    friday = page.locator("[data-day='2041-01-18'] .slots")
    friday.scroll_into_view_if_needed()
    box = friday.bounding_box()
    assert box
    hour, x = box["height"] / 10, box["x"] + box["width"] / 2
    page.mouse.move(x, box["y"] + hour * 1.05)
    page.mouse.down()
    page.mouse.move(x, box["y"] + hour * 2)
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.mouse.move(x, box["y"] + hour * 6.05)
    page.mouse.down()
    page.mouse.move(x, box["y"] + hour * 7.4, steps=3)
    page.mouse.up()
    dialog = page.get_by_role("dialog", name="Block time")
    expect(dialog.get_by_label("Day", exact=True)).to_have_value("2041-01-18")
    expect(dialog.get_by_label("From")).to_have_value("14:00")
    expect(dialog.get_by_label("Until")).to_have_value("15:30")
    page.keyboard.type("Dentist")
    dialog.get_by_role("button", name="Block this time").click()
    expect(outcome(page)).to_contain_text("Nobody can book you then: Friday, January 18, 2041, 2:00 PM – 3:30 PM")
    expect(page).to_have_url(re.compile(r"/\?date=2041-01-16$"))
    entry(page, "Dentist").click()
    page.get_by_role("button", name="Remove: Friday, January 18, 2041").click()
    expect(outcome(page)).to_contain_text("This time can be booked again.")


def test_a_listener_hears_of_a_wide_week_which_days_are_empty(site: Site, page: Page) -> None:
    sign_in(site, page, WEEK)
    heard = page.locator(".week").aria_snapshot()
    assert heard.count("Nothing booked") == 2, "Saturday and Sunday"
    assert "Nothing booked" in heard.partition("Saturday, January 19, 2041")[2]


def test_what_is_open_and_what_is_today_is_seen_without_colours(site: Site, page: Page) -> None:
    page.emulate_media(forced_colors="active")
    (opened,) = fill(site.state, [MONDAY + 13 * HOUR], name="Hedy Hall")
    sign_in(site, page, f"{WEEK}&booking={opened}")
    expect(entry(page, "Hedy Hall")).to_have_css("text-decoration-line", "underline")
    page.goto(f"{site.base}/?view=month")
    expect(page.locator("[aria-current=date] a")).to_have_css("text-decoration-line", "underline")


def test_without_javascript_links_and_forms_do_the_same(site: Site, new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(site, page, WEEK)
    page.get_by_role("link", name="Later", exact=True).click()
    page.get_by_role("link", name="Earlier", exact=True).click()
    page.get_by_role("link", name="Month", exact=True).click()
    entry(page, "Eve Ever").click()
    expect(page.get_by_role("complementary", name="Eve Ever")).to_be_visible()
    page.get_by_role("link", name="Close").click()
    expect(page.get_by_role("complementary")).to_have_count(0)
    entry(page, "Eve Ever").hover()
    page.get_by_role("link", name="Cancel booking with Eve Ever").click()
    expect(page.get_by_text("deletes its meeting in Zoom")).to_be_visible()
    page.get_by_role("button", name="Cancel booking").click()
    expect(outcome(page)).to_contain_text("The booking with Eve Ever is cancelled.")
    expect(page.get_by_role("heading", name="January 2041")).to_be_visible()
    entry(page, "Away").click()
    page.get_by_role("button", name=re.compile("Remove: Wednesday")).click()
    expect(outcome(page)).to_contain_text("This time can be booked again.")


@pytest.mark.parametrize("look", ["390 light", "1280 dark", "1280 light ar"])
def test_each_view_is_readable_and_passes_axe(
    site: Site,
    new_page: NewPage,
    axe: Callable[..., None],
    screenshot: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    look: str,
) -> None:
    width, scheme, *language = look.split()
    page = new_page(viewport={"width": int(width), "height": 844}, color_scheme=scheme)
    for locale in language:
        monkeypatch.setitem(HOSTS, "ada", replace(HOSTS["ada"], locale=locale))
    for name, path in (("week", WEEK), ("month", f"{WEEK}&view=month"), ("list", f"{WEEK}&view=list")):
        sign_in(site, page, path)
        check(page, axe, screenshot, f"calendar-{name}-{look.replace(' ', '-')}")
    sign_in(site, page, WEEK)
    entry(page, "Dora Dell").click()
    expect(page.get_by_role("complementary")).to_be_focused()
    check(page, axe, screenshot, f"calendar-panel-{look.replace(' ', '-')}")
