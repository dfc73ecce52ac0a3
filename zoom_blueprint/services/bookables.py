"""What can be booked: an event type with its host, hours and rules, read in one query."""

import time
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from zoom_blueprint import values
from zoom_blueprint.errors import NotFound, NotOpen
from zoom_blueprint.languages import said
from zoom_blueprint.scheduling import stored
from zoom_blueprint.scheduling.rules import Rules, Schedule
from zoom_blueprint.services import freshness, openings, snapshots, timetables
from zoom_blueprint.services.event_rules import rules_of
from zoom_blueprint.services.timetables import Reading
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.session import Database
from zoom_blueprint.values import ConnectionStatus, Location, Provider

_MINUTE = 60
_MOST_KEPT = 1000
_FRESH_SECONDS = 0.1
_REVISION = (
    select(models.EventType.id, models.Host.revision)
    .join(models.Host, models.Host.id == models.EventType.host_id)
    .where(models.Host.slug == bindparam("host"), models.EventType.slug == bindparam("event"), models.EventType.active)
)


@dataclass(frozen=True)
class Bookable:
    """An event type with all that its times depend on, besides what is taken.

    ``in_zoom``: a booking made now gets a Zoom meeting, at once or later; ``in_meet``: it gets a Google Meet link in
    its place, for Zoom does not work; ``is_open``: one can be made. ``google_id`` is the connection to Google into
    whose calendar its event goes, None where none works; ``calendars`` is what is known of the host's own.
    ``allowed_sites`` are the origins on which the host's buttons work; none means any. ``has_endpoints``: programs of
    the host's are told of bookings.
    """

    host: values.Host
    event: values.EventType
    event_type_id: str
    schedule: Schedule
    rules: Rules
    revision: int
    in_zoom: bool
    is_open: bool
    google_id: str | None = None
    in_meet: bool = False
    allowed_sites: tuple[str, ...] = ()
    calendars: Reading | None = None
    has_endpoints: bool = True

    @property
    def own_link(self) -> str | None:
        """The host's own link, which bookings of this Zoom event type get while no connection works."""
        return self.event.location_text if self.event.location == Location.ZOOM and not self.in_zoom else None


class _Known(NamedTuple):
    """What was looked up in a database.

    ``bookables`` by their event types' ids; never what a transaction saw that was rolled back: the next one has the
    same revision. ``revisions`` by host's and event type's slug: the event type's id and the host's revision, when they
    were read, and after which write of ours.
    """

    bookables: dict[str, Bookable]
    revisions: dict[tuple[str, str], tuple[str, int, float, int]]


_known: "WeakKeyDictionary[Database, _Known]" = WeakKeyDictionary()


def find(session: Session, host_slug: str, event_slug: str) -> Bookable:
    """Return what can be booked under these slugs; one query.

    Raises:
        NotFound: there is no such active event type.
    """
    return _find(session, models.Host.slug == host_slug, models.EventType.slug == event_slug, models.EventType.active)


def find_of_host(session: Session, host_id: str, event_slug: str) -> Bookable:
    """Return what can be booked with a host under this slug; one query.

    Raises:
        NotFound: there is no such active event type.
    """
    if "\x00" in event_slug:  # PostgreSQL has no such text, and says so by an error
        raise _nothing()
    return _find(session, models.Host.id == host_id, models.EventType.slug == event_slug, models.EventType.active)


def find_by_id(session: Session, event_type_id: str, *, even_closed: bool = False) -> Bookable:
    """Return what can be booked as this event type; one query.

    ``even_closed`` is for bookings that exist: their event type may have been closed since.

    Raises:
        NotFound: there is no such active event type.
    """
    which = models.EventType.id == event_type_id
    return _find(session, which) if even_closed else _find(session, which, models.EventType.active)


def find_for(session: Session, row: models.Booking, *, even_closed: bool = False) -> Bookable:
    """Return what a booking can be moved as: its event type, with the length that the booking has; one query.

    Raises:
        NotFound: its event type has been closed.
    """
    return _lasting(find_by_id(session, row.event_type_id, even_closed=even_closed), row)


def find_of_booking(session: Session, booking_id: str) -> tuple[Bookable, models.Booking]:
    """Return what a booking can be moved as, even if its event type is closed, and the booking's row; one query.

    Raises:
        NotFound: there is no such booking.
    """
    booking = models.Booking
    query = _query().add_columns(booking).join(booking, booking.event_type_id == models.EventType.id)
    found = session.execute(query.where(booking.id == booking_id)).one_or_none()
    if found is None:
        raise NotFound(said("There is no such booking."))
    *parts, row = found
    return _lasting(_bookable(session, *parts), row), row


def ensure_active(bookable: Bookable) -> Bookable:
    """Return the same, if its event type has not been closed.

    Raises:
        NotFound: it has.
    """
    if not bookable.event.active:
        raise _nothing()
    return bookable


def look_up(state: State, host_slug: str, event_slug: str) -> Bookable:
    """Return what can be booked under these slugs, in a transaction of its own, as the host's calendars now have it.

    Raises:
        NotFound: there is no such event type, or it cannot be booked at the moment.
    """
    bookable = ensure_open(look_up_even_closed(state, host_slug, event_slug))
    if freshness.refresh(state, bookable.host, bookable.calendars):
        bookable = ensure_open(look_up_even_closed(state, host_slug, event_slug))
    return bookable


