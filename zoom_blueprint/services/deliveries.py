"""Deliveries: one lifecycle event handed to one subscriber, at least once."""

from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from zoom_blueprint import logs, metrics
from zoom_blueprint.events import BookingPayload, EventName, LifecycleEvent
from zoom_blueprint.services import claims, failures, journal, mailers, mailings, notices, readers
from zoom_blueprint.services.claims import Claimed
from zoom_blueprint.services.outcomes import Outcome
from zoom_blueprint.state import State
from zoom_blueprint.store import models

_log = logs.logger(__name__)


def deliver(state: State, claimed: Claimed) -> None:
    """Hand over one delivery and record it; a subscriber that fails gets it again later."""

    def read(session: Session) -> tuple[models.Delivery, LifecycleEvent, int | None]:
        delivery = session.get_one(models.Delivery, claimed.row_id)
        return delivery, journal.read(state, session, delivery.event_id), _meeting_of(session, delivery)

    delivery, event, meeting_id = state.database.read(read)
    with logs.about(booking=delivery.booking_id, host=delivery.host_id, event=event.name):
        _deliver(state, claimed, delivery, event, meeting_id)


def _deliver(
    state: State, claimed: Claimed, delivery: models.Delivery, event: LifecycleEvent, meeting_id: int | None
) -> None:
    if readers.reminder_of(delivery.subscriber)[0] == readers.GUESTS:
        _to_each_guest(state, claimed, delivery, event)
        return
    try:
        outcome = _hand_over(state, claimed, delivery, event)
    except mailers.Refused as refusal:
        # Nobody is written to again where nobody is; whoever runs the site can see why in the log.
        _log.warning("the mail about %s to %s is given up: %s", event.name, delivery.subscriber, refusal)
        outcome = Outcome.REFUSED
    except mailers.Unsent as trouble:
        _log.warning("the mail about %s to %s was not sent: %s", event.name, delivery.subscriber, trouble)
        metrics.delivered(readers.kind_of(delivery.subscriber), "failed")
        _again(state, claimed, datetime.now(UTC) + claims.pause(claimed.attempts), str(trouble))
        return
    except Exception as error:  # noqa: BLE001  # a subscriber may raise anything
        _log.exception("delivery of %s to %s failed", event.name, delivery.subscriber)
        metrics.delivered(readers.kind_of(delivery.subscriber), "failed")
        _again(state, claimed, datetime.now(UTC) + claims.pause(claimed.attempts), type(error).__name__)
        return
    metrics.delivered(readers.kind_of(delivery.subscriber), "waits" if outcome is None else outcome.name.lower())
    if outcome is None:
        _again(state, claimed, datetime.now(UTC) + claims.pause(claimed.attempts), failures.WAITS)
    else:
        _finish(state, claimed, delivery, outcome, meeting_id)


def _hand_over(state: State, claimed: Claimed, delivery: models.Delivery, event: LifecycleEvent) -> Outcome | None:
    if delivery.subscriber.startswith(journal.HOOK):
        return _call_hook(state, delivery, event)
    return _mail(state, claimed, delivery, event)


def _call_hook(state: State, delivery: models.Delivery, event: LifecycleEvent) -> Outcome:
    subscriber = delivery.subscriber.removeprefix(journal.HOOK)
    hook = state.hooks.told.get(event.name, {}).get(subscriber)
    if hook is None:
        return Outcome.NO_HOOK
    hook(event)
    return Outcome.CALLED


def _mail(state: State, claimed: Claimed, delivery: models.Delivery, event: LifecycleEvent) -> Outcome | None:
    """Send the mail if it is still owed; None when an earlier one about the same has to leave first."""
    if event.name == EventName.MEETING_READY:
        is_needed = state.database.read(lambda session: mailings.lacks_link(session, delivery))
        if is_needed is None:
            return None
        if not is_needed:
            return Outcome.NOT_NEEDED
    found = notices.write(state, delivery.id, delivery.subscriber, delivery.sequence, event, datetime.now(UTC))
    if isinstance(found, Outcome):
        return found
    mailers.post(state, found.message, claimed.until)
    return found.outcome


def _to_each_guest(state: State, claimed: Claimed, delivery: models.Delivery, event: LifecycleEvent) -> None:
    """Owe each guest a mail of their own, so that one who cannot be reached keeps nobody else from theirs."""
    guests = event.payload.booking.guests if isinstance(event.payload, BookingPayload) else ()

    def work(session: Session) -> None:
        now = datetime.now(UTC)
        if not claims.finish(session, models.Delivery, claimed, now):
            return
        session.add_all(
            models.Delivery(
                event_id=delivery.event_id,
                event_name=delivery.event_name,
                host_id=delivery.host_id,
                booking_id=delivery.booking_id,
                subscriber=subscriber,
                sequence=delivery.sequence,
                due_at=now,
            )
            for subscriber in readers.each_guest(delivery.subscriber, guests)
        )
        _record(session, claimed, Outcome.EACH_GUEST, now)

    state.database.write(work)
    state.work.wake()


def _meeting_of(session: Session, delivery: models.Delivery) -> int | None:
    query = select(models.Meeting.zoom_meeting_id).where(models.Meeting.booking_id == delivery.booking_id)
    return session.scalar(query)


def _finish(
    state: State, claimed: Claimed, delivery: models.Delivery, outcome: Outcome, meeting_id: int | None
) -> None:
    """Record the outcome; ``meeting_id`` is the Zoom meeting there was before the mail was written."""

    def work(session: Session) -> None:
        now = datetime.now(UTC)
        if not claims.finish(session, models.Delivery, claimed, now):
            return
        has_died = outcome == Outcome.SENT and meeting_id is not None and meeting_id != _meeting_of(session, delivery)
        _record(session, claimed, Outcome.LINK_DIED if has_died else outcome, now)
        mailings.wake_link_ready(session, delivery, now)

    state.database.write(work)


def _record(session: Session, claimed: Claimed, outcome: Outcome, now: datetime) -> None:
    session.execute(
        update(models.Delivery)
        .where(models.Delivery.id == claimed.row_id)
        .values(outcome=outcome, done_at=now)
        .execution_options(synchronize_session=False)
    )


def _again(state: State, claimed: Claimed, at: datetime, error: str) -> None:
    def work(session: Session) -> None:
        claims.postpone(session, models.Delivery, claimed, datetime.now(UTC), at, error)

    state.database.write(work)
