"""Approvals: a booking that awaits its host's answer is approved, declined, or lapses when its time runs out."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Exists, and_, exists, or_, select
from sqlalchemy.orm import Session

from zoom_blueprint import logs, values
from zoom_blueprint.errors import BookingEnded, SlotTaken
from zoom_blueprint.events import EventName
from zoom_blueprint.languages import said
from zoom_blueprint.services import agendas, bookables, calendar_rows, changes, claims, hosts, snapshots, tallies
from zoom_blueprint.services.tallies import Step
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus, EndedReason

_log = logs.logger(__name__)


def approve(
    state: State, booking_id: str, *, sequence: int | None = None, now: datetime | None = None
) -> values.Booking:
    """Confirm a booking that awaits approval; its meeting is due at once. Approving it twice changes nothing more.

    ``sequence`` is that of the booking which the host saw: given, a booking that was moved since is not approved.

    Raises:
        NotFound: there is no such booking.
        BookingEnded: it is cancelled, or its time ran out.
        SlotTaken: another booking has its time, or it was moved since the host looked.
    """
    now = now or datetime.now(UTC)
    host_id = agendas.get(state, booking_id).host.id

    def work(session: Session) -> tuple[values.Booking, str | None]:
        """Return the booking, with its event type's id if it is confirmed for the first time."""
        hosts.lock(session, host_id)
        row, *_ = changes.load(session, booking_id)
        if row.status == BookingStatus.CONFIRMED:
            return changes.snapshot(state, session, booking_id), None
        if row.status == BookingStatus.CANCELLED:
            raise BookingEnded(said("This booking is cancelled and cannot be approved any more."))
        if snapshots.has_lapsed(row, now):
            raise BookingEnded(said("This request was not answered in time, so its time is not held any more."))
        if sequence is not None and sequence != row.sequence:
            raise SlotTaken(said("This request has changed since you opened the page. Look at it again."))
        if session.scalar(select(_is_booked(row))):
            raise SlotTaken(said("Another booking overlaps this one. Move or cancel one of them first."))
        is_first = row.confirmed_at is None
        return _confirm(state, session, row, now), row.event_type_id if is_first else None

    with logs.about(booking=booking_id, host=host_id):
        approved, event_type_id = state.database.write(work)
        _log.info("approved")
    if event_type_id is not None:
        tallies.count_of_booking(state, host_id, event_type_id, Step.BOOKED, approved.context)
    state.work.wake()
    return approved


def decline(state: State, booking_id: str, *, words: str | None = None, now: datetime | None = None) -> values.Booking:
    """Turn a booking down that awaits approval; its time is free again. Of a cancelled booking nothing changes.

    ``words`` are the host's own, for the invitee.

    Raises:
        NotFound: there is no such booking.
        BookingEnded: it is approved already, and can be cancelled.
    """
    now = now or datetime.now(UTC)
    host_id = agendas.get(state, booking_id).host.id

    def work(session: Session) -> values.Booking:
        hosts.lock(session, host_id)
        row, *_ = changes.load(session, booking_id)
        if row.status == BookingStatus.CANCELLED or snapshots.has_lapsed(row, now):
            return changes.snapshot(state, session, booking_id)
        if row.status == BookingStatus.CONFIRMED:
            raise BookingEnded(said("This booking is approved already. You can cancel it instead."))
        return changes.end(state, session, booking_id, EndedReason.DECLINED, now, words=words)

    with logs.about(booking=booking_id, host=host_id):
        declined = state.database.write(work)
        _log.info("declined")
    state.work.wake()
    return declined


def lapse(state: State, booking_id: str) -> datetime | None:
    """End a booking whose host did not answer in time, and return when to look again, None if there is no need to."""
    query = select(models.Booking.host_id).where(models.Booking.id == booking_id)
    host_id = state.database.read(lambda session: session.scalar(query))
    if host_id is None or (at := state.database.read(lambda session: _holds_until(session, booking_id))) is None:
        return None
    if at > datetime.now(UTC):
        return at

    def work(session: Session) -> datetime | None:
        hosts.lock(session, host_id)
        now = datetime.now(UTC)
        at = _holds_until(session, booking_id)
        if at is None or at > now:
            return at
        row, *_ = changes.load(session, booking_id)
        if row.purged_at is None:
            changes.end(state, session, booking_id, EndedReason.LAPSED, now)
        else:  # nobody is left to be told
            row.status, row.ended_reason = BookingStatus.CANCELLED, EndedReason.LAPSED
        return None

    with logs.about(booking=booking_id, host=host_id):
        again_at = state.database.write(work)
    state.work.wake()
    return again_at


def _confirm(state: State, session: Session, row: models.Booking, now: datetime) -> values.Booking:
    """Confirm a booking inside a transaction that holds its host's lock."""
    meeting = changes.load(session, row.id).meeting
    bookable = bookables.find_by_id(session, row.event_type_id, even_closed=True)
    details = snapshots.open_details(state.cipher, row)
    is_first = row.confirmed_at is None
    row.status, row.hold_until = BookingStatus.CONFIRMED, None
    row.confirmed_at = row.confirmed_at or now
    row.sequence += 1
    row.changed_at = now
    if meeting is not None:  # made when it was approved before: whatever happened to it in Zoom meanwhile is looked at
        meeting.look_again = meeting.zoom_meeting_id is not None
        session.flush()
        claims.wish(session, models.Meeting, models.Meeting.id == meeting.id, now)
    elif is_first and bookable.in_zoom:
        meeting = models.Meeting(booking_id=row.id, host_id=row.host_id, due_at=now)
        session.add(meeting)
    elif is_first and bookable.own_link:
        details = replace(details, own_link=bookable.own_link)
        row.details_sealed = snapshots.seal_details(state.cipher, row.id, details)
    session.flush()
    if is_first and bookable.google_id is not None:
        due = now + changes.LINK_GRACE if bookable.in_zoom else now
        calendar_rows.make(session.connection(), row.id, row.host_id, bookable.google_id, due)
    mails = changes.told_with_link(details, meeting, now)
    return changes.tell(
        state, session, EventName.BOOKING_CONFIRMED, row.id, now, mails=mails, reminds=True, was_pending=True
    )


def _holds_until(session: Session, booking_id: str) -> datetime | None:
    """Return until when a booking awaits approval; None when it does not, or not any more."""
    booking = models.Booking
    return session.scalar(
        select(booking.hold_until).where(booking.id == booking_id, booking.status == BookingStatus.PENDING)
    )


def _is_booked(row: models.Booking) -> Exists:
    other = models.Booking
    # The larger of the first's after-buffer and the second's before-buffer lies between two bookings.
    ours_is_cut = and_(other.starts_at < row.busy_end, other.ends_at > row.busy_start)
    theirs_is_cut = and_(other.busy_start < row.ends_at, other.busy_end > row.starts_at)
    return exists().where(
        other.host_id == row.host_id,
        other.id != row.id,
        other.status == BookingStatus.CONFIRMED,
        other.busy_end > row.busy_start,
        or_(ours_is_cut, theirs_is_cut),
    )
