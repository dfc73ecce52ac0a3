"""Hosts with their schedules and event types: written from the app's own sign-in or by code."""

import contextlib
import re
import unicodedata
from dataclasses import asdict
from datetime import UTC, datetime

import msgspec
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from zoom_blueprint.errors import BadInput, NotFound
from zoom_blueprint.scheduling import stored
from zoom_blueprint.scheduling.rules import DEFAULT_WEEKLY, Schedule
from zoom_blueprint.scheduling.zones import zone
from zoom_blueprint.services import offers, snapshots
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import EventType, Host

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_LONGEST_SLUG = 64
_TRIES = 5
DEFAULT_EVENT = EventType(slug="30-minutes", title="30-minute meeting")


def lock(session: Session, host_id: str) -> None:
    """Take the host's row for this transaction and raise its revision; the first statement of every change.

    This UPDATE is the lock on both databases, and what tells caches that the offered times may have changed.

    Raises:
        NotFound: there is no such host.
    """
    locked = session.execute(
        update(models.Host)
        .where(models.Host.id == host_id)
        .values(revision=models.Host.revision + 1)
        .returning(models.Host.id)
        .execution_options(synchronize_session=False)
    )
    if locked.one_or_none() is None:
        raise NotFound("There is no such host.")


def put(state: State, host: Host) -> Host:
    """Create or update a host; a new one gets a default schedule and a 30-minute Zoom event type.

    Returns the host as stored. A visit that changes nothing only reads.

    Raises:
        BadInput: a field is empty or malformed, or the slug belongs to another host.
    """
    _check(host)
    stored = state.database.read(lambda session: _read(session, host.id))
    if stored is not None and _same(stored, host):
        return stored
    for _ in range(_TRIES):
        # Two processes at their start may make the same host, or two of the same name: the second looks again.
        with contextlib.suppress(IntegrityError):
            return state.database.write(lambda session: _write(session, host))
    return state.database.write(lambda session: _write(session, host))


def get(state: State, host_id: str) -> Host:
    """Return a stored host.

    Raises:
        NotFound: there is none with this id.
    """
    stored = state.database.read(lambda session: _read(session, host_id))
    if stored is None:
        raise NotFound("There is no such host.")
    return stored


def put_event_type(state: State, host_id: str, event: EventType) -> None:
    """Create or update one of a host's event types, found by its slug.

    Raises:
        NotFound: there is no such host.
        BadInput: a field is malformed.
    """
    event = offers.checked(event)
    state.database.write(lambda session: _write_event_type(session, host_id, event))


def put_schedule(state: State, host_id: str, schedule: Schedule) -> None:
    """Replace a host's default schedule.

    Raises:
        NotFound: there is no such host.
    """

    def work(session: Session) -> None:
        lock(session, host_id)
        row = session.scalars(select(models.Schedule).where(models.Schedule.host_id == host_id)).first()
        if row is None:
            raise NotFound("This host has no schedule.")
        row.time_zone = schedule.time_zone
        row.weekly = stored.dump_weekly(schedule.weekly)
        row.overrides = stored.dump_overrides(schedule.overrides)

    state.database.write(work)


def event_types(state: State, host_id: str) -> list[EventType]:
    """Return a host's event types in the order they were made."""
    query = select(models.EventType).where(models.EventType.host_id == host_id).order_by(models.EventType.created_at)
    return state.database.read(lambda session: [snapshots.event_type(row) for row in session.scalars(query)])


def schedule_zone(state: State, host_id: str) -> str:
    """Return the zone of a host's default schedule."""
    query = select(models.Schedule.time_zone).where(models.Schedule.host_id == host_id)
    return state.database.read(lambda session: session.scalars(query).first()) or "UTC"


