"""Bookings: confirm, reschedule and cancel; each commits one short transaction and returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from zoom_blueprint import values
from zoom_blueprint.errors import BookingEnded, KeyReused
from zoom_blueprint.events import EventName
from zoom_blueprint.services import agendas, availability, bookables, changes, hosts, readers, snapshots
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id
from zoom_blueprint.values import BookingStatus, Draft, EndedReason


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a visitor asks for, with well-formed fields. ``start`` is aware; ``key`` is the idempotency key.

    ``token`` is the one that came with the offered times.
    """

    host_slug: str
    event_slug: str
    start: datetime
    name: str
    email: str
    time_zone: str
    key: str = field(repr=False)
    token: str = field(repr=False)
    locale: str = "en"
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    context: Mapping[str, str] = field(default_factory=dict)
    guests: tuple[str, ...] = ()

    @property
    def secret(self) -> str:
        """What only whoever sent the booking can know: it answers with their links, so only its digest is stored."""
        return f"key {self.key}"

    @property
    def body(self) -> str:
        """What must be equal when the same key comes again; a renewed token is still the same wish."""
        start = self.start.astimezone(UTC)
        parts = (self.event_slug, start, self.name, self.email, self.time_zone, dict(self.answers), self.guests)
        return msgspec.json.encode(parts).decode()


def confirm(state: State, request: Request, *, now: datetime | None = None) -> values.Booking:
    """Make a booking, or return the one that this idempotency key made before.

    The meeting is due at once; ``agendas.with_link`` gives it its first try while the visitor waits.

    Raises:
        NotFound: nothing can be booked under these slugs (NotOpen: not at the moment).
        BadLink: the slot token is forged (ExpiredLink: too old).
        SlotTaken: the start is not offered (any more).
        BookingRefused: the ``before_booking`` hook said no.
        KeyReused: the key came with another body before.
    """
    now = now or datetime.now(UTC)

    def look(session: Session) -> tuple[Bookable, values.Booking | None]:
        bookable = bookables.find(session, request.host_slug, request.event_slug)
        return bookable, _made_before(state, session, bookable.host.id, request)

    bookable, known = state.database.read(look)
    if known is not None:
        return known
    bookables.ensure_open(bookable)
    offered_at = state.links.read_slot_token(request.token, bookable.event_type_id, now)
    end = request.start + timedelta(minutes=bookable.event.duration_minutes)
    if state.hooks.before_booking is not None:
        state.hooks.before_booking(_draft(bookable, request, end))
    elsewhere = availability.busy_elsewhere(state, bookable, request.start, request.start + timedelta(seconds=1))

    def work(session: Session) -> values.Booking:
        hosts.lock(session, bookable.host.id)
        known = _made_before(state, session, bookable.host.id, request)
        if known is not None:
            return known
        current = bookables.ensure_open(bookables.find_by_id(session, bookable.event_type_id))
        availability.ensure_free(session, current, request.start, elsewhere, now=now, offered_at=offered_at)
        return _insert(state, session, current, request, end, now)

    return state.database.write(work)


def bookable_again(state: State, booking_id: str) -> Bookable:
    """Return the event type of a booking, to offer other times for it.

    Raises:
        NotFound: there is no such booking, or its event type is closed.
        BookingEnded: it is cancelled or has begun.
    """

    def work(session: Session) -> Bookable:
        row, *_ = changes.load(session, booking_id)
        _ensure_open(row, datetime.now(UTC))
        return bookables.find_by_id(session, row.event_type_id)

    return state.database.read(work)


