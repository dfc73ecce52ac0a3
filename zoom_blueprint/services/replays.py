"""Replays: a mail that has left is sent once more, a hook that was called is called again.

The same row is made due again, so that a crash loses and doubles no more than it does the first time. What is true then
is written; a hook gets what it got.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from zoom_blueprint.errors import NotFound
from zoom_blueprint.events import EventName
from zoom_blueprint.languages import Said, said
from zoom_blueprint.services import agendas, endpoints, journal, readers
from zoom_blueprint.services.outcomes import Outcome
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus

ENDED_WELL = (Outcome.SENT, Outcome.WITHOUT_LINK, Outcome.LINK_DIED, Outcome.CALLED, Outcome.ARRIVED)
_AGAIN = (*ENDED_WELL, Outcome.REFUSED, Outcome.NO_HOOK, Outcome.UNDELIVERED, Outcome.ENDPOINT_OFF)
_WORTH_TELLING = timedelta(days=5)


@dataclass(frozen=True)
class Replay:
    """What a host wants once more: the row as it was seen, and the address it would be mailed to, if to one."""

    row_id: str
    outcome: str
    replays: int
    mail: str | None


def find(state: State, host_id: str, row_id: str, now: datetime) -> Replay | Said:
    """Return what is to be sent again, or why it cannot be.

    Raises:
        NotFound: the host has no such delivery.
    """

    def work(session: Session) -> tuple[models.Delivery, models.Booking | None]:
        delivery = session.get(models.Delivery, row_id)
        if delivery is None or delivery.host_id != host_id:
            raise NotFound(said("There is no such delivery."))
        return delivery, session.get(models.Booking, delivery.booking_id) if delivery.booking_id else None

    delivery, booking = state.database.read(work)
    why_not = refusal(state, delivery, booking, now) or _refusal_of_endpoint(state, delivery)
    if why_not is not None or delivery.outcome is None:
        return why_not or _UNDER_WAY
    return Replay(delivery.id, delivery.outcome, delivery.replays, _mail_of(state, delivery, booking))


def refusal(state: State, delivery: models.Delivery, booking: models.Booking | None, now: datetime) -> Said | None:
    """Return why a delivery cannot be sent again; None when it can. ``booking`` is the one it is about, if there is."""
    if delivery.due_at is not None or delivery.parked_at is not None:
        return _UNDER_WAY
    if delivery.outcome not in _AGAIN:
        return said("This was not sent, because it was not needed any more.")
    if delivery.subscriber.startswith(journal.HOOK):
        told = state.hooks.told.get(EventName(delivery.event_name), {})
        is_there = delivery.subscriber.removeprefix(journal.HOOK) in told
        return None if is_there else said("This site has no such program any more.")
    if delivery.subscriber.startswith(readers.ENDPOINT):
        return None  # it is looked for when it is sent to
    if delivery.event_name == EventName.VISITOR_CHECKED:
        return said("A code is good for a few minutes only. The visitor can ask for a new one.")
    return _refusal_of_mail(delivery, booking, now) if delivery.booking_id else None


def moot(delivery: models.Delivery, booking: models.Booking | None, now: datetime) -> Said | None:
    """Return why a mail that is owed will not leave when its time comes; None when it will, as far as is known."""
    is_mail = delivery.subscriber.startswith(readers.MAIL) and delivery.booking_id is not None
    return _refusal_of_mail(delivery, booking, now) if is_mail else None


def begin(state: State, replay: Replay) -> bool:
    """Make it due again; False when somebody else has done so since it was looked at."""

    def work(session: Session) -> bool:
        delivery = models.Delivery
        changed = session.execute(
            update(delivery)
            .where(
                delivery.id == replay.row_id,
                delivery.due_at.is_(None),
                delivery.parked_at.is_(None),
                delivery.outcome == replay.outcome,
                delivery.replays == replay.replays,
            )
            .values(
                due_at=datetime.now(UTC),
                outcome=None,
                attempts=0,
                wanted_version=delivery.wanted_version + 1,
                replays=delivery.replays + 1,
            )
            .returning(delivery.id)
            .execution_options(synchronize_session=False)
        )
        return changed.one_or_none() is not None

    is_begun = state.database.write(work)
    state.work.wake()
    return is_begun


_UNDER_WAY = said("This has not been sent yet.")


def _refusal_of_mail(delivery: models.Delivery, booking: models.Booking | None, now: datetime) -> Said | None:
    """Judge as ``notices`` does when the mail would leave, so that nobody is promised one that does not."""
    if booking is None or booking.purged_at is not None:
        return said("What this was about is no longer kept.")
    _, minutes = readers.reminder_of(delivery.subscriber)
    is_cancellation = delivery.event_name == EventName.BOOKING_CANCELLED
    if booking.status == BookingStatus.CANCELLED and not is_cancellation:
        return said("The booking is cancelled.")
    if delivery.sequence != booking.sequence or (minutes is not None and booking.status != BookingStatus.CONFIRMED):
        return said("The booking has changed since. A newer mail says how it stands.")
    if delivery.event_name == EventName.BOOKING_REQUESTED and booking.status != BookingStatus.PENDING:
        return said("The request is answered.")
    until = booking.starts_at if minutes is not None else booking.ends_at
    if is_cancellation and delivery.done_at is not None:
        until = max(until, delivery.done_at + _WORTH_TELLING)
    return said("It is over.") if until <= now else None


def _refusal_of_endpoint(state: State, delivery: models.Delivery) -> Said | None:
    if not delivery.subscriber.startswith(readers.ENDPOINT):
        return None
    try:
        found = endpoints.get(state, delivery.host_id, delivery.subscriber.removeprefix(readers.ENDPOINT))
    except NotFound:
        return said("The webhook was removed.")
    return said("The webhook is switched off. Switch it on first.") if found.disabled_at else None


def _mail_of(state: State, delivery: models.Delivery, booking: models.Booking | None) -> str | None:
    """Return the address of the stranger whom a replay writes to; None for a hook, and for the host."""
    reader, _ = readers.reminder_of(delivery.subscriber)
    guest = readers.guest_of(reader)
    if booking is None or reader == readers.HOST or not reader.startswith(readers.MAIL):
        return None
    if guest is None:
        return booking.email
    guests = agendas.get(state, booking.id).guests
    return guests[guest] if guest < len(guests) else None
