"""A host makes a button, sees it work in the preview, and keeps it to their own sites."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import prospect
from tests.browser.shops import POPUP, Shop
from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.site import MakeSite
from zoom_blueprint.services import agendas, sites

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]
GREEN = "rgb(10, 92, 54)"


@pytest.fixture
def shop(make_site: MakeSite) -> Shop:
    """A shop on another site than ours."""
    return Shop(make_site())


@pytest.fixture
def host(shop: Shop, new_page: NewPage, page_errors: PageErrors) -> Page:
    """The page of the button, as Ada has it, whose buttons work on one site of hers."""
    page_errors.allow("favicon|Blocked autofocusing")  # the host app has none; within frames browsers forbid it
    site = shop.site
    sites.allow(site.state, "1", "https://shop.example")
    page = new_page()
    page.context.add_cookies([{"name": "host", "value": "ada", "url": site.base}])
    page.goto(f"{site.base}/embed?event=intro-call")
    return page


def test_what_a_host_wishes_is_seen_at_once_and_can_be_booked_in_the_preview(shop: Shop, host: Page) -> None:
    expect(host.get_by_role("button", name="Show", exact=True)).to_be_hidden()
    host.get_by_label("Words on the button").fill("Meet Ada")
    host.get_by_label("Colour").fill("#0a5c36")
    snippet = host.locator("#floating")
    expect(snippet).to_contain_text('--book-now-color: #0a5c36"')
    expect(snippet).to_contain_text(">Meet Ada</a>")
    assert "colour=%230a5c36" in host.url, "the address can be kept"
    frame = host.frame_locator("iframe")
    button = frame.locator("a.book-now")
    expect(button).to_have_text("Meet Ada")
    expect(button).to_have_css("background-color", GREEN)
    button.click()
    dialog = frame.get_by_role("dialog")
    expect(dialog.locator(".picker .time").first).to_be_visible()
    prospect.choose_time(dialog)
    prospect.fill_in(dialog)
    prospect.confirm(dialog)
    (booking,) = agendas.upcoming(shop.site.state, "1")
    assert booking.context["page_url"].startswith(f"{shop.site.base}/embed/preview?")
    assert host.evaluate("document.querySelector('iframe').contentDocument") is None, "it is closed off from us"


def test_a_button_on_another_site_says_why_it_does_not_work_and_where_to_book(
    shop: Shop, host: Page, new_page: NewPage, page_errors: PageErrors
) -> None:
    page_errors.allow("status of 403")
    page = new_page()
    shop.visit(page, POPUP)
    page.locator("a.book-now").click()
    alert = page.locator("book-now dialog [role=alert]")
    expect(alert).to_contain_text("Bookings are not taken on this site.")
    expect(alert).to_contain_text(f"{shop.site.base}/book/ada/intro-call")
    host.get_by_label("Test this site").fill(shop.address)
    host.get_by_role("button", name="Test", exact=True).click()
    expect(host.get_by_role("status").filter(has_text="Your buttons do not work on http://localhost")).to_be_focused()
    field = host.get_by_label("Your buttons work on")
    field.fill(f"{field.input_value()}\n{shop.address}")
    host.get_by_role("button", name="Save").click()
    expect(host.get_by_text("Your buttons work on these sites only.")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("book-now dialog .picker .time").first).to_be_visible()
