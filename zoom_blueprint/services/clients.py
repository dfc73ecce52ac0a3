"""Clients: the people who book with a host, one for each mail address, and what they have booked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from zoom_blueprint import values
from zoom_blueprint.services import booked, snapshots
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus

PAGE = 50
_BATCH = 500
_booking = models.Booking


@dataclass(frozen=True, kw_only=True)
class Client:
    """Somebody who booked; ``booking_id`` is one of their bookings, by which they are found again.

    ``name`` is what they called themselves last. ``coming`` counts bookings and requests that are not over, ``past``
    those that took place, as far as we know; ``last`` and ``next`` are when those begin.
    """

    booking_id: str
    name: str
    email: str
    coming: int
    past: int
    last: datetime | None
    next: datetime | None


def page(state: State, host_id: str, *, now: datetime, search: str = "", number: int = 1) -> tuple[list[Client], bool]:
    """Return a page of a host's clients, who booked the latest time first, and whether there are more; one query.

    ``search`` is a part of a name or a mail address. Who was forgotten is nobody's client.
    """
    query = _latest(host_id, now, search).limit(PAGE + 1).offset(PAGE * (number - 1))
    found = [Client(**row._mapping) for row in state.database.read(lambda session: session.execute(query).all())]
    return found[:PAGE], len(found) > PAGE


def _latest(host_id: str, now: datetime, search: str) -> Select[Any]:
    """Select the latest booking of each mail address, with what its others come to."""
    is_coming = and_(_stands(), _booking.ends_at > now)
    is_past = and_(_booking.status == BookingStatus.CONFIRMED, _booking.ends_at <= now)
    ranked = (
        select(
            _booking.id.label("booking_id"),
            _booking.name,
            _booking.email,
            _booking.starts_at,
            func.count(case((is_coming, 1))).over(partition_by=_booking.email).label("coming"),
            func.count(case((is_past, 1))).over(partition_by=_booking.email).label("past"),
            func.max(case((is_past, _booking.starts_at))).over(partition_by=_booking.email).label("last"),
            func.min(case((is_coming, _booking.starts_at))).over(partition_by=_booking.email).label("next"),
            func.row_number()
            .over(partition_by=_booking.email, order_by=(_booking.starts_at.desc(), _booking.id))
            .label("place"),
        )
        .where(_of(host_id), *([_booking.email.in_(_found(host_id, search))] if search else []))
        .subquery()
    )
    columns = [ranked.c[name] for name in ("booking_id", "name", "email", "coming", "past", "last", "next")]
    return select(*columns).where(ranked.c.place == 1).order_by(ranked.c.starts_at.desc(), ranked.c.email)


def bookings(
    state: State, host_id: str, email: str, *, number: int = 1, limit: int = PAGE
) -> tuple[list[values.Booking], bool]:
    """Return a page of what somebody booked with a host, the latest first, and whether there is more; one query."""
    query = _rows(host_id).where(_booking.email == email.lower())
    query = query.order_by(_booking.starts_at.desc(), _booking.id).limit(limit + 1).offset(limit * (number - 1))

    def work(session: Session) -> list[values.Booking]:
        return [snapshots.booking(state, *row) for row in session.execute(query)]

    found = state.database.read(work)
    return found[:limit], len(found) > limit


def every_booking(state: State, host_id: str, email: str | None = None) -> Iterator[values.Booking]:
    """Yield all that was booked with a host, by whoever has this address or by everybody, in the order it was made.

    What is forgotten is not among it. Each batch is read in a transaction of its own.
    """
    after: tuple[datetime, str] | None = None
    while True:
        found = state.database.read(partial(_batch, state, host_id, email, after))
        yield from (booking for booking, _ in found)
        if len(found) < _BATCH:
            return
        after = found[-1][1]


def _batch(
    state: State, host_id: str, email: str | None, after: tuple[datetime, str] | None, session: Session
) -> Sequence[tuple[values.Booking, tuple[datetime, str]]]:
    query = _rows(host_id).order_by(_booking.created_at, _booking.id).limit(_BATCH)
    if email is not None:
        query = query.where(_booking.email == email.lower())
    if after is not None:
        made_at, last = after
        query = query.where(
            or_(_booking.created_at > made_at, and_(_booking.created_at == made_at, _booking.id > last))
        )
    rows = session.execute(query).all()
    return [(snapshots.booking(state, *row), (row[0].created_at, row[0].id)) for row in rows]


def _rows(host_id: str) -> Any:  # SQLAlchemy 2.1 spells the type otherwise than 2.0
    return booked.query().where(_of(host_id))


def _of(host_id: str) -> ColumnElement[bool]:
    return and_(_booking.host_id == host_id, _booking.purged_at.is_(None))


def _stands() -> ColumnElement[bool]:
    return _booking.status.in_((BookingStatus.CONFIRMED, BookingStatus.PENDING))


def _found(host_id: str, search: str) -> Select[Any]:
    """Select the addresses that are looked for: an address is kept in small letters, a name as it was written."""
    small = search.lower()
    return select(_booking.email).where(
        _of(host_id),
        or_(
            _booking.email.contains(small, autoescape=True),
            _booking.name.contains(search, autoescape=True),
            func.lower(_booking.name).contains(small, autoescape=True),
        ),
    )
