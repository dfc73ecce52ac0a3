"""Told: what programs of a host read of a lifecycle event, as JSON, without any token."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

import msgspec

from zoom_blueprint import values
from zoom_blueprint.events import BookingPayload, ConnectionPayload, EndpointPayload, LifecycleEvent
from zoom_blueprint.languages import plain
from zoom_blueprint.links import Links
from zoom_blueprint.values import (
    BookingStatus,
    Conference,
    ConnectionReason,
    ConnectionStatus,
    EndedReason,
    MeetingStatus,
    Provider,
)


@dataclass(frozen=True, kw_only=True)
class BookingOut:
    """A booking as its host sees it; ``join_url`` is None until ``meeting_status`` is ``ready``.

    ``status`` is pending while it awaits the host's approval, until ``hold_until``.
    """

    id: str
    event: str
    status: BookingStatus
    ended_reason: EndedReason | None
    start: datetime
    end: datetime
    name: str
    email: str
    time_zone: str
    locale: str
    guests: list[str]
    answers: Mapping[str, str] = field(repr=False)
    conference: Conference | None
    meeting_status: MeetingStatus
    join_url: str | None = field(repr=False)
    passcode: str | None = field(repr=False)
    place: str
    manage_url: str = field(repr=False)
    hold_until: datetime | None
    sequence: int

    @classmethod
    def of(cls, booking: values.Booking, links: Links) -> Self:
        """Return what is told of a booking."""
        return cls(
            id=booking.id,
            event=booking.event.slug,
            status=booking.status,
            ended_reason=booking.ended_reason,
            start=booking.start,
            end=booking.end,
            name=booking.name,
            email=booking.email,
            time_zone=booking.time_zone,
            locale=booking.locale,
            guests=list(booking.guests),
            answers=booking.answers,
            conference=booking.conference,
            meeting_status=booking.meeting_status,
            join_url=booking.join_url,
            passcode=booking.passcode,
            place=booking.location_text,
            manage_url=links.manage_url(booking.id),
            hold_until=booking.hold_until if booking.status is BookingStatus.PENDING else None,
            sequence=booking.sequence,
        )


@dataclass(frozen=True, kw_only=True)
class ConnectionOut:
    """An account at Zoom or Google that is, or was, connected."""

    id: str
    provider: Provider
    status: ConnectionStatus
    reason: ConnectionReason | None
    name: str
    email: str

    @classmethod
    def of(cls, connection: values.Connection) -> Self:
        """Return what is told of a connection."""
        return cls(
            id=connection.id,
            provider=connection.provider,
            status=connection.status,
            reason=connection.reason,
            name=connection.name,
            email=connection.email,
        )


def body(name: str, occurred_at: datetime, data: Mapping[str, Any]) -> str:
    """Return a message as Standard Webhooks has it: what happened, when, and to what."""
    content = {"type": name, "timestamp": occurred_at, "data": data}
    return msgspec.json.encode(content, enc_hook=plain).decode()


def of_event(event: LifecycleEvent, links: Links) -> str:
    """Return the message about a lifecycle event, which is the same at each try."""
    return body(event.name, event.occurred_at, _data(event, links))


def _data(event: LifecycleEvent, links: Links) -> Mapping[str, Any]:
    payload = event.payload
    if isinstance(payload, BookingPayload):
        return {
            "host_id": payload.booking.host.id,
            "booking": BookingOut.of(payload.booking, links),
            "previous_start": payload.previous_start,
            "previous_end": payload.previous_end,
            "note": payload.note,
            "was_pending": payload.was_pending,
        }
    if isinstance(payload, ConnectionPayload):
        connection = payload.connection
        return {"host_id": connection.host_id, "connection": ConnectionOut.of(connection)}
    if isinstance(payload, EndpointPayload):
        endpoint = payload.endpoint
        told = {"id": endpoint.id, "name": endpoint.name, "reason": endpoint.disabled_reason}
        return {"host_id": endpoint.host_id, "endpoint": told}
    raise TypeError(f"{event.name} is told to no program")
