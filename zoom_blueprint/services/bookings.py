"""Bookings: confirm, reschedule and cancel; each commits one short transaction and returns."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from sqlalchemy.orm import Session

from zoom_blueprint import logs, metrics, values
from zoom_blueprint.errors import BookingEnded, SlotTaken, ZoomBlueprintError
from zoom_blueprint.languages import said
from zoom_blueprint.services import agendas, availability, bookables, changes, entries, hosts, snapshots
from zoom_blueprint.services.availability import INSTANT
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.services.entries import Entry
from zoom_blueprint.services.limits import Tally
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.driven import Driven
from zoom_blueprint.values import BookingStatus, EndedReason

T = TypeVar("T")
_QUICK_TRIES = 3
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
    in the booking's own transaction. The meeting is due at once; ``agendas.with_link`` gives it its first try while the
    visitor waits. Where the event type asks for approval, the booking holds its time until ``approvals`` has the host's
    answer.

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
    host_id, event_type_id = seen.host.id, seen.event_type_id
    before = entries.find_made(state, seen.host.id, request)
    if before is not None:
        return state.database.read(lambda session: entries.read_made(state, session, before, request)), False
    if tally is not None:
        tally.ensure(state)
    bookables.ensure_open(seen)
    offered_at = state.links.read_slot_token(request.token, seen.event_type_id, now)
    with logs.about(host=seen.host.id):
        entries.ask_site(state, seen, request)
        elsewhere = availability.busy_elsewhere(state, seen, request.start, request.start + INSTANT)
    for _ in range(_QUICK_TRIES):
        if seen.event.approval:
            break
        own = availability.busy_now(state, seen, request.start, request.start + INSTANT, now=now)
        try:
            availability.ensure_offered(seen, [*own, *elsewhere], request.start, now=now, offered_at=offered_at)
        except SlotTaken:  # maybe by this very attempt, sent twice, since its key was looked for
            known = state.database.read(lambda session: entries.made_before(state, session, host_id, request))
            if known is None:
                raise
            return known, False
        with logs.about(host=host_id):
            made = _driven(state, partial(_write_undisturbed, state, request, now, seen, tally))
        if made is not None:
            bookables.keep(state, replace(seen, revision=seen.revision + 1))
            if tally is not None:
                tally.count_rest(state)
            return made, True
        seen = bookables.ensure_open(bookables.look_up_even_closed(state, request.host_slug, request.event_slug))

    def work(session: Session) -> tuple[values.Booking, bool]:
        hosts.lock(session, host_id)
        known = entries.made_before(state, session, host_id, request)
        if known is not None:
            return known, False
        current = bookables.ensure_open(bookables.find_by_id(session, event_type_id))
        availability.ensure_free(session, current, request.start, elsewhere, now=now, offered_at=offered_at)
        if tally is not None:
            tally.count_with(state, session.connection())
        return entries.insert(state, session, current, request, now, asks=current.event.approval), True

    with logs.about(host=host_id):
        booking, is_new = state.database.write(work)
    if tally is not None and is_new:
        tally.count_rest(state)
    return booking, is_new


def _write_undisturbed(
    state: State, request: Request, now: datetime, seen: Bookable, tally: Tally | None, driven: Driven
) -> values.Booking | None:
    """Make the booking if nothing of the host's has changed since it was looked at; else nothing."""
    if hosts.lock_by(driven, seen.host.id) != seen.revision + 1:
        return None
    if tally is not None:
        tally.count_with(state, driven)
    return entries.write(state, driven, seen, request, now)


def _driven(state: State, work: Callable[[Driven], T | None]) -> T | None:
    """Return what ``work`` makes of the quick way; None when it did not come to anything."""
    try:
        return state.database.drive(work)
    except ZoomBlueprintError:
        raise
    except Exception:  # noqa: BLE001  # the long way knows what it means: a dead connection, a full disk
        return None


def is_made(state: State, bookable: Bookable, request: Request) -> bool:
    """Return whether the idempotency key has made a booking before, this one or another: it makes no second one."""
    return entries.find_made(state, bookable.host.id, request) is not None


def bookable_again(state: State, booking_id: str) -> Bookable:
    """Return the event type of a booking, to offer other times for it.

    Raises:
        NotFound: there is no such booking, or its event type is closed.
        BookingEnded: it is cancelled or has begun.
    """

    def work(session: Session) -> Bookable:
        bookable, row = bookables.find_of_booking(session, booking_id)
        ensure_open(row, datetime.now(UTC))
        return bookables.ensure_active(bookable)

    return state.database.read(work)


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
        current = bookables.find_by_id(session, row.event_type_id)
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
