"""A host's month and week with 2,000 bookings in the month: against the same pages with none, and a bare Flask page."""

import contextlib
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from databases import KINDS, databases
from flask import Flask
from hello import app as bare
from measure import record, take_turns
from sites import SETTINGS, create_app, make
from sqlalchemy import insert, select

from zoom_blueprint import Host
from zoom_blueprint.services import snapshots
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id

BOOKINGS = 2_000
ROUNDS = 30
_ADA = Host(id="1", name="Ada", email="ada@example.com", time_zone="Europe/London")
_FIRST = datetime(2030, 1, 1, tzinfo=UTC)
_VIEWS = {"month": "/?view=month&date=2030-01-16", "week": "/?date=2030-01-16"}
_TWENTY_MINUTES = timedelta(minutes=20)


def main(kinds: list[str]) -> None:
    for kind in kinds or KINDS:
        with databases(kind) as new:
            _measure(kind, new)


def _measure(kind: str, new: Callable[[], str]) -> None:
    none, full = _site(new()), _site(new(), BOOKINGS)
    for view, path in _VIEWS.items():
        found = take_turns(
            {"bare": _asked(bare, "/hello"), "none": _asked(none, path), "full": _asked(full, path)},
            rounds=ROUNDS,
            warm_up=5,
        )
        record(
            f"calendar-{view}",
            ours=found["full"],
            baseline=found["none"],
            hello=found["bare"],
            goal="≤ 60 ms",
            database=kind,
        )


def _site(address: str, bookings: int = 0) -> Flask:
    """Return a site on which a host is signed in."""
    state, _ = make(0, address=address)
    _fill(state, bookings)
    app, zoom = create_app(address)
    zoom.host_loader(lambda: _ADA)
    return app


def _fill(state: State, bookings: int) -> None:
    """Write so many bookings with their meetings into January 2030, a third of an hour apart."""
    for begin in range(0, bookings, 500):
        numbers = range(begin, min(begin + 500, bookings))
        state.database.write(lambda session, numbers=numbers: _write(state, session, numbers))


def _write(state: State, session: Any, numbers: range) -> None:
    event_id = session.scalars(select(models.EventType.id).where(models.EventType.host_id == _ADA.id).limit(1)).one()
    rows, meetings = [], []
    for number in numbers:
        start, row_id = _FIRST + number * _TWENTY_MINUTES, new_id()
        end = start + _TWENTY_MINUTES
        made = {"starts_at": start, "ends_at": end, "busy_start": start, "busy_end": end, "created_at": start}
        person = {"name": "Bob Byrne", "email": "b@example.com", "time_zone": "UTC", "locale": "en"}
        keys = {"id": row_id, "host_id": _ADA.id, "event_type_id": event_id, "key": row_id, "body_hmac": ""}
        details = snapshots.seal_details(state.cipher, row_id, snapshots.Details())
        about = {"status": "confirmed", "sequence": 0, "details_sealed": details, "changed_at": start}
        rows.append({**keys, **made, **person, **about})
        meeting_id = new_id()
        link = state.cipher.seal(models.Meeting.__tablename__, meeting_id, "join_url", "https://zoom.example.com/j/1")
        meetings.append({"id": meeting_id, "booking_id": row_id, "host_id": _ADA.id, "join_url_sealed": link})
    session.execute(insert(models.Booking), rows)
    session.execute(insert(models.Meeting), meetings)


def _asked(app: Flask, path: str) -> Callable[[], float]:
    """Return what asks the app itself for a page, and says how many milliseconds it took."""
    client = app.test_client()

    def ask() -> float:
        begin = time.perf_counter()
        answer = client.get(path, base_url=SETTINGS["ZOOM_PUBLIC_URL"])
        taken = (time.perf_counter() - begin) * 1000
        assert answer.status_code == 200, answer.text
        return taken

    return ask


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(sys.argv[1:])
