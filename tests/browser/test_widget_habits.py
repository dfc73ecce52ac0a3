"""The widget and the habits of people and pages: double clicks, shortcuts, icons for buttons, footers held below."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.shops import ELEMENT, HEARD, LINK, POPUP, SCRIPT, Shop, opened, times_of
from tests.fixtures.browser import PageErrors
from tests.fixtures.site import MakeSite

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]
SHORTCUTS = """<script>document.addEventListener("keydown", (press) => {
  if (press.target.localName !== "input") press.preventDefault();
});</script>"""
CENTRED = "<style>body { display: grid; align-content: center; gap: 2rem; min-height: 100vh }</style>"
ICON = LINK.replace("Book Now", "<svg width='20' height='20' aria-label='Calendar'></svg>")


@pytest.fixture
def shop(make_site: MakeSite) -> Shop:
    """Serve a shop."""
    return Shop(make_site())


def test_a_double_click_opens_it_and_leaves_it_open(shop: Shop, page: Page) -> None:
    shop.visit(page, HEARD + POPUP)
    page.locator("a.book-now").dblclick()
    times_of(page)
    assert page.evaluate("window.heard") == ["ready", "opened"]


def test_what_is_typed_is_none_of_the_pages_shortcuts(shop: Shop, page: Page) -> None:
    shop.visit(page, SHORTCUTS + POPUP)
    dialog = opened(page)
    dialog.locator(".picker .time").first.click()
    dialog.locator("#name").press_sequentially("Frank m Smith")
    expect(dialog.locator("#name")).to_have_value("Frank m Smith")
    page.locator("h1").click(force=True)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_a_bare_link_moves_nothing_when_it_is_pointed_at(shop: Shop, page: Page) -> None:
    shop.visit(page, f"{CENTRED}{SCRIPT}{LINK}")
    before = page.locator("main").bounding_box()
    page.locator("a.book-now").hover()
    page.wait_for_function("document.querySelector('body > book-now')")
    assert page.locator("main").bounding_box() == before


def test_a_calendar_without_any_free_time_can_be_turned(shop: Shop, page: Page) -> None:
    def without(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "slots": [], "clock": None})

    page.route("**/slots?*", without)
    shop.visit(page, POPUP)
    page.locator("a.book-now").click()
    dialog = page.locator("dialog")
    shown = dialog.locator(".month-name")
    expect(dialog.locator(".picker .note").first).to_contain_text("no free times")
    names = [shown.inner_text()]
    for _ in range(2):
        dialog.locator(".month .icon").last.click()
        expect(shown).not_to_have_text(names[-1])
        expect(dialog.locator(".picker .note").first).to_contain_text("no free times")
        names.append(shown.inner_text())
    dialog.locator(".month .icon").first.click()
    expect(shown).to_have_text(names[1])


def test_a_button_without_words_opens_a_dialog_with_a_name(shop: Shop, page: Page, page_errors: PageErrors) -> None:
    page_errors.allow("net::ERR_FAILED")
    page.route("**/slots?*", lambda route: route.abort())
    shop.visit(page, SCRIPT + ELEMENT.replace(LINK, ICON))
    page.locator("a.book-now").click()
    dialog = page.locator("dialog")
    expect(dialog.locator(".notice")).to_be_visible()
    expect(dialog).to_have_accessible_name("ada/intro-call")
    expect(dialog.locator("a.control")).to_have_accessible_name("ada/intro-call")
