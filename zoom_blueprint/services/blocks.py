"""Blocks: time that hosts keep free of bookings."""

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from zoom_blueprint.errors import BadInput, NotFound
from zoom_blueprint.languages import said
from zoom_blueprint.services import hosts
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import BlockedTime

_LONGEST_TITLE = 200
_LAST_YEAR = 2999


def add(state: State, host_id: str, start: datetime, end: datetime, title: str = "") -> BlockedTime:
    """Block some of a host's time; bookings that are there stay. The same block twice is one.

    Raises:
        NotFound: there is no such host.
        BadInput: it does not end after it starts, or a field is malformed.
    """
    title = title.strip()
    _check(start, end, title)

    def work(session: Session) -> BlockedTime:
        hosts.lock(session, host_id)
        same = (models.BlockedTime.starts_at == start, models.BlockedTime.ends_at == end)
        found = _all(session, host_id, *same, models.BlockedTime.title == title)
        if found:
            return found[0]
        row = models.BlockedTime(host_id=host_id, starts_at=start, ends_at=end, title=title)
        session.add(row)
        session.flush()
        return _value(row)

    return state.database.write(work)


def remove(state: State, host_id: str, block_id: str) -> None:
    """Give blocked time back.

    Raises:
        NotFound: the host has no such block.
    """
    blocked = models.BlockedTime

    def work(session: Session) -> None:
        hosts.lock(session, host_id)
        gone = session.execute(
            delete(blocked).where(blocked.host_id == host_id, blocked.id == block_id).returning(blocked.id)
        )
        if gone.one_or_none() is None:
            raise NotFound(said("There is no such blocked time."))

    state.database.write(work)


def all_of(state: State, host_id: str, *, since: datetime) -> list[BlockedTime]:
    """Return what a host has blocked that ends after ``since``, the earliest first."""
    ends_later = models.BlockedTime.ends_at > since
    return state.database.read(lambda session: _all(session, host_id, ends_later))


def between(session: Session, host_id: str, since: datetime, until: datetime) -> list[BlockedTime]:
    """Return what a host has blocked of the time between two instants, in the caller's transaction; one query."""
    return _all(session, host_id, models.BlockedTime.ends_at > since, models.BlockedTime.starts_at < until)


def _all(session: Session, host_id: str, *which: ColumnElement[bool]) -> list[BlockedTime]:
    blocked = models.BlockedTime
    query = select(blocked).where(blocked.host_id == host_id, *which).order_by(blocked.starts_at, blocked.id)
    return [_value(row) for row in session.scalars(query)]


def _value(row: models.BlockedTime) -> BlockedTime:
    return BlockedTime(id=row.id, start=row.starts_at, end=row.ends_at, title=row.title)


def _check(start: datetime, end: datetime, title: str) -> None:
    errors: dict[str, str] = {}
    for name, instant in (("start", start), ("end", end)):
        if instant.tzinfo is None:
            errors[name] = said("Give this time with its time zone.")
        elif instant.astimezone(UTC).year > _LAST_YEAR:
            errors[name] = said("This is too far ahead.")
    if not errors and end <= start:
        errors["end"] = said("This is not after the start.")
    if len(title) > _LONGEST_TITLE:
        errors["title"] = said("Use at most {most} characters.", most=_LONGEST_TITLE)
    if errors:
        raise BadInput(errors)
