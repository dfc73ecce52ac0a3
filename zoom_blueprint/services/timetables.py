"""Timetables: when a host's calendars keep them busy, held by each process until it changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from zoom_blueprint.scheduling.timetables import Timetable
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import WhenStale

_MOST_KEPT = 1000


@dataclass(frozen=True)
class Reading:
    """What is known of a host's calendars at a provider.

    ``asked_at`` is since when it was known for sure when it was read, None for not at all; ``version`` is another for
    each content. ``closes``: while it is not known, nothing of the host's can be booked.
    """

    connection_id: str
    version: str
    asked_at: datetime | None
    closes: bool
    busy: Timetable


class Row(NamedTuple):
    """What ``COLUMNS`` find; all of it None where no calendar of the host's counts."""

    version: str | None
    connection_id: str
    asked_at: datetime | None
    preferences: Mapping[str, Any] | None


_table = models.Timetable
COLUMNS = (
    _table.version,
    _table.connection_id,
    _table.asked_at,
    select(models.Connection.preferences)
    .where(models.Connection.id == _table.connection_id)
    .correlate(_table)
    .scalar_subquery(),
)
_known: dict[str, tuple[str, Timetable]] = {}


def read(session: Session, host_id: str, row: Row) -> Reading | None:
    """Return what is known, as ``COLUMNS`` have found it; one query where it has changed since the last time."""
    if row.version is None:
        return None
    return Reading(
        connection_id=row.connection_id,
        version=row.version,
        asked_at=row.asked_at,
        closes=(row.preferences or {}).get("when_stale") != WhenStale.OPEN,
        busy=_busy(session, host_id, row.version),
    )


def look_up(state: State, host_id: str) -> Reading | None:
    """Return what is known of a host's calendars; no query where Google cannot be connected."""
    if not state.config.has_google:
        return None

    def work(session: Session) -> Reading | None:
        found = session.execute(select(*COLUMNS).where(_table.host_id == host_id)).one_or_none()
        return None if found is None else read(session, host_id, Row(*found))

    return state.database.read(work)


def of_host(session: Session, host_id: str) -> Timetable | None:
    """Return when a host's calendars keep them busy; None where none counts."""
    version = session.scalar(select(_table.version).where(_table.host_id == host_id))
    return None if version is None else _busy(session, host_id, version)


def _busy(session: Session, host_id: str, version: str) -> Timetable:
    """Return the busy times; no two contents have the same version, not even one that was rolled back."""
    known = _known.get(host_id)
    if known is not None and known[0] == version:
        return known[1]
    # By the host's id, so that it is what this transaction would find anew.
    found, packed = session.execute(select(_table.version, _table.packed).where(_table.host_id == host_id)).one()
    busy = Timetable.unpack(packed)
    if len(_known) >= _MOST_KEPT:
        _known.clear()
    _known[host_id] = found, busy
    return busy
