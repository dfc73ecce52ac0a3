"""A page of a shop that embeds the widget from another site, and what browsers ask of that site."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Response
from playwright.sync_api import Locator, Page, expect

from tests.fixtures.site import Site
from tests.fixtures.site_app import HOSTS
from zoom_blueprint import EventType

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HEAD = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><title>A shop</title>"""
PAGE = HEAD + "<main><h1>A shop</h1>{body}<p><a id='below' href='#below'>What comes below.</a></p></main></html>"
SCRIPT = '<script async src="{base}/widget/v1/book-now.js"></script>'
LINK = '<a class="book-now" href="{base}/book/ada/intro-call">Book Now</a>'
ELEMENT = f"<book-now>{LINK}</book-now>"
POPUP = SCRIPT + ELEMENT
INLINE = f'{SCRIPT}<book-now mode="inline" style="display: block; min-height: 40em">{LINK}</book-now>'
HEARD = """<script>window.heard = [];
for (const name of ["ready", "opened", "slot-selected", "submitted", "booked", "failed", "closed"])
  document.addEventListener(`book-now:${name}`, () => heard.push(name));</script>"""


class Shop:
    """Pages of the shop; ``asked`` is what browsers have asked of the site that the widget comes from."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.asked: list[tuple[str, str]] = []
        """Methods and paths without the prefix, preflights included."""
        self.cookies: set[str] = set()
        """What came with those to the visitor API."""
        self._body = ""
        site.app.add_url_rule("/shop/", view_func=self._show)
        site.app.add_url_rule("/shop/<path:_>", view_func=self._show)
        site.app.wsgi_app = self._recorded(site.app.wsgi_app)  # type: ignore[assignment,method-assign]  # Flask's way
        site.connect()
        with site.app.app_context():
            event = EventType(slug="review", title="Policy review", duration_minutes=60, notice_minutes=0)
            site.zoom.event_types.put(HOSTS["ada"].id, event)

    @property
    def address(self) -> str:
        """Where the shop is: browsers take localhost for another site than 127.0.0.1."""
        return self.site.base.removesuffix("/zoom").replace("127.0.0.1", "localhost") + "/shop/"

    def visit(self, page: Page, body: str, *, near: bool = False, works: bool = True) -> None:
        """Go to the page with this in it, and wait for a widget that ``works``; ``near``: on its own site."""
        self._body = body
        page.goto(self.address.replace("localhost", "127.0.0.1") if near else self.address)
        if works:
            page.wait_for_function("!!customElements.get('book-now')")

    def _show(self, _: str = "") -> Response:
        return Response(PAGE.replace("{body}", self._body).replace("{base}", self.site.base))

    def _recorded(
        self, app: "Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]"
    ) -> "Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]":
        def record(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
            path = environ["PATH_INFO"].removeprefix("/zoom")
            if path != environ["PATH_INFO"] and path != "/webhook":  # that one is Zoom's
                self.asked.append((environ["REQUEST_METHOD"], path))
                if path.startswith("/api/"):
                    self.cookies.add(environ.get("HTTP_COOKIE", ""))
            return app(environ, start_response)

        return record


def times_of(page: Page) -> Locator:
    """Return the page's first dialog, once its times are there."""
    dialog = page.locator("dialog").first
    expect(dialog.locator(".picker .time").first).to_be_visible()
    return dialog


def opened(page: Page, number: int = 0) -> Locator:
    """Press a button of the page and return its dialog with the times."""
    page.locator("a.book-now").nth(number).click()
    dialog = page.locator("book-now dialog[open]")
    expect(dialog.locator(".picker .time").first).to_be_visible()
    return dialog
