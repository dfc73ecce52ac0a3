"""What became of one try to bring a meeting in line, recorded in one transaction with everything that follows from it.

Each function closes the claim; a claim that was lost meanwhile records nothing, for somebody else is at work.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from zoom_blueprint.events import EventName
from zoom_blueprint.services import (
    changes,
    closings,
    mailings,
    quotas,
    remarks,
    sightings,
)
from zoom_blueprint.services.claims import Claimed, ClaimLost
from zoom_blueprint.services.sightings import Sighting
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus, LinkReason

SURFACES_WITHIN = timedelta(minutes=2)
"""How long after a create without an answer its meeting may still appear at Zoom."""
CALL_NEEDS = timedelta(seconds=15)
"""How much of a claim has to be left when a call begins that changes something at Zoom."""
_Work = Callable[[Session, models.Meeting, datetime], None]


def about_to_change(
    state: State,
    claimed: Claimed,
    connection_id: str,
    is_first_try: bool,
    *,
    moves_to: tuple[datetime, int] | None = None,
) -> None:
    """Count a create or update against Zoom's limit, and leave word of what may be under way, before the call.

    ``moves_to`` is the time that an update asks for; without one it is a create. Further tries after a clear refusal
    are not counted; whether the claim still holds is looked at each time.

    Raises:
        ClaimLost: nothing may be called, for somebody else is or soon may be at work.
        ZoomRateLimited: no call is left today.
    """

    def work(session: Session) -> None:
        now = datetime.now(UTC)
        meeting = _held(session, claimed)
        if meeting is None or claimed.until - now < CALL_NEEDS:
            raise ClaimLost
        if is_first_try:
            quotas.spend(session.connection(), connection_id, now)
        if moves_to is not None:
            meeting.asked_start, meeting.asked_duration = moves_to
        else:
            meeting.connection_id = connection_id
            meeting.unsure_until = now + SURFACES_WITHIN

    state.database.write(work)


def settled(state: State, claimed: Claimed) -> None:
    """Record that no create without an answer can take effect any more; the claim goes on."""

    def work(session: Session) -> None:
        meeting = _held(session, claimed)
        if meeting is not None:
            meeting.unsure_until = None

    state.database.write(work)


def kept(state: State, claimed: Claimed, settings_before: Mapping[str, object]) -> None:
    """Keep what Zoom has of the options that it is about to be told of.

    Raises:
        ClaimLost: nothing may be called, for somebody else is at work.
    """

    def work(session: Session) -> None:
        meeting = _held(session, claimed)
        if meeting is None:
            raise ClaimLost
        meeting.settings_before = dict(settings_before)

    state.database.write(work)


def linked(
    state: State,
    claimed: Claimed,
    connection_id: str,
    made: Sighting,
    settings_before: Mapping[str, object],
    *,
    is_settled: bool,
    is_found: bool = False,
) -> None:
    """Keep id and link of the meeting, release the mails that wait for it, and tell those who went without.

    Unless ``is_settled``, a create without an answer may still surface, and is looked for later. One that ``is_found``
    was made by such a create, perhaps before the host decided on topic and options.
    """

    def work(session: Session, meeting: models.Meeting, now: datetime) -> None:
        meeting.connection_id = connection_id
        meeting.zoom_meeting_id = made.meeting.id
        if is_settled:
            meeting.unsure_until = None
        meeting.settings_before = dict(settings_before) or None
        sightings.keep(state, meeting, made)
        if meeting.wanted:
            _leave_meet(session, meeting.booking_id)
        tell_link(state, session, meeting, now)

    close(state, claimed, work, tells=not is_found)


def told(state: State, claimed: Claimed, now_at_zoom: Sighting, settings_before: Mapping[str, object]) -> None:
    """Record that Zoom was told of topic and options, and what it had of those before that it may be left to again.

    What was not adopted before is not by this.
    """

    def work(session: Session, meeting: models.Meeting, now: datetime) -> None:
        conflict = meeting.conflict
        keep(state, session, meeting, now_at_zoom, now)
        meeting.conflict = conflict
        meeting.settings_before = dict(settings_before) or None
        mailings.release(session.connection(), meeting.booking_id, now)

    close(state, claimed, work, tells=True)


def pushed(state: State, claimed: Claimed, start: datetime, duration: int) -> None:
    """Record that Zoom took our time."""

    def work(session: Session, meeting: models.Meeting, now: datetime) -> None:
        meeting.seen_start, meeting.seen_duration = start, duration
        meeting.asked_start = meeting.asked_duration = None
        meeting.detached = False
        remarks.clear_reason(meeting)
        mailings.release(session.connection(), meeting.booking_id, now)

    close(state, claimed, work)


def gone(state: State, claimed: Claimed, *, is_settled: bool) -> None:
    """Record that nothing of ours is left in Zoom, unless a create without an answer may still surface."""

    def work(session: Session, meeting: models.Meeting, now: datetime) -> None:
        del now
        if meeting.wanted:  # again, since it was deleted
            mailings.note_dead_link(session, meeting.booking_id)
        sightings.forget(meeting)
        if is_settled:
            meeting.unsure_until = None

    close(state, claimed, work)


def untouched(state: State, claimed: Claimed) -> None:
    """Leave the meeting and what is recorded of it until it is wished for again: the host has yet to answer.

    A create without an answer is looked for only then; to come back to it before would be to come back for ever.
    """
    closings.leave(state, models.Meeting, claimed)


def done(state: State, claimed: Claimed) -> None:
    """Record that there was nothing to do."""
    close(state, claimed, lambda _, meeting, __: remarks.clear_reason(meeting))


def over(state: State, claimed: Claimed) -> None:
    """Record that the booking is past, and its meeting of no more concern."""

    def work(session: Session, meeting: models.Meeting, now: datetime) -> None:
        del session
        meeting.unsure_until = None
        remarks.clear_reason(meeting)
        if meeting.zoom_meeting_id is None:
            remarks.give_reason(meeting, LinkReason.PAST, now)

    close(state, claimed, work)


def waiting(state: State, claimed: Claimed, reason: LinkReason, words: str) -> None:
    """Leave the meeting until the host does something; connecting makes it due again."""
    closings.waiting(state, models.Meeting, claimed, reason, words)


def later(state: State, claimed: Claimed, reason: LinkReason | None, at: datetime, words: str) -> None:
    """Try again at ``at``, unless that was the last try; to be kept waiting by Zoom's limits is no failure."""
    closings.later(state, models.Meeting, claimed, reason, at, words)


