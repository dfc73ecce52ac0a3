"""Deliveries: one lifecycle event handed to one subscriber, at least once."""

import time
from collections.abc import Mapping, Sequence
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

_SECONDS_UNRECORDED = 0.2
_log = logs.logger(__name__)


def deliver(state: State, claimed: Claimed) -> None:
    """Hand over one delivery and record it; a subscriber that fails gets it again later."""
    if call_hooks(state, [claimed]):
        _write_to(state, claimed)


def call_hooks(state: State, held: Sequence[Claimed]) -> Sequence[Claimed]:
    """Call the subscribers that are functions, record it of all at once, and return the deliveries that are left.

    Those are mails, each of which is recorded before anything else is done, and whatever there was no time for: a crash
    before it is recorded lets all be called again.
    """
    owed = state.database.read(lambda session: _owed(session, held))
    until = time.monotonic() + _SECONDS_UNRECORDED
    called: dict[Outcome, list[Claimed]] = {}
    left: list[Claimed] = []
    try:
        for number, claimed in enumerate(held):
            hook = owed.get(claimed.row_id)
            if hook is None or (number and time.monotonic() > until):
                left.append(claimed)
                continue
            with state.app.app_context(), metrics.draining("delivery"):
                outcome = _call(state, claimed, *hook)
            if outcome is not None:
                called.setdefault(outcome, []).append(claimed)
    finally:
        if called:
            state.database.write(lambda session: _record_calls(session, called))
    return left


def _owed(session: Session, held: Sequence[Claimed]) -> dict[str, tuple[models.Delivery, models.LifecycleEvent]]:
    """Return what is owed to functions, by the deliveries' ids."""
    delivery = models.Delivery
    found = session.execute(
        select(delivery, models.LifecycleEvent)
        .join(models.LifecycleEvent, models.LifecycleEvent.id == delivery.event_id)
        .where(delivery.id.in_([one.row_id for one in held]), delivery.subscriber.startswith(journal.HOOK))
    )
    return {owed.id: (owed, event) for owed, event in found}


def _call(state: State, claimed: Claimed, delivery: models.Delivery, recorded: models.LifecycleEvent) -> Outcome | None:
    """Call one function, and return the outcome; None when it has failed and is to be called again."""
    with logs.about(booking=delivery.booking_id, host=delivery.host_id, event=delivery.event_name):
        try:
            event = journal.opened(state, recorded)
            hook = state.hooks.told.get(event.name, {}).get(delivery.subscriber.removeprefix(journal.HOOK))
            if hook is not None:
                hook(event)
        except Exception as error:  # noqa: BLE001  # a subscriber may raise anything
            _fail(state, claimed, delivery, error)
            return None
    outcome = Outcome.NO_HOOK if hook is None else Outcome.CALLED
    metrics.delivered(readers.kind_of(delivery.subscriber), outcome.name.lower())
    return outcome


def _record_calls(session: Session, called: Mapping[Outcome, Sequence[Claimed]]) -> None:
    now = datetime.now(UTC)
    for outcome, those in called.items():
        claims.finish_all(session, models.Delivery, those, now, {"outcome": outcome, "done_at": now})


def _write_to(state: State, claimed: Claimed) -> None:
    """Send one mail."""

    def read(session: Session) -> tuple[models.Delivery, LifecycleEvent, int | None]:
        delivery = session.get_one(models.Delivery, claimed.row_id)
        return delivery, journal.read(state, session, delivery.event_id), _meeting_of(session, delivery)

    delivery, event, meeting_id = state.database.read(read)
    with logs.about(booking=delivery.booking_id, host=delivery.host_id, event=event.name):
        if readers.reminder_of(delivery.subscriber)[0] == readers.GUESTS:
            _to_each_guest(state, claimed, delivery, event)
        else:
            _post(state, claimed, delivery, event, meeting_id)


def _post(
    state: State, claimed: Claimed, delivery: models.Delivery, event: LifecycleEvent, meeting_id: int | None
) -> None:
    try:
        outcome = _mail(state, claimed, delivery, event)
    except mailers.Refused as refusal:
        # Nobody is written to again where nobody is; whoever runs the site can see why in the log.
        _log.warning("the mail about %s to %s is given up: %s", event.name, delivery.subscriber, refusal)
        outcome = Outcome.REFUSED
    except mailers.Unsent as trouble:
        _log.warning("the mail about %s to %s was not sent: %s", event.name, delivery.subscriber, trouble)
        metrics.delivered(readers.kind_of(delivery.subscriber), "failed")
        _again(state, claimed, str(trouble))
        return
    except Exception as error:  # noqa: BLE001  # a site's mailer may raise anything
        _fail(state, claimed, delivery, error)
        return
    metrics.delivered(readers.kind_of(delivery.subscriber), "waits" if outcome is None else outcome.name.lower())
    if outcome is None:
        _again(state, claimed, failures.WAITS)
    else:
        _finish(state, claimed, delivery, outcome, meeting_id)


def _fail(state: State, claimed: Claimed, delivery: models.Delivery, error: Exception) -> None:
    _log.exception("delivery of %s to %s failed", delivery.event_name, delivery.subscriber)
    metrics.delivered(readers.kind_of(delivery.subscriber), "failed")
    _again(state, claimed, type(error).__name__)


def _mail(state: State, claimed: Claimed, delivery: models.Delivery, event: LifecycleEvent) -> Outcome | None:
    """Send the mail if it is still owed; None when an earlier one about the same has to leave first."""
    if event.name == EventName.MEETING_READY:
        is_needed = state.database.read(lambda session: mailings.lacks_link(session, delivery))
        if is_needed is None:
            return None
        if not is_needed:
            return Outcome.NOT_NEEDED
    found = notices.write(state, _known_as(delivery), delivery.subscriber, delivery.sequence, event, datetime.now(UTC))
    if isinstance(found, Outcome):
        return found
    mailers.post(state, found.message, claimed.until)
    return found.outcome


def _known_as(delivery: models.Delivery) -> str:
    """Return what the mail is called: the same at each try, and another when it is sent once more on purpose."""
    return f"{delivery.id}.{delivery.replays}" if delivery.replays else delivery.id


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


def _again(state: State, claimed: Claimed, error: str) -> None:
    def work(session: Session) -> None:
        now = datetime.now(UTC)
        claims.postpone(session, models.Delivery, claimed, now, now + claims.pause(claimed.attempts), error)

    state.database.write(work)
