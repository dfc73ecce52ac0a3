"""Entries: a booking is written down once for each idempotency key."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy import insert as insert_into
from sqlalchemy.orm import Session

from zoom_blueprint import values
from zoom_blueprint.errors import KeyReused
from zoom_blueprint.events import EventName
from zoom_blueprint.languages import said
from zoom_blueprint.services import calendar_facts, calendar_rows, changes, readers, snapshots
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id, table_of
from zoom_blueprint.store.driven import Runs
from zoom_blueprint.values import BookingStatus, Conference, Draft, Location, MeetingStatus

_MAIL = re.compile(
    r"(?!.*=\?)"  # the beginning of an encoded word, which mail headers read as what it stands for
    r"(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++)*+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_LONGEST_MAIL = 254
_MADE_BEFORE = select(models.Booking.id, models.Booking.body_hmac).where(
    models.Booking.host_id == bindparam("host"), models.Booking.key == bindparam("key")
)
_BOOKING, _MEETING = insert_into(table_of(models.Booking)), insert_into(table_of(models.Meeting))


def is_mail(text: str) -> bool:
    """Return whether this can be written to: letters, digits and signs of ASCII, and a domain with a dot."""
    return len(text) <= _LONGEST_MAIL and _MAIL.fullmatch(text) is not None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What somebody wants booked, with well-formed fields. ``start`` is aware; ``key`` is the idempotency key."""

    event_slug: str
    start: datetime
    name: str
    email: str
    time_zone: str
    key: str = field(repr=False)
    locale: str = "en"
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    context: Mapping[str, str] = field(default_factory=dict)
    guests: tuple[str, ...] = ()
    by_host: bool = False

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


class Made(NamedTuple):
    """A booking that a key has made, and the digest of the body that it came with."""

    booking_id: str
    body_hmac: str


def made_before(state: State, session: Session, host_id: str, entry: Entry) -> values.Booking | None:
    """Return the booking that this key made before, as it is now.

    Raises:
        KeyReused: the key came with another body.
    """
    connection = session.connection()
    made = _find_made(lambda query, values: connection.execute(query, values).all(), state, host_id, entry)
    return None if made is None else read_made(state, session, made, entry)


def find_made(state: State, host_id: str, entry: Entry) -> Made | None:
    """Return what this key made before, whatever it came with then; outside of any transaction."""
    return _find_made(state.database.look, state, host_id, entry)


def _find_made(
    ask: Callable[[Any, Mapping[str, object]], Sequence[Any]], state: State, host_id: str, entry: Entry
) -> Made | None:
    for key in state.links.fingerprints(entry.secret):
        for found in ask(_MADE_BEFORE, {"host": host_id, "key": key}):
            return Made(*found)
    return None


def read_made(state: State, session: Session, made: Made, entry: Entry) -> values.Booking:
    """Return the booking that this key made before, as it is now.

    Raises:
        KeyReused: the key came with another body.
    """
    if not state.links.is_fingerprint(made.body_hmac, entry.body):
        raise KeyReused(said("This booking was already sent with other details. Reload the page and book again."))
    return changes.snapshot(state, session, made.booking_id)


def end_of(bookable: Bookable, start: datetime) -> datetime:
    """Return when a booking that begins at ``start`` is over."""
    return start + timedelta(minutes=bookable.event.duration_minutes)


def ask_site(state: State, bookable: Bookable, entry: Entry) -> None:
    """Ask the ``before_booking`` hook; never inside a transaction.

    Raises:
        BookingRefused: it said no.
    """
    if state.hooks.before_booking is None:
        return
    state.hooks.before_booking(
        Draft(
            host=bookable.host,
            event=bookable.event,
            start=entry.start,
            end=end_of(bookable, entry.start),
            name=entry.name,
            email=entry.email,
            time_zone=entry.time_zone,
            locale=entry.locale,
            answers=entry.answers,
            context=entry.context,
            guests=entry.guests,
        )
    )