def ensure_open(bookable: Bookable) -> Bookable:
    """Return the same, if bookings can be made.

    Raises:
        NotOpen: the event type takes place in Zoom only, and the host's Zoom is not connected.
    """
    if not bookable.is_open:
        raise NotOpen(
            said(
                "{event} cannot be booked at the moment. Please contact {host}.",
                event=bookable.event.title,
                host=bookable.host.name,
            )
        )
    return bookable


def keep(state: State, bookable: Bookable) -> None:
    """Let ``look_up`` know what can be booked, as a transaction has seen it that is committed or only read."""
    kept = _known_of(state.database).bookables
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[bookable.event_type_id] = bookable


def look_up_even_closed(state: State, host_slug: str, event_slug: str) -> Bookable:
    """Return what ``look_up`` does, even if it cannot be booked at the moment.

    It is as it was read before, if the host's revision says that this still holds.

    Raises:
        NotFound: there is no such event type.
    """
    database = state.database
    known = _known_of(database)
    event_type_id, revision = _revision(database, known, host_slug, event_slug)
    bookable = known.bookables.get(event_type_id)
    if bookable is None or bookable.revision != revision:
        bookable = database.read(lambda session: find_by_id(session, event_type_id))
        keep(state, bookable)
    return bookable


def _known_of(database: Database) -> _Known:
    return _known.get(database) or _known.setdefault(database, _Known({}, {}))


def _revision(database: Database, known: _Known, host_slug: str, event_slug: str) -> tuple[str, int]:
    """Return an event type's id and its host's revision; another process's change may be missed for a moment.

    A tenth of a second is less than an answer takes to a visitor, and spares a busy site a query for each of them.
    """
    seen, now, writes = known.revisions, time.monotonic(), database.writes
    read = seen.get((host_slug, event_slug))
    if read is not None and now < read[2] + _FRESH_SECONDS and read[3] == writes:
        return read[:2]
    found = database.look(_REVISION, {"host": host_slug, "event": event_slug})
    if not found:
        raise _nothing()
    event_type_id, revision = found[0]
    if len(seen) >= _MOST_KEPT:
        seen.clear()
    seen[host_slug, event_slug] = event_type_id, revision, now, writes
    return event_type_id, revision


def _find(session: Session, *which: ColumnElement[bool] | InstrumentedAttribute[bool]) -> Bookable:
    found = session.execute(_query().where(*which)).one_or_none()
    if found is None:
        raise _nothing()
    return _bookable(session, *found)


def _nothing() -> NotFound:
    return NotFound(said("There is no such event to book. Check the address of the page."))


def _query() -> Any:  # SQLAlchemy 2.1 spells the type otherwise than 2.0
    """Return the query for an event type, its host, its schedule, whether Zoom works, and what there is of Google's."""
    connection, wanted = models.Connection, models.EventType.connection_id
    works = and_(connection.host_id == models.Host.id, connection.status == ConnectionStatus.ACTIVE)
    connected = exists().where(
        works, connection.provider == Provider.ZOOM, or_(wanted.is_(None), wanted == connection.id)
    )
    google = select(connection.id).where(works, connection.provider == Provider.GOOGLE).limit(1).scalar_subquery()
    return (
        select(models.EventType, models.Host, models.Schedule, connected, google, *timetables.COLUMNS)
        .join(models.Host, models.Host.id == models.EventType.host_id)
        .join(models.Schedule, models.Schedule.id == models.EventType.schedule_id)
        .outerjoin(models.Timetable, models.Timetable.host_id == models.Host.id)
        .execution_options(populate_existing=True)
    )


def _bookable(
    session: Session,
    event: models.EventType,
    host: models.Host,
    schedule: models.Schedule,
    is_connected: bool,
    google_id: str | None,
    *timetable: Any,
) -> Bookable:
    offered = snapshots.event_type(event, schedule.name)
    return Bookable(
        host=snapshots.host(host),
        event=offered,
        event_type_id=event.id,
        schedule=Schedule(
            schedule.time_zone, stored.load_weekly(schedule.weekly), stored.load_overrides(schedule.overrides)
        ),
        rules=rules_of(offered),
        revision=host.revision,
        in_zoom=openings.is_in_zoom(offered, is_connected=is_connected),
        is_open=openings.is_open(offered, is_connected=is_connected, has_google=google_id is not None),
        google_id=google_id,
        in_meet=openings.is_in_meet(offered, is_connected=is_connected, has_google=google_id is not None),
        allowed_sites=tuple(host.allowed_sites or ()),
        calendars=timetables.read(session, host.id, timetables.Row(*timetable)),
        has_endpoints=host.has_endpoints,
    )


def _lasting(bookable: Bookable, row: models.Booking) -> Bookable:
    """Return the same for a booking whose length the host has changed, here or in Zoom, or the event type's since."""
    minutes = int((row.ends_at - row.starts_at).total_seconds()) // _MINUTE
    if minutes == bookable.event.duration_minutes:
        return bookable
    event = replace(bookable.event, duration_minutes=minutes)
    return replace(bookable, event=event, rules=replace(bookable.rules, duration=minutes))
