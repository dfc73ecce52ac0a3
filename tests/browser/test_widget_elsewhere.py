"""The widget on other people's pages: another origin with a strict policy, and plain http without a secure context."""

import http.server
import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import prospect
from tests.fixtures.browser import NewPage
from tests.fixtures.demo import Demo

pytestmark = pytest.mark.browser
POLICY = (
    "default-src 'none'; style-src 'none'; frame-src 'none'; require-trusted-types-for 'script'; "
    "script-src {origin}; connect-src {origin}"
)
PAGE = """<!doctype html><html lang="en"><title>A shop</title><main><h1>A shop</h1>
<script async src="{origin}/zoom/widget/v1/book-now.js"></script>
<book-now event="ada/intro-call"><a class="book-now" href="{origin}/zoom/book/ada/intro-call">Book Now</a></book-now>
</main></html>"""


@pytest.fixture
def shop(demo: Demo) -> Iterator[int]:
    """Serve a page of somebody else's, with a policy that forbids all that the widget does not need; gives its port."""

    class Shop(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = PAGE.format(origin=demo.origin).encode()
            self.send_response(200 if self.path == "/" else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", POLICY.format(origin=demo.origin))
            self.end_headers()
            self.wfile.write(body if self.path == "/" else b"")

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_booking_on_another_site_with_a_strict_policy(demo: Demo, shop: int, page: Page) -> None:
    requests: list[tuple[str, str]] = []
    page.on("request", lambda request: requests.append((request.method, request.url)))
    page.goto(f"http://127.0.0.1:{shop}/")
    expect(page.get_by_role("button", name="Book Now")).to_be_visible()
    prospect.book(page)
    asked = [(method, url.split("?")[0].removeprefix(demo.origin)) for method, url in requests if demo.origin in url]
    assert asked == [
        ("GET", "/zoom/widget/v1/book-now.js"),
        ("GET", "/zoom/api/v1/hosts/ada/intro-call/slots"),
        ("POST", "/zoom/api/v1/hosts/ada/intro-call/bookings"),
    ]
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_a_booking_from_a_page_that_is_no_secure_context(
    demo: Demo, shop: int, launch_browser: Callable[..., Browser], new_page: NewPage
) -> None:
    page = new_page(launch_browser("--host-resolver-rules=MAP shop.test 127.0.0.1"))
    page.goto(f"http://shop.test:{shop}/")
    assert page.evaluate("isSecureContext") is False
    dialog = prospect.book(page, 1)
    expect(dialog.get_by_role("link", name="Join Zoom meeting")).to_be_visible()


def test_the_link_works_without_the_script(demo: Demo, shop: int, new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(f"http://127.0.0.1:{shop}/")
    page.get_by_role("link", name="Book Now").click()
    expect(page.get_by_role("heading", name="Intro call")).to_be_visible()
