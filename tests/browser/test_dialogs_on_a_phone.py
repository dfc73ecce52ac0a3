"""The dialogs of a host on a small phone with text twice as large: inside the screen, and all of them within reach."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_every_page import with_large_text
from tests.browser.test_host_desk import sign_in
from tests.browser.test_host_interlock import interlock, open_tab, wind
from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.site import MakeSite, Site
from tests.web.interlocked import SECONDS, make_interlocked

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]
Shot = Callable[..., Path]


@pytest.fixture
def phone(new_page: NewPage, page_errors: PageErrors) -> Page:
    """A small phone."""
    page_errors.allow("favicon")  # the small host app has none
    return new_page(viewport={"width": 390, "height": 660})


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """A site whose host is connected and has a booking."""
    site = make_site()
    site.connect()
    site.booked()
    site.drain()
    return site


def is_within_reach(page: Page, dialog: Locator, screenshot: Shot, name: str) -> None:
    """Fail when a dialog leaves the screen, scrolls sideways, or cuts off one of its words, fields and buttons."""
    expect(dialog).to_be_visible()
    for size in ("usual", "large"):
        if size == "large":
            with_large_text(page)
        screenshot(page, f"{name}-390-{size}", full_page=False)
        box = dialog.bounding_box()
        assert box, name
        assert min(box["x"], box["y"]) >= 0, box
        assert box["x"] + box["width"] <= 390, box
        assert box["y"] + box["height"] <= 660, box
        assert dialog.evaluate("(one) => one.scrollWidth <= one.clientWidth"), f"{name} scrolls sideways"
        for part in dialog.locator("h1, h2, p, li, label, input:not([type=hidden]), textarea, button, a").all():
            if not part.is_visible():
                continue
            part.scroll_into_view_if_needed()
            cut = part.evaluate(
                """(part) => {
                    const [inner, outer] = [part, part.closest("dialog")].map((one) => one.getBoundingClientRect());
                    const isCut = inner.left < outer.left || inner.right > outer.right
                        || (inner.height < outer.height && (inner.top < outer.top || inner.bottom > outer.bottom));
                    return isCut || part.scrollWidth > Math.ceil(inner.width);
                }"""
            )
            assert not cut, f"{name}, {size} text: {part.evaluate('(part) => part.outerHTML')}"
        screenshot(page, f"{name}-390-{size}-end", full_page=False)


def test_the_question_before_a_booking_is_cancelled_is_within_reach(site: Site, phone: Page, screenshot: Shot) -> None:
    sign_in(site, phone, "/?view=list")
    phone.get_by_role("link", name="Cancel booking with Bob Byrne").click()
    is_within_reach(phone, phone.get_by_role("dialog"), screenshot, "dialog-cancel")


def test_the_fields_of_time_to_be_blocked_are_within_reach(site: Site, phone: Page, screenshot: Shot) -> None:
    phone.set_viewport_size({"width": 1280, "height": 900})  # where it is drawn; then the window becomes small
    sign_in(site, phone, "/?date=2041-01-16")
    box = phone.locator("[data-day='2041-01-18'] .slots").bounding_box()
    assert box
    phone.mouse.move(box["x"] + 9, box["y"] + 9)
    phone.mouse.down()
    phone.mouse.move(box["x"] + 9, box["y"] + 99)
    phone.mouse.up()
    phone.set_viewport_size({"width": 390, "height": 660})
    is_within_reach(phone, phone.get_by_role("dialog", name="Block time"), screenshot, "dialog-block")


def test_all_that_disconnecting_brings_is_within_reach(site: Site, phone: Page, screenshot: Shot) -> None:
    sign_in(site, phone, "/connection")
    phone.get_by_role("link", name="Disconnect").click()
    is_within_reach(phone, phone.get_by_role("dialog", name="Disconnect Zoom?"), screenshot, "dialog-disconnect")


def test_each_answer_to_the_interlock_is_within_reach(make_site: MakeSite, phone: Page, screenshot: Shot) -> None:
    site = make_interlocked(make_site)
    site.connect()
    open_tab(site, phone)
    wind(site, phone, SECONDS - 290)
    phone.clock.fast_forward(1000 * (SECONDS - 290))
    is_within_reach(phone, interlock(phone), screenshot, "dialog-interlock")
