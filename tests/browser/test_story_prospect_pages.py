"""A prospect on the hosted pages: with any zone and language, with and without scripts, waiting for an answer."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import HOSTS
from zoom_blueprint import EventType, Question
from zoom_blueprint.services import approvals

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]
BOOK = "/book/ada/intro-call"
WORK = 10
ASKED = EventType(
    slug="asked",
    title="On request",
    description="Bring your questions.\nAnd coffee.",
    notice_minutes=0,
    approval=True,
    approval_when_moved=True,
    questions=(
        Question(name="goal", label="What is it about?", required=True),
        Question(name="size", label="How many are you?", kind="choice", choices=("one", "many")),
        Question(name="agree", label="I have read the terms", kind="checkbox", required=True),
        Question(name="more", label="Anything else?", kind="textarea"),
        Question(name="phone", label="Phone", kind="phone"),
    ),
)


@pytest.fixture
def asking(make_site: MakeSite, page_errors: PageErrors) -> Site:
    """A site with an event type that needs its host's approval, and codes for whoever is new."""
    page_errors.allow("favicon|422")
    site = make_site()
    site.connect()
    with site.app.app_context():
        site.zoom.event_types.put(HOSTS["ada"].id, ASKED)
    return site


@pytest.fixture
def hard_to_book(make_site: MakeSite, page_errors: PageErrors) -> Site:
    """A site that wants a proof of work, and cannot mail codes instead."""
    page_errors.allow("favicon|422")
    site = make_site(ZOOM_PROOF_OF_WORK=WORK)
    site.connect()
    return site


def send(page: Page) -> None:
    """Press the button of the form."""
    page.locator("form[data-once] button").click()


def fill_in(page: Page) -> None:
    """Say who books."""
    page.locator("#name").fill("Bob Byrne")
    page.locator("#email").fill("bob@example.com")


def test_a_browser_shows_its_work_without_bothering_anybody(hard_to_book: Site, page: Page) -> None:
    page.goto(f"{hard_to_book.base}{BOOK}?tz=Europe/London")
    page.locator(".time").first.click()
    send(page)
    expect(page.locator("#name")).to_have_attribute("aria-invalid", "true")
    fill_in(page)
    send(page)
    expect(page.get_by_role("heading", name="You’re booked")).to_be_visible()


def test_without_scripts_and_mail_a_visitor_is_told_what_to_allow(hard_to_book: Site, new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(f"{hard_to_book.base}{BOOK}?tz=Europe/London")
    page.locator(".time").first.click()
    fill_in(page)
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("Allow scripts and try again")
    expect(page.locator("#name")).to_have_value("Bob Byrne")


@pytest.mark.parametrize("zone", ["Asia/Calcutta", "Asia/Kathmandu"])
def test_times_are_shown_in_the_browsers_zone_by_its_old_name_too(asking: Site, new_page: NewPage, zone: str) -> None:
    page = new_page(timezone_id=zone)
    page.goto(f"{asking.base}{BOOK}")
    page.wait_for_url("**tz=Asia**")
    own = page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    expect(page.locator("#tz")).to_have_value(own)


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("shape", [(390, "light"), (1280, "dark"), (390, "dark"), (1280, "light")])
def test_every_page_of_a_request_passes_axe_in_both_directions(
    asking: Site,
    new_page: NewPage,
    axe: Callable[..., None],
    screenshot: Callable[..., Path],
    shape: tuple[int, Literal["light", "dark"]],
    lang: str,
) -> None:
    width, scheme = shape
    page = new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)

    def look(name: str) -> None:
        page.wait_for_load_state("load")
        screenshot(page, f"{name}-{lang}-{width}-{scheme}")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        assert page.evaluate("getComputedStyle(document.body).direction") == ("rtl" if lang == "ar" else "ltr")

    page.goto(f"{asking.base}/book/ada/asked?lang={lang}&tz=Asia/Kolkata")
    look("times")
    page.locator(".time").first.click()
    send(page)
    expect(page.locator("[data-focus]")).to_be_focused()
    look("errors")
    fill_in(page)
    page.locator("[id='answers.goal']").fill("Growth")
    page.locator("[id='answers.agree']").check()
    page.locator("#guests").fill("eve@example.com, max@example.com")
    send(page)
    page.wait_for_url("**/bookings/**")
    look("request")
    booking = page.url.partition("?")[0]
    page.goto(f"{booking}?move=1&lang={lang}")
    look("move")
    approvals.approve(asking.state, asking.state.links.read_manage_token(booking.rpartition("/")[2]))
    asking.drain()
    page.goto(f"{booking}?lang={lang}")
    page.locator("summary").click()
    look("booking")
    send(page)
    page.wait_for_url("**/bookings/**")
    look("cancelled")
    beside = page.evaluate(
        "[...document.querySelectorAll('.details dt')].map(e => e.getBoundingClientRect().x)"
        ".every((x, n) => (x > document.querySelectorAll('.details dd')[n].getBoundingClientRect().x))"
    )
    assert beside is (lang == "ar"), "names stand on the side on which reading begins"


@pytest.mark.parametrize("width", [390, 1280])
def test_no_button_moves_away_from_the_finger_that_opens_it(
    make_site: MakeSite, new_page: NewPage, page_errors: PageErrors, width: int
) -> None:
    page_errors.allow("favicon")
    site = make_site()
    site.connect()
    page = new_page(viewport={"width": width, "height": 844}, java_script_enabled=False)
    page.goto(site.booked()["manage_url"])
    cancel = page.locator("summary")
    before = cancel.bounding_box()
    cancel.click()
    expect(page.get_by_label("Reason")).to_be_visible()
    assert cancel.bounding_box() == before
