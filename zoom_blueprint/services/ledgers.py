"""Ledgers: what is told of a host's bookings by mails and hooks, the newest first, and what became of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from zoom_blueprint.errors import NotFound
from zoom_blueprint.languages import Said, said
from zoom_blueprint.services import journal, readers, replays
from zoom_blueprint.services.outcomes import Outcome
from zoom_blueprint.state import State
from zoom_blueprint.store import models

PAGE = 50


class Fate(StrEnum):
    """How a delivery stands."""

    DUE = "due"
    SENT = "sent"
    PARKED = "parked"
    GIVEN_UP = "given-up"
    SKIPPED = "skipped"


class Way(StrEnum):
    """How somebody is told."""

    MAIL = "mail"
    HOOK = "hook"
    ENDPOINT = "webhook"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One delivery. ``error`` is in words for whoever runs the site; ``attempts`` counts since the last success.

    ``refusal`` says why it cannot be sent again, ``moot`` why what waits will not leave. Of a parked mail, ``told_of``
    and ``told_at`` are what the same reader was last told of the booking; None when nothing.
    """

    row_id: str
    subscriber: str
    event_name: str
    fate: Fate
    outcome: str | None
    due_at: datetime | None
    done_at: datetime | None
    parked_at: datetime | None
    attempts: int
    error: str
    replays: int
    refusal: Said | None
    moot: Said | None
    booking_id: str | None = None
    name: str = ""
    start: datetime | None = None
    told_of: str | None = None
    told_at: datetime | None = None


@dataclass(frozen=True)
class Sheet:
    """A part of the ledger; ``newer`` and ``older`` are the rows to go on from, None where there is nothing more."""

    lines: tuple[Line, ...]
    newer: str | None
    older: str | None


def of_host(
    state: State,
    host_id: str,
    *,
    fate: Fate | None = None,
    way: Way | None = None,
    before: str | None = None,
    after: str | None = None,
) -> Sheet:
    """Return fifty of a host's deliveries: the newest, or those next to a row, older (``before``) or newer.

    Raises:
        NotFound: the host has no such row.
    """

    def work(session: Session) -> Sheet:
        wanted = [_FATES[fate]] if fate else []
        wanted += [_WAYS[way]] if way else []
        mark = before or after
        edge = _place(session, host_id, mark) if mark else None
        found = _rows(session, host_id, wanted, edge, is_newer=before is None and after is not None)
        has_more = len(found) > PAGE
        found = found[:PAGE]
        if edge is not None and before is None:
            found, has_newer, has_older = found[::-1], has_more, True
        else:
            has_newer, has_older = edge is not None, has_more
        lines = _told(session, [_line(state, *row, now=datetime.now(UTC)) for row in found])
        first, last = (lines[0].row_id, lines[-1].row_id) if lines else (None, None)
        return Sheet(lines, first if has_newer else None, last if has_older else None)

    return state.database.read(work)


_delivery, _event = models.Delivery, models.LifecycleEvent
_IS_HOOK = _delivery.subscriber.startswith(journal.HOOK)
_IS_OPEN = or_(_delivery.due_at.is_not(None), _delivery.parked_at.is_not(None))
_SKIPPED = (
    Outcome.SUPERSEDED,
    Outcome.TOO_LATE,
    Outcome.NOT_NEEDED,
    Outcome.NO_HOOK,
    Outcome.NO_ENDPOINT,
    Outcome.ENDPOINT_OFF,
)
_GIVEN_UP = (Outcome.REFUSED, Outcome.UNDELIVERED)
_WAYS: dict[Way, ColumnElement[bool]] = {
    Way.MAIL: _delivery.subscriber.startswith(readers.MAIL),
    Way.HOOK: _IS_HOOK,
    Way.ENDPOINT: _delivery.subscriber.startswith(readers.ENDPOINT),
}
_FATES: dict[Fate, ColumnElement[bool]] = {
    Fate.DUE: _delivery.due_at.is_not(None),
    Fate.PARKED: _delivery.parked_at.is_not(None),
    Fate.SENT: and_(~_IS_OPEN, _delivery.outcome.in_(replays.ENDED_WELL)),
    Fate.GIVEN_UP: and_(~_IS_OPEN, _delivery.outcome.in_(_GIVEN_UP)),
    Fate.SKIPPED: and_(~_IS_OPEN, _delivery.outcome.in_(_SKIPPED)),
}


