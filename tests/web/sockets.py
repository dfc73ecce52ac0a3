"""Requests written byte by byte, for what no well-behaved client sends."""

import socket
from collections.abc import Iterable
from http.client import HTTPResponse
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.fixtures.site import Site


class RawAnswer(NamedTuple):
    """Status, headers (in small letters) and body of an answer."""

    status: int
    headers: dict[str, str]
    body: bytes


def send(
    site: Site, path: str, headers: Iterable[str], *parts: bytes, method: str = "POST", host: str = ""
) -> RawAnswer:
    """Send a request below the blueprint's prefix and return the answer; ``parts`` are sent until it comes."""
    base = urlsplit(site.base)
    place = (base.hostname or "", base.port or 0)
    head = [f"{method} {base.path}{path} HTTP/1.1", f"Host: {host or base.netloc}", "Connection: close", *headers]
    with socket.create_connection(place, timeout=30) as connection:
        connection.sendall("\r\n".join([*head, "", ""]).encode("latin-1"))
        for part in parts:
            try:
                connection.sendall(part)
            except OSError:  # the server has answered and hung up
                break
        answer = HTTPResponse(connection)
        answer.begin()
        return RawAnswer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())


def chunked(content: bytes, size: int = 8192) -> Iterable[bytes]:
    """Return the parts of a chunked body."""
    for start in range(0, len(content), size):
        part = content[start : start + size]
        yield b"%x\r\n%s\r\n" % (len(part), part)
    yield b"0\r\n\r\n"
