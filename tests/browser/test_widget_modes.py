"""The widget where a page puts it: in a dialog, in the page itself, and opened by the page's own scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.prospect import choose_time, confirm, fill_in
from tests.browser.test_widget_asks import sent_with
from tests.fixtures.browser import NewPage
from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import HOSTS
from zoom_blueprint import EventType, Question
from zoom_blueprint.services import agendas

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]
PAGE = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><title>A shop</title><main><h1>A shop</h1>{body}<p>What comes below.</p></main></html>"""
SCRIPT = '<script async src="{base}/widget/v1/book-now.js"></script>'
LINK = '<a class="book-now" href="{base}/book/ada/intro-call">Book Now</a>'
POPUP = f"{SCRIPT}<book-now>{LINK}</book-now>"
INLINE = f'{SCRIPT}<book-now mode="inline" style="display: block; min-height: 40em">{LINK}</book-now>'
SHIFTS = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) sum += shift.value;
  }).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(sum), 100)));
})"""
Shop = Callable[[str], Site]


@pytest.fixture
def shop(make_site: MakeSite) -> Shop:
    """Serve a page with this in it at ``/shop``: ``shop(POPUP)``."""

    def make(body: str) -> Site:
        site = make_site()
        content = PAGE.format(body=body.replace("{base}", site.base))
        site.app.add_url_rule("/shop", view_func=lambda: content)
        site.connect()
        return site

    return make


def visit(site: Site, page: Page) -> None:
    """Go to the page, and wait until the widget is there."""
    page.goto(f"{site.base.removesuffix('/zoom')}/shop")
    page.wait_for_function("!!customElements.get('book-now')")


def opened(site: Site, page: Page) -> Locator:
    """Go to the page and press its button."""
    visit(site, page)
    page.locator("a.book-now").click()
    return times_of(page)


def times_of(page: Page) -> Locator:
    """Return what is open, with its times."""
    dialog = page.locator("dialog")
    expect(dialog.locator(".picker .time").first).to_be_visible()
    return dialog


def test_in_the_page_it_takes_neither_room_nor_focus_that_was_not_given(
    shop: Shop, page: Page, axe: Callable[..., None]
) -> None:
    site = shop(INLINE)
    visit(site, page)
    dialog = times_of(page)
    expect(page.locator("a.book-now")).to_be_hidden()
    assert page.evaluate("document.activeElement === document.body")
    assert page.evaluate(SHIFTS) < 0.05
    expect(dialog.locator(".close")).to_have_count(0)
    axe(page)
    choose_time(dialog)
    fill_in(dialog)
    axe(page)
    confirm(dialog)
    page.keyboard.press("Escape")
    expect(dialog.get_by_role("heading", name="You’re booked")).to_be_visible()


def test_a_dialog_moves_nothing_of_a_page_that_gives_the_link_its_size(shop: Shop, page: Page) -> None:
    style = "display: inline-block; padding: 0.65em 1.4em; border: 1px solid; font-weight: 600; line-height: 1.5"
    opened(shop(f"<style>.book-now {{ {style} }}</style>{POPUP}"), page)
    assert page.evaluate(SHIFTS) == 0


def test_the_pages_scripts_open_it_before_it_is_there_and_after(shop: Shop, page: Page) -> None:
    site = shop(
        "<button id='own'>Talk to us</button><script>"
        "document.addEventListener('book-now:opened', ({ detail }) => { window.heard = detail.event; });"
        "window.BookNow = window.BookNow || {q: []};"
        "BookNow.q.push({event: 'ada/intro-call', name: 'Cleo', email: undefined, lang: 'de'});"
        "own.onclick = () => BookNow.open({event: 'ada/intro-call'});"
        f"</script>{SCRIPT}"
    )
    visit(site, page)
    dialog = times_of(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.locator("#own").click()
    expect(dialog).to_have_count(1)
    dialog.locator(".picker .time").first.click()
    expect(dialog.locator("#name")).to_have_value("Cleo")
    expect(dialog.locator("#email")).to_have_value("")
    expect(dialog).to_have_attribute("lang", "de")
    assert page.evaluate("window.heard") == "ada/intro-call"
    page.keyboard.press("Escape")
    expect(page.locator("#own")).to_be_focused()


def test_the_focus_goes_back_to_the_pages_own_button_and_bare_links_say_what_they_are(shop: Shop, page: Page) -> None:
    own = "<button id='own' onclick='document.querySelector(`book-now`).open()'>Talk to us</button>"
    site = shop(f"{own}{POPUP}<p>{LINK.replace('Book Now', 'Later')}</p>")
    visit(site, page)
    for opener in (page.locator("#own"), page.get_by_role("button", name="Book Now")):
        opener.click()
        dialog = times_of(page)
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(opener).to_be_focused()
    bare = page.locator("p > a.book-now")
    bare.focus()
    expect(bare).to_have_role("button")
    expect(bare).to_have_attribute("aria-haspopup", "dialog")
    page.keyboard.press(" ")
    last = page.locator("dialog:modal")
    expect(last.locator(".picker .time").first).to_be_visible()
    last.locator(".close").click()
    expect(bare).to_be_focused()


def test_on_a_phone_back_closes_it_and_what_was_typed_stays(shop: Shop, new_page: NewPage) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    site = shop(POPUP)
    dialog = opened(site, page)
    choose_time(dialog)
    fill_in(dialog)
    page.go_back()
    expect(dialog).to_be_hidden()
    assert page.url.endswith("/shop")
    page.locator("a.book-now").click()
    expect(dialog.locator("#name")).to_have_value("Bob Byrne")
    dialog.locator(".close").click()
    expect(dialog).to_be_hidden()
    page.wait_for_function("history.state === null")
    confirm_after_all(page, dialog)


def test_on_a_phone_a_page_may_lead_on_when_it_closes(shop: Shop, new_page: NewPage) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    leads_on = "document.addEventListener('book-now:closed', () => history.pushState({}, '', '/shop?thanks'));"
    dialog = opened(shop(f"<script>{leads_on}</script>{POPUP}"), page)
    dialog.locator(".close").click()
    page.wait_for_url("**/shop?thanks")
    expect(dialog).to_be_hidden()
    page.go_back()
    assert page.evaluate("history.state") == {"bookNow": True}, "nobody has gone back before"


def confirm_after_all(page: Page, dialog: Locator) -> None:
    """Open it once more and book."""
    page.locator("a.book-now").click()
    confirm(dialog)


def test_a_zone_is_found_by_a_part_of_its_name(shop: Shop, new_page: NewPage) -> None:
    page = new_page(timezone_id="Europe/London", locale="en-GB")
    dialog = opened(shop(POPUP), page)
    expect(dialog.get_by_role("heading", name="Morning")).to_be_visible()
    zone = dialog.get_by_role("combobox", name="Time zone")
    before = dialog.locator(".picker .time").first.inner_text()
    for typed, name, offset in (("tokyo", "Asia/Tokyo", "GMT+9"), ("nowhere", "Asia/Tokyo", "GMT+9")):
        zone.fill(typed)
        zone.press("Enter")
        expect(zone).to_have_value(name)
        expect(dialog.locator(".zone label")).to_contain_text(offset)
    assert dialog.locator(".picker .time").first.inner_text() != before
    expect(dialog.get_by_role("heading", name="Evening")).to_be_visible()


def test_a_device_with_other_rules_for_the_zone_is_told(shop: Shop, page: Page) -> None:
    site = shop(POPUP)

    def shift(route: Route) -> None:
        answer = route.fetch()
        content = answer.json()
        route.fulfill(response=answer, json={**content, "clock": content["clock"][:-2] + "17"})

    page.route("**/slots?*", shift)
    dialog = opened(site, page)
    expect(dialog.locator(".zone .note")).to_contain_text("other clock rules for")
    expect(dialog.locator(".zone .note")).not_to_contain_text("undefined")


def test_a_device_with_the_same_rules_is_told_nothing(shop: Shop, new_page: NewPage) -> None:
    page = new_page(timezone_id="Asia/Kathmandu")
    dialog = opened(shop(POPUP), page)
    expect(dialog.locator(".zone .note")).to_be_hidden()


def test_attributes_fill_in_the_form_and_say_who_comes(shop: Shop, page: Page) -> None:
    site = shop(
        f'{SCRIPT}<book-now event="ada/topic" data-plan="pro" name="Dot" answers.topic="Taxes">'
        f"{LINK.replace('<a ', '<a data-campaign-id=7 ')}</book-now>"
    )
    asked = Question(name="topic", label="Topic", kind="choice", required=True, choices=("Pensions", "Taxes"))
    with site.app.app_context():
        site.zoom.event_types.put(HOSTS["ada"].id, EventType(slug="topic", title="Topic", questions=(asked,)))
    dialog = opened(site, page)
    dialog.locator(".picker .time").first.click()
    expect(dialog.get_by_label("Topic")).to_have_value("Taxes")
    dialog.locator("#email").fill("dot@example.com")
    with page.expect_request("**/bookings") as sent:
        confirm(dialog)
    assert sent_with(sent.value)["name"] == "Dot"
    (booking,) = agendas.upcoming(site.state, HOSTS["ada"].id)
    assert (booking.context["data_plan"], booking.context["data_campaignId"]) == ("pro", "7")
    assert booking.answers == {"topic": "Taxes"}


def test_the_result_says_the_passcode_and_leads_to_calendars(shop: Shop, page: Page) -> None:
    site = shop(POPUP)
    dialog = opened(site, page)
    choose_time(dialog)
    fill_in(dialog)
    with page.expect_response("**/bookings") as made:
        confirm(dialog)
    booking = made.value.json()
    expect(dialog.get_by_text(f"Passcode: {booking['passcode']}")).to_be_visible()
    links = {"Calendar file": booking["ics_url"]} | {
        name.capitalize(): address for name, address in booking["calendar_links"].items()
    }
    for name, address in links.items():
        expect(dialog.get_by_role("link", name=name)).to_have_attribute("href", address)
