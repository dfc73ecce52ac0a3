"""Slots in the service function, four weeks of 15-minute steps: against a raw range query and an empty table.

``--postgres`` measures on a PostgreSQL server of our own instead of SQLite.
"""

import contextlib
import sqlite3
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from measure import compare
from sites import make, plain
from sqlalchemy.engine import make_url

from zoom_blueprint.services import availability, bookables
from zoom_blueprint.services.availability import Range
from zoom_blueprint.state import State

BOOKINGS = 1_000_000
UPCOMING = 200
ROUNDS = 300
_RAW = "SELECT starts_at, ends_at FROM zoom_booking WHERE host_id = '1' AND busy_end > {0} AND busy_start < {0}"


def main() -> None:
    """Print the ratios."""
    with contextlib.ExitStack() as stack:
        new = _postgres(stack) if "--postgres" in sys.argv[1:] else lambda: None
        empty, _ = make(0, address=new())
        full, address = make(BOOKINGS, address=new())
        busy, _ = make(BOOKINGS, upcoming=UPCOMING, address=new())
        many = f"{BOOKINGS:,} bookings"
        slots = _slots(full)
        compare("slots: raw range query / service", _raw(address), slots, rounds=ROUNDS)
        compare(f"slots: empty table / {many}, ≤ 1.2", _slots(empty), slots, rounds=ROUNDS)
        compare(f"slots: empty table / {many}, {UPCOMING} of these weeks", _slots(empty), _slots(busy), rounds=ROUNDS)
        compare("slots: new answer / unchanged answer", slots, _slots(full, is_known=True), rounds=ROUNDS)


def _slots(state: State, *, is_known: bool = False) -> Callable[[], object]:
    """Return what finds the times of four weeks; ``is_known``: for a reader who holds them already."""
    now = datetime.now(UTC)
    days = Range(now.date(), now.date() + timedelta(days=27), "Europe/London")
    bookable = bookables.look_up(state, "ada", "call")
    known = availability.offer(state, bookable, days, now=now).etag if is_known else ""
    return lambda: availability.offer(state, bookable, days, now=now, known=known)


def _raw(address: str) -> Callable[[], object]:
    now = datetime.now(UTC)
    if address.startswith("sqlite"):
        bounds = (f"{now:%Y-%m-%d %H:%M:%S}", f"{now + timedelta(days=28):%Y-%m-%d %H:%M:%S}")
        file = sqlite3.connect(str(make_url(address).database))
        return lambda: file.execute(_RAW.format("?"), bounds).fetchall()
    server = psycopg.connect(plain(address))
    return lambda: server.execute(_RAW.format("%s"), (now, now + timedelta(days=28))).fetchall()


def _postgres(stack: contextlib.ExitStack) -> Callable[[], str]:
    """Start a server, and return what gives addresses of new databases on it."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from tests.fixtures.postgres import own_server

    server = make_url(stack.enter_context(own_server()))
    names = iter(f"bench_{number}" for number in range(10))

    def new() -> str:
        name = next(names)
        with psycopg.connect(plain(str(server)), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return server.set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)

    return new


if __name__ == "__main__":
    main()
