"""Edits: what a host decides for one booking alone: what its meeting is called, how long it lasts, and its options."""

from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy.orm import Session

from zoom_blueprint import logs, values
from zoom_blueprint.errors import BadInput, BookingEnded
from zoom_blueprint.languages import said
from zoom_blueprint.services import (
    agendas,
    availability,
    bookables,
    calendar_rows,
    changes,
    claims,
    entries,
    hosts,
    lines,
    overlaps,
    snapshots,
)
from zoom_blueprint.services import settings as meeting_settings
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus, MeetingSettings

LONGEST_TOPIC = 200
LONGEST = 1440
"""In minutes, as long as an event type can last."""
_log = logs.logger(__name__)


def edit(
    state: State,
    booking_id: str,
    *,
    topic: str | None = None,
    duration_minutes: int | None = None,
    settings: MeetingSettings | None = None,
    now: datetime | None = None,
) -> values.Booking:
    """Change what is given and differs, and return the booking; None leaves a thing as it is.

    An empty ``topic`` is the usual one, and a setting that is None is the event type's; where that says nothing, Zoom
    gets back what it had before it was decided on here. Topic and options are told to
    Zoom, and to nobody else; another length is told to everybody as a move is, and a booking that awaits approval
    awaits it anew.

    Raises:
        NotFound: there is no such booking.
        BadInput: a field is malformed.
        BookingEnded: it is cancelled or over, or its length is to change and it has begun.
        SlotTaken: it would last into another booking, its buffers, or time that is blocked.
    """
    now = now or datetime.now(UTC)
    _check(topic, duration_minutes, settings)
    booking = agendas.get(state, booking_id)
    length = timedelta(minutes=duration_minutes) if duration_minutes else booking.end - booking.start
    elsewhere = []
    if length > booking.end - booking.start:
        bookable = state.database.read(lambda session: _bookable(session, booking_id))
        elsewhere = availability.busy_elsewhere(state, bookable, booking.start, booking.start + length)

    def work(session: Session) -> values.Booking:
        hosts.lock(session, booking.host.id)
        row, _, event, meeting, calendar = changes.load(session, booking_id)
        ensure_open(row, now)
        if _decide(row, event, topic, settings):
            row.changed_at = now
            if meeting is not None:
                meeting.edited = True
            session.flush()
            claims.wish(session, models.Meeting, models.Meeting.booking_id == row.id, now)
            if calendar is not None:
                calendar_rows.wish(session.connection(), row.id, now)
        start, end = row.starts_at, row.starts_at + length
        if duration_minutes is None or end == row.ends_at:
            return changes.snapshot(state, session, booking_id)
        if start <= now:
            raise BookingEnded(said("This meeting has begun: how long it lasts is decided in Zoom now."))
        if end > row.ends_at:
            bookable = _bookable(session, booking_id)
            overlaps.ensure_nothing_there(session, bookable, start, end, elsewhere, now=now, moving=booking_id)
        return changes.move(state, session, booking_id, start, end, now)

    with logs.about(booking=booking_id, host=booking.host.id):
        edited = state.database.write(work)
        _log.info("edited by the host")
    state.work.wake()
    return edited


def _bookable(session: Session, booking_id: str) -> bookables.Bookable:
    return bookables.find_of_booking(session, booking_id)[0]


def _decide(row: models.Booking, event: models.EventType, topic: str | None, settings: MeetingSettings | None) -> bool:
    """Keep what the host decided, and return whether it is anything new."""
    before = row.topic, row.settings
    if topic is not None:
        called = lines.printable(topic)
        row.topic = None if called in ("", meeting_settings.usual_topic(event.title, row.name)) else called
    if settings is not None:
        kept = {**msgspec.to_builtins(settings), "alternative_hosts": list(settings.alternative_hosts)}
        chosen = {name: value for name, value in kept.items() if value not in (None, [])}
        row.settings = chosen or None
    return before != (row.topic, row.settings)


def ensure_open(row: models.Booking, now: datetime) -> None:
    """Check that something about a booking can be changed.

    Raises:
        BookingEnded: it is cancelled, its host did not answer in time, or it is over.
    """
    if row.status == BookingStatus.CANCELLED or snapshots.has_lapsed(row, now):
        raise BookingEnded(said("This booking is cancelled and cannot be changed any more."))
    if row.ends_at <= now:
        raise BookingEnded(said("This meeting is over and cannot be changed any more."))


def _check(topic: str | None, minutes: int | None, settings: MeetingSettings | None) -> None:
    errors: dict[str, str] = {}
    if topic is not None and len(topic) > LONGEST_TOPIC:
        errors["topic"] = said("Give a topic of at most {most} characters.", most=LONGEST_TOPIC)
    if minutes is not None and not 1 <= minutes <= LONGEST:
        errors["duration_minutes"] = said("Enter a whole number of minutes from {low} to {high}.", low=1, high=LONGEST)
    wrong = [one for one in (settings.alternative_hosts if settings else ()) if not entries.is_mail(one)]
    if wrong:
        errors["alternative_hosts"] = said("Give mail addresses. {wrong} is none.", wrong=repr(wrong[0]))
    if errors:
        raise BadInput(errors)
