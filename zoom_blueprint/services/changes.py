"""What can happen to a booking inside a transaction that holds its host's lock."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from zoom_blueprint import values
from zoom_blueprint.errors import NotFound
from zoom_blueprint.events import BookingPayload, EventName
from zoom_blueprint.languages import said
from zoom_blueprint.services import booked, calendar_rows, claims, duties, journal, readers, remarks, snapshots
from zoom_blueprint.services.booked import Booked
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.driven import Runs
from zoom_blueprint.values import BookingStatus, EndedReason

LINK_GRACE = timedelta(seconds=10)
"""How long a first mail waits for its Zoom link before it leaves without one."""
_Times = tuple[datetime, datetime]
REMINDER = ":remind:"
"""What stands in the names of those subscribers that ``readers.reminded`` makes."""


def load(session: Session, booking_id: str) -> Booked:
    """Return a booking's rows.

    Raises:
        NotFound: there is no such booking.
    """
    if "\x00" in booking_id:  # PostgreSQL has no such text, and says so by an error
        raise _nothing()
    found = session.execute(
        booked.query().where(models.Booking.id == booking_id).execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise _nothing()
    return Booked(*found)


def _nothing() -> NotFound:
    return NotFound(said("There is no such booking."))


def snapshot(state: State, session: Session, booking_id: str) -> values.Booking:
    """Return a booking as it stands in this transaction."""
    return snapshots.booking(state, *load(session, booking_id))


def tell(
    state: State,
    session: Session,
    name: EventName,
    booking_id: str,
    now: datetime,
    *,
    mails: Mapping[str, datetime] | None = None,
    reminds: bool = False,
    previous: _Times | None = None,
    note: str | None = None,
    was_pending: bool = False,
) -> values.Booking:
    """Record a lifecycle event about a booking as it now stands, and return that booking.

    ``previous`` is from when to when it was before. ``reminds``: its readers are owed reminders from now on; those owed
    before fall away with the raised sequence.
    """
    rows = load(session, booking_id)
    booking = snapshots.booking(state, *rows)
    session.flush()
    return tell_of(
        state,
        session.connection(),
        name,
        booking,
        now,
        mails=mails,
        reminds=reminds,
        previous=previous,
        note=note,
        was_pending=was_pending,
        has_endpoints=rows.host.has_endpoints,
    )


def tell_of(
    state: State,
    connection: Runs,
    name: EventName,
    booking: values.Booking,
    now: datetime,
    *,
    mails: Mapping[str, datetime] | None = None,
    reminds: bool = False,
    previous: _Times | None = None,
    note: str | None = None,
    was_pending: bool = False,
    has_endpoints: bool = True,
) -> values.Booking:
    """Do as ``tell`` does about a booking that the caller knows as it now stands; ``journal.write`` says the rest."""
    owed = dict(mails or {})
    if reminds:
        owed |= readers.reminded(booking.guests, booking.event.reminders, booking.start, now)
    payload = BookingPayload(
        booking=booking,
        previous_start=previous[0] if previous else None,
        previous_end=previous[1] if previous else None,
        note=note,
        was_pending=was_pending,
    )
    journal.write(state, connection, name, payload, now=now, mails=owed, has_endpoints=has_endpoints)
    calendar_rows.follow(connection, name, booking, now)
    return booking


def ask(
    state: State, session: Session, row: models.Booking, now: datetime, *, previous: _Times | None = None
) -> values.Booking:
    """Let a booking await its host's approval, who is told; it holds its time until then, and not for ever.

    Guests hear of it only if the booking stands in their calendars already.
    """
    until = _hold(state, row, now)
    session.flush()
    duties.want(session, DutyName.LAPSE, row.id, until)
    details = snapshots.open_details(state.cipher, row)
    mails = readers.everybody(details.guests if row.confirmed_at else (), now)
    return tell(state, session, EventName.BOOKING_REQUESTED, row.id, now, mails=mails, previous=previous)


def move(
    state: State,
    session: Session,
    booking_id: str,
    start: datetime,
    end: datetime,
    now: datetime,
    *,
    by_invitee: bool = False,
) -> values.Booking:
    """Move a booking to a time that was found free; the meeting is asked to follow, everyone is told.

    One that awaits approval awaits it anew, and an approved one again if its event type says so of moves
    ``by_invitee``: its meeting stays as it is until the host has answered.
    """
    row, _, event, meeting, calendar = load(session, booking_id)
    previous = row.starts_at, row.ends_at
    row.starts_at, row.ends_at = start, end
    row.busy_start = start - timedelta(minutes=event.buffer_before)
    row.busy_end = end + timedelta(minutes=event.buffer_after)
    row.sequence += 1
    row.changed_at = now
    for target in (meeting, calendar):
        if target is not None:
            target.conflict = None
    asks_again = by_invitee and event.approval and event.approval_when_moved
    is_asked = row.status == BookingStatus.PENDING or asks_again
    if is_asked:
        _hold(state, row, now)
    session.flush()
    # Even where nothing follows yet: whoever is just asking Zoom finds out that things are not as they were.
    claims.wish(session, models.Meeting, models.Meeting.booking_id == row.id, now)
    if is_asked:
        return ask(state, session, row, now, previous=previous)
    mails = told_with_link(snapshots.open_details(state.cipher, row), meeting, now)
    return tell(
        state,
        session,
        EventName.BOOKING_RESCHEDULED,
        row.id,
        now,
        mails=mails,
        reminds=True,
        previous=previous,
    )


def told_with_link(details: snapshots.Details, meeting: models.Meeting | None, now: datetime) -> dict[str, datetime]:
    """Return when everybody is told of a time that Zoom has yet to agree with."""
    waits = meeting is not None and meeting.zoom_meeting_id is None and details.own_link is None
    mails = readers.everybody(details.guests, now + LINK_GRACE if waits else now)
    if meeting is not None and meeting.zoom_meeting_id is not None:
        mails[readers.HOST] = now + LINK_GRACE  # it says so when Zoom does not follow yet
    return mails


def end(
    state: State, session: Session, booking_id: str, reason: EndedReason, now: datetime, *, words: str | None = None
) -> values.Booking:
    """Cancel a booking: the slot is free again, the meeting is to vanish, everyone is told who knew of it."""
    row, _, _, meeting, calendar = load(session, booking_id)
    was_pending = row.status == BookingStatus.PENDING
    row.status, row.ended_reason = BookingStatus.CANCELLED, reason
    row.sequence += 1
    row.changed_at = now
    details = snapshots.open_details(state.cipher, row)
    if words:
        details = replace(details, cancel_reason=words)
        row.details_sealed = snapshots.seal_details(state.cipher, row.id, details)
    if meeting is not None:
        meeting.wanted = False
    for target in (meeting, calendar):
        if target is not None:
            target.conflict = None
            remarks.clear_reason(target)
    session.flush()
    claims.wish(session, models.Meeting, models.Meeting.booking_id == row.id, now)
    guests: Sequence[str] = details.guests if row.confirmed_at else ()
    mails = readers.everybody(guests, now)
    return tell(state, session, EventName.BOOKING_CANCELLED, row.id, now, mails=mails, was_pending=was_pending)


def keep_reminders(session: Session, row: models.Booking) -> None:
    """Let the reminders stand that are still owed of a booking whose sequence rose while its time is what it was."""
    delivery = models.Delivery
    session.execute(
        update(delivery)
        .where(
            delivery.booking_id == row.id,
            delivery.subscriber.contains(REMINDER),
            delivery.sequence == row.sequence - 1,
            delivery.done_at.is_(None),
        )
        .values(sequence=row.sequence)
        .execution_options(synchronize_session=False)
    )


def _hold(state: State, row: models.Booking, now: datetime) -> datetime:
    """Let a booking await approval, and return until when."""
    row.status = BookingStatus.PENDING
    row.hold_until = min(now + timedelta(hours=state.config.approval_hours), row.starts_at)
    return row.hold_until