def reschedule(
    state: State, booking_id: str, start: datetime, token: str, *, now: datetime | None = None
) -> values.Booking:
    """Move a booking to another offered start; moving it to where it is changes nothing.

    Raises:
        NotFound: there is no such booking.
        BookingEnded: it is cancelled or has begun.
        BadLink: the slot token is forged (ExpiredLink: too old).
        SlotTaken: the start is not offered (any more).
    """
    now = now or datetime.now(UTC)
    booking = agendas.get(state, booking_id)
    if booking.status == BookingStatus.CONFIRMED and booking.start == start:
        return booking
    bookable = bookable_again(state, booking_id)
    offered_at = state.links.read_slot_token(token, bookable.event_type_id, now)
    elsewhere = availability.busy_elsewhere(state, bookable, start, start + timedelta(seconds=1))

    def work(session: Session) -> values.Booking:
        hosts.lock(session, bookable.host.id)
        row, *_ = changes.load(session, booking_id)
        _ensure_open(row, now)
        current = bookables.find_by_id(session, row.event_type_id)
        availability.ensure_free(session, current, start, elsewhere, now=now, offered_at=offered_at, moving=booking_id)
        end = start + timedelta(minutes=current.event.duration_minutes)
        return changes.move(state, session, booking_id, start, end, now)

    moved = state.database.write(work)
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
        raise BookingEnded("This meeting is over and cannot be cancelled any more.")

    def work(session: Session) -> values.Booking:
        hosts.lock(session, booking.host.id)
        row, *_ = changes.load(session, booking_id)
        if row.status == BookingStatus.CANCELLED:
            return changes.snapshot(state, session, booking_id)
        return changes.end(state, session, booking_id, by, now, words=words)

    cancelled = state.database.write(work)
    state.work.wake()
    return cancelled


def _made_before(state: State, session: Session, host_id: str, request: Request) -> values.Booking | None:
    found = session.execute(
        select(models.Booking.id, models.Booking.body_hmac).where(
            models.Booking.host_id == host_id, models.Booking.key.in_(state.links.fingerprints(request.secret))
        )
    ).first()
    if found is None:
        return None
    booking_id, digest = found
    if not state.links.is_fingerprint(digest, request.body):
        raise KeyReused("This booking was already sent with other details. Reload the page and book again.")
    return changes.snapshot(state, session, booking_id)


def _draft(bookable: Bookable, request: Request, end: datetime) -> Draft:
    return Draft(
        host=bookable.host,
        event=bookable.event,
        start=request.start,
        end=end,
        name=request.name,
        email=request.email,
        time_zone=request.time_zone,
        locale=request.locale,
        answers=request.answers,
        context=request.context,
        guests=request.guests,
    )


def _insert(
    state: State, session: Session, bookable: Bookable, request: Request, end: datetime, now: datetime
) -> values.Booking:
    booking_id = new_id()
    details = snapshots.Details(
        answers=dict(request.answers),
        context=dict(request.context),
        guests=request.guests,
        own_link=bookable.own_link,
    )
    session.add(
        models.Booking(
            id=booking_id,
            host_id=bookable.host.id,
            event_type_id=bookable.event_type_id,
            status=BookingStatus.CONFIRMED,
            confirmed_at=now,
            starts_at=request.start,
            ends_at=end,
            busy_start=request.start - timedelta(minutes=bookable.rules.buffer_before),
            busy_end=end + timedelta(minutes=bookable.rules.buffer_after),
            key=state.links.fingerprint(request.secret),
            body_hmac=state.links.fingerprint(request.body),
            name=request.name,
            email=request.email.lower(),
            time_zone=request.time_zone,
            locale=request.locale,
            details_sealed=snapshots.seal_details(state.cipher, booking_id, details),
            created_at=now,
            changed_at=now,
        )
    )
    session.flush()
    due = now
    if bookable.in_zoom:
        session.add(models.Meeting(booking_id=booking_id, host_id=bookable.host.id, due_at=now))
        session.flush()
        due = now + changes.LINK_GRACE
    mails = readers.everybody(request.guests, due)
    return changes.tell(state, session, EventName.BOOKING_CONFIRMED, booking_id, now, mails=mails)


def _ensure_open(row: models.Booking, now: datetime) -> None:
    if row.status == BookingStatus.CANCELLED:
        raise BookingEnded("This booking is cancelled. Please make a new one.")
    if row.starts_at <= now:
        raise BookingEnded("This meeting has begun or is over and cannot be moved any more.")
