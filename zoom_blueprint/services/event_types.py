"""Event types: what a host offers, written by code or by the host."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from zoom_blueprint.errors import BadInput, NotFound
from zoom_blueprint.languages import said
from zoom_blueprint.services import hosts, offers, schedules, snapshots
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import EventType, Provider, WithoutZoom


def put(state: State, host_id: str, event: EventType) -> None:
    """Create or update one of a host's event types, found by its slug.

    Raises:
        NotFound: there is no such host.
        BadInput: a field is malformed.
    """
    event = offers.checked(event)
    state.database.write(lambda session: _write(state, session, host_id, event.slug, lambda _: event))


def change(state: State, host_id: str, slug: str, how: Callable[[EventType | None], EventType]) -> EventType:
    """Replace an event type by what a function makes of it, and return that; the function gets None for a new one.

    The function runs under the host's lock, so that of two changes at once none is lost.

    Raises:
        NotFound: there is no such host.
        BadInput: a field is malformed.
    """
    return state.database.write(lambda session: _write(state, session, host_id, slug, how))


def all_of(state: State, host_id: str) -> list[EventType]:
    """Return a host's event types in their order; ``schedule`` is None where it is the first one."""
    return list(by_id(state, host_id).values())


def by_id(state: State, host_id: str) -> dict[str, EventType]:
    """Return what ``all_of`` does by the ids, which stay when a host gives an event type another address."""
    query = (
        select(models.EventType, models.Schedule.name)
        .join(models.Schedule, models.Schedule.id == models.EventType.schedule_id)
        .where(models.EventType.host_id == host_id)
        .order_by(models.EventType.position, models.EventType.created_at)
    )

    def work(session: Session) -> dict[str, EventType]:
        first = schedules.find(session, host_id, None)
        return {
            row.id: snapshots.event_type(row, None if first is None or name == first.name else name)
            for row, name in session.execute(query)
        }

    return state.database.read(work)


def get(state: State, host_id: str, event_type_id: str) -> EventType:
    """Return one of a host's event types.

    Raises:
        NotFound: there is none of that id, or it is another host's.
    """
    found = by_id(state, host_id).get(event_type_id)
    if found is None:
        raise _nothing()
    return found


def add(state: State, host_id: str, event: EventType) -> None:
    """Create an event type at an address that none of the host's has.

    Raises:
        NotFound: there is no such host.
        BadInput: a field is malformed, or the address is taken.
    """

    def how(old: EventType | None) -> EventType:
        if old is not None:
            raise _taken()
        return event

    change(state, host_id, event.slug, how)


def edit(state: State, host_id: str, event_type_id: str, event: EventType) -> None:
    """Put another event type in the place of one, whose bookings stay with it; it may have another address.

    Raises:
        NotFound: the host has none of that id.
        BadInput: a field is malformed, or the address is another one's.
    """

    def how(old: EventType | None) -> EventType:
        if old is None:  # it got another address, or was removed, a moment ago
            raise _nothing()
        return event

    change(state, host_id, get(state, host_id, event_type_id).slug, how)


def remove(state: State, host_id: str, event_type_id: str) -> None:
    """Remove an event type that was never booked, with its numbers.

    Raises:
        NotFound: the host has none of that id.
        BadInput: there are bookings of it.
    """

    def work(session: Session) -> None:
        hosts.lock(session, host_id)
        row = session.get(models.EventType, event_type_id)
        if row is None or row.host_id != host_id:
            raise _nothing()
        booked = select(models.Booking.id).where(models.Booking.event_type_id == event_type_id).limit(1)
        if session.scalar(booked) is not None:
            told = said("It has been booked, and its bookings stay what they are. Switch it off instead.")
            raise BadInput({"active": told})
        session.execute(delete(models.Tally).where(models.Tally.event_type_id == event_type_id))
        session.delete(row)

    if "\x00" in event_type_id:  # PostgreSQL has no such text, and says so by an error
        raise _nothing()
    state.database.write(work)


def move(state: State, host_id: str, event_type_id: str, steps: int) -> int:
    """Move an event type down the host's list, or up by a negative number of steps, and return its place, from 0 on.

    It goes no further than to an end.

    Raises:
        NotFound: the host has none of that id.
    """

    def work(session: Session) -> int:
        hosts.lock(session, host_id)
        query = (
            select(models.EventType)
            .where(models.EventType.host_id == host_id)
            .order_by(models.EventType.position, models.EventType.created_at)
        )
        rows = list(session.scalars(query))
        place = next((number for number, row in enumerate(rows) if row.id == event_type_id), None)
        if place is None:
            raise _nothing()
        found = min(max(place + steps, 0), len(rows) - 1)
        rows.insert(found, rows.pop(place))
        for number, row in enumerate(rows):
            row.position = number
        return found

    return state.database.write(work)


def _write(
    state: State, session: Session, host_id: str, slug: str, how: Callable[[EventType | None], EventType]
) -> EventType:
    hosts.lock(session, host_id)
    row = session.scalars(
        select(models.EventType).where(models.EventType.host_id == host_id, models.EventType.slug == slug)
    ).first()
    event = offers.checked(how(None if row is None else _found(session, row)))
    if event.slug != slug:
        _check_address(session, host_id, event.slug)
    _check_connection(session, host_id, event.connection_id)
    if event.without_zoom is WithoutZoom.CALENDAR and not state.config.has_google:
        raise BadInput({"without_zoom": said("Google Calendar is not set up on this site.")})
    schedule = schedules.find(session, host_id, event.schedule)
    if schedule is None:
        names = ", ".join(schedules.names(session, host_id))
        raise BadInput({"schedule": said("This host has no schedule of that name, only: {names}.", names=names)})
    if row is None:
        last = session.scalar(select(func.max(models.EventType.position)).where(models.EventType.host_id == host_id))
        row = models.EventType(host_id=host_id, created_at=datetime.now(UTC), position=last or 0)
        session.add(row)
    row.schedule_id = schedule.id
    for name, value in offers.columns(event).items():
        setattr(row, name, value)
    return event


def _check_address(session: Session, host_id: str, slug: str) -> None:
    event = models.EventType
    if session.scalar(select(event.id).where(event.host_id == host_id, event.slug == slug)) is not None:
        raise _taken()


def _check_connection(session: Session, host_id: str, connection_id: str | None) -> None:
    if connection_id is None:
        return
    connection = models.Connection
    of_zoom = connection.host_id == host_id, connection.provider == Provider.ZOOM
    known = session.execute(select(connection.id, connection.email).where(*of_zoom)).all()
    if connection_id not in [one for one, _ in known]:
        names = ", ".join(f"{one} ({email})" for one, email in known) or "–"
        told = said("This is no connection of this host. Their connections: {names}.", names=names)
        raise BadInput({"connection_id": told})


def _found(session: Session, row: models.EventType) -> EventType:
    first = schedules.find(session, row.host_id, None)
    used = session.get_one(models.Schedule, row.schedule_id)
    return snapshots.event_type(row, None if first is None or used.id == first.id else used.name)


def _taken() -> BadInput:
    return BadInput({"slug": said("Another of your event types has this address.")})


def _nothing() -> NotFound:
    return NotFound(said("There is no such event type. Perhaps it was removed."))
