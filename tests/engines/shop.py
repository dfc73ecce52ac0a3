"""A site of somebody else, which embeds the widget under a policy that forbids all that the widget does not need."""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

POLICY = (
    "default-src 'none'; style-src 'none'; frame-src 'none'; require-trusted-types-for 'script'; "
    "script-src {site}; connect-src {site}; report-uri /reports"
)
PAGE = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
<title>A shop</title><main><h1>A shop</h1><p>Words of the shop, with a <a href="#more">link</a>.</p>
<script async crossorigin src="{base}/widget/v1/book-now.js"></script>
<book-now event="ada/intro-call"><a class="book-now" href="{base}/book/ada/intro-call">Book Now</a></book-now>
</main></html>"""


class Shop:
    """The shop's server; as a proxy it serves the same page under any name, to browsers that are told to ask it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.base = ""
        """Where the blueprint is that the page books with."""
        self.reports: list[dict[str, Any]] = []
        """The violations that browsers have reported."""

    @property
    def address(self) -> str:
        """The page, on a site that is not the blueprint's: browsers take localhost for another one than 127.0.0.1."""
        return f"http://localhost:{self.port}/"

    @property
    def policy(self) -> str:
        """What the page may do."""
        parts = urlsplit(self.base)
        return POLICY.format(site=f"{parts.scheme}://{parts.netloc}")


@contextmanager
def serve() -> Iterator[Shop]:
    """Serve the shop from a thread of this process."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = urlsplit(self.path).path == "/"
            body = PAGE.format(base=shop.base).encode() if found else b""
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", shop.policy)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            report = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["csp-report"]
            if not report["blocked-uri"].endswith("/favicon.ico"):  # browsers look for one by themselves
                shop.reports.append(report)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    shop = Shop(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield shop
    server.shutdown()
    thread.join()
    server.server_close()
