"""Calendar discoveries: what hosts did to their events in Google, recorded with everything that follows from it."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from zoom_blueprint.events import EventName
from zoom_blueprint.google_api.events import Event
from zoom_blueprint.services import (
    bookables,
    calendar_records,
    calendar_rows,
    changes,
    closings,
    edits,
    mailings,
    overlaps,
    remarks,
)
from zoom_blueprint.services.calendar_wishes import EventWish, Times
from zoom_blueprint.services.claims import Claimed
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import EndedReason, LinkReason

_MODEL = models.CalendarEvent
_MINUTE = timedelta(minutes=1)


def times_of(event: Event) -> Times | None:
    """Return from when to when an event is; None for a time that no booking can have, like a whole day."""
    start = event.start.instant if event.start else None
    end = event.end.instant if event.end else None
    if start is None or end is None or start.second or start.microsecond or (end - start) % _MINUTE:
        return None
    return (start, end) if _MINUTE <= end - start <= edits.LONGEST * _MINUTE else None


def adopted(state: State, claimed: Claimed, wish: EventWish, event: Event) -> None:
    """Follow the host, who moved the event, if that time is free; else flag it."""
    times = times_of(event)
    if times is None:
        conflicting(state, claimed, wish, event)
        return
    start, end = times

    def work(session: Session, row: models.CalendarEvent, now: datetime) -> None:
        booking = changes.load(session, row.booking_id).row
        bookable = bookables.find_by_id(session, booking.event_type_id, even_closed=True)
        # What else stands in their calendar is the host's own affair: they have just put the event beside it.
        if overlaps.is_taken(session, bookable, start, end, now=now, moving=booking.id):
            _flag(state, session, row, wish, event, now)
            return
        calendar_records.keep(state, session, row, wish, event, now)
        row.seen_start, row.seen_end = start, end
        row.asked_start = row.asked_end = None
        changes.move(state, session, booking.id, start, end, now)

    closings.close(state, _MODEL, claimed, work, judges=True)


def conflicting(state: State, claimed: Claimed, wish: EventWish, event: Event) -> None:
    """Flag that both sides changed, or that the host's change cannot be kept; nothing is overwritten."""

    def work(session: Session, row: models.CalendarEvent, now: datetime) -> None:
        _flag(state, session, row, wish, event, now)

    closings.close(state, _MODEL, claimed, work, judges=True)


def vanished(state: State, claimed: Claimed, wish: EventWish) -> None:
    """Cancel a booking whose event the host deleted, or make the next one, as ``ZOOM_ON_REMOTE_DELETE`` says.

    One that was moved here meanwhile gets a new event in any case.
    """

    def work(session: Session, row: models.CalendarEvent, now: datetime) -> None:
        is_still_wanted = wish.seen is not None and wish.seen != wish.times
        if is_still_wanted or state.config.on_remote_delete == "relink":
            _begin_anew(session, row, now)
            return
        calendar_records.forget(row)
        row.unsure_until = None
        session.flush()
        changes.end(state, session, row.booking_id, EndedReason.REMOTE, now)

    closings.close(state, _MODEL, claimed, work, judges=True)


def lost(state: State, claimed: Claimed) -> None:
    """Make another event for one whose calendar is gone, where nobody can have decided anything about it."""

    def work(session: Session, row: models.CalendarEvent, now: datetime) -> None:
        row.calendar_id = None
        _begin_anew(session, row, now)

    closings.close(state, _MODEL, claimed, work, judges=True)


def declined(state: State, claimed: Claimed) -> None:
    """Cancel a booking that the host has declined; its event goes with it."""

    def work(session: Session, row: models.CalendarEvent, now: datetime) -> None:
        changes.end(state, session, row.booking_id, EndedReason.REMOTE, now)

    closings.close(state, _MODEL, claimed, work, judges=True)


def _begin_anew(session: Session, row: models.CalendarEvent, now: datetime) -> None:
    if row.join_url_sealed is not None:
        mailings.note_dead_link(session, row.booking_id)
    calendar_records.forget(row)
    row.generation += 1
    row.unsure_until = None
    remarks.give_reason(row, LinkReason.REMOVED, now)
    session.flush()
    calendar_rows.wish(session.connection(), row.booking_id, now)


def _flag(
    state: State, session: Session, row: models.CalendarEvent, wish: EventWish, event: Event, now: datetime
) -> None:
    calendar_records.keep(state, session, row, wish, event, now)
    times = times_of(event)
    row.seen_start, row.seen_end = times or (None, None)
    row.asked_start = row.asked_end = None
    row.conflict = remarks.conflict(times and times[0])
    session.flush()
    changes.tell(state, session, EventName.CALENDAR_CONFLICT, row.booking_id, now)
