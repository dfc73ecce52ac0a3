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
from zoom_blueprint.services import (
    addresses,
    agendas,
    booking_letters,
    connections,
    endpoints,
    farewells,
    hosts,
    letters,
    readers,
    reasons,
)
from zoom_blueprint.services.letters import Letter
from zoom_blueprint.services.outcomes import Outcome
from zoom_blueprint.state import State
from zoom_blueprint.values import BookingStatus, ConnectionStatus, Response

_TRIED_FOR = timedelta(days=5)
"""How long a cancellation of what is over is still worth telling."""
_OF_CONNECTIONS = {
    EventName.ZOOM_UNHEALTHY: "unhealthy",
    EventName.ZOOM_DEAUTHORIZED: "deauthorized",
    EventName.GOOGLE_UNHEALTHY: "google_unhealthy",
}


def write(
    state: State, delivery_id: str, subscriber: str, sequence: int, event: LifecycleEvent, now: datetime
) -> Letter | Outcome:
    """Return the mail that ``subscriber`` is owed for ``event``, or why none is owed any more.

    A mail about a booking that has changed since is not sent: the mail about that change says how things stand.
    """
    if isinstance(event.payload, ConnectionPayload):
        return _about_connection(state, delivery_id, event.name, event.payload.connection)
    if isinstance(event.payload, EndpointPayload):
        return _about_endpoint(state, delivery_id, event.payload.endpoint)
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


def _about_connection(state: State, delivery_id: str, name: EventName, then: values.Connection) -> Letter | Outcome:
    """Write to the host, unless what there was to tell is over: the account was cut, or connected again."""
    connection = connections.get(state, then.host_id, then.id)
    if (connection.status is ConnectionStatus.INACTIVE) != (name == EventName.ZOOM_DEAUTHORIZED):
        return Outcome.SUPERSEDED
    host = hosts.get(state, then.host_id)
    message = letters.write(
        state,
        delivery_id,
        _OF_CONNECTIONS[name],
        letters.mailbox(host.name, host.email),
        language(host.locale),
        connection=then,
        host=host,
        why=reasons.of_connection(then),
        untold=farewells.untold(state, host.id).get(then.id, 0),
        connection_url=f"{state.links.base}/connection",
        notice_url=f"{state.links.base}/connections/{then.id}/notice",
    )
    return Letter(message)


def _about_endpoint(state: State, delivery_id: str, then: values.Endpoint) -> Letter | Outcome:
    """Write to the host that nothing is sent there any more, unless it is removed or sent to again."""
    try:
        endpoint = endpoints.get(state, then.host_id, then.id)
    except NotFound:
        return Outcome.SUPERSEDED
    if endpoint.disabled_at is None:
        return Outcome.SUPERSEDED
    host = hosts.get(state, then.host_id)
    message = letters.write(
        state,
        delivery_id,
        "endpoint_disabled",
        letters.mailbox(host.name, host.email),
        language(host.locale),
        endpoint=endpoint,
        host=host,
        endpoint_url=f"{state.links.base}/endpoints/{endpoint.id}",
    )
    return Letter(message)


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
