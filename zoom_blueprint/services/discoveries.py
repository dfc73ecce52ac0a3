"""Discoveries: what was found at Zoom, be it as wished or not, recorded with everything that follows from it.

As in ``records``, each function closes the claim.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from zoom_blueprint.events import EventName
from zoom_blueprint.services import bookables, changes, claims, mailings, overlaps, records, remarks, sightings
from zoom_blueprint.services.claims import Claimed
from zoom_blueprint.services.sightings import Sighting
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import EndedReason, LinkReason
from zoom_blueprint.zoom_api.payloads import TOPIC_LENGTH


def agreed(state: State, claimed: Claimed, now_at_zoom: Sighting, *, is_renamed: bool = False) -> None:
    """Record that Zoom has what is wanted; a join link that changed, as it does with the passcode, is told of.

    A meeting that ``is_renamed`` was called so by the host, whose word counts in Zoom too.
    """

    def work(session: Session, meeting: models.Meeting, now: datetime) -> None:
        if is_renamed:
            _rename(session, meeting, now_at_zoom)
        records.keep(state, session, meeting, now_at_zoom, now)

    records.close(state, claimed, work, judges=is_renamed)


def adopted(state: State, claimed: Claimed, now_at_zoom: Sighting) -> None:
    """Follow the host, who moved the meeting in Zoom, if that time is free; else flag it."""
    start, duration = now_at_zoom.meeting.start, now_at_zoom.meeting.duration
    if start is None or not duration:
        conflicting(state, claimed, now_at_zoom)
        return
    end = start + timedelta(minutes=duration)

    def work(session: Session, meeting: models.Meeting, now: datetime) -> None:
        row, *_ = changes.load(session, meeting.booking_id)
        bookable = bookables.find_by_id(session, row.event_type_id, even_closed=True)
        # What else stands in their calendar is the host's own affair: they have just put the meeting beside it.
        if overlaps.is_taken(session, bookable, start, end, now=now, moving=row.id):
            _flag(state, session, meeting, now_at_zoom, now)
            return
        _rename(session, meeting, now_at_zoom)
        sightings.keep(state, meeting, now_at_zoom)
        changes.move(state, session, row.id, start, end, now)

    records.close(state, claimed, work, judges=True)


def conflicting(state: State, claimed: Claimed, now_at_zoom: Sighting) -> None:
    """Flag that both sides changed; nothing is overwritten."""

    def work(session: Session, meeting: models.Meeting, now: datetime) -> None:
        _flag(state, session, meeting, now_at_zoom, now)

    records.close(state, claimed, work, judges=True)


def vanished(state: State, claimed: Claimed, *, is_still_wanted: bool) -> None:
    """Cancel a booking whose meeting is gone from Zoom, or link it anew, as ``ZOOM_ON_REMOTE_DELETE`` says.

    One that ``is_still_wanted``, because it was moved here meanwhile or could not be followed for a while, gets a new
    meeting in any case.
    """

    def work(session: Session, meeting: models.Meeting, now: datetime) -> None:
        sightings.forget(meeting)
        session.flush()
        if is_still_wanted or state.config.on_remote_delete == "relink":
            remarks.give_reason(meeting, LinkReason.REMOVED, now)
            mailings.note_dead_link(session, meeting.booking_id)
            claims.wish(session, models.Meeting, models.Meeting.id == meeting.id, now)
            return
        changes.end(state, session, meeting.booking_id, EndedReason.REMOTE, now)

    records.close(state, claimed, work, judges=True)


def _flag(state: State, session: Session, meeting: models.Meeting, seen: Sighting, now: datetime) -> None:
    _rename(session, meeting, seen)
    sightings.keep(state, meeting, seen)
    meeting.conflict = remarks.conflict(seen.meeting.start)
    session.flush()
    if meeting.edited:  # which Zoom can be told all the same
        claims.wish(session, models.Meeting, models.Meeting.id == meeting.id, now)
    changes.tell(state, session, EventName.MEETING_CONFLICT, meeting.booking_id, now)


def _rename(session: Session, meeting: models.Meeting, seen: Sighting) -> None:
    """Call the booking as the host has called its meeting in Zoom, unless they have changed it here since."""
    topic = seen.meeting.topic[:TOPIC_LENGTH]
    if topic and meeting.topic and topic != meeting.topic and not meeting.edited:
        session.get_one(models.Booking, meeting.booking_id).topic = topic
