"""Busy times: what stands in the calendars that a host lets count, event by event, and all of it in one timetable."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from zoom_blueprint.scheduling.slots import Busy
from zoom_blueprint.scheduling.timetables import Timetable
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id

Times = Mapping[str, tuple[datetime, datetime]]
"""From when until when, by the event's id."""
_AT_ONCE = 500


@dataclass(frozen=True)
class Difference:
    """What of a calendar's busy times is to be written, and which are to go."""

    taken: Times
    gone: Set[str]

    def __bool__(self) -> bool:
        return bool(self.taken or self.gone)


def difference(session: Session, row_id: str, taken: Times, gone: Set[str] | None) -> Difference:
    """Compare a calendar's busy times with what was found: those that are ``taken``, and what is ``gone``.

    None of that is everything else. With the event of a series all its instances go.
    """
    busy = models.BusyTime
    query = select(busy.event_id, busy.starts_at, busy.ends_at).where(busy.calendar_id == row_id)
    known = {event_id: (start, end) for event_id, start, end in session.execute(query)}
    if gone is None:
        left = known.keys() - taken.keys()
    else:
        left = {one for one in known if one in gone or one.rpartition("_")[0] in gone} - taken.keys()
    return Difference({one: times for one, times in taken.items() if known.get(one) != times}, left)


def write(session: Session, row_id: str, found: Difference) -> None:
    """Write a difference down; the host's row must be locked."""
    busy = models.BusyTime
    outdated = [*found.gone, *found.taken]
    for first in range(0, len(outdated), _AT_ONCE):
        some = outdated[first : first + _AT_ONCE]
        session.execute(delete(busy).where(busy.calendar_id == row_id, busy.event_id.in_(some)))
    rows = [
        {"id": new_id(), "calendar_id": row_id, "event_id": event_id, "starts_at": start, "ends_at": end}
        for event_id, (start, end) in found.taken.items()
    ]
    if rows:
        session.execute(insert(busy), rows)


def forget(session: Session, row_id: str) -> None:
    """Forget a calendar's busy times."""
    session.execute(delete(models.BusyTime).where(models.BusyTime.calendar_id == row_id))


def sum_up(session: Session, connection_id: str, host_id: str) -> None:
    """Bring the host's timetable in line with the busy times; the host's row must be locked."""
    busy, calendar = models.BusyTime, models.Calendar
    session.flush()
    row = session.get(models.Timetable, host_id, with_for_update=True)
    if not _blocking(session, connection_id):
        if row is not None:
            session.delete(row)
        return
    found = session.execute(
        select(busy.starts_at, busy.ends_at)
        .join(calendar, calendar.id == busy.calendar_id)
        .where(calendar.connection_id == connection_id, calendar.blocks)
    )
    packed = Timetable(Busy.between(start, end)[:2] for start, end in found).pack()
    if row is None:
        row = models.Timetable(host_id=host_id, connection_id=connection_id)
        session.add(row)
    if row.packed != packed or row.connection_id != connection_id:
        row.packed, row.version, row.connection_id = packed, new_id(), connection_id
    date(session, connection_id, row)
    if row.asked_at is None:  # what is held of it says more than is known now
        row.version = new_id()


def date(session: Session, connection_id: str, row: models.Timetable | None) -> None:
    """Note since when a timetable is known for sure, as its calendars say."""
    asked = _blocking(session, connection_id)
    if row is not None:
        known = [one for one in asked if one is not None]
        row.asked_at = min(known) if len(known) == len(asked) else None


def _blocking(session: Session, connection_id: str) -> list[datetime | None]:
    """Return since when each calendar that counts is known."""
    calendar = models.Calendar
    query = select(calendar.asked_at).where(calendar.connection_id == connection_id, calendar.blocks)
    return list(session.scalars(query))