def insert(
    state: State,
    session: Session,
    bookable: Bookable,
    entry: Entry,
    now: datetime,
    *,
    asks: bool,
    note: str | None = None,
) -> values.Booking:
    """Write a booking whose time was found free, inside a transaction that holds its host's lock, and tell of it.

    One that ``asks`` awaits approval, and gets its link or its meeting only then.
    """
    if not asks:
        session.flush()
        return write(state, session.connection(), bookable, entry, now, note=note)
    columns, _ = _columns(state, bookable, entry, now, asks=True)
    row = models.Booking(**columns)
    session.add(row)
    return changes.ask(state, session, row, now)


def write(
    state: State, connection: Runs, bookable: Bookable, entry: Entry, now: datetime, *, note: str | None = None
) -> values.Booking:
    """Do as ``insert`` does with a booking that needs no approval."""
    columns, details = _columns(state, bookable, entry, now, asks=False)
    connection.execute(_BOOKING, columns)
    due = now
    if bookable.in_zoom:
        meeting = {"id": new_id(), "booking_id": columns["id"], "host_id": bookable.host.id, "due_at": now}
        connection.execute(_MEETING, meeting)
        due = now + changes.LINK_GRACE
    if bookable.google_id is not None:
        calendar_rows.make(connection, columns["id"], bookable.host.id, bookable.google_id, due)
    booking = _as_it_is_read(bookable, details, columns)
    mails = readers.everybody(entry.guests, due)
    return changes.tell_of(
        state,
        connection,
        EventName.BOOKING_CONFIRMED,
        booking,
        now,
        mails=mails,
        reminds=True,
        note=note,
        has_endpoints=bookable.has_endpoints,
    )


def _columns(
    state: State, bookable: Bookable, entry: Entry, now: datetime, *, asks: bool
) -> tuple[dict[str, Any], snapshots.Details]:
    """Return what is stored of a new booking, by column, and the details that are sealed in it."""
    booking_id = new_id()
    start = entry.start.astimezone(UTC)
    end = end_of(bookable, start)
    details = snapshots.Details(
        answers=dict(entry.answers),
        context=dict(entry.context),
        guests=entry.guests,
        own_link=None if asks else bookable.own_link,
        by_host=entry.by_host,
    )
    columns: dict[str, Any] = {
        "id": booking_id,
        "host_id": bookable.host.id,
        "event_type_id": bookable.event_type_id,
        "status": BookingStatus.CONFIRMED,
        "confirmed_at": None if asks else now,
        "starts_at": start,
        "ends_at": end,
        "busy_start": start - timedelta(minutes=bookable.rules.buffer_before),
        "busy_end": end + timedelta(minutes=bookable.rules.buffer_after),
        "key": state.links.fingerprint(entry.secret),
        "body_hmac": state.links.fingerprint(entry.body),
        "name": entry.name,
        "email": entry.email.lower(),
        "time_zone": entry.time_zone,
        "locale": entry.locale,
        "details_sealed": snapshots.seal_details(state.cipher, booking_id, details),
        "created_at": now,
        "changed_at": now,
    }
    return columns, details


def _conference(bookable: Bookable) -> Conference | None:
    if bookable.event.location is Location.ZOOM:
        return Conference.ZOOM if bookable.in_zoom else Conference.OWN
    return Conference.OWN if bookable.event.location is Location.LINK else None


def _as_it_is_read(bookable: Bookable, details: snapshots.Details, columns: Mapping[str, Any]) -> values.Booking:
    """Return a booking that was just confirmed as ``snapshots.booking`` would: there is no need to read it again."""
    event = bookable.event
    status = MeetingStatus.COMING if bookable.in_zoom else MeetingStatus.NONE
    return values.Booking(
        id=columns["id"],
        host=bookable.host,
        event=replace(event, schedule=None),
        status=BookingStatus.CONFIRMED,
        ended_reason=None,
        start=columns["starts_at"],
        end=columns["ends_at"],
        sequence=0,
        name=columns["name"],
        email=columns["email"],
        time_zone=columns["time_zone"],
        locale=columns["locale"],
        answers=details.answers,
        context=details.context,
        guests=details.guests,
        join_url=details.own_link,
        location_text="" if event.location == Location.ZOOM else event.location_text,
        meeting_status=MeetingStatus.READY if details.own_link else status,
        conference=_conference(bookable),
        is_own_link=details.own_link is not None,
        confirmed_at=columns["confirmed_at"],
        calendar=calendar_facts.of_new(columns["id"]) if bookable.google_id else None,
    )
