"""Mailings: which mails about a booking wait for its Zoom link, and who holds none that works."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from zoom_blueprint.events import EventName
from zoom_blueprint.services import claims, readers
from zoom_blueprint.services.outcomes import Outcome
from zoom_blueprint.store import models
from zoom_blueprint.store.base import UtcDateTime, table_of
from zoom_blueprint.store.driven import Runs

_FIRST = (EventName.BOOKING_CONFIRMED, EventName.BOOKING_RESCHEDULED)
_WITH_LINK = (*_FIRST, EventName.MEETING_READY)
_delivery = table_of(models.Delivery).c
_ABOUT = and_(
    _delivery.booking_id == bindparam("booking"), or_(*(_delivery.subscriber == reader for reader in readers.READERS))
)
_NOW = bindparam("now", type_=UtcDateTime())
_RELEASE = (
    update(table_of(models.Delivery))
    .where(_ABOUT, _delivery.claim.is_(None), _delivery.attempts == 0, _delivery.due_at > _NOW)
    .values(due_at=_NOW)
)
_MAY_HAVE_LEFT = select(_delivery.subscriber).where(
    _ABOUT, or_(_delivery.claim.is_not(None), _delivery.done_at.is_not(None))
)
_LEFT = (Outcome.SENT, Outcome.WITHOUT_LINK, Outcome.LINK_DIED)


def release(connection: Runs, booking_id: str, now: datetime) -> None:
    """Let the mails leave that wait for what Zoom says."""
    connection.execute(_RELEASE, {"booking": booking_id, "now": now})


def owed(connection: Runs, booking_id: str, now: datetime) -> dict[str, datetime]:
    """Release the mails that wait for the link, and name those whose mail left or may be leaving without it."""
    release(connection, booking_id, now)
    return {subscriber: now for (subscriber,) in connection.execute(_MAY_HAVE_LEFT, {"booking": booking_id})}


def told_of(session: Session, booking_id: str, sequence: int) -> Sequence[str]:
    """Return those to whom the mail about a booking as it stands has left, or may be leaving."""
    delivery = models.Delivery
    has_left = or_(delivery.claim.is_not(None), delivery.done_at.is_not(None))
    of_this = and_(delivery.booking_id == booking_id, delivery.sequence == sequence, delivery.event_name.in_(_FIRST))
    query = select(delivery.subscriber).where(of_this, delivery.subscriber.in_(readers.READERS), has_left)
    return session.scalars(query.distinct()).all()


def note_dead_link(session: Session, booking_id: str) -> None:
    """Remember that the link in the mails sent so far leads nowhere any more."""
    delivery = models.Delivery
    session.execute(
        update(delivery)
        .where(delivery.booking_id == booking_id, delivery.event_name.in_(_WITH_LINK), delivery.outcome == Outcome.SENT)
        .values(outcome=Outcome.LINK_DIED)
        .execution_options(synchronize_session=False)
    )


def lacks_link(session: Session, ready: models.Delivery) -> bool | None:
    """Return whether the last mail to this reader came without a link that works; None while one may be on its way."""
    delivery = models.Delivery
    told: Sequence[tuple[str, str | None]] = [
        (event_name, outcome)
        for event_name, outcome in session.execute(
            select(delivery.event_name, delivery.outcome)
            .where(_to_the_same(ready), delivery.event_name.in_(_WITH_LINK), delivery.id != ready.id)
            .order_by(delivery.done_at)
        )
    ]
    if any(outcome is None and event_name in _FIRST for event_name, outcome in told):
        return None
    left = [outcome for _, outcome in told if outcome in _LEFT]
    return bool(left) and left[-1] != Outcome.SENT


def wake_link_ready(session: Session, done: models.Delivery, now: datetime) -> None:
    """Let a "link ready" mail go on that has waited for this one."""
    delivery = models.Delivery
    waits = and_(delivery.claim.is_(None), or_(delivery.due_at > now, delivery.parked_at.is_not(None)))
    which = and_(_to_the_same(done), delivery.event_name == EventName.MEETING_READY, waits)
    claims.wish(session, delivery, which, now)


def _to_the_same(one: models.Delivery) -> ColumnElement[bool]:
    delivery = models.Delivery
    return and_(delivery.booking_id == one.booking_id, delivery.subscriber == one.subscriber)
