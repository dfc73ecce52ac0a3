"""Confirming a booking in the service function against the least transaction that keeps the same promise."""

import sqlite3
import uuid
from datetime import UTC, datetime, timedelta

from measure import compare
from sites import make
from sqlalchemy.engine import make_url

from zoom_blueprint.services import availability, bookables, bookings
from zoom_blueprint.services.availability import Range

BOOKINGS = 100_000
ROUNDS = 150


def main() -> None:
    """Print the ratio."""
    state, _ = make(BOOKINGS)
    other, address = make(BOOKINGS)
    del other
    now = datetime.now(UTC)
    bookable = bookables.look_up(state, "ada", "call")
    days = Range(now.date(), now.date() + timedelta(days=40), "Europe/London")
    offer = availability.offer(state, bookable, days, now=now)
    starts = iter([datetime.fromtimestamp(second, UTC) for second in offer.starts or []])
    raw = sqlite3.connect(str(make_url(address).database), isolation_level=None)
    raw.execute("PRAGMA synchronous=FULL")
    (event_type_id,) = raw.execute("SELECT id FROM zoom_event_type WHERE slug = 'call' AND host_id = '1'").fetchone()
    raw_starts = iter([datetime.fromtimestamp(second, UTC) for second in offer.starts or []])

    def least() -> None:
        """Lock the host, look for an overlap, insert, commit."""
        start = next(raw_starts)
        begin, end = (f"{moment:%Y-%m-%d %H:%M:%S}.000000" for moment in (start, start + timedelta(minutes=15)))
        key = uuid.uuid4().hex
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("UPDATE zoom_host SET revision = revision + 1 WHERE id = '1'")
        taken = raw.execute(
            "SELECT 1 FROM zoom_booking WHERE host_id = '1' AND busy_end > ? AND busy_start < ?", (begin, end)
        ).fetchone()
        assert taken is None
        raw.execute(
            "INSERT INTO zoom_booking (id, host_id, event_type_id, status, starts_at, ends_at, busy_start, busy_end,"
            " sequence, key, body_hmac, name, email, time_zone, locale, details_sealed, created_at, changed_at)"
            " VALUES (?,?,?,?,?,?,?,?,0,?,'','B','b@example.com','UTC','en','',?,?)",
            (key, "1", event_type_id, "confirmed", begin, end, begin, end, key, begin, begin),
        )
        raw.execute("COMMIT")

    def ours() -> None:
        """Confirm by the service."""
        wish = bookings.Request(
            host_slug="ada",
            event_slug="call",
            start=next(starts),
            name="Bob",
            email="bob@example.com",
            time_zone="Europe/London",
            key=uuid.uuid4().hex,
            token=offer.token,
        )
        bookings.confirm(state, wish)

    compare("confirm: raw transaction / service", least, ours, rounds=ROUNDS)


if __name__ == "__main__":
    main()