def _place(session: Session, host_id: str, row_id: str) -> tuple[datetime, str]:
    if "\x00" in row_id:  # PostgreSQL has no such text, and says so by an error
        raise _nothing()
    query = select(_event.occurred_at, _delivery.id).join(_delivery, _delivery.event_id == _event.id)
    found = session.execute(query.where(_delivery.id == row_id, _event.host_id == host_id)).one_or_none()
    if found is None:
        raise _nothing()
    occurred_at, its_id = found
    return occurred_at, its_id


def _nothing() -> NotFound:
    return NotFound(said("There is no such delivery."))


def _rows(
    session: Session,
    host_id: str,
    wanted: Iterable[ColumnElement[bool]],
    edge: tuple[datetime, str] | None,
    *,
    is_newer: bool,
) -> Sequence[tuple[models.Delivery, models.Booking | None]]:
    """Walk along the host's log, which has an index by time; what only stands for several guests is left out."""
    at, row_id = _event.occurred_at, _delivery.id
    query = (
        select(_delivery, models.Booking)
        .join(_event, _event.id == _delivery.event_id)
        .outerjoin(models.Booking, models.Booking.id == _delivery.booking_id)
        .where(
            _event.host_id == host_id,
            or_(_delivery.outcome.is_(None), _delivery.outcome != Outcome.EACH_GUEST),
            *wanted,
        )
        .limit(PAGE + 1)
    )
    if edge is not None and is_newer:
        query = query.where(at >= edge[0], or_(at > edge[0], row_id > edge[1]))
    elif edge is not None:
        query = query.where(at <= edge[0], or_(at < edge[0], row_id < edge[1]))
    order = (at.asc(), row_id.asc()) if is_newer else (at.desc(), row_id.desc())
    return [(delivery, booking) for delivery, booking in session.execute(query.order_by(*order))]


def _line(state: State, delivery: models.Delivery, booking: models.Booking | None, *, now: datetime) -> Line:
    is_known = booking is not None and booking.purged_at is None
    return Line(
        row_id=delivery.id,
        subscriber=delivery.subscriber,
        event_name=delivery.event_name,
        fate=_fate(delivery),
        outcome=delivery.outcome,
        due_at=delivery.due_at,
        done_at=delivery.done_at,
        parked_at=delivery.parked_at,
        attempts=delivery.attempts,
        error=delivery.last_error or "",
        replays=delivery.replays,
        refusal=replays.refusal(state, delivery, booking, now),
        moot=replays.moot(delivery, booking, now) if delivery.due_at is not None else None,
        booking_id=booking.id if booking and is_known else None,
        name=booking.name if booking and is_known else "",
        start=booking.starts_at if booking and is_known else None,
    )


def _fate(delivery: models.Delivery) -> Fate:
    if delivery.parked_at is not None:
        return Fate.PARKED
    if delivery.due_at is not None or delivery.outcome is None:
        return Fate.DUE
    if delivery.outcome in replays.ENDED_WELL:
        return Fate.SENT
    return Fate.GIVEN_UP if delivery.outcome in _GIVEN_UP else Fate.SKIPPED


def _told(session: Session, lines: Sequence[Line]) -> tuple[Line, ...]:
    """Say of parked mails what their readers were told meanwhile."""
    about = {one.booking_id for one in lines if one.fate is Fate.PARKED and one.booking_id is not None}
    last: dict[tuple[str | None, str], tuple[str, datetime]] = {}
    if about:
        found = session.execute(
            select(_delivery.booking_id, _delivery.subscriber, _delivery.event_name, _delivery.done_at)
            .where(_delivery.booking_id.in_(about), _delivery.outcome.in_(replays.ENDED_WELL), ~_IS_HOOK)
            .order_by(_delivery.done_at)
        )
        for booking_id, subscriber, event_name, done_at in found:
            if done_at is not None:
                last[booking_id, readers.reminder_of(subscriber)[0]] = event_name, done_at
    return tuple(_with(one, last.get((one.booking_id, readers.reminder_of(one.subscriber)[0]))) for one in lines)


def _with(line: Line, told: tuple[str, datetime] | None) -> Line:
    if line.fate is not Fate.PARKED or told is None:
        return line
    return replace(line, told_of=told[0], told_at=told[1])
