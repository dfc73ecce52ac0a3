"""The closed vocabulary of lifecycle events with their payloads."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from zoom_blueprint.values import Booking, Connection, Endpoint, Host


class EventName(StrEnum):
    """Everything that ``@zoom.on(...)`` can be told."""

    BOOKING_REQUESTED = "booking.requested"
    BOOKING_CONFIRMED = "booking.confirmed"
    BOOKING_RESCHEDULED = "booking.rescheduled"
    BOOKING_CANCELLED = "booking.cancelled"
    MEETING_READY = "meeting.ready"
    MEETING_CONFLICT = "meeting.conflict"
    MEETING_STARTED = "meeting.started"
    MEETING_ENDED = "meeting.ended"
    MEETING_DETACHED = "meeting.detached"
    MEETING_PARKED = "meeting.parked"
    ZOOM_CONNECTED = "zoom.connected"
    ZOOM_DISCONNECTED = "zoom.disconnected"
    ZOOM_DEAUTHORIZED = "zoom.deauthorized"
    ZOOM_UNHEALTHY = "zoom.unhealthy"
    ZOOM_RECOVERED = "zoom.recovered"
    GOOGLE_CONNECTED = "google.connected"
    GOOGLE_DISCONNECTED = "google.disconnected"
    GOOGLE_UNHEALTHY = "google.unhealthy"
    GOOGLE_RECOVERED = "google.recovered"
    CALENDAR_CONFLICT = "calendar.conflict"
    CALENDAR_DECLINED = "calendar.declined"
    CALENDAR_PARKED = "calendar.parked"
    CALENDAR_WITHDRAWN = "calendar.withdrawn"
    VISITOR_CHECKED = "visitor.checked"
    ENDPOINT_DISABLED = "endpoint.disabled"


@dataclass(frozen=True, kw_only=True)
class BookingPayload:
    """A booking as it was when the event happened; ``previous_start`` and ``previous_end`` are set when it moved.

    One whose length changed has moved, too: it begins when it did before.

    ``was_pending``: the host has approved it, or it ended before they did.
    """

    booking: Booking
    previous_start: datetime | None = None
    previous_end: datetime | None = None
    note: str | None = None
    was_pending: bool = False


@dataclass(frozen=True, kw_only=True)
class ConnectionPayload:
    """A connection as it was when the event happened."""

    connection: Connection


@dataclass(frozen=True, kw_only=True)
class VisitorPayload:
    """Somebody asked for a code, to show that this mail address is theirs before they book with this host."""

    host: Host
    email: str
    locale: str


@dataclass(frozen=True, kw_only=True)
class EndpointPayload:
    """An endpoint as it was when we stopped sending to it; its address and its secrets are left out."""

    endpoint: Endpoint


Payload = BookingPayload | ConnectionPayload | VisitorPayload | EndpointPayload
_PAYLOADS: dict[str, type[Payload]] = {
    "zoom": ConnectionPayload,
    "google": ConnectionPayload,
    "visitor": VisitorPayload,
    "endpoint": EndpointPayload,
}
type_of_payload: dict[EventName, type[Payload]] = {
    name: _PAYLOADS.get(name.partition(".")[0], BookingPayload) for name in EventName
}

for_programs: tuple[EventName, ...] = tuple(name for name in EventName if name is not EventName.VISITOR_CHECKED)
"""Those that a host's endpoints can be told of; a visitor who has not booked is nobody to tell of."""


@dataclass(frozen=True, kw_only=True)
class LifecycleEvent:
    """What a lifecycle hook receives: ``id`` is the same at every repeat, so it can serve to drop doubles."""

    id: str
    name: EventName
    occurred_at: datetime
    payload: Payload
