"""The widget on pages that load it twice, move it, take it away, bring it back, and hold several of it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.prospect import choose_time, confirm, fill_in
from tests.browser.shops import ELEMENT, HEARD, LINK, POPUP, SCRIPT, Shop, opened, times_of
from tests.fixtures.browser import NewPage
from tests.fixtures.site import MakeSite
from tests.fixtures.site_app import HOSTS
from zoom_blueprint.services import agendas

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]
REVIEW = LINK.replace("intro-call", "review").replace("Book Now", "Book a review")
BOOKED = ["opened", "slot-selected", "submitted", "booked"]
ROUTER = """<nav><button id="on">On</button></nav><div id="view"></div><script>
const views = { "": `{first}`, "prices": `{second}` };
let shown;
const draw = () => {
  const name = location.pathname.split("/").pop();
  if (shown !== name) view.innerHTML = views[shown = name];
};
const go = (name) => { history.pushState({ router: 1 }, "", name); draw(); };
on.onclick = () => go("prices");
onpopstate = draw;
draw();
</script>"""
# What libraries of old have done to what is built in, and what others put around it today.
OLD_PAGE = """<base href="/elsewhere/"><script>
Object.prototype.extend = Array.prototype.each = function () { return this; };
Array.prototype.toJSON = undefined;
const { fetch: plain } = window, push = history.pushState;
window.fetch = function () { return plain.apply(window, arguments); };
history.pushState = function () { return push.apply(history, arguments); };
window.name = "x"; window.status = "y"; var event = 1, base = 2, open = 3, h = 4, t = 5;
</script><form id="own" onsubmit="window.wrong = true; return false">{body}<input name="q"></form>
<dialog id="pages"><p>A dialog of the page's own.</p></dialog>"""


@pytest.fixture
def shop(make_site: MakeSite) -> Shop:
    """Serve a shop."""
    return Shop(make_site())


def titles(shop: Shop) -> list[str]:
    """Return what is booked with Ada."""
    return sorted(booking.event.title for booking in agendas.upcoming(shop.site.state, HOSTS["ada"].id))


def test_a_script_that_comes_three_times_works_once(shop: Shop, page: Page) -> None:
    pinned = SCRIPT.replace("/v1/", "/0.1.0/").replace(" async", "")
    shop.visit(page, f"{HEARD}{SCRIPT}{pinned}{ELEMENT}{pinned}{SCRIPT}")
    page.evaluate(  # and once more, when the page is long there
        """(src) => new Promise((done) => {
          document.body.append(Object.assign(document.createElement("script"), { src, onload: done }));
        })""",
        f"{shop.site.base}/widget/v1/book-now.js?again",
    )
    shop.asked.clear()
    dialog = opened(page)
    choose_time(dialog)
    fill_in(dialog)
    confirm(dialog)
    assert [method for method, _ in shop.asked] == ["GET", "POST"]
    page.keyboard.press("Escape")
    page.wait_for_function("heard.includes('closed')")
    assert page.evaluate("heard") == ["ready", *BOOKED, "closed"]
    page.locator("a.book-now").focus()
    page.keyboard.press("Space")
    expect(dialog).to_be_visible()
    assert page.evaluate("heard").count("opened") == 2


def test_moved_taken_away_and_brought_back_it_knows_what_was_typed(shop: Shop, page: Page) -> None:
    shop.visit(
        page, f"{HEARD}{POPUP}<footer id='foot'></footer><button id='alive' onclick='window.alive = 1'>Press</button>"
    )
    dialog = opened(page)
    choose_time(dialog)
    fill_in(dialog)
    page.evaluate("window.element = document.querySelector('book-now'); foot.append(element)")
    expect(dialog).to_be_hidden()
    page.locator("#alive").click()
    page.locator("footer a.book-now").click()
    expect(dialog.get_by_label("Your name")).to_have_value("Bob Byrne")
    page.evaluate("element.remove()")
    page.locator("#alive").click()
    page.evaluate("document.querySelector('h1').after(element)")
    expect(page.locator("dialog")).to_be_hidden()
    page.locator("a.book-now").click()
    expect(dialog.get_by_label("Your name")).to_have_value("Bob Byrne")
    confirm(dialog)
    assert titles(shop) == ["Intro call"]
    assert page.evaluate("heard").count("ready") == 1
    page.locator(".close").click()
    expect(page.locator("a.book-now")).to_be_focused()


