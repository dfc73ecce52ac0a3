"""What became of one try to bring a meeting in line, recorded in one transaction with everything that follows from it.

Each function closes the claim; a claim that was lost meanwhile records nothing, for somebody else is at work.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from zoom_blueprint.events import EventName
from zoom_blueprint.services import availability, changes, claims, hosts, mailings, quotas
from zoom_blueprint.services.claims import Claimed, ClaimLost
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus, EndedReason, LinkReason
from zoom_blueprint.zoom_api.payloads import Meeting

SURFACES_WITHIN = timedelta(minutes=2)
"""How long after a create without an answer its meeting may still appear at Zoom."""
_CALL_NEEDS = timedelta(seconds=15)
_Work = Callable[[Session, models.Meeting, datetime], None]


def about_to_change(state: State, claimed: Claimed, connection_id: str, *, creates: bool = False) -> None:
    """Count a create or update against Zoom's limit, and leave word that a create may be under way, before the call.

    Raises:
        ClaimLost: nothing may be called, for somebody else is or soon may be at work.
        ZoomRateLimited: no call is left today.
    """

    def work(session: Session) -> None:
        now = datetime.now(UTC)
        meeting = _held(session, claimed)
        if meeting is None or claimed.until - now < _CALL_NEEDS:
            raise ClaimLost
        quotas.spend(session, connection_id, now)
        if creates:
            meeting.unsure_until = now + SURFACES_WITHIN

    state.database.write(work)


def settled(state: State, claimed: Claimed) -> None:
    """Record that no create without an answer can take effect any more; the claim goes on."""

    def work(session: Session) -> None:
        meeting = _held(session, claimed)
        if meeting is not None:
            meeting.unsure_until = None

    state.database.write(work)


def linked(state: State, claimed: Claimed, connection_id: str, made: Meeting, *, is_settled: bool) -> None:
    """Keep id and link of the meeting, release the mails that wait for it, and tell those who went without.

    Unless ``is_settled``, a create without an answer may still surface, and is looked for later.
    """

    def work(session: Session, meeting: models.Meeting, now: datetime) -> None:
        meeting.connection_id = connection_id
        meeting.zoom_meeting_id = made.id
        if is_settled:
            meeting.unsure_until = None
        _see(state, meeting, made)
        _tell_link(state, session, meeting, now)

    _close(state, claimed, work)


def agreed(state: State, claimed: Claimed, now_at_zoom: Meeting) -> None:
    """Record that Zoom has what is wanted; a join link that changed, as it does with the passcode, is told of."""

    def work(session: Session, meeting: models.Meeting, now: datetime) -> None:
        if _see(state, meeting, now_at_zoom):
            mailings.note_dead_link(session, meeting.booking_id)
            _tell_link(state, session, meeting, now)

    _close(state, claimed, work)


def pushed(state: State, claimed: Claimed, start: datetime, duration: int) -> None:
    """Record that Zoom took our time."""

    def work(session: Session, meeting: models.Meeting, now: datetime) -> None:
        del session, now
        meeting.seen_start, meeting.seen_duration = start, duration
        meeting.reason = None

    _close(state, claimed, work)


def adopted(state: State, claimed: Claimed, now_at_zoom: Meeting) -> None:
    """Follow the host, who moved the meeting in Zoom, if that time is free; else flag it."""
    start, duration = now_at_zoom.start, now_at_zoom.duration
    if start is None or not duration:
        conflicting(state, claimed, now_at_zoom)
        return
    end = start + timedelta(minutes=duration)

    def work(session: Session, meeting: models.Meeting, now: datetime) -> None:
        row, *_ = changes.load(session, meeting.booking_id)
        bookable = availability.find_by_id(session, row.event_type_id, even_closed=True)
        if availability.is_taken(session, bookable, start, end, moving=row.id):
            _flag(state, session, meeting, now_at_zoom, now)
            return
        _see(state, meeting, now_at_zoom)
        changes.move(state, session, row.id, start, end, now)

    _close(state, claimed, work, judges=True)


def conflicting(state: State, claimed: Claimed, now_at_zoom: Meeting) -> None:
    """Flag that both sides changed; nothing is overwritten."""

    def work(session: Session, meeting: models.Meeting, now: datetime) -> None:
        _flag(state, session, meeting, now_at_zoom, now)

    _close(state, claimed, work, judges=True)


def vanished(state: State, claimed: Claimed, *, moved_here: bool) -> None:
    """Cancel a booking whose meeting is gone from Zoom, or link it anew, as ``ZOOM_ON_REMOTE_DELETE`` says.

    A booking that was moved here meanwhile is still wanted by its invitee and gets a new meeting.
    """

    def work(session: Session, meeting: models.Meeting, now: datetime) -> None:
        _forget(meeting)
        session.flush()
        if moved_here or state.config.on_remote_delete == "relink":
            meeting.reason = LinkReason.REMOVED
            mailings.note_dead_link(session, meeting.booking_id)
            claims.wish(session, models.Meeting, models.Meeting.id == meeting.id, now)
            return
        changes.end(state, session, meeting.booking_id, EndedReason.REMOTE, now)

    _close(state, claimed, work, judges=True)


def gone(state: State, claimed: Claimed, *, is_settled: bool) -> None:
    """Record that nothing of ours is left in Zoom, unless a create without an answer may still surface."""

    def work(session: Session, meeting: models.Meeting, now: datetime) -> None:
        del session, now
        _forget(meeting)
        if is_settled:
            meeting.unsure_until = None

    _close(state, claimed, work)


def done(state: State, claimed: Claimed) -> None:
    """Record that there was nothing to do."""
    _close(state, claimed, lambda *_: None)


def over(state: State, claimed: Claimed) -> None:
    """Record that the booking is past, and its meeting of no more concern."""

    def work(session: Session, meeting: models.Meeting, now: datetime) -> None:
        del session, now
        meeting.unsure_until = None

    _close(state, claimed, work)


def waiting(state: State, claimed: Claimed, reason: LinkReason, words: str) -> None:
    """Leave the meeting until the host does something; connecting makes it due again."""

    def work(session: Session) -> None:
        meeting = _held(session, claimed)
        if meeting is not None:
            meeting.reason = reason
            session.flush()
            claims.set_aside(session, models.Meeting, claimed, datetime.now(UTC), words)

    state.database.write(work)


def later(state: State, claimed: Claimed, reason: LinkReason | None, at: datetime, words: str) -> None:
    """Try again at ``at``."""

    def work(session: Session) -> None:
        meeting = _held(session, claimed)
        if meeting is None:
            return
        if reason is not None:
            meeting.reason, meeting.retry_at = reason, at
            session.flush()
        claims.postpone(session, models.Meeting, claimed, datetime.now(UTC), at, words)

    state.database.write(work)


def _close(state: State, claimed: Claimed, record: _Work, *, judges: bool = False) -> None:
    """Record and finish; what ``judges`` changes the booking: it takes the host's lock and yields to a newer wish."""

    def work(session: Session) -> None:
        if judges:
            hosts.lock(session, session.get_one(models.Meeting, claimed.row_id).host_id)
        meeting = _held(session, claimed)
        if meeting is None:
            return
        now = datetime.now(UTC)
        is_newest = meeting.wanted_version == claimed.version
        if is_newest:  # else something was heard since we looked
            meeting.look_again = False
        if is_newest or not judges:
            record(session, meeting, now)
        session.flush()
        claims.finish(session, models.Meeting, claimed, now, again_at=meeting.unsure_until)

    state.database.write(work)


