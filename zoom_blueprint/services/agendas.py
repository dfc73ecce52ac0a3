"""Agendas: what hosts and invitees see of bookings, as they are now."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute, Session

from zoom_blueprint import values
from zoom_blueprint.errors import NotFound
from zoom_blueprint.languages import said
from zoom_blueprint.services import booked, changes, snapshots
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus


def get(state: State, booking_id: str) -> values.Booking:
    """Return a booking as it is now.

    Raises:
        NotFound: there is no such booking, or its people are forgotten.
    """

    def work(session: Session) -> values.Booking:
        booked = changes.load(session, booking_id)
        if booked.row.purged_at is not None:
            raise NotFound(said("This booking is long over. What it was about is no longer kept."))
        return snapshots.booking(state, *booked)

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


def upcoming(
    state: State, host_id: str, *, since: datetime | None = None, limit: int = 100, skip: int = 0
) -> list[values.Booking]:
    """Return a host's confirmed bookings that are not over now, or at ``since``, the next one first; one query."""
    booking = models.Booking
    return _of_host(
        state,
        host_id,
        booking.status == BookingStatus.CONFIRMED,
        booking.busy_end > (since or datetime.now(UTC)),
        booking.purged_at.is_(None),
        order=booking.starts_at,
        limit=limit,
        skip=skip,
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
    state: State,
    host_id: str,
    *which: ColumnElement[bool],
    order: InstrumentedAttribute[Any],
    limit: int,
    skip: int = 0,
) -> list[values.Booking]:
    def work(session: Session) -> list[values.Booking]:
        found = session.execute(
            booked.query()
            .where(models.Booking.host_id == host_id, *which)
            .order_by(order, models.Booking.id)
            .limit(limit)
            .offset(skip)
        )
        return [snapshots.booking(state, *row) for row in found]

    return state.database.read(work)
