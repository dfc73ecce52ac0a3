"""The widget's calendar on odd days of time zones, in browsers that are there and in one that is elsewhere."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.engines import zones
from tests.engines.zones import OddDay
from tests.fixtures.browser import NewPage
from tests.fixtures.site import MakeSite, Site

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]
PAGE = """<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>A shop</title>
<script src="{base}/widget/v1/book-now.js"></script>
<book-now><a class="book-now" href="{base}/book/ada/intro-call">Book Now</a></book-now></html>"""


@pytest.fixture
def shop(make_site: MakeSite) -> Site:
    """Serve a page with the widget at ``/shop``."""
    site = make_site()
    content = PAGE.format(base=site.base)
    site.app.add_url_rule("/shop", view_func=lambda: content)
    site.connect()
    return site


def look(site: Site, page: Page, odd: OddDay) -> Locator:
    """Open the widget at the moment when the visitor looks."""
    like = site.slots()

    def answer(route: Route) -> None:
        route.fulfill(json=odd.answer(like, dict(parse_qsl(urlsplit(route.request.url).query))))

    page.clock.set_fixed_time(odd.now)
    page.unroute_all()
    page.route("**/slots?*", answer)
    page.goto(f"{site.base.removesuffix('/zoom')}/shop")
    page.locator("a.book-now").click()
    dialog = page.locator("dialog")
    expect(dialog.locator(".picker .time").first).to_be_visible()
    return dialog


def check(dialog: Locator, odd: OddDay) -> None:
    """Compare what is shown with what must be."""
    for month in odd.months():
        expect(dialog.locator(".calendar")).to_have_attribute("aria-busy", "false")
        assert dialog.page.evaluate(zones.SHOWN) == odd.must_show(month)
        dialog.locator(".month .icon").last.click()
    expect(dialog.locator(".zone .note")).to_be_hidden()


@pytest.mark.parametrize(
    "odd_days",
    [
        pytest.param((zones.BERLIN_FORTH, zones.BERLIN_BACK), id="Berlin"),
        pytest.param((zones.LORD_HOWE_FORTH, zones.LORD_HOWE_BACK), id="Lord Howe"),
        pytest.param((zones.KATHMANDU_NEW_YEAR, zones.KATHMANDU_LEAP_DAY), id="Kathmandu"),
        pytest.param((zones.APIA_NO_DAY,), id="Apia"),
        pytest.param((zones.CHICAGO_BACK,), id="Chicago", marks=pytest.mark.deep),
        pytest.param((zones.SAO_PAULO_FORTH,), id="Sao Paulo", marks=pytest.mark.deep),
    ],
)
def test_every_day_and_time_is_the_one_of_the_zone(shop: Site, new_page: NewPage, odd_days: tuple[OddDay, ...]) -> None:
    there = new_page(timezone_id=odd_days[0].zone, locale="en-US")
    # Its days end before those of all others: what was fetched by them lacks the end of the last one.
    elsewhere = new_page(timezone_id="Pacific/Kiritimati", locale="en-US")
    for odd in odd_days:
        check(look(shop, there, odd), odd)
        dialog = look(shop, elsewhere, odd)
        zone = dialog.locator("#zone")
        zone.fill(odd.typed or odd.zone.replace("_", " "))
        zone.press("Enter")
        check(dialog, odd)
