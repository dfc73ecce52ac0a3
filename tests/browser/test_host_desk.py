"""What a host does at the desk: answers requests, moves, books for somebody, blocks time; on a phone and on a desk."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import HOSTS
from zoom_blueprint import EventType, Question

pytestmark = pytest.mark.browser
Axe = Callable[..., None]
Shot = Callable[..., Path]
ASKED = EventType(
    slug="asked",
    title="Consultation",
    notice_minutes=0,
    approval=True,
    questions=(
        Question(name="goal", label="What is it about?", kind="textarea"),
        Question(name="size", label="How many are you?", kind="choice", choices=("one", "many")),
    ),
)


@pytest.fixture
def database_kind() -> str:
    """One database will do for what pages look like."""
    return "sqlite"


@pytest.fixture(autouse=True)
def _no_icon(page_errors: PageErrors) -> None:
    page_errors.allow("favicon")  # the small host app has none
    page_errors.allow("status of 422")  # forms that are sent empty on purpose


@pytest.fixture
def desk(make_site: MakeSite) -> Site:
    """A host with two requests, a booking with a link, and blocked time."""
    site = make_site()
    site.connect()
    with site.app.app_context():
        site.zoom.event_types.put("1", ASKED)
    ask(site, 0, **{"answers.goal": "The garden, and who may sit in it.", "answers.size": "many"})
    ask(site, 5, name="Al-Khwarizmi of Baghdad", email="al.khwarizmi.with.a.long.address@house-of-wisdom.example.org")
    offered = site.slots()
    site.booked(
        start=offered["slots"][20],
        token=offered["token"],
        guests="carol@example.com",
        utm_source="newsletter",
        page_url="https://example.com/contact",
    )
    site.drain()
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    with site.app.app_context():
        site.zoom.blocked_times.add("1", today + timedelta(days=30), today + timedelta(days=37), "Away")
    return site


def ask(site: Site, place: int, **fields: str) -> dict[str, Any]:
    """Ask for one of the offered times."""
    offered = site.slots("ada/asked")
    return site.booked("ada/asked", start=offered["slots"][place], token=offered["token"], **fields)


def sign_in(site: Site, page: Page, path: str = "/?view=list") -> None:
    """Open a page as Ada."""
    page.context.add_cookies([{"name": "host", "value": "ada", "url": site.base}])
    page.goto(f"{site.base}{path}")
    page.wait_for_load_state("load")


def outcome(page: Page) -> Locator:
    """Return what the page says was just done."""
    return page.locator(".notice[role=status]")


def check(page: Page, axe: Axe, screenshot: Shot, name: str) -> None:
    """Look at a page: nothing sticks out, axe finds nothing, and a picture of it is taken."""
    screenshot(page, name)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name}: nothing sticks out"
    axe(page)


@pytest.fixture
def speaking(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let the host app say which language Ada speaks."""
    return lambda locale: monkeypatch.setitem(HOSTS, "ada", replace(HOSTS["ada"], locale=locale))


@pytest.mark.parametrize("look", ["390 light en", "390 dark ar", "1280 light ar", "1280 dark en"])
def test_every_page_of_the_desk_is_readable_and_passes_axe(
    desk: Site, new_page: NewPage, axe: Axe, screenshot: Shot, speaking: Callable[[str], None], look: str
) -> None:
    width, scheme, locale = look.split()
    speaking(locale)
    page = new_page(viewport={"width": int(width), "height": 844}, color_scheme=scheme)
    look = look.replace(" ", "-")
    sign_in(desk, page)
    assert page.locator("html").get_attribute("dir") == ("rtl" if locale == "ar" else "ltr")
    page.locator("details.fold summary").first.click()
    page.locator(".asked summary").first.click()
    check(page, axe, screenshot, f"desk-{look}")
    page.locator(".request a").first.click()
    check(page, axe, screenshot, f"request-{look}")
    sign_in(desk, page)
    page.locator(".booking .quiet").first.click()
    for summary in page.locator("summary").all():
        summary.click()
    check(page, axe, screenshot, f"booking-{look}")
    page.locator("a[href*='/move']").click()
    check(page, axe, screenshot, f"move-{look}")
    page.locator("#date").fill((datetime.now(UTC) + timedelta(days=3)).date().isoformat())
    page.locator("#time").fill("03:10")
    page.locator(".any-time button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page, axe, screenshot, f"move-doubt-{look}")
    sign_in(desk, page, "/host/book")
    check(page, axe, screenshot, f"book-times-{look}")
    page.locator("a.time").first.click()
    page.locator("form button.primary").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page, axe, screenshot, f"book-errors-{look}")
    sign_in(desk, page, "/host/blocked-times")
    page.locator("form button.primary").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page, axe, screenshot, f"blocked-{look}")


def test_without_javascript_a_host_answers_moves_books_and_blocks(desk: Site, new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(desk, page)
    page.get_by_role("button", name="Approve the booking with Bob Byrne").click()
    expect(outcome(page)).to_contain_text("You approved the booking with Bob Byrne.")
    page.get_by_label("Decline the booking with Al-Khwarizmi of Baghdad").click()
    page.get_by_label("Your own words").fill("I am in Baghdad myself.")
    page.get_by_role("button", name="Decline request").click()
    expect(outcome(page)).to_contain_text("You declined the request of Al-Khwarizmi of Baghdad.")
    expect(page.get_by_role("region", name="Waiting for your answer")).to_have_count(0)

    page.get_by_role("link", name="List", exact=True).click()
    page.get_by_role("region", name="Upcoming").get_by_role("link", name="Bob Byrne", exact=True).first.click()
    page.get_by_role("link", name="Move").click()
    page.locator("label.time").last.click()
    page.get_by_role("button", name="Move booking").click()
    expect(outcome(page)).to_contain_text("The booking with Bob Byrne is moved to")
    expect(page.get_by_role("complementary", name="Bob Byrne")).to_be_visible()

    page.get_by_role("link", name="Book for somebody").click()
    page.locator("a.time").first.click()
    page.get_by_label("Name").fill("Dora Dell")
    page.get_by_label("Email address", exact=True).fill("dora@example.com")
    page.get_by_role("button", name="Book").click()
    expect(outcome(page)).to_contain_text("Dora Dell is booked for")

    page.get_by_role("link", name="Your bookings").click()
    page.get_by_role("link", name="Block time").click()
    page.get_by_label("From", exact=True).fill("2041-01-15")
    page.get_by_label("What for").fill("Moving house")
    page.get_by_role("button", name="Block this time").click()
    expect(page.get_by_role("list", name="Blocked from now on")).to_contain_text("Moving house")
    page.get_by_role("button", name="Remove: Tuesday, January 15, 2041").click()
    expect(page.get_by_role("list", name="Blocked from now on")).not_to_contain_text("Moving house")


def test_a_doubtful_time_is_taken_by_a_second_press(desk: Site, page: Page) -> None:
    sign_in(desk, page)
    page.get_by_role("region", name="Upcoming").get_by_role("link", name="Bob Byrne", exact=True).click()
    page.get_by_role("link", name="Move").click()
    page.get_by_label("Day", exact=True).fill((datetime.now(UTC) + timedelta(days=3)).date().isoformat())
    page.get_by_label("Time", exact=True).fill("06:10")
    page.get_by_role("button", name="Move to this time").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("This is outside your working hours. You can take it all the same.")
    expect(alert).to_be_focused()
    page.get_by_role("button", name="Move anyway").click()
    expect(outcome(page)).to_contain_text("is moved to")
