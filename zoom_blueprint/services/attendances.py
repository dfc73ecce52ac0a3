"""Attendances: who was in a booking's Zoom room, and for how long, as far as Zoom told."""

import hashlib
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from zoom_blueprint import values
from zoom_blueprint.errors import NotFound
from zoom_blueprint.languages import said
from zoom_blueprint.services import booked, snapshots
from zoom_blueprint.services.booked import Booked
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id
from zoom_blueprint.values import BookingStatus
from zoom_blueprint.zoom_api.webhooks import Participant

RECENT = timedelta(days=30)
_LONGEST_NAME = 200
_WHO = 56  # of a digest's 64 places; the number of the stay takes the others
_Interval = tuple[datetime, datetime]


class Outcome(StrEnum):
    """What became of a meeting.

    ``held``: somebody besides the host's side was in the room. ``no_show``: it is over, the host was there and nobody
    else. ``opened``: it was begun, and Zoom did not tell who came. ``unknown``: Zoom told nothing, or not enough yet.
    """

    HELD = "held"
    NO_SHOW = "no_show"
    OPENED = "opened"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Stay:
    """One stay of one person in the room; None is an end of it that Zoom did not tell."""

    name: str
    is_host: bool
    joined_at: datetime | None
    left_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """What is known of a booking's meeting.

    ``minutes`` is for how long at least one person besides the host's side was in the room, when it was held, or for
    how long it was open, when it is only known that it was; None when Zoom did not tell. Whoever comes without being
    signed in to the host's Zoom account counts as a guest, the host's own phone too.
    """

    outcome: Outcome
    minutes: int | None
    stays: tuple[Stay, ...]
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Past:
    """A booking that is over.

    ``attendance`` is None where there was no Zoom meeting; ``is_purged`` says that its people are forgotten.
    """

    booking: values.Booking
    attendance: Attendance | None
    is_purged: bool


def record(
    state: State,
    session: Session,
    meeting: models.Meeting,
    who: Participant,
    at: datetime,
    *,
    is_host: bool,
    has_left: bool,
) -> bool:
    """Add that somebody came or left, in a transaction that holds the meeting's row; False when it was known.

    A person's comings and goings are paired anew each time, so that their order of arrival does not matter.
    """
    table = models.Attendance
    prefix = hashlib.sha256(who.handle.encode()).hexdigest()[:_WHO]
    same = (table.meeting_id == meeting.id, table.digest.startswith(prefix))
    rows = list(session.scalars(select(table).where(*same).order_by(table.digest)))
    joins = {row.joined_at for row in rows if row.joined_at}
    lefts = {row.left_at for row in rows if row.left_at}
    known = lefts if has_left else joins
    if at in known:
        return False
    known.add(at)
    stays = _paired(joins, lefts)
    while len(rows) < len(stays):
        rows.append(_row(state, session, meeting.id, f"{prefix}{len(rows):08d}", who.name))
    for row in rows[len(stays) :]:
        session.delete(row)
    for row, (joined_at, left_at) in zip(rows, stays, strict=False):
        row.joined_at, row.left_at = joined_at, left_at
        row.is_host = row.is_host or is_host or rows[0].is_host
    session.flush()
    return True


def has_guests(session: Session, meeting_id: str) -> bool:
    """Return whether somebody besides the host's side is known to have been in a meeting's room."""
    table = models.Attendance
    guests = select(table.id).where(table.meeting_id == meeting_id, table.is_host.is_(False))
    return session.scalar(guests.limit(1)) is not None


def of_booking(state: State, booking_id: str, *, now: datetime) -> Attendance | None:
    """Return what is known of a booking's meeting; None where it has none.

    Raises:
        NotFound: there is no such booking.
    """

    def work(session: Session) -> Attendance | None:
        row = session.get(models.Booking, booking_id)
        if row is None:
            raise NotFound(said("There is no such booking."))
        meeting = session.scalars(select(models.Meeting).where(models.Meeting.booking_id == booking_id)).first()
        stays = _stays(state, session, [meeting.id]) if meeting else {}
        return _summary(meeting, stays.get(meeting.id if meeting else "", ()), is_over=row.ends_at <= now)

    return state.database.read(work)


def stays_of(state: State, session: Session, booking_ids: Sequence[str]) -> dict[str, tuple[Stay, ...]]:
    """Return who was in the meetings of these bookings and when, by the bookings."""
    meeting = models.Meeting
    which = select(meeting.id, meeting.booking_id).where(meeting.booking_id.in_(booking_ids))
    bookings = {row.id: row.booking_id for row in session.execute(which)}
    return {bookings[key]: stays for key, stays in _stays(state, session, list(bookings)).items()}


