"""Readings: one calendar is asked at Google, and what it says is compared with what is known."""

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from zoom_blueprint.errors import GoogleNotFound, GoogleScopeMissing, GoogleSyncLost
from zoom_blueprint.scheduling.zones import zone
from zoom_blueprint.services import busy_times, claims, tokens
from zoom_blueprint.services.busy_times import Difference, Times
from zoom_blueprint.state import State
from zoom_blueprint.store import models

if TYPE_CHECKING:  # a site without Google does not load it
    from zoom_blueprint.google_api.client import GoogleClient
    from zoom_blueprint.google_api.events import Event

_DAY = timedelta(days=1)
_WINDOW, _WINDOWS = timedelta(days=60), 6  # Google takes no longer ones for free/busy
_FREE_KINDS = frozenset({"workingLocation", "birthday"})
_ID_LENGTH = 32
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class Asked:
    """What decides how a calendar is asked, as it was read before; ``is_whole``: for all that is in it."""

    row_id: str
    connection_id: str
    host_id: str
    calendar_id: str
    time_zone: str
    has_events: bool
    blocks: bool
    sync_token: str | None
    asked_at: datetime | None
    is_whole: bool

    @classmethod
    def of(cls, row: models.Calendar, *, is_whole: bool) -> "Asked":
        """Return it for a row."""
        return cls(
            row_id=row.id,
            connection_id=row.connection_id,
            host_id=row.host_id,
            calendar_id=row.calendar_id,
            time_zone=row.time_zone,
            has_events=row.has_events,
            blocks=row.blocks,
            sync_token=row.sync_token,
            asked_at=row.asked_at,
            is_whole=is_whole or row.sync_token is None,
        )


@dataclass(frozen=True)
class Found:
    """What Google said: ``events`` of the calendar, or the ``taken`` times of one that shows only these.

    ``is_whole``: there is nothing else in it.
    """

    events: tuple["Event", ...]
    taken: Times
    sync_token: str | None
    is_whole: bool

    @property
    def is_in_doubt(self) -> bool:
        """Whether a series has changed, which may have lost instances that nobody tells of."""
        return not self.is_whole and any(event.series_id for event in self.events)


@dataclass(frozen=True)
class Changed:
    """What to write of a reading; ``events`` are the rows of those events of ours to be looked at."""

    busy: Difference
    events: Collection[str]


def ask(state: State, asked: Asked, now: datetime, budget: timedelta | None) -> Found:
    """Ask Google about a calendar; never inside a transaction.

    Raises:
        NotConnected: the connection is inactive or its grant is lost.
        ProviderError: what Google said instead.
    """

    def call(client: "GoogleClient") -> Found:
        if asked.has_events:
            try:
                return _events(client, asked, now)
            except GoogleScopeMissing:  # the host has allowed less; when it is busy may still be told
                if not asked.blocks:
                    raise
        return _times(client, asked, now)

    return tokens.with_google(state, asked.connection_id, call, budget=budget)


def compare(session: Session, asked: Asked, found: Found, now: datetime) -> Changed:
    """Compare what was found with what is known; events of our own bookings keep nobody busy: the bookings do."""
    own = _own_events(session, asked, now)
    ours = {event.id: row_id for event in found.events if (row_id := _of_ours(event.id, own)) is not None}
    place = _zone(asked.time_zone)
    taken = dict(found.taken)
    for event in found.events:
        span = event.span(place) if event.is_busy and event.kind not in _FREE_KINDS else None
        if span is not None and event.id not in ours:
            taken[event.id] = span.start, span.end
    gone: Set[str] | None = None if found.is_whole else {event.id for event in found.events} - taken.keys()
    if not asked.blocks:
        taken, gone = {}, None
    looked_at = set(ours.values())
    if found.is_whole and asked.has_events:
        seen = {ours[event.id]: event for event in found.events if event.id in ours}
        looked_at = {row.id for row in own.values() if _is_otherwise(row, seen.get(row.id), asked)}
    is_something = bool(found.events or found.taken or found.is_whole)
    busy = busy_times.difference(session, asked.row_id, taken, gone) if is_something else Difference({}, set())
    return Changed(busy, looked_at)


def have_looked_at(session: Session, row_ids: Iterable[str], now: datetime) -> None:
    """Have events of ours looked at, which their host may have changed in Google."""
    event, ids = models.CalendarEvent, list(row_ids)
    for row in session.scalars(select(event).where(event.id.in_(ids))) if ids else ():
        row.look_again = True
    if ids:
        session.flush()
        claims.wish(session, event, event.id.in_(ids), now)


def _events(client: "GoogleClient", asked: Asked, now: datetime) -> Found:
    if not asked.is_whole:
        try:
            changes = client.changes(asked.calendar_id, asked.sync_token or "")
            return Found(changes.events, {}, changes.sync_token, is_whole=False)
        except GoogleSyncLost:
            pass  # what is known stays until all of it is read
    changes = client.changes(asked.calendar_id, since=now - _DAY)
    return Found(changes.events, {}, changes.sync_token, is_whole=True)


def _times(client: "GoogleClient", asked: Asked, now: datetime) -> Found:
    taken: dict[str, tuple[datetime, datetime]] = {}
    for number in range(_WINDOWS):
        begin = now - _DAY + number * _WINDOW
        (answer,) = client.free_busy([asked.calendar_id], begin, begin + _WINDOW)
        if answer.trouble:
            words = f"Google does not say when the calendar is busy ({answer.trouble})."
            raise GoogleNotFound(words, reason=answer.trouble)
        taken |= {f"{span.start.isoformat()} {span.end.isoformat()}": (span.start, span.end) for span in answer.busy}
    return Found((), taken, None, is_whole=True)


def _own_events(session: Session, asked: Asked, now: datetime) -> Mapping[str, models.CalendarEvent]:
    """Return the events of the host's bookings by the bookings' ids, those that are long over left out."""
    event, booking = models.CalendarEvent, models.Booking
    rows = session.scalars(
        select(event)
        .join(booking, booking.id == event.booking_id)
        .where(event.host_id == asked.host_id, booking.host_id == asked.host_id, booking.busy_end > now - _DAY)
    )
    return {row.booking_id: row for row in rows}


def _of_ours(event_id: str, own: Mapping[str, models.CalendarEvent]) -> str | None:
    row = own.get(event_id[:_ID_LENGTH])
    return None if row is None else row.id


def _is_otherwise(row: models.CalendarEvent, event: "Event | None", asked: Asked) -> bool:
    """Tell whether an event of ours is not in a whole reading as it was last seen there."""
    if row.event_id is None or row.calendar_id != asked.calendar_id:
        return False
    span = None if event is None or event.is_declined else event.span(_zone(asked.time_zone))
    return span is None or (span.start, span.end) != (row.seen_start, row.seen_end)


def _zone(name: str) -> ZoneInfo:
    try:
        return zone(name or "UTC")
    except ValueError:
        return _UTC
