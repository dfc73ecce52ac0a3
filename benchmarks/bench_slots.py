"""Slots in the service function, four weeks of 15-minute steps: against a raw range query and an empty table."""

import sqlite3
from datetime import UTC, datetime, timedelta

from measure import compare
from sites import make

from zoom_blueprint.services import availability, bookables
from zoom_blueprint.services.availability import Range

BOOKINGS = 200_000


def main() -> None:
    """Print the ratios."""
    full, file = make(BOOKINGS)
    empty, _ = make(0)
    now = datetime.now(UTC)
    days = Range(now.date(), now.date() + timedelta(days=27), "Europe/London")
    raw = sqlite3.connect(file)
    query = "SELECT starts_at, ends_at FROM zoom_booking WHERE host_id = '1' AND busy_end > ? AND busy_start < ?"
    bounds = (f"{now:%Y-%m-%d %H:%M:%S}", f"{now + timedelta(days=28):%Y-%m-%d %H:%M:%S}")
    of_full = bookables.look_up(full, "ada", "call")
    of_empty = bookables.look_up(empty, "ada", "call")
    compare(
        "slots: raw range query / service",
        lambda: raw.execute(query, bounds).fetchall(),
        lambda: availability.offer(full, of_full, days, now=now),
        rounds=200,
    )
    compare(
        f"slots: empty table / {BOOKINGS} bookings",
        lambda: availability.offer(empty, of_empty, days, now=now),
        lambda: availability.offer(full, of_full, days, now=now),
        rounds=200,
    )


if __name__ == "__main__":
    main()
