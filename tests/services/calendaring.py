"""A host's calendar at the simulator's Google, and what a site knows of it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from tests.fixtures.site import Site
from zoom_blueprint.services import bookables, duties, google_calendars, hosts
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.store import models
from zoom_blueprint.values import CalendarPreferences

ADA = "1"
TODAY = datetime.now(UTC).date()
MONDAY = TODAY + timedelta(days=14 - TODAY.weekday())
"""A Monday one to two weeks ahead."""
EVER = (0, 10**11)


def at(clock: str, day: date = MONDAY) -> datetime:
    """Return an instant of a day, as the clock of UTC shows it."""
    return datetime.fromisoformat(f"{day.isoformat()}T{clock}:00+00:00")


def put(site: Site, start: datetime, end: datetime, *, calendar: str = "primary", **fields: Any) -> str:
    """Put an event into ada's calendar as she does in Google, or change the one with the ``id``; return its id.

    Google has told the site of it by then, where it does.
    """
    when = {"start": {"dateTime": start.isoformat()}, "end": {"dateTime": end.isoformat()}}
    made = site.simulator.google.put_event("ada", calendar, **{"summary": "Dentist", **when, **fields})
    site.simulator.google.settle()
    return str(made["id"])


def sync(site: Site) -> None:
    """Have what changed read now."""
    connection_id = google_id(site)
    state = site.state
    state.database.write(lambda session: duties.want(session, DutyName.CALENDAR, connection_id, datetime.now(UTC)))
    site.drain()


def prefer(site: Site, wanted: CalendarPreferences) -> None:
    """Let ada want this of her calendars, of which she chooses the same as before."""
    known = google_calendars.of_host(site.state, ADA)
    (target,) = (one.id for one in known if one.is_target)
    blocking = [one.id for one in known if one.blocks]
    google_calendars.choose(site.state, ADA, target=target, blocking=blocking, wanted=wanted)


def list_again(site: Site) -> None:
    """Have the list of ada's calendars read again, as a day later."""
    past = datetime.now(UTC) - timedelta(days=2)
    site.state.database.write(lambda session: session.execute(update(models.Calendar).values(listed_at=past)))
    sync(site)


def asked(site: Site) -> int:
    """Return how often Google was asked for events."""
    return len(site.simulator.calls("list_events"))


def google_id(site: Site) -> str:
    """Return the id of ada's connection to Google."""
    query = select(models.Connection.id).where(models.Connection.provider == "google")
    return site.state.database.read(lambda session: session.scalars(query).one())


def busy(site: Site) -> list[tuple[datetime, datetime]]:
    """Return when ada is busy as visitors see it."""
    found = bookables.look_up_even_closed(site.state, "ada", "intro-call").calendars
    assert found is not None
    return [(datetime.fromtimestamp(a, UTC), datetime.fromtimestamp(b, UTC)) for a, b in found.busy.between(*EVER)]


def age(site: Site, by: timedelta) -> None:
    """Let what is known of ada's calendars be older."""
    then = datetime.now(UTC) - by

    def work(session: Any) -> None:
        hosts.lock(session, ADA)
        session.execute(update(models.Calendar).where(models.Calendar.asked_at.is_not(None)).values(asked_at=then))
        session.execute(update(models.Timetable).values(asked_at=then, version="aged"))

    site.state.database.write(work)


def calendar(site: Site) -> models.Calendar:
    """Return the row of ada's primary calendar."""
    query = select(models.Calendar).where(models.Calendar.is_primary)
    return site.state.database.read(lambda session: session.scalars(query).one())
