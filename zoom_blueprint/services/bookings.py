"""Bookings: confirm, reschedule and cancel; each commits one short transaction and returns."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from zoom_blueprint import logs, metrics, values
from zoom_blueprint.errors import BookingEnded
from zoom_blueprint.languages import said
from zoom_blueprint.services import (
    agendas,
    availability,
    bookables,
    changes,
    entries,
    freshness,
    hosts,
    snapshots,
    tallies,
)
from zoom_blueprint.services.availability import INSTANT
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.services.confirmations import Confirmation
from zoom_blueprint.services.entries import Entry
from zoom_blueprint.services.limits import Tally
from zoom_blueprint.services.tallies import Step
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus, EndedReason

_log = logs.logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Request(Entry):
    """What a visitor asks for; ``token`` is the one that came with the offered times."""

    host_slug: str
    token: str = field(repr=False)


def confirm(
    state: State,
    request: Request,
    *,
    now: datetime | None = None,
    bookable: Bookable | None = None,
    tally: Tally | None = None,
) -> values.Booking:
    """Make a booking, or return the one that this idempotency key made before.

    ``bookable`` is what was looked up just now, if it was; ``tally`` may raise when it is too much, and is counted
    in the booking's own transaction. The meeting is due at once; ``first_tries.with_link`` gives it its first try while
    the visitor waits. Where the event type asks for approval, the booking holds its time until ``approvals`` has the
    host's answer.

    Raises:
        NotFound: nothing can be booked under these slugs (NotOpen: not at the moment).
        BadLink: the slot token is forged (ExpiredLink: too old).
        SlotTaken: the start is not offered (any more).
        BookingRefused: the ``before_booking`` hook said no.
        KeyReused: the key came with another body before.
    """
    try:
        booking, is_new = _confirm(state, request, now or datetime.now(UTC), bookable, tally)
    except Exception as error:
        if tally is None or not tally.is_refused:  # such a one was not even tried
            metrics.confirmed(metrics.outcome_of(error))
        raise
    with logs.about(booking=booking.id, host=booking.host.id):
        _log.info("booked" if is_new else "booked before")
    metrics.confirmed(metrics.asked(booking.status, is_new=is_new))
    return booking


def _confirm(
    state: State, request: Request, now: datetime, bookable: Bookable | None, tally: Tally | None
) -> tuple[values.Booking, bool]:
    """Return the booking, and whether it was made just now."""
    seen = bookable or bookables.look_up_even_closed(state, request.host_slug, request.event_slug)
    before = entries.find_made(state, seen.host.id, request)
    if before is not None:
        return state.database.read(lambda session: entries.read_made(state, session, before, request)), False
    if tally is not None:
        tally.ensure(state)
    bookables.ensure_open(seen)
    freshness.refresh(state, seen.host, seen.calendars)
    offered_at = state.links.read_slot_token(request.token, seen.event_type_id, now)
    with logs.about(host=seen.host.id):
        entries.ask_site(state, seen, request)
        elsewhere = availability.busy_elsewhere(state, seen, request.start, request.start + INSTANT)
    counted = state, seen.host.id, seen.event_type_id
    tallies.count_of_booking(*counted, Step.SUBMITTED, request.context)
    confirmation = Confirmation(
        state=state, entry=request, now=now, offered_at=offered_at, elsewhere=elsewhere, tally=tally
    )
    booking, is_new = confirmation.make(seen)
    if is_new and booking.status is BookingStatus.CONFIRMED:
        tallies.count_of_booking(*counted, Step.BOOKED, request.context)
    return booking, is_new


def is_made(state: State, bookable: Bookable, request: Request) -> bool:
    """Return whether the idempotency key has made a booking before, this one or another: it makes no second one."""
    return entries.find_made(state, bookable.host.id, request) is not None


def bookable_again(state: State, booking_id: str) -> Bookable:
    """Return the event type of a booking, to offer other times for it.

    Raises:
        NotFound: there is no such booking, or its event type is closed.
        BookingEnded: it is cancelled or has begun.
        NotOpen: it is not known how busy the host is.
    """

    def work(session: Session) -> Bookable:
        bookable, row = bookables.find_of_booking(session, booking_id)
        ensure_open(row, datetime.now(UTC))
        return bookables.ensure_active(bookable)

    bookable = state.database.read(work)
    is_new = freshness.refresh(state, bookable.host, bookable.calendars)
    return state.database.read(work) if is_new else bookable


def reschedule(
    state: State, booking_id: str, start: datetime, token: str, *, now: datetime | None = None
) -> values.Booking:
    """Move a booking to another offered start, as its invitee does; moving it to where it is changes nothing.

    One that awaits approval awaits it anew, and an approved one again if its event type says so.

    Raises:
        NotFound: there is no such booking.
        BookingEnded: it is cancelled or has begun.
        BadLink: the slot token is forged (ExpiredLink: too old).
        SlotTaken: the start is not offered (any more).
    """
    now = now or datetime.now(UTC)
    booking = agendas.get(state, booking_id)
    if booking.status != BookingStatus.CANCELLED and booking.start == start:
        return booking
    bookable = bookable_again(state, booking_id)
    offered_at = state.links.read_slot_token(token, bookable.event_type_id, now)
    elsewhere = availability.busy_elsewhere(state, bookable, start, start + INSTANT)

    def work(session: Session) -> values.Booking:
        hosts.lock(session, bookable.host.id)
        row, *_ = changes.load(session, booking_id)
        ensure_open(row, now)
        if row.starts_at == start:  # moved there meanwhile, by a second click for instance
            return changes.snapshot(state, session, booking_id)
        current = bookables.find_for(session, row)
        availability.ensure_free(session, current, start, elsewhere, now=now, offered_at=offered_at, moving=booking_id)
        end = entries.end_of(current, start)
        return changes.move(state, session, booking_id, start, end, now, by_invitee=True)

    with logs.about(booking=booking_id, host=bookable.host.id):
        moved = state.database.write(work)
        _log.info("moved")
    state.work.wake()
    return moved


def cancel(
    state: State, booking_id: str, *, by: EndedReason, words: str | None = None, now: datetime | None = None
) -> values.Booking:
    """Cancel a booking; the Zoom meeting is deleted. Cancelling a cancelled booking changes nothing.

    Raises:
        NotFound: there is no such booking.
        BookingEnded: it is over.
    """
    now = now or datetime.now(UTC)
    booking = agendas.get(state, booking_id)
    if booking.status == BookingStatus.CANCELLED:
        return booking
    if booking.end <= now:
        raise BookingEnded(said("This meeting is over and cannot be cancelled any more."))

    def work(session: Session) -> values.Booking:
        hosts.lock(session, booking.host.id)
        row, *_ = changes.load(session, booking_id)
        if row.status == BookingStatus.CANCELLED or snapshots.has_lapsed(row, now):
            return changes.snapshot(state, session, booking_id)
        return changes.end(state, session, booking_id, by, now, words=words)

    with logs.about(booking=booking_id, host=booking.host.id):
        cancelled = state.database.write(work)
        _log.info("cancelled")
    state.work.wake()
    return cancelled


def ensure_open(row: models.Booking, now: datetime) -> None:
    """Check that a booking can be moved.

    Raises:
        BookingEnded: it is cancelled, its host did not answer in time, or it has begun.
    """
    if snapshots.has_lapsed(row, now):
        raise BookingEnded(said("The host did not answer in time, so this time is not held any more."))
    if row.status == BookingStatus.CANCELLED:
        raise BookingEnded(said("This booking is cancelled. Please make a new one."))
    if row.starts_at <= now:
        raise BookingEnded(said("This meeting has begun or is over and cannot be moved any more."))