def close(state: State, claimed: Claimed, record: _Work, *, judges: bool = False, tells: bool = False) -> None:
    """Record and finish as ``closings.close`` does; what ``tells`` has told Zoom of topic and options."""

    def work(session: Session, meeting: models.Meeting, now: datetime) -> None:
        if tells and meeting.wanted_version == claimed.version:
            meeting.edited = False
        record(session, meeting, now)

    closings.close(state, models.Meeting, claimed, work, judges=judges)


def keep(state: State, session: Session, meeting: models.Meeting, seen: Sighting, now: datetime) -> None:
    """Keep what was seen; a join link that changed, as it does with the passcode, is told of."""
    if sightings.keep(state, meeting, seen):
        mailings.note_dead_link(session, meeting.booking_id)
        tell_link(state, session, meeting, now)


def tell_link(state: State, session: Session, meeting: models.Meeting, now: datetime) -> None:
    """Release the mails that wait for a meeting's link, and tell those who went without."""
    session.flush()
    row, *_ = changes.load(session, meeting.booking_id)
    if meeting.wanted and row.status == BookingStatus.CONFIRMED:
        mails = mailings.owed(session.connection(), row.id, now)
        changes.tell(state, session, EventName.MEETING_READY, row.id, now, mails=mails)


def _leave_meet(session: Session, booking_id: str) -> None:
    """Let Zoom's link take the place of Google's, where the host has moved the meeting."""
    calendar = changes.load(session, booking_id).calendar
    if calendar is not None and calendar.conference is not None:
        calendar.conference = calendar.join_url_sealed = None
        mailings.note_dead_link(session, booking_id)


def _held(session: Session, claimed: Claimed) -> models.Meeting | None:
    return closings.held(session, models.Meeting, claimed)
