"""What tests of bookings' events look at and turn: the events in the simulator's Google, and their rows."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import true

from tests.fixtures.site import Site
from tests.services.looking import make_due, only, rows, turn
from zoom_blueprint.services import agendas, claims
from zoom_blueprint.store import models
from zoom_blueprint.values import Booking, CalendarEvent


def row_of(site: Site, booking: dict[str, Any]) -> models.CalendarEvent:
    """Return the row of a booking's event."""
    return only(site.state, models.CalendarEvent, models.CalendarEvent.booking_id == booking["id"])


def hurry(site: Site) -> None:
    """Let whatever waits for its time have it, and bring everything in line."""
    make_due(site.state, models.Meeting)
    make_due(site.state, models.CalendarEvent)
    site.drain()


def events(site: Site, who: str = "ada") -> list[dict[str, Any]]:
    """Return the events in a host's calendar that stand."""
    return [one for one in site.simulator.google.events(who) if one["status"] != "cancelled"]


def event(site: Site, who: str = "ada") -> dict[str, Any]:
    """Return the one event that stands."""
    (found,) = events(site, who)
    return found


def times(of: dict[str, Any]) -> tuple[datetime, datetime]:
    """Return from when to when an event is."""
    return datetime.fromisoformat(of["start"]["dateTime"]), datetime.fromisoformat(of["end"]["dateTime"])


def move_in_google(site: Site, of: dict[str, Any], by: timedelta) -> datetime:
    """Drag an event to another time, as its owner does in Google, and let us hear of it; return its start."""
    start, end = times(of)
    put(site, of["id"], start=_time(start + by), end=_time(end + by))
    return start + by


def put(site: Site, event_id: str, **fields: Any) -> None:
    """Change an event as its owner does in Google, and let us hear of it."""
    site.simulator.google.put_event("ada", id=event_id, **fields)
    hear(site)


def hear(site: Site) -> None:
    """Let it be known that something changed in Google, as a sync finds it, and act on it."""
    turn(site.state, models.CalendarEvent, look_again=True)
    site.state.database.write(lambda session: claims.wish(session, models.CalendarEvent, true(), datetime.now(UTC)))
    site.drain()


def now(site: Site, booking: dict[str, Any]) -> Booking:
    """Return a booking as it is now."""
    return agendas.get(site.state, booking["id"])


def facts(site: Site, booking: dict[str, Any]) -> CalendarEvent:
    """Return what is told of a booking's event."""
    found = now(site, booking).calendar
    assert found is not None
    return found


def told(site: Site, name: str) -> int:
    """Return how often an event was recorded."""
    return len(rows(site.state, models.LifecycleEvent, models.LifecycleEvent.name == name))


def _time(at: datetime) -> dict[str, str]:
    return {"dateTime": at.isoformat(), "timeZone": "UTC"}
