"""Event types: what a host offers, written by code or by the host."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from zoom_blueprint.errors import BadInput
from zoom_blueprint.languages import said
from zoom_blueprint.services import hosts, offers, schedules, snapshots
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import EventType


def put(state: State, host_id: str, event: EventType) -> None:
    """Create or update one of a host's event types, found by its slug.

    Raises:
        NotFound: there is no such host.
        BadInput: a field is malformed.
    """
    event = offers.checked(event)
    state.database.write(lambda session: _write(session, host_id, event.slug, lambda _: event))


def change(state: State, host_id: str, slug: str, how: Callable[[EventType | None], EventType]) -> EventType:
    """Replace an event type by what a function makes of it, and return that; the function gets None for a new one.

    The function runs under the host's lock, so that of two changes at once none is lost.

    Raises:
        NotFound: there is no such host.
        BadInput: a field is malformed.
    """
    return state.database.write(lambda session: _write(session, host_id, slug, how))


def all_of(state: State, host_id: str) -> list[EventType]:
    """Return a host's event types in the order they were made; ``schedule`` is None where it is the first one."""
    query = (
        select(models.EventType, models.Schedule.name)
        .join(models.Schedule, models.Schedule.id == models.EventType.schedule_id)
        .where(models.EventType.host_id == host_id)
        .order_by(models.EventType.created_at)
    )

    def work(session: Session) -> list[EventType]:
        first = schedules.find(session, host_id, None)
        return [
            snapshots.event_type(row, None if first is None or name == first.name else name)
            for row, name in session.execute(query)
        ]

    return state.database.read(work)


def _write(session: Session, host_id: str, slug: str, how: Callable[[EventType | None], EventType]) -> EventType:
    hosts.lock(session, host_id)
    row = session.scalars(
        select(models.EventType).where(models.EventType.host_id == host_id, models.EventType.slug == slug)
    ).first()
    event = offers.checked(how(None if row is None else _found(session, row)))
    _check_connection(session, host_id, event.connection_id)
    schedule = schedules.find(session, host_id, event.schedule)
    if schedule is None:
        names = ", ".join(schedules.names(session, host_id))
        raise BadInput({"schedule": said("This host has no schedule of that name, only: {names}.", names=names)})
    if row is None:
        row = models.EventType(host_id=host_id, created_at=datetime.now(UTC))
        session.add(row)
    row.schedule_id = schedule.id
    for name, value in offers.columns(event).items():
        setattr(row, name, value)
    return event


def _check_connection(session: Session, host_id: str, connection_id: str | None) -> None:
    if connection_id is None:
        return
    connection = models.Connection
    known = session.execute(select(connection.id, connection.email).where(connection.host_id == host_id)).all()
    if connection_id not in [one for one, _ in known]:
        names = ", ".join(f"{one} ({email})" for one, email in known) or "–"
        told = said("This is no connection of this host. Their connections: {names}.", names=names)
        raise BadInput({"connection_id": told})


def _found(session: Session, row: models.EventType) -> EventType:
    first = schedules.find(session, row.host_id, None)
    used = session.get_one(models.Schedule, row.schedule_id)
    return snapshots.event_type(row, None if first is None or used.id == first.id else used.name)
