"""Calendar cuts: what becomes of bookings' events when a host disconnects Google, and when it works again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, delete, select, update
from sqlalchemy.orm import Session

from zoom_blueprint.events import EventName
from zoom_blueprint.services import changes, claims, mailings
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus, Conference


def cut(state: State, session: Session, connection_id: str, now: datetime) -> None:
    """Leave alone from now on what is in Google, and owe nothing more, in the transaction that ends the connection.

    Whoever waits for an event that was not begun gets our own invitations again, and their link from Zoom. Those who
    were told already that Google invites get ours, too: of an event that may be there under its own name, so that it
    is one entry all the same.
    """
    event = models.CalendarEvent
    mine = event.connection_id == connection_id
    not_there = and_(mine, ~event.detached, event.event_id.is_(None))
    not_begun = and_(not_there, event.unsure_until.is_(None))
    uninvited = session.scalars(select(event.booking_id).where(not_there)).all()
    handed_over = select(event.booking_id).where(not_begun, event.conference == Conference.MEET)
    _back_to_zoom(session, session.scalars(handed_over).all(), now)
    session.execute(delete(event).where(not_begun).execution_options(synchronize_session=False))
    session.execute(
        update(event)
        .where(mine)
        .values(detached=True, due_at=None, claim=None, parked_at=None, reason=None, reason_since=None, retry_at=None)
        .execution_options(synchronize_session=False)
    )
    _invite(state, session, uninvited, now)


def restore(session: Session, row: models.Connection, now: datetime) -> None:
    """Have the events to come looked at that a connection can bring in line, for it works, or works again.

    Those that a connection before it has left are among them: if this is the same account, it finds them, and else
    they are left alone as before.
    """
    event, booking = models.CalendarEvent, models.Booking
    to_come = event.booking_id.in_(select(booking.id).where(booking.host_id == row.host_id, booking.ends_at > now))
    session.execute(
        update(event)
        .where(to_come, event.detached, event.event_id.is_not(None))
        .values(connection_id=row.id, look_again=True)
        .execution_options(synchronize_session=False)
    )
    claims.wish(session, event, and_(to_come, event.connection_id == row.id), now)


def _back_to_zoom(session: Session, booking_ids: Sequence[str], now: datetime) -> None:
    meeting = models.Meeting
    which = meeting.booking_id.in_(booking_ids)
    session.execute(update(meeting).where(which).values(wanted=True).execution_options(synchronize_session=False))
    claims.wish(session, meeting, which, now)


def _invite(state: State, session: Session, booking_ids: Sequence[str], now: datetime) -> None:
    """Owe our own invitation to everybody who was told of a booking while Google was to invite."""
    booking = models.Booking
    stands = and_(booking.id.in_(booking_ids), booking.status == BookingStatus.CONFIRMED, booking.ends_at > now)
    for booking_id, sequence in session.execute(select(booking.id, booking.sequence).where(stands)).all():
        told = mailings.told_of(session, booking_id, sequence)
        mails = dict.fromkeys(told, now)
        changes.tell(state, session, EventName.CALENDAR_WITHDRAWN, booking_id, now, mails=mails)
