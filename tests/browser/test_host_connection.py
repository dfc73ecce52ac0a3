"""What a host does about Zoom: sees how it stands, and disconnects by the button that says that it is connected."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.site import MakeSite, Site
from tests.services.looking import Letters

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]


@pytest.fixture(autouse=True)
def _no_icon(page_errors: PageErrors) -> None:
    page_errors.allow("favicon")  # the small host app has none


@pytest.fixture
def letters(make_site: MakeSite) -> tuple[Site, Letters]:
    """Serve a site with mail, whose host has a booking with a link."""
    site = make_site()
    site.connect()
    letters = Letters(site)
    site.booked()
    site.drain()
    letters.sent.clear()
    return site, letters


def open_page(site: Site, new_page: NewPage, **options: Any) -> Page:
    """Open the page about Zoom as Ada."""
    page = new_page(**options)
    page.context.add_cookies([{"name": "host", "value": "ada", "url": site.base}])
    page.goto(f"{site.base}/connection")
    page.wait_for_load_state("load")
    return page


def fits(page: Page) -> bool:
    """Return whether nothing sticks out to the right."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_the_connected_button_asks_in_a_dialog_tells_the_invitees_and_connects_again(
    letters: tuple[Site, Letters], new_page: NewPage, axe: Callable[..., None], screenshot: Callable[..., Path]
) -> None:
    site, sent = letters
    for width, scheme in ((390, "dark"), (1280, "light")):
        page = open_page(site, new_page, viewport={"width": width, "height": 844}, color_scheme=scheme)
        page.get_by_text("What it may do in Zoom, and why").click()
        screenshot(page, f"connection-{width}-{scheme}")
        assert fits(page)
        axe(page)
        page.get_by_role("link", name="Connected Disconnect").click()
        dialog = page.get_by_role("dialog", name="Disconnect Zoom?")
        expect(dialog).to_contain_text("Your 1 upcoming booking keeps its Zoom link.")
        expect(dialog.get_by_role("heading", name="Disconnect Zoom?")).to_be_focused()
        screenshot(page, f"connection-dialog-{width}-{scheme}", full_page=False)
        axe(page)
        dialog.get_by_role("link", name="Keep connected").click()
        expect(dialog).to_be_hidden()
    page = open_page(site, new_page)
    dialog = page.get_by_role("dialog", name="Disconnect Zoom?")
    page.get_by_role("link", name="Connected Disconnect").click()
    dialog.get_by_role("checkbox").check()
    dialog.get_by_label("Your own words").fill("From now on we meet elsewhere.")
    dialog.get_by_role("button", name="Disconnect Zoom").dblclick()
    expect(page.get_by_role("status").filter(has_text="1 invitee is told by mail.")).to_be_focused()
    expect(page.get_by_role("button", name="Connect Zoom")).to_be_visible()
    site.drain()
    assert ["we meet elsewhere" in text for text in sent.texts("bob@example.com")] == [True]
