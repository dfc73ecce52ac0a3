"""People who are faster than a page's scripts: what they send arrives, and what they do stays as they did it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.fixtures.browser import PageErrors
from tests.fixtures.site import MakeSite, Site
from tests.services.looking import Letters, rows
from zoom_blueprint.store import models

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]
BOOK = "/book/ada/intro-call"
WORK = 10
LATER = "One moment, this is being sent."


@pytest.fixture
def hard_to_book(make_site: MakeSite, page_errors: PageErrors) -> Callable[[], Site]:
    """Serve a site that wants a proof of work."""
    page_errors.allow("favicon|422")

    def make() -> Site:
        site = make_site(ZOOM_PROOF_OF_WORK=WORK)
        site.connect()
        return site

    return make


@contextmanager
def held(page: Page, script: str) -> Iterator[None]:
    """Keep a script on its way as long as this lasts, for each page that asks for it."""
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route(f"**/{script}", hold)
    yield
    for route in waiting:
        route.continue_()
    page.unroute(f"**/{script}")


def fill_in(site: Site, page: Page) -> None:
    """Choose a time and say who books, before the page has all that belongs to it."""
    start = site.slots()["slots"][0]
    page.goto(f"{site.base}{BOOK}?start={start}&tz=Europe/London", wait_until="commit")
    page.locator("#name").fill("Bob Byrne")
    page.locator("#email").fill("bob@example.com")


def send(page: Page) -> None:
    """Press the button of the form."""
    page.get_by_role("button", name="Confirm booking").click()


def posts(page: Page) -> list[Request]:
    """Return what the page sends from now on, as it is sent."""
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    return sent


@pytest.mark.parametrize("has_mail", [False, True], ids=["without mail", "with mail"])
def test_a_form_sent_before_its_script_ran_is_sent_again_with_its_proof(
    hard_to_book: Callable[[], Site], page: Page, has_mail: bool
) -> None:
    site = hard_to_book()
    letters = Letters(site) if has_mail else None
    sent = posts(page)
    with held(page, "pages-visitor.js"):
        fill_in(site, page)
        send(page)
        expect(page.get_by_role("status")).to_contain_text(LATER)
        expect(page.get_by_role("alert")).to_have_count(0)
        assert "Error" not in page.title()
    expect(page.get_by_role("heading", name="You’re booked")).to_be_visible()
    assert len(sent) == 2
    assert len(rows(site.state, models.Booking)) == 1
    if letters:
        site.drain()
        assert [mail["Subject"].partition(":")[0] for mail in letters.sent if "bob" in mail["To"]] == ["Booked"]


def test_a_form_that_waits_for_its_proof_is_busy_until_it_is_there(
    hard_to_book: Callable[[], Site], page: Page
) -> None:
    page.add_init_script("crypto.subtle.digest = () => new Promise(() => {})")  # a device that takes very long
    sent = posts(page)
    with held(page, "pages-visitor.js"):
        fill_in(hard_to_book(), page)
        send(page)
        expect(page.get_by_role("status")).to_contain_text(LATER)
    page.wait_for_load_state()
    expect(page.locator("form[aria-busy=true]")).to_be_visible()
    send(page)
    page.wait_for_load_state("networkidle")
    assert len(sent) == 1


def test_a_script_that_never_comes_leaves_the_words_for_who_sends_once_more(
    hard_to_book: Callable[[], Site], page: Page, page_errors: PageErrors
) -> None:
    page_errors.allow("ERR_FAILED")
    page.route("**/pages-visitor.js", lambda route: route.abort())
    fill_in(hard_to_book(), page)
    send(page)
    expect(page.get_by_role("status")).to_contain_text(LATER)
    expect(page.get_by_role("status")).to_be_focused()
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("Allow scripts and try again")
    expect(page.locator("#name")).to_have_value("Bob Byrne")


def test_a_proof_that_is_refused_is_not_sent_again_by_itself(hard_to_book: Callable[[], Site], page: Page) -> None:
    site = hard_to_book()
    sent = posts(page)
    fill_in(site, page)
    page.wait_for_load_state()
    page.locator("[name=key]").evaluate("field => { field.value = 'another-key'; }")
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("Allow scripts and try again")
    page.wait_for_load_state("networkidle")
    assert len(sent) == 1


def test_who_types_before_the_script_ran_goes_on_typing(hard_to_book: Callable[[], Site], page: Page) -> None:
    with held(page, "pages.js"):
        fill_in(hard_to_book(), page)
        page.locator("#email").fill("")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        page.locator("#email").press_sequentially("bob@exam")
    page.wait_for_load_state()
    page.keyboard.type("ple.com")
    expect(page.locator("#email")).to_have_value("bob@example.com")


def test_a_zone_chosen_before_the_script_ran_is_the_one_that_is_shown(
    site: Site, page: Page, page_errors: PageErrors
) -> None:
    page_errors.allow("favicon")
    with held(page, "pages.js"):
        page.goto(f"{site.base}{BOOK}", wait_until="commit")
        page.locator("#tz").select_option("Asia/Tokyo")
    page.wait_for_load_state()
    expect(page.locator("#tz")).to_have_value("Asia/Tokyo")
    page.locator("[data-zone-form] button").click()
    page.wait_for_url("**tz=Asia%2FTokyo**")
    expect(page.locator("[data-zone-form] button")).to_be_hidden()


def test_what_a_host_wishes_before_the_script_ran_is_shown_too(site: Site, page: Page, page_errors: PageErrors) -> None:
    page_errors.allow("favicon|Blocked autofocusing")
    page.context.add_cookies([{"name": "host", "value": "ada", "url": site.base}])
    with held(page, "pages-embed.js"):
        page.goto(f"{site.base}/embed?event=intro-call", wait_until="commit")
        page.get_by_label("Words on the button").fill("Meet Ada")
    expect(page.locator("#floating")).to_contain_text(">Meet Ada</a>")
    expect(page.get_by_role("button", name="Show", exact=True)).to_be_hidden()
