"""Notices: which mail a reader is owed for an event, decided by how things stand when it would leave."""

from datetime import datetime, timedelta

from zoom_blueprint import values
from zoom_blueprint.errors import NotFound
from zoom_blueprint.events import (
    BookingPayload,
    ConnectionPayload,
    EndpointPayload,
    EventName,
    LifecycleEvent,
    VisitorPayload,
)
from zoom_blueprint.languages import language
from zoom_blueprint.loading import turn
from zoom_blueprint.services import (
    addresses,
    agendas,
    booking_letters,
    letters,
    readers,
)
from zoom_blueprint.services.letters import Letter
from zoom_blueprint.services.outcomes import Outcome
from zoom_blueprint.state import State
from zoom_blueprint.values import BookingStatus, Response

_TRIED_FOR = timedelta(days=5)
"""How long a cancellation of what is over is still worth telling."""


def write(
    state: State, delivery_id: str, subscriber: str, sequence: int, event: LifecycleEvent, now: datetime
) -> Letter | Outcome:
    """Return the mail that ``subscriber`` is owed for ``event``, or why none is owed any more.

    A mail about a booking that has changed since is not sent: the mail about that change says how things stand.
    """
    if isinstance(event.payload, ConnectionPayload | EndpointPayload):
        with turn:  # rare, and much to load
            from zoom_blueprint.services import alarms

        return alarms.write(state, delivery_id, event.name, event.payload)
    if isinstance(event.payload, VisitorPayload):
        return _code(state, delivery_id, event.payload, event.occurred_at, now)
    reader, minutes = readers.reminder_of(subscriber)
    try:
        booking = agendas.get(state, event.payload.booking.id)
    except NotFound:  # its people are forgotten
        return Outcome.SUPERSEDED
    if _has_changed(sequence, event, event.payload, booking) or _is_not_told(reader, booking):
        return Outcome.SUPERSEDED
    if minutes is not None and _needs_no_reminder(minutes, booking, now):
        return Outcome.SUPERSEDED
    if _is_too_late(minutes, event, booking, now):
        return Outcome.TOO_LATE
    return booking_letters.write(state, delivery_id, event, event.payload, booking, reader=reader, minutes=minutes)


def _has_changed(sequence: int, event: LifecycleEvent, payload: BookingPayload, booking: values.Booking) -> bool:
    if event.name == EventName.MEETING_DETACHED and payload.note:  # the host's own words stand in no other mail
        return booking.status == BookingStatus.CANCELLED
    if event.name == EventName.MEETING_PARKED and booking.status != BookingStatus.CANCELLED:
        return booking.parked_at is None  # it has been tried again
    calendar = booking.calendar
    if event.name == EventName.CALENDAR_PARKED:
        return calendar is None or calendar.parked_at is None
    if event.name == EventName.CALENDAR_DECLINED and (calendar is None or calendar.response is not Response.DECLINED):
        return True
    if event.name == EventName.CALENDAR_WITHDRAWN and calendar is not None and calendar.is_there:
        return True  # Google has invited after all
    is_answered = event.name == EventName.BOOKING_REQUESTED and booking.status != BookingStatus.PENDING
    return is_answered or sequence != booking.sequence


def _is_not_told(reader: str, booking: values.Booking) -> bool:
    """Return whether the reader is a guest, who hears of nothing before it stands."""
    guest = readers.guest_of(reader)
    return guest is not None and (guest >= len(booking.guests) or booking.confirmed_at is None)


def _needs_no_reminder(minutes: int, booking: values.Booking, now: datetime) -> bool:
    """Return whether a nearer reminder leaves now too, as after an outage, or the booking waits for approval again."""
    nearer = (each for each in booking.event.reminders if each < minutes)
    return booking.status != BookingStatus.CONFIRMED or any(
        booking.start - timedelta(minutes=each) <= now for each in nearer
    )


def _is_too_late(minutes: int | None, event: LifecycleEvent, booking: values.Booking, now: datetime) -> bool:
    if booking.status == BookingStatus.CANCELLED:
        return max(booking.end, event.occurred_at + _TRIED_FOR) <= now
    return (booking.end if minutes is None else booking.start) <= now


def _code(
    state: State, delivery_id: str, visitor: VisitorPayload, asked_at: datetime, now: datetime
) -> Letter | Outcome:
    """Write the code, which is the same however late the mail leaves, unless it no longer counts."""
    if addresses.good_until(asked_at) <= now:
        return Outcome.TOO_LATE
    message = letters.write(
        state,
        delivery_id,
        "code",
        letters.mailbox("", visitor.email),
        language(visitor.locale),
        host=visitor.host,
        code=addresses.code_for(state, visitor.email, asked_at),
    )
    return Letter(message)
