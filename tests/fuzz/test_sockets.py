"""Requests for the webhook that no HTTP library would send, written to a real server's socket."""

import socket
import time
from collections.abc import Callable
from http.client import BadStatusLine, HTTPResponse
from typing import NamedTuple
from urllib.parse import urlsplit

from hypothesis import strategies as st

from tests.fixtures.site import Site
from tests.fuzz.bodies import bodies
from tests.fuzz.headers import Delivery, forged
from tests.fuzz.running import run
from tests.fuzz.watching import watched

REQUESTS = 300
_LF = b"\r\n"
# How a body is framed: head and body as sent. The sender then stops, and waits for an answer.
FRAMES: dict[str, Callable[[bytes], tuple[bytes, bytes]]] = {
    "right": lambda body: (b"Content-Length: %d" % len(body), body),
    "too long": lambda body: (b"Content-Length: %d" % len(body), body + b"GET / HTTP/1.1\r\n\r\n"),
    "cut short": lambda body: (b"Content-Length: %d" % (len(body) + 7), body),
    "without length": lambda body: (b"X: y", body),
    "length of words": lambda body: (b"Content-Length: many", body),
    "negative": lambda body: (b"Content-Length: -%d" % len(body), body),
    "signed length": lambda body: (b"Content-Length: +%d" % len(body), body),
    "endless length": lambda body: (b"Content-Length: " + b"9" * 40, body),
    "two lengths": lambda body: (b"Content-Length: %d\r\nContent-Length: 1" % len(body), body),
    "chunked": lambda body: (b"Transfer-Encoding: chunked", b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)),
    "chunked, cut short": lambda body: (b"Transfer-Encoding: chunked", b"%x\r\n%s" % (len(body) + 9, body)),
    "chunked, without sizes": lambda body: (b"Transfer-Encoding: chunked", b"zz\r\n" + body),
    "chunked, of negative size": lambda body: (b"Transfer-Encoding: chunked", b"-5\r\n" + body),
    "chunked, with a length": lambda body: (b"Transfer-Encoding: chunked\r\nContent-Length: 3", body),
    "unknown encoding": lambda body: (b"Transfer-Encoding: gzip, x", body),
}


class Sent(NamedTuple):
    """A delivery and its framing."""

    delivery: Delivery
    frame: str


def exchange(site: Site, sent: Sent) -> int | None:
    """Send, and return the status of the answer; None when the server hung up, which is an answer too."""
    base = urlsplit(site.base)
    head, body = FRAMES[sent.frame](sent.delivery.body)
    headers = sent.delivery.headers(site.simulator.webhook_secret, int(time.time()))
    lines = [f"{name}: {value}".encode("latin-1") for name, value in {"Host": base.netloc, **headers}.items()]
    start = f"POST {base.path}/webhook HTTP/1.1".encode()
    with socket.create_connection((base.hostname or "", base.port or 0), timeout=10) as connection:
        connection.settimeout(10)
        try:
            connection.sendall(_LF.join([start, b"Connection: close", *lines, head, b"", body]))
            connection.shutdown(socket.SHUT_WR)
            answer = HTTPResponse(connection)
            answer.begin()
        except (ConnectionError, BadStatusLine):
            return None
        return answer.status


def test_no_request_on_the_wire_breaks_the_server_or_writes_a_row(site: Site, times: float) -> None:
    with watched(site) as stamp:
        before = stamp()

        def check(case: Sent) -> None:
            status = exchange(site, case)
            assert status is None or 400 <= status < 500
            assert stamp() == before

        run(REQUESTS * times, st.builds(Sent, forged(bodies([12345678902])), st.sampled_from(sorted(FRAMES))), check)
    assert site.get("/healthz").status_code == 200
