"""The log of lifecycle events: an entry and its deliveries, in the transaction of the change itself."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import insert
from sqlalchemy.orm import Session

from zoom_blueprint.events import (
    BookingPayload,
    ConnectionPayload,
    EventName,
    LifecycleEvent,
    Payload,
    type_of_payload,
)
from zoom_blueprint.languages import plain
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id, table_of
from zoom_blueprint.store.driven import Runs

HOOK = "hook:"
_EVENT = insert(table_of(models.LifecycleEvent))
# By returning something all rows are inserted by one statement.
_DELIVERIES = insert(table_of(models.Delivery)).returning(models.Delivery.id)


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
    way to send mail none is owed. Every hook of that name is owed one at once.
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
) -> None:
    """Write what ``record`` does, where nothing is pending."""
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
