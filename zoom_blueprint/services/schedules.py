"""Schedules: the named working hours of a host."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from zoom_blueprint.errors import BadInput, NotFound
from zoom_blueprint.languages import said
from zoom_blueprint.scheduling import stored
from zoom_blueprint.scheduling.rules import Schedule
from zoom_blueprint.services import hosts
from zoom_blueprint.state import State
from zoom_blueprint.store import models

_LONGEST_NAME = 200


@dataclass(frozen=True)
class Kept:
    """A schedule as it is kept; ``used_by`` are the titles of the event types with its hours, by their ids.

    ``is_first``: it is the one that whoever names none means, so it keeps its name.
    """

    id: str
    name: str
    schedule: Schedule
    is_first: bool
    used_by: dict[str, str]


def put(state: State, host_id: str, schedule: Schedule, name: str | None = None) -> None:
    """Create or replace a host's schedule of that name; None is the one they began with.

    Raises:
        NotFound: there is no such host.
        BadInput: the name is empty or too long.
    """
    change(state, host_id, lambda _: schedule, name, creates=True)


def change(
    state: State,
    host_id: str,
    how: Callable[[Schedule], Schedule],
    name: str | None = None,
    *,
    creates: bool = False,
) -> Schedule:
    """Replace a schedule by what a function makes of it, and return that; None is the one the host began with.

    The function runs under the host's lock, so that of two changes at once none is lost. With ``creates`` it gets the
    usual hours in the host's zone where there is no schedule of that name.

    Raises:
        NotFound: there is no such host, or no such schedule.
        BadInput: the name is empty or too long.
    """
    if name is not None:
        name = _checked(name)

    def work(session: Session) -> Schedule:
        hosts.lock(session, host_id)
        row = find(session, host_id, name)
        if row is None and not creates:
            known = ", ".join(names(session, host_id))
            raise NotFound(said("This host has no schedule of that name, only: {names}.", names=known))
        schedule = how(load(row) if row is not None else Schedule(hosts.zone_of(session, host_id)))
        if row is None:
            row = models.Schedule(host_id=host_id, name=name or hosts.FIRST_SCHEDULE)
            session.add(row)
        _fill(row, schedule)
        return schedule

    return state.database.write(work)


def all_of(state: State, host_id: str) -> dict[str, Schedule]:
    """Return a host's schedules by name, the one they began with first."""

    def work(session: Session) -> dict[str, Schedule]:
        return {row.name: load(row) for row in _rows(session, host_id)}

    return state.database.read(work)


def kept(state: State, host_id: str) -> list[Kept]:
    """Return a host's schedules with all that is known of them, the one they began with first."""
    event = models.EventType
    query = (
        select(event.schedule_id, event.id, event.title)
        .where(event.host_id == host_id)
        .order_by(event.position, event.created_at)
    )

    def work(session: Session) -> list[Kept]:
        used: dict[str, dict[str, str]] = {}
        for schedule_id, event_id, title in session.execute(query):
            used.setdefault(schedule_id, {})[event_id] = title
        return [
            Kept(row.id, row.name, load(row), place == 0, used.get(row.id, {}))
            for place, row in enumerate(_rows(session, host_id))
        ]

    return state.database.read(work)


def add(state: State, host_id: str, schedule: Schedule, name: str) -> None:
    """Create a schedule of a name that none of the host's has.

    Raises:
        NotFound: there is no such host.
        BadInput: the name is empty, too long or taken.
    """
    name = _checked(name)

    def work(session: Session) -> None:
        hosts.lock(session, host_id)
        if name in names(session, host_id):
            raise _taken()
        row = models.Schedule(host_id=host_id, name=name)
        session.add(row)
        _fill(row, schedule)

    state.database.write(work)


def edit(state: State, host_id: str, schedule_id: str, schedule: Schedule, name: str) -> None:
    """Put other hours, and another name, in the place of a schedule's; the one a host began with keeps its name.

    Raises:
        NotFound: the host has no schedule of that id.
        BadInput: the name is empty, too long or taken.
    """
    name = _checked(name)

    def work(session: Session) -> None:
        hosts.lock(session, host_id)
        rows = _rows(session, host_id)
        row = next((one for one in rows if one.id == schedule_id), None)
        if row is None:
            raise NotFound(said("There are no such hours. Perhaps they were removed."))
        if row is not rows[0]:
            if any(one.name == name for one in rows if one is not row):
                raise _taken()
            row.name = name
        _fill(row, schedule)

    state.database.write(work)


def remove(state: State, host_id: str, name: str) -> None:
    """Remove a schedule that no event type uses.

    Raises:
        NotFound: the host has no schedule of that name.
        BadInput: event types use it, or it is the only one.
    """

    def work(session: Session) -> None:
        hosts.lock(session, host_id)
        row = find(session, host_id, name)
        if row is None:
            known = ", ".join(names(session, host_id))
            raise NotFound(said("This host has no schedule of that name, only: {names}.", names=known))
        users = session.scalars(select(models.EventType.slug).where(models.EventType.schedule_id == row.id)).all()
        if users:
            told = said("These event types use it: {names}. Give them another schedule first.", names=", ".join(users))
            raise BadInput({"name": told})
        if len(_rows(session, host_id)) == 1:
            raise BadInput({"name": said("A host keeps at least one schedule.")})
        session.delete(row)

    state.database.write(work)


def first_zone(state: State, host_id: str) -> str:
    """Return the zone of the schedule that a host began with."""
    found = state.database.read(lambda session: find(session, host_id, None))
    return "UTC" if found is None else found.time_zone


def find(session: Session, host_id: str, name: str | None) -> models.Schedule | None:
    """Return the row of a host's schedule; None as the name is the one they began with."""
    rows = _rows(session, host_id)
    return next((row for row in rows if name in (None, row.name)), None)


def names(session: Session, host_id: str) -> list[str]:
    """Return the names of a host's schedules, the one they began with first."""
    return [row.name for row in _rows(session, host_id)]


def load(row: models.Schedule) -> Schedule:
    """Return what the arithmetic works with."""
    return Schedule(row.time_zone, stored.load_weekly(row.weekly), stored.load_overrides(row.overrides))


def _checked(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= _LONGEST_NAME:
        raise BadInput(
            {"name": said("Give the schedule a name of at most {longest} characters.", longest=_LONGEST_NAME)}
        )
    return name


def _taken() -> BadInput:
    return BadInput({"name": said("Other hours of yours have this name.")})


def _fill(row: models.Schedule, schedule: Schedule) -> None:
    row.time_zone = schedule.time_zone
    row.weekly = stored.dump_weekly(schedule.weekly)
    row.overrides = stored.dump_overrides(schedule.overrides)


def _rows(session: Session, host_id: str) -> list[models.Schedule]:
    schedule = models.Schedule
    named_first = schedule.name != hosts.FIRST_SCHEDULE
    query = select(schedule).where(schedule.host_id == host_id).order_by(named_first, schedule.name)
    return list(session.scalars(query))
