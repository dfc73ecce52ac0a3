"""Confirming a booking over HTTP against the least view that keeps the same promise, and 16 racing for one slot.

The event type takes place in Zoom, mails are owed, and limits are counted as they are by default. First nobody waits
for Zoom (``ZOOM_FIRST_TRIES=0``). Then all do, and take turns with bare calls of a Zoom that answers at once: what is
left of the whole answer without such a call is our own time.
"""

import contextlib
import itertools
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import loading
import requests
from databases import KINDS, databases, file_of, plain
from loading import percentile, volleys
from measure import record, take_turns
from serving import HERE, serve
from sites import EVENT, connect, make

from zoom_blueprint import Location
from zoom_blueprint.services import availability, bookables, tokens
from zoom_blueprint.services.availability import Range
from zoom_blueprint.state import State
from zoom_blueprint.testing import Simulator
from zoom_blueprint.values import WithoutZoom

BOOKINGS = 100_000
ROUNDS = 7
POSTS = 40
_ROUNDS_WITH_LINK, _WITH_LINK = 6, 7
RACES = 25
RACERS = 16
_ZOOM_CALL = replace(
    EVENT, location=Location.ZOOM, without_zoom=WithoutZoom.LATER, horizon_days=365, reminders=(24 * 60, 60)
)
_SETTINGS = {
    "BENCH_MAIL": "1",
    "ZOOM_FIRST_TRIES": "0",
    "ZOOM_LIMITS": "1000000 per minute; 2000000 per day",  # as many windows as by default, and nobody is refused
    "ZOOM_HOST_LIMITS": "1000000 per hour; 2000000 per day",
}


def main(kinds: list[str]) -> None:
    for kind in kinds or KINDS:
        with databases(kind) as new:
            _measure(kind, new)
            _measure_with_zoom(kind, new)


def _measure(kind: str, new: Callable[[], str]) -> None:
    address, raw = new(), _raw(kind, new())
    state, _ = make(BOOKINGS, address=address, event=_ZOOM_CALL)
    ours, raws = _both(state)
    hellos = itertools.repeat(loading.request("POST", "/hello", b"x=1"))
    with (
        serve("hello:app") as hello_port,
        serve("raw_confirm:app", {"BENCH_RAW_DATABASE": raw}) as raw_port,
        serve("served:app", {**_SETTINGS, "BENCH_DATABASE": address}) as port,
    ):
        found = take_turns(
            {
                "hello": lambda: _middle(hello_port, hellos),
                "baseline": lambda: _middle(raw_port, raws),
                "ours": lambda: _middle(port, ours),
            },
            rounds=ROUNDS,
            warm_up=2,
        )
        record(
            "confirm",
            ours=found["ours"],
            baseline=found["baseline"],
            hello=found["hello"],
            goal="≤ 3",
            database=kind,
        )
        racing = {"baseline": list[float](), "ours": list[float]()}
        for number in range(RACES + 1):
            for name, (where, posts) in {"baseline": (raw_port, raws), "ours": (port, ours)}.items():
                took = _race(where, posts)
                if number:  # the first one warms up
                    racing[name] += took
        record(
            "confirm-16-for-one-slot-p99",
            ours=percentile(racing["ours"], 99),
            baseline=percentile(racing["baseline"], 99),
            goal="≤ 25 ms",
            database=kind,
        )