def recent(state: State, host_id: str, *, now: datetime, limit: int = 10) -> list[Past]:
    """Return a host's bookings that ended in the last 30 days, the latest first; two queries."""

    def work(session: Session) -> list[Past]:
        query = (
            booked.query()
            .where(
                models.Booking.host_id == host_id,
                models.Booking.status == BookingStatus.CONFIRMED,
                models.Booking.busy_end <= now,
                models.Booking.ends_at > now - RECENT,
            )
            .order_by(models.Booking.starts_at.desc())
            .limit(limit)
        )
        found = [Booked(*rows) for rows in session.execute(query)]
        stays = _stays(state, session, [one.meeting.id for one in found if one.meeting is not None])
        return [
            Past(
                booking=snapshots.booking(state, *one),
                attendance=_summary(one.meeting, stays.get(one.meeting.id if one.meeting else "", ()), is_over=True),
                is_purged=one.row.purged_at is not None,
            )
            for one in found
        ]

    return state.database.read(work)


def _row(state: State, session: Session, meeting_id: str, digest: str, name: str) -> models.Attendance:
    row_id = new_id()
    row = models.Attendance(
        id=row_id,
        meeting_id=meeting_id,
        digest=digest,
        name_sealed=seal_name(state, row_id, name[:_LONGEST_NAME]),
        is_host=False,
    )
    session.add(row)
    return row


def seal_name(state: State, row_id: str, name: str) -> str:
    """Return the column text for the name of who was there."""
    return state.cipher.seal(models.Attendance.__tablename__, row_id, "name", name)


def _paired(joins: Iterable[datetime], lefts: Iterable[datetime]) -> list[tuple[datetime | None, datetime | None]]:
    """Return one person's stays: whoever leaves ends the oldest stay that is open."""
    stays: list[tuple[datetime | None, datetime | None]] = []
    is_open: deque[int] = deque()
    for at, has_left in sorted([(at, False) for at in joins] + [(at, True) for at in lefts]):
        if not has_left:
            is_open.append(len(stays))
            stays.append((at, None))
        elif is_open:
            place = is_open.popleft()
            stays[place] = (stays[place][0], at)
        else:
            stays.append((None, at))
    return stays


def _stays(state: State, session: Session, meeting_ids: Sequence[str]) -> dict[str, tuple[Stay, ...]]:
    table = models.Attendance
    found: dict[str, tuple[Stay, ...]] = {}
    if not meeting_ids:
        return found
    for row in session.scalars(select(table).where(table.meeting_id.in_(meeting_ids)).order_by(table.digest)):
        name = state.cipher.open(table.__tablename__, row.id, "name", row.name_sealed)
        stay = Stay(name=name, is_host=row.is_host, joined_at=row.joined_at, left_at=row.left_at)
        found[row.meeting_id] = (*found.get(row.meeting_id, ()), stay)
    return {meeting_id: tuple(sorted(stays, key=_begins)) for meeting_id, stays in found.items()}


def _begins(stay: Stay) -> tuple[datetime, str]:
    moment = stay.joined_at or stay.left_at
    assert moment is not None  # noqa: S101  # a row is made of at least one of them
    return moment, stay.name


def _summary(meeting: models.Meeting | None, stays: tuple[Stay, ...], *, is_over: bool) -> Attendance | None:
    if meeting is None or not (meeting.zoom_meeting_id or meeting.started_at or meeting.ended_at or stays):
        return None
    guests = [stay for stay in stays if not stay.is_host]
    minutes = None
    if guests:
        outcome = Outcome.HELD
        known = [(stay.joined_at or meeting.started_at, stay.left_at or meeting.ended_at) for stay in guests]
        spans = [(begin, end) for begin, end in known if begin and end]
        minutes = _minutes(spans) if spans else None
    elif is_over and stays:
        outcome = Outcome.NO_SHOW
    elif meeting.started_at:
        outcome = Outcome.OPENED
        minutes = _minutes([(meeting.started_at, meeting.ended_at)]) if meeting.ended_at else None
    else:
        outcome = Outcome.UNKNOWN
    return Attendance(
        outcome=outcome, minutes=minutes, stays=stays, started_at=meeting.started_at, ended_at=meeting.ended_at
    )


def _minutes(spans: Iterable[_Interval]) -> int:
    """Return the length of the union, in minutes."""
    total, until = timedelta(), None
    for begin, end in sorted(spans):
        begins = begin if until is None else max(begin, until)
        total += max(end - begins, timedelta())
        until = end if until is None else max(until, end)
    return round(total / timedelta(minutes=1))