def _held(session: Session, claimed: Claimed) -> models.Meeting | None:
    if not claims.holds(session, models.Meeting, claimed):
        return None
    return session.get_one(models.Meeting, claimed.row_id, populate_existing=True)


def _see(state: State, meeting: models.Meeting, at_zoom: Meeting) -> bool:
    """Keep what was seen at Zoom; return whether the join link is another one than before."""
    table = models.Meeting.__tablename__
    before = meeting.join_url_sealed
    is_other = before is not None and state.cipher.open(table, meeting.id, "join_url", before) != at_zoom.join_url
    meeting.topic = at_zoom.topic[:200]
    meeting.seen_start, meeting.seen_duration = at_zoom.start, at_zoom.duration
    meeting.join_url_sealed = state.cipher.seal(table, meeting.id, "join_url", at_zoom.join_url)
    meeting.passcode_sealed = (
        state.cipher.seal(table, meeting.id, "passcode", at_zoom.password) if at_zoom.password else None
    )
    meeting.conflict = meeting.reason = meeting.retry_at = None
    return is_other


def _tell_link(state: State, session: Session, meeting: models.Meeting, now: datetime) -> None:
    session.flush()
    row, *_ = changes.load(session, meeting.booking_id)
    if meeting.wanted and row.status == BookingStatus.CONFIRMED:
        mails = mailings.owed(session, row.id, now)
        changes.tell(state, session, EventName.MEETING_READY, row.id, now, mails=mails)


def _flag(state: State, session: Session, meeting: models.Meeting, at_zoom: Meeting, now: datetime) -> None:
    when = f"{at_zoom.start:%Y-%m-%d %H:%M} UTC" if at_zoom.start else "another time"
    _see(state, meeting, at_zoom)
    meeting.conflict = f"In Zoom this meeting was moved to {when}. Reschedule it here or move it back in Zoom."
    session.flush()
    changes.tell(state, session, EventName.MEETING_CONFLICT, meeting.booking_id, now)


def _forget(meeting: models.Meeting) -> None:
    meeting.zoom_meeting_id = meeting.seen_start = meeting.seen_duration = None
    meeting.join_url_sealed = meeting.passcode_sealed = None
    meeting.reason = meeting.retry_at = None
