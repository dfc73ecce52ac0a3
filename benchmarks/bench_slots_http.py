"""Offered times over HTTP against ``hello`` in a host app: a new answer of 30 days, and one that is held."""

import contextlib
import itertools
import socket
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import loading
from databases import KINDS, databases
from measure import record, take_turns
from serving import serve
from sites import make

CONNECTIONS = 16
ROUNDS = 7
SECONDS = 0.6
DAYS = 30
_BEGINNINGS = 20
_PLACES = ("London", "Berlin", "Paris", "Rome", "Madrid", "Vienna", "Warsaw", "Athens", "Helsinki", "Lisbon", "Oslo")
_SETTINGS = {"ZOOM_READ_LIMITS": "1000000 per minute"}  # counted, and nobody is refused


def main(kinds: list[str]) -> None:
    for kind in kinds or KINDS:
        with databases(kind) as new:
            _measure(kind, new())


def _measure(kind: str, address: str) -> None:
    make(0, address=address)
    hello = itertools.repeat(loading.request("GET", "/hello"))
    questions = itertools.cycle(_questions())
    settings = {"BENCH_DATABASE": address}
    with (
        serve("hello:app") as bare_port,
        serve("hello:host", settings) as hello_port,
        serve("served:app", _SETTINGS | settings) as port,
    ):

        def unchanged() -> float:
            path = _path(1, "London")
            tag = {"If-None-Match": _tag(port, loading.request("GET", path))}  # asked anew: it holds for some minutes
            return _per_second(port, itertools.repeat(loading.request("GET", path, headers=tag)), 304)

        found = take_turns(
            {
                "bare": lambda: _per_second(bare_port, hello, 200),
                "hello": lambda: _per_second(hello_port, hello, 200),
                "cold": lambda: _per_second(port, questions, 200),
                "unchanged": unchanged,
            },
            rounds=ROUNDS,
        )
    for name, goal in (("cold", "≥ 0.35"), ("unchanged", "≥ 0.7")):
        record(
            f"slots-http-{name}",
            ours=found[name],
            baseline=found["hello"],
            hello=found["bare"],
            goal=goal,
            unit="/s",
            database=kind,
        )


def _questions() -> list[bytes]:
    """Return requests for times, no two of them alike."""
    days = range(1, _BEGINNINGS + 1)
    return [loading.request("GET", _path(day, place)) for place, day in itertools.product(_PLACES, days)]


def _path(day: int, place: str) -> str:
    first = datetime.now(UTC).date() + timedelta(days=day)
    return f"/api/v1/hosts/ada/call/slots?from={first}&to={first + timedelta(days=DAYS - 1)}&tz=Europe/{place}"


def _per_second(port: int, requests: Iterable[bytes], status: int) -> float:
    found = loading.load(port, requests, connections=CONNECTIONS, seconds=SECONDS)
    return found.ensure(status).per_second


def _tag(port: int, request: bytes) -> str:
    """Return the ``ETag`` of an answer."""
    with socket.create_connection(("127.0.0.1", port)) as one:
        one.sendall(request)
        head = b""
        while b"\r\n\r\n" not in head:
            head += one.recv(65_536)
    lines = head.partition(b"\r\n\r\n")[0].decode().split("\r\n")
    return next(line.partition(": ")[2] for line in lines if line.lower().startswith("etag:"))


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(sys.argv[1:])
