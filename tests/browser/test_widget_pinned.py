"""A page elsewhere that pins the widget by its digest runs that script and no other."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import prospect
from tests.cli.commands import Zoom
from tests.fixtures.browser import NewPage, PageErrors
from tests.fixtures.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]
PAGE = (
    '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>A shop</title><main><h1>A shop</h1>{}</main>'
)


@pytest.fixture
def shop(site: Site) -> str:
    """A page of another origin with a pinned snippet in it, ``/right``, and with a wrong digest, ``/wrong``."""
    snippet = Zoom(site)("snippet ada intro-call --pinned")
    pages = {"right": snippet, "wrong": snippet.replace("sha384-", "sha384-AAAA")}
    site.app.add_url_rule("/shop/<which>", view_func=lambda which: PAGE.format(pages[which]))
    origin = site.base.removesuffix("/zoom")
    assert "//127.0.0.1:" in origin
    return origin.replace("127.0.0.1", "localhost") + "/shop"


def test_a_pinned_script_books(site: Site, shop: str, page: Page) -> None:
    with page.expect_response("**/book-now.js") as script:
        page.goto(f"{shop}/right")
    assert script.value.headers["content-encoding"] == "br"
    dialog = prospect.book(page)
    expect(dialog.get_by_role("link", name="Join Zoom meeting")).to_be_visible()


def test_with_another_script_than_the_pinned_one_the_link_is_a_link(
    site: Site, shop: str, new_page: NewPage, page_errors: PageErrors
) -> None:
    page_errors.allow("integrity|favicon")
    page = new_page()
    with page.expect_event("requestfinished", lambda request: "book-now.js" in request.url):
        page.goto(f"{shop}/wrong")
    page.get_by_role("link", name="Book Now").click()
    expect(page.get_by_role("heading", name="Intro call")).to_be_visible()
    assert page_errors.messages, "the browser says why"
