"""Event types: what a host offers, written by code or by the host."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from zoom_blueprint.errors import BadInput
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
    state.database.write(lambda session: _write(session, host_id, event))


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


def _write(session: Session, host_id: str, event: EventType) -> None:
    hosts.lock(session, host_id)
    if event.connection_id is not None:
        connection = session.get(models.Connection, event.connection_id)
        if connection is None or connection.host_id != host_id:
            raise BadInput({"connection_id": "This is no connection of this host. zoom.connections.list() names them."})
    schedule = schedules.find(session, host_id, event.schedule)
    if schedule is None:
        raise BadInput({"schedule": "This host has no schedule of that name. zoom.schedules.list() names them."})
    row = session.scalars(
        select(models.EventType).where(models.EventType.host_id == host_id, models.EventType.slug == event.slug)
    ).first()
    if row is None:
        row = models.EventType(host_id=host_id, created_at=datetime.now(UTC))
        session.add(row)
    row.schedule_id = schedule.id
    for name, value in offers.columns(event).items():
        setattr(row, name, value)
