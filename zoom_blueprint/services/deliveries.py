"""Deliveries: one lifecycle event handed to one subscriber, at least once."""

import logging
from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from zoom_blueprint.events import EventName, LifecycleEvent
from zoom_blueprint.services import claims, journal, mailings, notices
from zoom_blueprint.services.claims import Claimed
from zoom_blueprint.state import State
from zoom_blueprint.store import models

_log = logging.getLogger(__name__)


def deliver(state: State, claimed: Claimed) -> None:
    """Hand over one delivery and record it; a subscriber that fails gets it again later."""

    def read(session: Session) -> tuple[models.Delivery, LifecycleEvent, int | None]:
        delivery = session.get_one(models.Delivery, claimed.row_id)
        return delivery, journal.read(state, session, delivery.event_id), _meeting_of(session, delivery)

    delivery, event, meeting_id = state.database.read(read)
    try:
        is_hook = delivery.subscriber.startswith(journal.HOOK)
        outcome = _call_hook(state, delivery, event) if is_hook else _mail(state, delivery, event)
    except Exception as error:  # noqa: BLE001  # a subscriber may raise anything
        _log.exception("delivery of %s to %s failed", event.name, delivery.subscriber)
        _again(state, claimed, datetime.now(UTC) + claims.pause(claimed.attempts), type(error).__name__)
        return
    if outcome is None:
        _again(state, claimed, datetime.now(UTC) + claims.pause(claimed.attempts), "waits for an earlier mail")
    else:
        _finish(state, claimed, delivery, outcome, meeting_id)


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
        is_needed = state.database.read(lambda session: mailings.lacks_link(session, delivery))
        if is_needed is None:
            return None
        if not is_needed:
            return "not needed"
    return notices.send(state, delivery.id, delivery.subscriber, delivery.sequence, event)


def _meeting_of(session: Session, delivery: models.Delivery) -> int | None:
    query = select(models.Meeting.zoom_meeting_id).where(models.Meeting.booking_id == delivery.booking_id)
    return session.scalar(query)


def _finish(state: State, claimed: Claimed, delivery: models.Delivery, outcome: str, meeting_id: int | None) -> None:
    """Record the outcome; ``meeting_id`` is the Zoom meeting there was before the mail was written."""

    def work(session: Session) -> None:
        now = datetime.now(UTC)
        if not claims.finish(session, models.Delivery, claimed, now):
            return
        has_died = outcome == notices.SENT and meeting_id is not None and meeting_id != _meeting_of(session, delivery)
        session.execute(
            update(models.Delivery)
            .where(models.Delivery.id == claimed.row_id)
            .values(outcome=mailings.LINK_DIED if has_died else outcome, done_at=now)
            .execution_options(synchronize_session=False)
        )
        mailings.wake_link_ready(session, delivery, now)

    state.database.write(work)


def _again(state: State, claimed: Claimed, at: datetime, error: str) -> None:
    def work(session: Session) -> None:
        claims.postpone(session, models.Delivery, claimed, datetime.now(UTC), at, error)

    state.database.write(work)