def _check(host: Host) -> None:
    given: dict[str, object] = {"id": host.id, "name": host.name, "email": host.email}
    errors = {key: f"Give text, not {type(one).__name__}." for key, one in given.items() if not isinstance(one, str)}
    if errors:
        raise BadInput(errors)
    if not host.id or len(host.id) > 191:  # the column's width
        errors["id"] = "Give the host an id of at most 191 characters."
    if not host.name.strip():
        errors["name"] = "Give the host a name."
    if "@" not in host.email:
        errors["email"] = "Give the host a mail address."
    try:
        zone(host.time_zone)
    except ValueError as error:
        errors["time_zone"] = str(error)
    if host.slug is not None and not _SLUG.fullmatch(host.slug):
        errors["slug"] = "Use small letters, digits and hyphens, like ada."
    if errors:
        raise BadInput(errors)


def _same(stored: Host, host: Host) -> bool:
    wanted = {**asdict(host), "slug": host.slug or stored.slug}
    return asdict(stored) == wanted


def _read(session: Session, host_id: str) -> Host | None:
    row = session.get(models.Host, host_id)
    return None if row is None else snapshots.host(row)


def _write(session: Session, host: Host) -> Host:
    now = datetime.now(UTC)
    row = session.get(models.Host, host.id, with_for_update=True)
    if row is None:
        row = models.Host(id=host.id, slug=_free_slug(session, host), created_at=now, revision=0)
        session.add(row)
    elif host.slug and host.slug != row.slug:
        row.slug = _free_slug(session, host)
    row.name, row.email, row.time_zone, row.locale = host.name.strip(), host.email, host.time_zone, host.locale
    is_new = row.revision == 0
    row.revision += 1
    session.flush()
    if is_new:
        schedule = models.Schedule(
            host_id=host.id,
            name="Working hours",
            time_zone=host.time_zone,
            weekly=stored.dump_weekly(DEFAULT_WEEKLY),
            overrides={},
        )
        session.add(schedule)
        session.flush()
        session.add(_event_row(host.id, schedule.id, DEFAULT_EVENT, now))
    return snapshots.host(row)


def _write_event_type(session: Session, host_id: str, event: EventType) -> None:
    lock(session, host_id)
    if event.connection_id is not None:
        connection = session.get(models.Connection, event.connection_id)
        if connection is None or connection.host_id != host_id:
            raise BadInput({"connection_id": "This is no connection of this host. zoom.connections.list() names them."})
    found = session.scalars(
        select(models.EventType).where(models.EventType.host_id == host_id, models.EventType.slug == event.slug)
    ).first()
    if found is None:
        schedule_id = session.scalars(select(models.Schedule.id).where(models.Schedule.host_id == host_id)).first()
        if schedule_id is None:
            raise NotFound("This host has no schedule.")
        session.add(_event_row(host_id, schedule_id, event, datetime.now(UTC)))
        return
    for name, value in _columns(event).items():
        setattr(found, name, value)


def _event_row(host_id: str, schedule_id: str, event: EventType, now: datetime) -> models.EventType:
    return models.EventType(host_id=host_id, schedule_id=schedule_id, created_at=now, **_columns(event))


def _columns(event: EventType) -> dict[str, object]:
    columns = asdict(event)
    columns["questions"] = msgspec.to_builtins(event.questions)
    columns["location"] = str(event.location)
    columns["without_zoom"] = str(event.without_zoom)
    columns["settings"] = msgspec.to_builtins(event.settings)
    return columns


def _free_slug(session: Session, host: Host) -> str:
    wanted = host.slug or _slug_of(host.name) or "host"
    taken = set(
        session.scalars(select(models.Host.slug).where(models.Host.slug.startswith(wanted), models.Host.id != host.id))
    )
    if wanted not in taken:
        return wanted
    if host.slug:
        raise BadInput({"slug": "This address belongs to another host. Choose another one."})
    number = next(number for number in range(2, len(taken) + 3) if f"{wanted}-{number}" not in taken)
    return f"{wanted}-{number}"


def _slug_of(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: _LONGEST_SLUG - 8].strip("-")