def _measure_with_zoom(kind: str, new: Callable[[], str]) -> None:
    """Measure whole answers with the link in them; a user of Zoom's has 100 new meetings a day, and so has a host."""
    address, raw = new(), _raw(kind, new())
    with Simulator(redirect_uris=["http://127.0.0.1/callback"]) as zoom:
        state, _ = make(BOOKINGS, address=address, event=_ZOOM_CALL, **zoom.config())
        held = tokens.fresh(state, connect(state, zoom))
        ours, raws = _both(state)
        settings = {**_SETTINGS, **zoom.config(), "BENCH_DATABASE": address, "ZOOM_FIRST_TRIES": "4"}
        with (
            requests.Session() as caller,
            serve("raw_confirm:app", {"BENCH_RAW_DATABASE": raw}) as raw_port,
            serve("served:app", settings) as port,
        ):
            found = take_turns(
                {
                    "zoom": lambda: _calls(caller, f"{zoom.api_url}/users/me/meetings", held.tokens.access_token),
                    "baseline": lambda: _middle(raw_port, raws, _WITH_LINK),
                    "ours": lambda: _middle(port, ours, _WITH_LINK),
                },
                rounds=_ROUNDS_WITH_LINK,
            )
        if len(zoom.meetings("ada")) != 2 * _WITH_LINK * (_ROUNDS_WITH_LINK + 1):
            raise RuntimeError("Not every visitor was given a link.")
    whole = found["baseline"] + found["zoom"]
    record("confirm-with-link", ours=found["ours"], baseline=whole, database=kind)
    beside = found["ours"] - found["zoom"]
    record("confirm-beside-zoom", ours=beside, baseline=found["baseline"], goal="≤ 3", database=kind)


def _calls(caller: requests.Session, address: str, token: str) -> float:
    """Return how many milliseconds half of some bare calls take, each of which makes a meeting."""
    found = []
    for number in range(_WITH_LINK):
        meeting = {"topic": "Call", "type": 2, "start_time": f"2031-01-15T{number:02}:00:00Z", "duration": 15}
        begun = time.perf_counter()
        answer = caller.post(address, json=meeting, headers={"Authorization": f"Bearer {token}"}, timeout=10)
        found.append((time.perf_counter() - begun) * 1000)
        answer.raise_for_status()
    return percentile(found, 50)


def _raw(kind: str, address: str) -> str:
    """Prepare a database for the baseline, and return its address."""
    raw = file_of(address) if kind == "sqlite" else plain(address)
    subprocess.run(
        [sys.executable, "-c", f"import raw_confirm; raw_confirm.prepare({BOOKINGS})"],
        cwd=HERE,
        env={**os.environ, "BENCH_RAW_DATABASE": raw},
        check=True,
        timeout=100,
    )
    return raw


def _both(state: State) -> tuple[Iterator[bytes], Iterator[bytes]]:
    """Return bookings for us and for the baseline."""
    ours = _posts(f"/api/v1/hosts/ada/{_ZOOM_CALL.slug}/bookings", _token(state), _starts(state))
    return ours, _posts("/1/bookings", "token", _starts(state))


def _middle(port: int, posts: Iterator[bytes], number: int = POSTS) -> float:
    """Return how many milliseconds half of the answers take, asked for one after the other."""
    return loading.load(port, list(itertools.islice(posts, number)), connections=1).ensure(200, 201).percentile(50)


def _race(port: int, posts: Iterator[bytes]) -> list[float]:
    """Return what each took of those who want the same slot at the same time; one of them gets it."""
    one = next(posts)
    key = one[one.index(b"key=") :].split(b"&")[0]
    racers = [one.replace(key, b"key=" + uuid.uuid4().hex.encode()) for _ in range(RACERS)]
    found = volleys(port, [racers]).ensure(201, 409)
    assert found.statuses[201] == 1, found.statuses
    return found.milliseconds


def _posts(path: str, token: str, starts: Iterator[datetime]) -> Iterator[bytes]:
    """Yield bookings, each of another time and by another person."""
    person = {"name": "Bob Byrne", "tz": "Europe/Paris", "lang": "en"}
    for number, start in enumerate(starts):
        email = f"bob{number}@example.com"
        key = uuid.uuid4().hex
        yield loading.form(path, {"start": start.isoformat(), "email": email, "token": token, "key": key, **person})


def _token(state: State) -> str:
    return state.links.slot_token(bookables.look_up(state, "ada", _ZOOM_CALL.slug).event_type_id, datetime.now(UTC))


def _starts(state: State) -> Iterator[datetime]:
    """Yield the offered starts of the coming months."""
    bookable = bookables.look_up(state, "ada", _ZOOM_CALL.slug)
    now = datetime.now(UTC)
    for month in range(11):
        first = (now + timedelta(days=3 + 30 * month)).date()
        days = Range(first, first + timedelta(days=29), "UTC")
        for second in availability.offer(state, bookable, days, now=now).starts or []:
            yield datetime.fromtimestamp(second, UTC)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(sys.argv[1:])
