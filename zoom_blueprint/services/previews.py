"""Previews: what would be offered under an event type and hours as they are typed, stored or not."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from zoom_blueprint import values
from zoom_blueprint.scheduling.rules import Schedule
from zoom_blueprint.scheduling.zones import zone
from zoom_blueprint.services import availability, openings
from zoom_blueprint.services.availability import Range
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.services.event_rules import rules_of
from zoom_blueprint.services.timetables import Reading
from zoom_blueprint.state import State
from zoom_blueprint.values import ConnectionStatus, EventType, Host

DAYS = 14
_NEW = ""


def bookable(
    host: Host,
    event: EventType,
    schedule: Schedule,
    connections: Iterable[values.Connection],
    event_type_id: str = _NEW,
    *,
    has_google: bool,
    calendars: Reading | None,
) -> Bookable:
    """Return what could be booked; the id of a stored event type brings its bookings, which its limits count.

    ``connections`` are those to Zoom, ``has_google`` says whether that to Google works, and ``calendars`` what is known
    of its calendars.

    Raises:
        BadInput: a length is out of range.
    """
    is_connected = works(event, connections)
    return Bookable(
        host=host,
        event=event,
        event_type_id=event_type_id,
        schedule=schedule,
        rules=rules_of(event),
        revision=0,
        in_zoom=openings.is_in_zoom(event, is_connected=is_connected),
        is_open=openings.is_open(event, is_connected=is_connected, has_google=has_google),
        in_meet=openings.is_in_meet(event, is_connected=is_connected, has_google=has_google),
        calendars=calendars,
    )


def works(event: EventType, connections: Iterable[values.Connection]) -> bool:
    """Return whether a connection works that an event type's meetings would be made by."""
    active = [one.id for one in connections if one.status is ConnectionStatus.ACTIVE]
    return event.connection_id in active if event.connection_id else bool(active)


def has_page(event: EventType, connections: Iterable[values.Connection], *, has_google: bool) -> bool:
    """Return whether a stored event type's booking page lets people book, and does not say that nobody can."""
    return event.active and openings.is_open(event, is_connected=works(event, connections), has_google=has_google)


def first_days(bookable: Bookable, *, now: datetime) -> Range:
    """Return the two weeks from the first day on which something can be offered, in the host's zone."""
    place = zone(bookable.host.time_zone)
    earliest = (now + timedelta(minutes=bookable.rules.notice)).astimezone(place).date()
    first = max(earliest, bookable.event.first_day or date.min)
    return Range(first, first + timedelta(days=DAYS - 1), bookable.host.time_zone)


def offered(state: State, bookable: Bookable, days: Range, *, now: datetime) -> list[datetime]:
    """Return the starts that visitors would be offered; one query."""
    found = availability.offer(state, bookable, days, now=now).starts or []
    return [datetime.fromtimestamp(second, UTC) for second in found]
