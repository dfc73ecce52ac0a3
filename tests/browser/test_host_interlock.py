"""The interlock in a browser whose clock the test moves: answered in one of two tabs, by nobody, without scripts."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.site import MakeSite, Site
from tests.web.interlocked import SECONDS, make_interlocked, signer

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]


@pytest.fixture(autouse=True)
def _expected(page_errors: PageErrors) -> None:
    page_errors.allow("favicon")  # the small host app has none
    page_errors.allow("status of 401")  # the answer to who comes back late


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """Serve a site that is wired to the interlock, whose host is connected."""
    site = make_interlocked(make_site, ZOOM_INTERLOCK_ACTION="disconnect")
    site.connect()
    return site


def open_tab(site: Site, page: Page, path: str = "/host/blocked-times") -> None:
    """Open a page as Ada; the clock of all tabs of this browser can be moved from then on."""
    if len(page.context.pages) == 1:
        page.clock.install()
    page.goto(f"{site.base.removesuffix('/zoom')}/sign-in?who=ada&next=/zoom{path}")
    page.wait_for_load_state("load")


def wind(site: Site, page: Page, seconds: float) -> None:
    """Let so much time pass for the server's clock, which the app keeps in its session."""
    (cookie,) = [one for one in page.context.cookies() if one["name"] == "session"]
    content = signer(site).loads(cookie["value"])
    content["zoom_clock"]["ends_at"] -= seconds
    page.context.add_cookies([{**cookie, "value": str(signer(site).dumps(content))}])  # type: ignore[typeddict-item]  # as the browser gave it


def interlock(page: Page) -> Locator:
    """Return the dialog."""
    return page.get_by_role("alertdialog", name="Are you still there?")


def test_the_interlock_is_answered_in_one_of_two_tabs_and_each_key_gives_more_time(
    site: Site, new_page: NewPage, axe: Callable[..., None], screenshot: Callable[..., Path]
) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
    open_tab(site, page)
    page.get_by_label("What for").fill("half written")
    other = page.context.new_page()
    open_tab(site, other)
    expect(interlock(page)).to_be_hidden()
    wind(site, page, SECONDS - 290)
    page.clock.fast_forward(1000 * (SECONDS - 290))
    for tab in (page, other):
        expect(interlock(tab)).to_be_visible()
    words = re.compile("Zoom is disconnected, and you are signed out, in")
    expect(interlock(page)).to_have_accessible_description(words)
    expect(page.get_by_role("button", name="Stay connected")).to_be_focused()
    screenshot(page, "interlock-390-dark", full_page=False)
    axe(page)
    for _ in range(10):  # far more than the 15 seconds, as often as somebody likes
        page.clock.fast_forward(9000)
        page.keyboard.press("Tab")
        expect(other.locator("[data-seconds]")).to_have_text("15")
    page.clock.fast_forward(5000)
    expect(interlock(page).get_by_role("status")).to_have_text("10 seconds left")
    page.get_by_role("button", name="Stay connected").click()
    for tab in (page, other):
        expect(interlock(tab)).to_be_hidden()
    expect(page.get_by_label("What for")).to_have_value("half written")
    page.clock.fast_forward(60_000)
    expect(interlock(page)).to_be_hidden()
    assert site.connection().status == "active"


def test_who_asks_for_more_time_is_told_until_when(site: Site, page: Page) -> None:
    open_tab(site, page)
    until = page.get_by_role("status").filter(has_text="Signed in until")
    latest = until.inner_text()
    wind(site, page, 600)
    page.reload()
    expect(until).not_to_have_text(latest)
    sooner = until.inner_text()
    page.get_by_role("button", name="Stay longer").press("Enter")
    expect(until).not_to_have_text(sooner)
    expect(page.get_by_role("button", name="Stay longer")).to_be_focused()


def test_no_answer_ends_the_session_also_in_a_tab_that_slept(
    site: Site, page: Page, axe: Callable[..., None], screenshot: Callable[..., Path]
) -> None:
    open_tab(site, page)
    wind(site, page, SECONDS - 200)
    page.clock.fast_forward(1000 * (SECONDS - 200))
    expect(interlock(page)).to_be_visible()
    screenshot(page, "interlock-1280-light", full_page=False)
    axe(page)
    page.clock.fast_forward(16_000)
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    expect(page.get_by_text("Zoom is disconnected, and Zoom has confirmed it.")).to_be_visible()
    screenshot(page, "left-1280-light")
    axe(page)
    assert site.connection().status == "inactive"

    site.connect()
    open_tab(site, page)
    wind(site, page, 3 * SECONDS)
    page.clock.fast_forward(1000 * 3 * SECONDS)  # as a machine does that sleeps: what is due comes once
    expect(page.get_by_role("alertdialog", name="Your time here is over")).to_be_visible()
    axe(page)
    assert site.connection().status == "active"
    page.clock.fast_forward(16_000)
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    assert site.connection().status == "inactive"


def test_who_comes_back_late_or_signs_out_without_scripts_is_asked_the_same(
    site: Site, new_page: NewPage, axe: Callable[..., None], screenshot: Callable[..., Path]
) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(f"{site.base.removesuffix('/zoom')}/sign-in?who=ada&next=/zoom/")
    page.get_by_role("button", name="Stay longer").click()
    wind(site, page, SECONDS + 1)
    page.reload()
    expect(page.get_by_role("alertdialog", name="Your time here is over")).to_be_visible()
    page.get_by_role("button", name="Stay connected: sign in again").click()
    expect(page.get_by_text("Who are you?")).to_be_visible()
    assert site.connection().status == "active"

    late = new_page(viewport={"width": 390, "height": 844})
    open_tab(site, late, "/connection")
    late.evaluate(
        """() => { const form = document.createElement("form");
                   Object.assign(form, { method: "post", action: "/sign-out" });
                   document.body.append(form); form.submit(); }"""
    )
    leaving = late.get_by_role("alertdialog", name="Leave, and keep Zoom connected?")
    expect(leaving).to_be_visible()
    expect(late.get_by_role("button", name="Stay connected")).to_be_focused()
    screenshot(late, "leave-390-light", full_page=False)
    axe(late)
    late.keyboard.press("Escape")
    expect(late.get_by_role("heading", name="Your bookings")).to_be_visible()
    late.goto(f"{site.base}/connection")
    wind(site, late, SECONDS + 1)
    late.reload()
    late.get_by_role("button", name="Leave", exact=True).click()
    expect(late.get_by_text("Who are you?")).to_be_visible()
    assert site.connection().status == "active"
