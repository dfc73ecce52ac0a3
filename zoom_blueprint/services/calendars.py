"""Calendars: what fills a host's days, and of each thing so little that a month of thousands is read at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from zoom_blueprint.services import blocks, timetables
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import BlockedTime, BookingStatus

_LONGEST = timedelta(days=31)
"""No meeting lasts longer, so an index bounds the search on both sides."""


class Link(StrEnum):
    """How it stands with the Zoom link of a booking; there is none where the meeting is not in Zoom."""

    READY = "ready"
    COMING = "coming"
    TROUBLE = "trouble"
    NONE = "none"


_LINKS = {
    (False, False): Link.COMING,
    (False, True): Link.READY,
    (True, False): Link.TROUBLE,
    (True, True): Link.TROUBLE,
}
"""By whether it is in trouble, and whether there is a link."""


class Entry(NamedTuple):
    """A booking in a calendar. ``name`` is empty where it is no longer kept who booked."""

    id: str
    start: datetime
    end: datetime
    status: BookingStatus
    name: str
    title: str
    colour: str
    link: Link


class Busy(NamedTuple):
    """A time that the host's calendar at Google says is taken, whatever by."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Calendar:
    """What fills the time between two instants, each list by its start."""

    bookings: Sequence[Entry]
    blocked: Sequence[BlockedTime]
    busy: Sequence[Busy]


def between(
    state: State, host_id: str, since: datetime, until: datetime, *, now: datetime, with_busy: bool = False
) -> Calendar:
    """Return a host's bookings that stand or wait for an answer, and blocked times; two queries, nothing unsealed.

    ``with_busy`` asks for what their calendar at Google says, too; one query more on sites with a client of Google's.
    """
    with_busy = with_busy and state.config.has_google
    return state.database.read(
        lambda session: Calendar(
            bookings=_bookings(session, host_id, since, until, now),
            blocked=blocks.between(session, host_id, since, until),
            busy=_busy(session, host_id, since, until) if with_busy else (),
        )
    )


def _busy(session: Session, host_id: str, since: datetime, until: datetime) -> list[Busy]:
    timetable = timetables.of_host(session, host_id)
    found = timetable.between(int(since.timestamp()), int(until.timestamp())) if timetable is not None else []
    return [Busy(datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)) for start, end in found]


def _bookings(session: Session, host_id: str, since: datetime, until: datetime, now: datetime) -> list[Entry]:
    booking, event, meeting = models.Booking, models.EventType, models.Meeting
    found = session.connection().execute(  # without what the ORM does to each of thousands of rows
        select(
            booking.id,
            booking.starts_at,
            booking.ends_at,
            booking.status,
            booking.name,
            event.title,
            event.colour,
            meeting.wanted,
            meeting.join_url_sealed.is_not(None),
            or_(meeting.reason.is_not(None), meeting.parked_at.is_not(None), meeting.conflict.is_not(None)),
        )
        .join(event, event.id == booking.event_type_id)
        .outerjoin(meeting, meeting.booking_id == booking.id)
        .where(
            booking.host_id == host_id,
            booking.starts_at > since - _LONGEST,
            booking.starts_at < until,
            booking.ends_at > since,
            or_(
                booking.status == BookingStatus.CONFIRMED,
                and_(booking.status == BookingStatus.PENDING, booking.hold_until > now),
            ),
        )
        .order_by(booking.starts_at, booking.id)
    )
    entries = []
    for row_id, start, end, status, name, title, colour, wanted, is_ready, is_in_trouble in found.all():
        is_pending = status == BookingStatus.PENDING
        link = Link.NONE if is_pending or not wanted else _LINKS[is_in_trouble, is_ready]
        stands = BookingStatus.PENDING if is_pending else BookingStatus.CONFIRMED
        entries.append(Entry(row_id, start, end, stands, name, title, colour, link))
    return entries
