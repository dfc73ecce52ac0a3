"""Bookings by hosts: one on somebody's behalf, or moved to where the host wants it, at any time that is free."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from sqlalchemy.orm import Session

from zoom_blueprint import logs, metrics, values
from zoom_blueprint.errors import NotOpen
from zoom_blueprint.languages import said
from zoom_blueprint.scheduling.slots import Busy
from zoom_blueprint.services import (
    agendas,
    availability,
    bookables,
    bookings,
    changes,
    entries,
    hosts,
    overlaps,
    particulars,
)
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.services.entries import Entry
from zoom_blueprint.state import State
from zoom_blueprint.values import BookingStatus

_log = logs.logger(__name__)


@dataclass(frozen=True, kw_only=True)
class _HostsEntry(Entry):
    """What a host wants booked for somebody, with their own words to them."""

    words: str | None = None
    by_host: bool = True

    @property
    def secret(self) -> str:
        """Another one than a visitor's of the same key would be."""
        return f"host's {super().secret}"

    @property
    def body(self) -> str:
        """What must be equal when the same key comes again."""
        return msgspec.json.encode((super().body, self.words)).decode()


def book(
    state: State,
    host_id: str,
    event_slug: str,
    *,
    start: datetime,
    name: str,
    email: str,
    key: str,
    time_zone: str | None = None,
    locale: str | None = None,
    answers: Mapping[str, str] | None = None,
    guests: Sequence[str] = (),
    words: str | None = None,
) -> values.Booking:
    """Book on somebody's behalf, or return the booking that this idempotency key made before.

    Any minute ahead will do that is free with its buffers: hours, notice, horizon and limits do not bind the host, and
    nobody's approval is asked. ``before_booking`` is. Zone and language are the host's where nothing is known of the
    invitee's; ``words`` are for the invitee.

    Raises:
        NotFound: the host has no such event type (NotOpen: it needs Zoom, which is not connected).
        BadInput: a field is malformed.
        SlotTaken: the time is not free.
        BookingRefused: the ``before_booking`` hook said no.
        KeyReused: the key came with another body before.
    """
    host = hosts.get(state, host_id)
    entry = _HostsEntry(
        event_slug=event_slug,
        start=start,
        name=" ".join(name.split()),
        email=email.strip(),
        time_zone=time_zone or host.time_zone,
        locale=locale or host.locale,
        key=key,
        answers=dict(answers or {}),
        guests=tuple(guests),
        words=words or None,
    )
    try:
        particulars.ensure_sound(entry)
        booking, is_new = _book(state, host_id, entry, datetime.now(UTC))
    except Exception as error:
        metrics.confirmed(metrics.outcome_of(error))
        raise
    with logs.about(booking=booking.id, host=host_id):
        _log.info("booked by the host" if is_new else "booked by the host before")
    metrics.confirmed(metrics.asked(booking.status, is_new=is_new))
    state.work.wake()
    return booking


def _book(state: State, host_id: str, entry: _HostsEntry, now: datetime) -> tuple[values.Booking, bool]:
    """Return the booking, and whether it was made just now."""
    start = entry.start

    def look(session: Session) -> tuple[Bookable, values.Booking | None]:
        bookable = bookables.find_of_host(session, host_id, entry.event_slug)
        return bookable, entries.made_before(state, session, host_id, entry)

    bookable, known = state.database.read(look)
    if known is not None:
        return known, False
    particulars.ensure_ahead(start, now)
    _ensure_open(bookable)
    entries.ask_site(state, bookable, entry)
    elsewhere = availability.busy_elsewhere(state, bookable, start, entries.end_of(bookable, start))

    def work(session: Session) -> tuple[values.Booking, bool]:
        hosts.lock(session, host_id)
        known = entries.made_before(state, session, host_id, entry)
        if known is not None:
            return known, False
        current = _ensure_open(bookables.find_by_id(session, bookable.event_type_id))
        _ensure_free(session, current, start, elsewhere, now)
        return entries.insert(state, session, current, entry, now, asks=False, note=entry.words), True

    with logs.about(host=host_id):
        return state.database.write(work)


def move(state: State, booking_id: str, start: datetime, *, now: datetime | None = None) -> values.Booking:
    """Move a booking to any minute ahead that is free with its buffers; moving it to where it is changes nothing.

    One that awaits approval still does: the invitee has agreed to the time before.

    Raises:
        NotFound: there is no such booking.
        BadInput: the start is not ahead, or malformed.
        BookingEnded: it is cancelled or has begun.
        SlotTaken: the time is not free.
    """
    now = now or datetime.now(UTC)
    booking = agendas.get(state, booking_id)
    if booking.status != BookingStatus.CANCELLED and booking.start == start:
        return booking
    particulars.ensure_ahead(start, now)

    def look(session: Session) -> Bookable:
        row, *_ = changes.load(session, booking_id)
        bookings.ensure_open(row, now)
        return bookables.find_for(session, row, even_closed=True)

    bookable = state.database.read(look)
    elsewhere = availability.busy_elsewhere(state, bookable, start, entries.end_of(bookable, start))

    def work(session: Session) -> values.Booking:
        hosts.lock(session, booking.host.id)
        current = look(session)
        found = changes.snapshot(state, session, booking_id)
        if found.start == start:  # moved there meanwhile, by a second click for instance
            return found
        _ensure_free(session, current, start, elsewhere, now, moving=booking_id)
        return changes.move(state, session, booking_id, start, entries.end_of(current, start), now)

    with logs.about(booking=booking_id, host=booking.host.id):
        moved = state.database.write(work)
        _log.info("moved by the host")
    state.work.wake()
    return moved


def _ensure_free(
    session: Session,
    bookable: Bookable,
    start: datetime,
    elsewhere: Sequence[Busy],
    now: datetime,
    *,
    moving: str | None = None,
) -> None:
    end = entries.end_of(bookable, start)
    overlaps.ensure_nothing_there(session, bookable, start, end, elsewhere, now=now, moving=moving)


def _ensure_open(bookable: Bookable) -> Bookable:
    if not bookable.is_open:
        raise NotOpen(said("{event} takes place in Zoom: connect Zoom first.", event=bookable.event.title))
    return bookable
