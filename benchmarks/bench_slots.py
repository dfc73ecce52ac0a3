"""Slots in the service function, 30 days in steps of 15 minutes, 230 busy times: against a query, and as data grows."""

import contextlib
import sqlite3
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
from databases import KINDS, databases, file_of, plain
from measure import compare
from sites import DAYS, make

from zoom_blueprint.services import availability, bookables
from zoom_blueprint.services.availability import Range
from zoom_blueprint.state import State

FEW, MANY = 1_000, 1_000_000
BUSY = 230
ROUNDS = 300
_RAW = "SELECT starts_at, ends_at FROM zoom_booking WHERE host_id = '1' AND busy_end > {0} AND busy_start < {0}"


def main(kinds: list[str]) -> None:
    for kind in kinds or KINDS:
        with databases(kind) as new:
            _measure(kind, new)


def _measure(kind: str, new: Callable[[], str]) -> None:
    address = new()
    many, _ = make(MANY, upcoming=BUSY, address=address)
    few, _ = make(FEW, upcoming=BUSY, address=new())
    free, _ = make(FEW, address=new())
    ours = slots(many)
    compare("slots", _raw(address), ours, rounds=ROUNDS, goal="≤ 1.5 ms", database=kind)
    compare("slots-growth", slots(few), ours, rounds=ROUNDS, goal="≤ 1.2", database=kind)
    compare("slots-busy", slots(free), slots(few), rounds=ROUNDS, database=kind)
    compare("slots-unchanged", ours, slots(many, is_known=True), rounds=ROUNDS, database=kind)


def slots(state: State, *, is_known: bool = False) -> Callable[[], object]:
    """Return what finds the times; ``is_known``: for a reader who holds them already."""
    now = datetime.now(UTC)
    days = Range(now.date(), now.date() + timedelta(days=DAYS - 1), "Europe/London")
    bookable = bookables.look_up(state, "ada", "call")
    known = availability.offer(state, bookable, days, now=now).etag if is_known else ""
    return lambda: availability.offer(state, bookable, days, now=now, known=known)


def _raw(address: str) -> Callable[[], object]:
    now = datetime.now(UTC)
    if address.startswith("sqlite"):
        bounds = (f"{now:%Y-%m-%d %H:%M:%S}", f"{now + timedelta(days=DAYS):%Y-%m-%d %H:%M:%S}")
        file = sqlite3.connect(file_of(address))
        return lambda: file.execute(_RAW.format("?"), bounds).fetchall()
    server = psycopg.connect(plain(address), autocommit=True)
    return lambda: server.execute(_RAW.format("%s"), (now, now + timedelta(days=DAYS))).fetchall()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(sys.argv[1:])
