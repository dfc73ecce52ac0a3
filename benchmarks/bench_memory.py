"""How much memory of its own a worker has that serves us too, after its first booking, on top of what it has without.

The booking gets its meeting from the simulator of Zoom, and its mails are sent, so that all parts are loaded.
"""

import contextlib
import json
import sys
import tempfile
import time
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from databases import KINDS, databases
from measure import record
from serving import serve
from sites import EVENT, SETTINGS, connect, make

from zoom_blueprint import EventType, Location
from zoom_blueprint.testing import Simulator

_ZOOM_CALL = EventType(slug=EVENT.slug, title=EVENT.title, notice_minutes=0, location=Location.ZOOM)
_SECONDS_TO_SETTLE = 15
_KIB = 1024


def main(kinds: list[str]) -> None:
    for kind in kinds or KINDS:
        with databases(kind) as new, Simulator(redirect_uris=["http://127.0.0.1/callback"]) as zoom:
            _measure(kind, new, zoom)


def _measure(kind: str, new: Callable[[], str], zoom: Simulator) -> None:
    address = new()
    state, _ = make(0, address=address, event=_ZOOM_CALL, **zoom.config())
    connect(state, zoom)
    ours = {**SETTINGS, **zoom.config(), "ZOOM_WORKER": "thread", "BENCH_DATABASE": address}
    with tempfile.TemporaryDirectory(prefix="zoom-bench-") as compiled:
        # With compiled files, as an installed package has them: the first round makes them.
        files = {"PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""}
        for _ in range(2):
            with (
                serve("memory_site:app", {"BENCH_DATABASE": new(), **files}) as host_port,
                serve("memory_site:app", {**{name: str(value) for name, value in ours.items()}, **files}) as port,
            ):
                _book(port)
                host, both = _mebibytes(host_port), _mebibytes(port)
    record("memory", ours=both, baseline=host, unit=" MiB", database=kind)
    record("memory-difference", ours=both - host, unit=" MiB", goal="≤ 30 MiB", database=kind)


def _book(port: int) -> None:
    """Book as a visitor does, and wait until the meeting is there."""
    event = f"/api/v1/hosts/ada/{_ZOOM_CALL.slug}"
    first = datetime.now(UTC).date() + timedelta(days=1)
    offered = _get(port, f"{event}/slots?from={first}&to={first + timedelta(days=13)}&tz=Europe/London")
    person = {"name": "Bob Byrne", "email": "bob@example.com", "tz": "Europe/Paris", "lang": "en"}
    fields = {"start": offered["slots"][0], "token": offered["token"], "key": uuid.uuid4().hex, **person}
    booking = _get(port, f"{event}/bookings", urllib.parse.urlencode(fields).encode())
    deadline = time.monotonic() + _SECONDS_TO_SETTLE
    while booking["meeting_status"] != "ready" and time.monotonic() < deadline:
        time.sleep(0.2)
        booking = _get(port, f"/api/v1/bookings/{booking['manage_url'].rpartition('/')[2]}")
    if booking["meeting_status"] != "ready":
        raise RuntimeError("The booking got no meeting.")


def _mebibytes(port: int) -> float:
    """Return what the worker has, after some more requests."""
    for _ in range(20):
        found: int = _get(port, "/memory")["kib"]
    return found / _KIB


def _get(port: int, path: str, body: bytes | None = None) -> Any:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", body, timeout=30) as answer:
        return json.load(answer)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(sys.argv[1:])
