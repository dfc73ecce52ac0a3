"""Agendas: what hosts and invitees see of bookings, as they are now."""

import time
from concurrent.futures import TimeoutError as FutureTimeout
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from zoom_blueprint import logs, values
from zoom_blueprint.errors import NotFound
from zoom_blueprint.languages import said
from zoom_blueprint.services import changes, snapshots
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus, MeetingStatus

VISITOR_SECONDS = 4.0
"""How long a visitor waits for the Zoom link before the page says that it is on its way."""
_PAUSE_SECONDS = 0.1
_log = logs.logger(__name__)


def get(state: State, booking_id: str) -> values.Booking:
    """Return a booking as it is now.

    Raises:
        NotFound: there is no such booking, or its people are forgotten.
    """

    def work(session: Session) -> values.Booking:
        row, host, event, meeting = changes.load(session, booking_id)
        if row.purged_at is not None:
            raise NotFound(said("This booking is long over. What it was about is no longer kept."))
        return snapshots.booking(state, row, host, event, meeting)

    return state.database.read(work)


def of_host(state: State, host_id: str, booking_id: str) -> values.Booking:
    """Return one of a host's bookings.

    Raises:
        NotFound: there is none, or it belongs to another host.
    """
    booking = get(state, booking_id)
    if booking.host.id != host_id:
        raise NotFound(said("There is no such booking."))
    return booking


def with_link(state: State, booking: values.Booking, seconds: float = VISITOR_SECONDS) -> values.Booking:
    """Give the meeting its first try now and return the booking as it is then, after ``seconds`` at the latest."""
    if booking.meeting_status is not MeetingStatus.COMING or booking.parked_at is not None:
        return booking
    try:
        with logs.about(booking=booking.id, host=booking.host.id), state.work.visitor() as may_wait:
            return _wait_for_link(state, booking, seconds) if may_wait else booking
    finally:
        state.work.wake()


def _wait_for_link(state: State, booking: values.Booking, seconds: float) -> values.Booking:
    deadline = time.monotonic() + seconds
    query = select(models.Meeting.id).where(models.Meeting.booking_id == booking.id)
    meeting_id = state.database.read(lambda session: session.scalars(query).one())
    trying = state.work.try_now("meeting", meeting_id)
    if trying is None:
        return booking
    try:
        is_ours = trying.result(timeout=seconds)
    except FutureTimeout:
        return booking
    except Exception:  # noqa: BLE001  # the booking stands, whatever became of the try
        _log.exception("the first try for booking %s failed", booking.id)
        return booking
    booking = get(state, booking.id)
    # Somebody else has the meeting in hand: their result comes to us through the row.
    while not is_ours and booking.meeting_status is MeetingStatus.COMING and time.monotonic() < deadline:
        time.sleep(_PAUSE_SECONDS)
        booking = get(state, booking.id)
    return booking


def upcoming(state: State, host_id: str, *, limit: int = 100) -> list[values.Booking]:
    """Return a host's confirmed bookings that are not over, the next one first; one query."""
    booking = models.Booking
    return _of_host(
        state,
        host_id,
        booking.status == BookingStatus.CONFIRMED,
        booking.busy_end > datetime.now(UTC),
        order=booking.starts_at,
        limit=limit,
    )


def waiting(state: State, host_id: str, *, limit: int = 100) -> list[values.Booking]:
    """Return a host's bookings that await approval, the one that must be answered first at the top; one query."""
    booking = models.Booking
    return _of_host(
        state,
        host_id,
        booking.status == BookingStatus.PENDING,
        booking.hold_until > datetime.now(UTC),
        booking.busy_end > datetime.now(UTC),  # it holds no longer than until its start: the index is found by this
        order=booking.hold_until,
        limit=limit,
    )


def _of_host(
    state: State, host_id: str, *which: ColumnElement[bool], order: InstrumentedAttribute[Any], limit: int
) -> list[values.Booking]:
    def work(session: Session) -> list[values.Booking]:
        found = session.execute(
            select(models.Booking, models.Host, models.EventType, models.Meeting)
            .join(models.Host, models.Host.id == models.Booking.host_id)
            .join(models.EventType, models.EventType.id == models.Booking.event_type_id)
            .outerjoin(models.Meeting, models.Meeting.booking_id == models.Booking.id)
            .where(models.Booking.host_id == host_id, *which)
            .order_by(order, models.Booking.id)
            .limit(limit)
        )
        return [snapshots.booking(state, *row) for row in found]

    return state.database.read(work)