@pytest.mark.parametrize("touched", [False, True])
def test_another_view_of_an_application_ends_the_dialog_and_brings_its_own(
    shop: Shop, new_page: NewPage, touched: bool
) -> None:
    page = new_page(has_touch=touched, is_mobile=touched)
    router = ROUTER.replace("{first}", ELEMENT).replace("{second}", f"<book-now>{REVIEW}</book-now>")
    shop.visit(page, SCRIPT + router)
    dialog = opened(page)
    choose_time(dialog)
    page.evaluate("go('prices')")
    expect(page.locator("dialog")).to_have_count(0)
    assert page.url == f"{shop.address}prices"
    page.get_by_role("button", name="On", exact=True).click(trial=True)
    dialog = opened(page)
    expect(dialog.locator(".title")).to_have_text("Policy review")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.wait_for_function("!history.state?.bookNow")
    assert page.url == f"{shop.address}prices", "closing it leaves the view where it is"
    page.go_back()
    page.wait_for_url(shop.address)
    dialog = opened(page)
    expect(dialog.locator(".title")).to_have_text("Intro call")
    choose_time(dialog)
    fill_in(dialog)
    confirm(dialog)
    assert titles(shop) == ["Intro call"]


def test_each_of_several_books_its_own_and_keeps_to_itself(shop: Shop, page: Page) -> None:
    shop.visit(page, f"{POPUP}<book-now>{REVIEW}</book-now>")
    first, second = page.locator("dialog").nth(0), page.locator("dialog").nth(1)
    opened(page, 0)
    choose_time(first)
    fill_in(first, "Anna", "anna@example.com")
    page.keyboard.press("Escape")
    opened(page, 1)
    expect(first).to_be_hidden()
    expect(second.locator(".title")).to_have_text("Policy review")
    choose_time(second, 3)
    expect(second.get_by_label("Your name")).to_have_value("")
    fill_in(second, "Berta", "berta@example.com")
    confirm(second)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Book Now").click()
    expect(first.get_by_label("Your name")).to_have_value("Anna")
    confirm(first)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Book a review").click()
    expect(second.get_by_role("heading", name="You’re booked")).to_be_visible()
    expect(first).to_be_hidden()
    bookings = agendas.upcoming(shop.site.state, HOSTS["ada"].id)
    assert {(one.event.title, one.name) for one in bookings} == {("Intro call", "Anna"), ("Policy review", "Berta")}


def test_bare_links_book_and_so_does_one_that_comes_later(shop: Shop, page: Page) -> None:
    shop.visit(page, f"{HEARD}{SCRIPT}<p>Talk to us: {LINK.replace('Book Now', '<b>Book <i>Now</i></b>')}</p>")
    looks = "link => [getComputedStyle(link).display, getComputedStyle(link).backgroundColor]"
    assert page.locator("a.book-now").evaluate(looks) == ["inline", "rgba(0, 0, 0, 0)"]
    page.locator("a.book-now i").click()
    dialog = times_of(page)
    page.keyboard.press("Escape")
    expect(page.locator("a.book-now")).to_be_focused()
    page.evaluate("html => { below.insertAdjacentHTML('afterend', html) }", REVIEW.replace("{base}", shop.site.base))
    later = page.get_by_text("Book a review")
    later.click()
    dialog = page.locator("book-now dialog[open]")
    expect(dialog.locator(".title")).to_have_text("Policy review")
    choose_time(dialog)
    fill_in(dialog)
    confirm(dialog)
    page.keyboard.press("Escape")
    expect(later).to_be_focused()
    assert titles(shop) == ["Policy review"]
    assert page.evaluate("heard.filter((name) => name === 'booked')") == ["booked"]
    # Drawn anew, the page has other links in the place of those, and the element that served them is gone.
    page.evaluate("document.body.innerHTML = document.querySelector('main').outerHTML")
    later.click()
    expect(times_of(page).locator(".title")).to_have_text("Policy review")


def test_a_page_of_old_scripts_a_form_around_it_and_its_own_dialog_books(shop: Shop, page: Page) -> None:
    shop.visit(page, OLD_PAGE.replace("{body}", POPUP))
    page.evaluate("pages.append(own); pages.showModal()")
    dialog = opened(page)
    choose_time(dialog)
    fill_in(dialog)
    dialog.get_by_label("Email address", exact=True).press("Enter")
    expect(dialog.get_by_role("heading", name="You’re booked")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("A dialog of the page's own.")).to_be_visible()
    expect(page.locator("a.book-now")).to_be_focused()
    assert page.evaluate("window.wrong") is None
    assert page.url == shop.address
    assert titles(shop) == ["Intro call"]
