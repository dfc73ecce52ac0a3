"""Mailings: which mails about a booking wait for its Zoom link, and who holds none that works."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from zoom_blueprint.events import EventName
from zoom_blueprint.services import claims, readers
from zoom_blueprint.services.outcomes import Outcome
from zoom_blueprint.store import models

_FIRST = (EventName.BOOKING_CONFIRMED, EventName.BOOKING_RESCHEDULED)
_WITH_LINK = (*_FIRST, EventName.MEETING_READY)
_LEFT = (Outcome.SENT, Outcome.WITHOUT_LINK, Outcome.LINK_DIED)


def release(session: Session, booking_id: str, now: datetime) -> None:
    """Let the mails leave that wait for what Zoom says."""
    delivery = models.Delivery
    session.execute(
        update(delivery)
        .where(_about(booking_id), delivery.claim.is_(None), delivery.attempts == 0, delivery.due_at > now)
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )


def owed(session: Session, booking_id: str, now: datetime) -> dict[str, datetime]:
    """Release the mails that wait for the link, and name those whose mail left or may be leaving without it."""
    release(session, booking_id, now)
    delivery = models.Delivery
    left = session.scalars(
        select(delivery.subscriber).where(
            _about(booking_id), delivery.claim.is_not(None) | delivery.done_at.is_not(None)
        )
    )
    return dict.fromkeys(left, now)


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


def _about(booking_id: str) -> ColumnElement[bool]:
    return and_(models.Delivery.booking_id == booking_id, models.Delivery.subscriber.in_(readers.READERS))


def _to_the_same(one: models.Delivery) -> ColumnElement[bool]:
    delivery = models.Delivery
    return and_(delivery.booking_id == one.booking_id, delivery.subscriber == one.subscriber)
