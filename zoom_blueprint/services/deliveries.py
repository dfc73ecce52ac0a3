"""Deliveries: one lifecycle event handed to one subscriber, at least once."""

import logging
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from zoom_blueprint.events import EventName, LifecycleEvent
from zoom_blueprint.services import claims, journal, notices
from zoom_blueprint.services.claims import Claimed
from zoom_blueprint.state import State
from zoom_blueprint.store import models

_SOON = timedelta(seconds=5)
_log = logging.getLogger(__name__)


def deliver(state: State, claimed: Claimed) -> None:
    """Hand over one delivery and record it; a subscriber that fails gets it again later."""

    def read(session: Session) -> tuple[models.Delivery, LifecycleEvent]:
        delivery = session.get_one(models.Delivery, claimed.row_id)
        return delivery, journal.read(state, session, delivery.event_id)

    delivery, event = state.database.read(read)
    try:
        is_hook = delivery.subscriber.startswith(journal.HOOK)
        outcome = _call_hook(state, delivery, event) if is_hook else _mail(state, delivery, event)
    except Exception as error:  # noqa: BLE001  # a subscriber may raise anything
        _log.exception("delivery of %s to %s failed", event.name, delivery.subscriber)
        _again(state, claimed, datetime.now(UTC) + claims.pause(claimed.attempts), type(error).__name__)
        return
    if outcome is None:
        _again(state, claimed, datetime.now(UTC) + _SOON, "waits for an earlier mail")
    else:
        _finish(state, claimed, outcome)


def _call_hook(state: State, delivery: models.Delivery, event: LifecycleEvent) -> str:
    subscriber = delivery.subscriber.removeprefix(journal.HOOK)
    hook = state.hooks.told.get(event.name, {}).get(subscriber)
    if hook is None:
        return "no such hook any more"
    hook(event)
    return "called"


def _mail(state: State, delivery: models.Delivery, event: LifecycleEvent) -> str | None:
    """Send the mail unless it is superseded; None when an earlier one about the same has to leave first."""
    if event.name == EventName.MEETING_READY:
        earlier = state.database.read(lambda session: _earlier_outcomes(session, delivery))
        if None in earlier:
            return None
        if notices.WITHOUT_LINK not in earlier:
            return "not needed"
    return notices.send(state, delivery.id, delivery.subscriber, delivery.sequence, event)


def _earlier_outcomes(session: Session, delivery: models.Delivery) -> set[str | None]:
    """Return what became of the mails that may have told this reader of the booking without its link."""
    query = select(models.Delivery.outcome).where(
        models.Delivery.booking_id == delivery.booking_id,
        models.Delivery.subscriber == delivery.subscriber,
        models.Delivery.event_name.in_((EventName.BOOKING_CONFIRMED, EventName.BOOKING_RESCHEDULED)),
    )
    return set(session.scalars(query))


def _finish(state: State, claimed: Claimed, outcome: str) -> None:
    def work(session: Session) -> None:
        now = datetime.now(UTC)
        if claims.finish(session, models.Delivery, claimed, now):
            session.execute(
                update(models.Delivery)
                .where(models.Delivery.id == claimed.row_id)
                .values(outcome=outcome, done_at=now)
                .execution_options(synchronize_session=False)
            )

    state.database.write(work)


def _again(state: State, claimed: Claimed, at: datetime, error: str) -> None:
    def work(session: Session) -> None:
        claims.postpone(session, models.Delivery, claimed, datetime.now(UTC), at, error)

    state.database.write(work)
