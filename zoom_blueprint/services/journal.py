"""The log of lifecycle events: an entry and its deliveries, in the transaction of the change itself."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from zoom_blueprint.events import (
    BookingPayload,
    ConnectionPayload,
    EndpointPayload,
    EventName,
    LifecycleEvent,
    Payload,
    for_programs,
    type_of_payload,
)
from zoom_blueprint.languages import plain
from zoom_blueprint.services.readers import ENDPOINT
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id, table_of
from zoom_blueprint.store.driven import Runs

HOOK = "hook:"
_EVENT = insert(table_of(models.LifecycleEvent))
# By returning something all rows are inserted by one statement.
_DELIVERIES = insert(table_of(models.Delivery)).returning(models.Delivery.id)
_ENDPOINTS = select(models.Endpoint.id, models.Endpoint.events).where(
    models.Endpoint.host_id == bindparam("host"), models.Endpoint.disabled_at.is_(None)
)


def record(
    state: State,
    session: Session,
    name: EventName,
    payload: Payload,
    *,
    now: datetime,
    mails: Mapping[str, datetime] | None = None,
) -> None:
    """Write the event and what is owed to its subscribers, after what is pending in the session.

    ``mails`` maps mail subscribers (``mail:invitee``, ``mail:host``) to the instant from which they are due; without a
    way to send mail none is owed. Every hook of that name is owed one at once, and so is each of the host's endpoints
    that wants to be told.
    """
    session.flush()
    write(state, session.connection(), name, payload, now=now, mails=mails)


def write(
    state: State,
    connection: Runs,
    name: EventName,
    payload: Payload,
    *,
    now: datetime,
    mails: Mapping[str, datetime] | None = None,
    has_endpoints: bool = True,
) -> None:
    """Write what ``record`` does, where nothing is pending.

    Whoever knows that the host has no endpoint, ``has_endpoints`` of what can be booked, spares the question.
    """
    event_id = new_id()
    host_id = _host_of(payload)
    booking = payload.booking if isinstance(payload, BookingPayload) else None
    content = msgspec.json.encode(payload, enc_hook=plain).decode()
    connection.execute(
        _EVENT,
        {
            "id": event_id,
            "name": name,
            "host_id": host_id,
            "booking_id": booking.id if booking else None,
            "occurred_at": now,
            "payload_sealed": state.cipher.seal(models.LifecycleEvent.__tablename__, event_id, "payload", content),
        },
    )
    owed = {HOOK + subscriber: now for subscriber in state.hooks.told.get(name, {})}
    if state.has_mail:
        owed |= mails or {}
    if has_endpoints and name in for_programs:
        asked = connection.execute(_ENDPOINTS, {"host": host_id})
        owed |= {f"{ENDPOINT}{endpoint_id}": now for endpoint_id, wanted in asked if name in wanted}
    if owed:
        shared = {
            "event_id": event_id,
            "event_name": name,
            "host_id": host_id,
            "booking_id": booking.id if booking else None,
            "sequence": booking.sequence if booking else 0,
        }
        rows = [{"id": new_id(), "subscriber": reader, "due_at": due_at, **shared} for reader, due_at in owed.items()]
        connection.execute(_DELIVERIES, rows)


def rewrite(state: State, row: models.LifecycleEvent, payload: Payload) -> None:
    """Put another payload into an entry, in the transaction of the erasure of what it shall not tell any more."""
    content = msgspec.json.encode(payload, enc_hook=plain).decode()
    row.payload_sealed = state.cipher.seal(models.LifecycleEvent.__tablename__, row.id, "payload", content)


def _host_of(payload: Payload) -> str:
    if isinstance(payload, BookingPayload):
        return payload.booking.host.id
    if isinstance(payload, EndpointPayload):
        return payload.endpoint.host_id
    return payload.connection.host_id if isinstance(payload, ConnectionPayload) else payload.host.id


def read(state: State, session: Session, event_id: str) -> LifecycleEvent:
    """Return a recorded event as its subscribers receive it."""
    return opened(state, session.get_one(models.LifecycleEvent, event_id))


def opened(state: State, row: models.LifecycleEvent) -> LifecycleEvent:
    """Return the event that a row holds."""
    name = EventName(row.name)
    content = state.cipher.open(models.LifecycleEvent.__tablename__, row.id, "payload", row.payload_sealed)
    payload = msgspec.json.decode(content, type=type_of_payload[name])
    return LifecycleEvent(id=row.id, name=name, occurred_at=row.occurred_at, payload=payload)
