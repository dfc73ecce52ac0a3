"""Upkeep: forget what must not be kept, and drop what has served, in batches that keep nobody waiting."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import partial

from sqlalchemy.orm import Session

from zoom_blueprint.services import purges
from zoom_blueprint.services.purges import Purge
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.session import rebuild_indexes

_BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Purged:
    """How many rows a purge emptied or deleted, or would.

    ``stays`` are of attendances, ``mailed_codes`` and ``disabled_endpoints`` entries of the log; ``webhook_contents``
    belong to events whose name and digest are kept for a while.
    """

    stays: int = 0
    log_entries: int = 0
    mailed_codes: int = 0
    disabled_endpoints: int = 0
    meetings: int = 0
    calendar_events: int = 0
    bookings: int = 0
    webhook_events: int = 0
    webhook_contents: int = 0
    connection_attempts: int = 0
    action_calls: int = 0
    daily_counts: int = 0
    known_addresses: int = 0
    rate_counters: int = 0
    heartbeats: int = 0
    tallies: int = 0
    api_keys: int = 0
    duties: int = 0

    def __str__(self) -> str:
        """Every count in words."""
        counts = [f"{getattr(self, one.name)} {one.name.replace('_', ' ')}" for one in fields(self)]
        return f"{', '.join(counts[:-1])} and {counts[-1]}"


def purge(state: State, *, now: datetime | None = None, dry_run: bool = False, batch: int = _BATCH) -> Purged:
    """Forget what ``ZOOM_RETENTION_DAYS`` and ``ZOOM_BOOKING_RETENTION_DAYS`` no longer allow, and spent rows.

    Meetings and events of a cut connection lose everything that is the provider's, counted from the later of
    disconnection and the booking's end; bookings lose their people, and still count. Each ``batch`` rows are one
    transaction, so a purge that is stopped half-way is finished by the next one. Afterwards the database file holds
    nothing of it either.
    """
    now = now or datetime.now(UTC)
    due = purges.due(state, now)
    if dry_run:
        return state.database.read(lambda session: Purged(**{one.name: one.count(session) for one in due}))
    purged = Purged(**{one.name: _work_off(state, one, now, batch) for one in due})
    if purged.bookings:
        state.database.write(lambda session: rebuild_indexes(session, models.Booking.__tablename__))
    state.database.checkpoint()  # even after nothing: an earlier wipe may have been kept from it
    return purged


def _work_off(state: State, one: Purge, now: datetime, size: int) -> int:
    total, last = 0, size
    while last == size:
        last = state.database.write(partial(_batch, state, one, now, size))
        total += last
    return total


def _batch(state: State, one: Purge, now: datetime, size: int, session: Session) -> int:
    return one.batch(state, session, now, size)
