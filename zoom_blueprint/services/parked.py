"""Parked work: what failed so often that nobody tries it any more, and how it is begun anew."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from zoom_blueprint import values
from zoom_blueprint.errors import NotFound
from zoom_blueprint.events import EventName
from zoom_blueprint.languages import said
from zoom_blueprint.services import booked, changes, claims, readers, snapshots
from zoom_blueprint.state import State
from zoom_blueprint.store import models

_OfHost = models.Meeting | models.CalendarEvent | models.Delivery
_OF_HOSTS: dict[str, type[models.Meeting] | type[models.CalendarEvent] | type[models.Delivery]] = {
    "meeting": models.Meeting,
    "calendar": models.CalendarEvent,
    "delivery": models.Delivery,
}
_MODELS = {**_OF_HOSTS, "inbox": models.WebhookEvent}
_TOLD: dict[type[models.Meeting] | type[models.CalendarEvent], EventName] = {
    models.Meeting: EventName.MEETING_PARKED,
    models.CalendarEvent: EventName.CALENDAR_PARKED,
}
KINDS = tuple(_MODELS)
"""What can be parked, as ``drain`` names it; duties come again for ever."""
_BATCH = 500
M = TypeVar("M", models.Meeting, models.CalendarEvent, models.Delivery)


@dataclass(frozen=True, kw_only=True)
class Parked:
    """Something of a host's that is not tried any more ``since`` then.

    ``error`` is what went wrong last, in words for whoever runs the site. A delivery has a ``subscriber`` and the name
    of its event; its booking is None where it is about none.
    """

    kind: str
    row_id: str
    since: datetime
    error: str
    booking: values.Booking | None
    subscriber: str = ""
    event_name: str = ""


@dataclass(frozen=True, kw_only=True)
class Heap:
    """All that is parked of a kind: ``since`` is of the oldest, ``error`` of the newest."""

    kind: str
    number: int
    since: datetime
    error: str


def of_host(state: State, host_id: str, *, booking_id: str | None = None, limit: int = 50) -> list[Parked]:
    """Return what of a host's work is parked, all or that of one booking: meetings first, the oldest first of each."""

    def work(session: Session) -> list[Parked]:
        rows: list[_OfHost] = []
        rows += _rows(session, models.Meeting, host_id, booking_id, limit)
        rows += _rows(session, models.CalendarEvent, host_id, booking_id, limit - len(rows))
        rows += _rows(session, models.Delivery, host_id, booking_id, limit - len(rows))
        bookings = _bookings(state, session, {row.booking_id for row in rows if row.booking_id is not None})
        return [_parked(row, bookings) for row in rows]

    return state.database.read(work)


def number_of(state: State, host_id: str) -> int:
    """Return how much of a host's work is parked."""

    def work(session: Session) -> int:
        counts = [
            select(func.count()).where(model.parked_at.is_not(None), model.host_id == host_id).scalar_subquery()
            for model in _OF_HOSTS.values()
        ]
        return sum(session.execute(select(*counts)).one())

    return state.database.read(work)


def tell_host(
    state: State,
    session: Session,
    model: type[models.Meeting] | type[models.CalendarEvent],
    row_id: str,
    now: datetime,
) -> None:
    """Record that a meeting or an event is parked, if it is, for hooks and for a mail to its host."""
    row: Any = session.get_one(model, row_id, populate_existing=True)
    if row.parked_at is not None:
        changes.tell(state, session, _TOLD[model], row.booking_id, now, mails={readers.HOST: now})


def heaps(session: Session) -> Iterator[Heap]:
    """Yield what is parked, by kind."""
    for kind, model in _MODELS.items():
        number, since = session.execute(
            select(func.count(), func.min(model.parked_at)).where(model.parked_at.is_not(None))
        ).one()
        if number and since is not None:
            newest = select(model.last_error).where(model.parked_at.is_not(None)).order_by(model.parked_at.desc())
            yield Heap(kind=kind, number=number, since=since, error=session.scalar(newest.limit(1)) or "")


def retry(state: State, host_id: str, kind: str, row_id: str) -> None:
    """Begin anew with one parked thing of a host's; nothing happens when it was begun with already.

    Raises:
        NotFound: the host has no such thing.
    """
    model = _OF_HOSTS.get(kind)

    def work(session: Session) -> None:
        query = None if model is None else select(model.host_id).where(model.id == row_id)
        if model is None or query is None or session.scalar(query) != host_id:
            raise NotFound(said("There is nothing of this kind to try again."))
        claims.wish(session, model, (model.id == row_id) & model.parked_at.is_not(None), datetime.now(UTC))

    state.database.write(work)
    state.work.wake()


def retry_all_of(state: State, host_id: str) -> int:
    """Begin anew with everything of a host's that is parked, and return how much that is."""
    return _retry_all(state, tuple(_OF_HOSTS), host_id)


def retry_all(state: State, kind: str | None = None) -> int:
    """Begin anew with everything that is parked, or all of one kind, and return how much that is."""
    return _retry_all(state, KINDS if kind is None else (kind,), None)


def _retry_all(state: State, kinds: Sequence[str], host_id: str | None) -> int:
    """Go through each table once, in batches: what is parked again meanwhile stays so."""
    number = 0
    for kind in kinds:
        last = ""
        while found := state.database.write(partial(_retry_some, kind, host_id, last)):
            number += len(found)
            last = found[-1]
    state.work.wake()
    return number


def _retry_some(kind: str, host_id: str | None, after: str, session: Session) -> list[str]:
    model = _MODELS[kind]
    query = select(model.id).where(model.parked_at.is_not(None), model.id > after)
    if host_id is not None:
        query = query.where(_OF_HOSTS[kind].host_id == host_id)
    found = list(session.scalars(query.order_by(model.id).limit(_BATCH)))
    if found:
        claims.wish(session, model, model.id.in_(found) & model.parked_at.is_not(None), datetime.now(UTC))
    return found


def _rows(session: Session, model: type[M], host_id: str, booking_id: str | None, limit: int) -> Sequence[M]:
    query = select(model).where(model.parked_at.is_not(None), model.host_id == host_id)
    if booking_id is not None:
        query = query.where(model.booking_id == booking_id)
    return session.scalars(query.order_by(model.parked_at, model.id).limit(limit)).all()


def _bookings(state: State, session: Session, ids: set[str]) -> dict[str, values.Booking]:
    if not ids:
        return {}
    found = session.execute(booked.query().where(models.Booking.id.in_(ids), models.Booking.purged_at.is_(None)))
    return {row[0].id: snapshots.booking(state, *row) for row in found}


def _parked(row: _OfHost, bookings: dict[str, values.Booking]) -> Parked:
    found = Parked(
        kind=next(kind for kind, model in _OF_HOSTS.items() if isinstance(row, model)),
        row_id=row.id,
        since=row.parked_at or datetime.now(UTC),
        error=row.last_error or "",
        booking=bookings.get(row.booking_id or ""),
    )
    if not isinstance(row, models.Delivery):
        return found
    return replace(found, subscriber=row.subscriber, event_name=row.event_name)
