"""Comparisons of our meetings to come with Zoom's list, so that a lost webhook does no lasting harm."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from zoom_blueprint.services import claims
from zoom_blueprint.services.accounts import Account
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus

EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class _Expected:
    meeting_id: str
    start: datetime | None
    duration: int | None


def compare(state: State, connection_id: str) -> None:
    """Have each meeting looked at that Zoom's list lacks, or has at another time than we saw last.

    At most once an hour, over all processes, whatever comes of it. Nothing is changed here: lists may lag, so the look
    at the meeting itself decides.

    Raises:
        NotConnected: there is no access to ask with.
        ZoomError: Zoom gave no list.
    """
    expected = state.database.write(lambda session: _begin(session, connection_id, datetime.now(UTC)))
    odd = dict(expected)
    for listed in Account(state=state, connection_id=connection_id).list() if expected else ():
        seen = expected.get(listed.id)
        if seen is not None and (seen.start, seen.duration) == (listed.start, listed.duration):
            odd.pop(listed.id, None)
            if not odd:
                return  # all are there: the rest of the list is nothing to us
    if odd:
        state.database.write(lambda session: _have_looked_at(session, odd))
        state.work.wake()


def followed(connection_id: str, now: datetime) -> ColumnElement[bool]:
    """Choose the meetings to come that a connection keeps in line with Zoom."""
    meeting, booking = models.Meeting, models.Booking
    to_come = select(booking.id).where(booking.starts_at > now, booking.status == BookingStatus.CONFIRMED)
    return and_(
        meeting.connection_id == connection_id,
        meeting.zoom_meeting_id.is_not(None),
        meeting.wanted,
        meeting.detached.is_(False),
        meeting.booking_id.in_(to_come),
    )


def _begin(session: Session, connection_id: str, now: datetime) -> dict[int, _Expected]:
    """Take this hour's turn, and return what the list should hold; nothing when somebody else has it."""
    connection, meeting = models.Connection, models.Meeting
    mine = session.execute(
        update(connection)
        .where(
            connection.id == connection_id,
            or_(connection.compared_at.is_(None), connection.compared_at <= now - EVERY),
        )
        .values(compared_at=now)
        .returning(connection.id)
        .execution_options(synchronize_session=False)
    )
    if mine.one_or_none() is None:
        return {}
    columns = (meeting.zoom_meeting_id, meeting.id, meeting.seen_start, meeting.seen_duration)
    found = session.execute(select(*columns).where(followed(connection_id, now)))
    return {number: _Expected(row_id, start, duration) for number, row_id, start, duration in found if number}


def _have_looked_at(session: Session, odd: dict[int, _Expected]) -> None:
    """Mark what still is as it was before the list was asked for; the rest has been in our own hands meanwhile."""
    meeting = models.Meeting
    for number, seen in odd.items():
        unchanged = and_(
            meeting.id == seen.meeting_id,
            meeting.zoom_meeting_id == number,
            meeting.seen_start.is_not_distinct_from(seen.start),
            meeting.seen_duration.is_not_distinct_from(seen.duration),
            meeting.detached.is_(False),
        )
        marked = session.execute(
            update(meeting)
            .where(unchanged)
            .values(look_again=True)
            .returning(meeting.id)
            .execution_options(synchronize_session=False)
        )
        if marked.one_or_none() is not None:
            claims.wish(session, meeting, meeting.id == seen.meeting_id, datetime.now(UTC))
