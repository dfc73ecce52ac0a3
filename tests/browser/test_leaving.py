"""Leaving Zoom: the page before it, the banner and the page after it, on a phone and without scripts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.site import MakeSite, Site
from tests.services.looking import Letters
from zoom_blueprint.services import endings

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]
Axe = Callable[..., None]
Screenshot = Callable[..., Path]
LINK = "https://meet.example.org/ada"


@pytest.fixture
def letters(make_site: MakeSite) -> tuple[Site, Letters]:
    """Serve a site with mail, whose host has two bookings with links."""
    site = make_site()
    site.connect()
    letters = Letters(site)
    offer = site.slots()
    for start in offer["slots"][:4:3]:
        site.booked(start=start, token=offer["token"])
    site.drain()
    letters.sent.clear()
    return site, letters


@pytest.fixture(autouse=True)
def _expected(page_errors: PageErrors) -> None:
    page_errors.allow("favicon")  # the small host app has none
    page_errors.allow("422")


def open_as_ada(new_page: NewPage, site: Site, path: str, **options: Any) -> Page:
    """Open a page of the host's."""
    page = new_page(**options)
    page.context.add_cookies([{"name": "host", "value": "ada", "url": site.base}])
    page.goto(f"{site.base}{path}")
    return page


def fits(page: Page) -> bool:
    """Return whether nothing sticks out to the right."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_on_the_way_out_is_whole_and_accessible(
    letters: tuple[Site, Letters],
    new_page: NewPage,
    axe: Axe,
    screenshot: Screenshot,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    site, _ = letters
    view: dict[str, Any] = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme}
    name = f"{width}-{scheme}"
    at = f"/connections/{site.connection().id}"
    page = open_as_ada(new_page, site, f"{at}/disconnect", **view)
    expect(page.get_by_text("Your 2 upcoming bookings keep their Zoom links.")).to_be_visible()
    axe(page)
    screenshot(page, f"disconnect-{name}")
    assert fits(page)
    page.get_by_label("A link that replaces the Zoom link").fill(LINK)
    page.get_by_role("button", name="Disconnect Zoom").click()
    expect(page.get_by_role("alert")).to_contain_text("Zoom is still connected")
    axe(page)
    screenshot(page, f"disconnect-error-{name}")
    endings.disconnect(site.state, "1", site.connection().id)
    page.goto(f"{site.base}/")
    expect(page.get_by_text("2 upcoming bookings keep Zoom links of this account")).to_be_visible()
    axe(page)
    screenshot(page, f"banner-{name}")
    assert fits(page)
    page.get_by_role("link", name="Tell the invitees").click()
    axe(page)
    screenshot(page, f"notice-{name}")
    assert fits(page)


def test_the_whole_way_out_works_without_scripts(letters: tuple[Site, Letters], new_page: NewPage) -> None:
    site, sent = letters
    page = open_as_ada(new_page, site, "/connection", java_script_enabled=False)
    page.get_by_role("link", name="Disconnect").click()
    page.get_by_role("checkbox", name="Send the invitees").check()
    page.get_by_label("Your own words").fill("From now on we meet elsewhere.")
    page.get_by_label("A link that replaces the Zoom link").fill(LINK)
    page.get_by_role("button", name="Disconnect Zoom").click()
    expect(page.get_by_text("2 invitees are told by mail.")).to_be_visible()
    page.get_by_role("link", name="Bookings", exact=True).first.click()
    page.get_by_role("link", name="List", exact=True).click()
    expect(page.get_by_role("link", name="Join the meeting with Bob Byrne").first).to_have_attribute("href", LINK)
    site.drain()
    assert [LINK in text for text in sent.texts("bob@example.com")] == [True, True]
