"""What became of one try to bring a booking's event in line, recorded in one transaction with what follows from it.

As in ``records``, each function closes the claim unless it says otherwise.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from zoom_blueprint.events import EventName
from zoom_blueprint.google_api.events import Event
from zoom_blueprint.services import changes, closings, mailings, readers, remarks
from zoom_blueprint.services.calendar_wishes import EventWish, Times
from zoom_blueprint.services.claims import Claimed, ClaimLost
from zoom_blueprint.services.records import CALL_NEEDS, SURFACES_WITHIN
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus, LinkReason, Response

_MODEL = models.CalendarEvent
_SOON, _SELDOM = timedelta(seconds=2), timedelta(minutes=5)
_RESPONSES = frozenset(Response)


def about_to_change(
    state: State, claimed: Claimed, wish: EventWish, *, asks: Times | None, inserts: bool = False
) -> None:
    """Leave word of what may be under way, before the call; the claim goes on.

    Raises:
        ClaimLost: nothing may be called, for somebody else is or soon may be at work.
    """

    def work(session: Session) -> None:
        now = datetime.now(UTC)
        row = closings.held(session, _MODEL, claimed)
        if row is None or claimed.until - now < CALL_NEEDS:
            raise ClaimLost
        if asks is not None:
            row.asked_start, row.asked_end = asks
        if inserts:
            row.calendar_id = wish.calendar_id
            row.unsure_until = now + SURFACES_WITHIN

    state.database.write(work)


def settled(state: State, claimed: Claimed) -> None:
    """Record that no insert without an answer can take effect any more; the claim goes on."""

    def work(session: Session) -> None:
        row = closings.held(session, _MODEL, claimed)
        if row is not None:
            row.unsure_until = row.asked_start = row.asked_end = None

    state.database.write(work)


def told(
    state: State,
    claimed: Claimed,
    wish: EventWish,
    event: Event,
    times: Times | None,
    sent: Mapping[str, Any] | None,
) -> None:
    """Record that the event is as it shall be, or that Google took our change of it; ``sent`` None is all of it.

    ``times`` is what stands there by now, None for what was there before.
    """

    def work(session: Session, row: models.CalendarEvent, now: datetime) -> None:
        keep(state, session, row, wish, event, now)
        if times is not None:
            row.seen_start, row.seen_end = times
            row.asked_start = row.asked_end = None
            row.conflict = None
        row.told = wish.inscription.now_told(wish.told, event, sent)
        mailings.release(session.connection(), row.booking_id, now)

    close(state, claimed, wish, event, work)


def found(state: State, claimed: Claimed, event: Event, times: Times | None) -> None:
    """Record the event that an insert without an answer has left, to be looked at once more.

    ``times`` is what it was made with, if that is known.
    """

    def work(session: Session, row: models.CalendarEvent, now: datetime) -> None:
        del session, now
        row.event_id, row.unsure_until = event.id, None
        row.asked_start = row.asked_end = None
        if times is not None:
            row.seen_start, row.seen_end = times
        row.look_again = True

    closings.close(state, _MODEL, claimed, work, again_at=datetime.now(UTC))


def gone(state: State, claimed: Claimed, *, is_settled: bool) -> None:
    """Record that nothing of ours is left in Google, unless an insert without an answer may still surface."""

    def work(session: Session, row: models.CalendarEvent, now: datetime) -> None:
        del session, now
        forget(row)
        if is_settled:
            row.unsure_until = None

    closings.close(state, _MODEL, claimed, work)


def done(state: State, claimed: Claimed) -> None:
    """Record that there was nothing to do."""
    closings.close(state, _MODEL, claimed, lambda _, row, __: remarks.clear_reason(row))


def over(state: State, claimed: Claimed) -> None:
    """Record that the booking is past, and its event of no more concern."""

    def work(session: Session, row: models.CalendarEvent, now: datetime) -> None:
        del session
        row.unsure_until = None
        remarks.clear_reason(row)
        if row.event_id is None:
            remarks.give_reason(row, LinkReason.PAST, now)

    closings.close(state, _MODEL, claimed, work)


def close(
    state: State,
    claimed: Claimed,
    wish: EventWish,
    event: Event,
    record: Callable[[Session, models.CalendarEvent, datetime], None],
) -> None:
    """Record and finish; an event whose Meet link is not there yet is looked at again, less and less often."""
    again_at = None
    if wish.is_meet and meet_link(event) is None:
        now = datetime.now(UTC)
        waited = now - (wish.reason_since or now)
        again_at = now + min(max(waited, _SOON), _SELDOM)
    closings.close(state, _MODEL, claimed, record, again_at=again_at)


def keep(
    state: State, session: Session, row: models.CalendarEvent, wish: EventWish, event: Event, now: datetime
) -> None:
    """Keep what is to be known of an event, and tell of its Meet link when that is new."""
    row.event_id, row.link, row.unsure_until = event.id, event.html_link or None, None
    row.detached = False
    _keep_response(state, session, row, wish, event, now)
    link = meet_link(event)
    if not wish.is_meet or link is not None:
        remarks.clear_reason(row)
    else:
        remarks.give_reason(row, LinkReason.NO_MEET, now)
    if not wish.is_meet or link is None:
        return
    table = _MODEL.__tablename__
    before = row.join_url_sealed and state.cipher.open(table, row.id, "join_url", row.join_url_sealed)
    if link == before:
        return
    row.join_url_sealed = state.cipher.seal(table, row.id, "join_url", link)
    if before is not None:
        mailings.note_dead_link(session, row.booking_id)
    tell_link(state, session, row.booking_id, now)


def tell_link(state: State, session: Session, booking_id: str, now: datetime) -> None:
    """Release the mails that wait for a Meet link, and tell those who went without."""
    session.flush()
    if changes.load(session, booking_id).row.status == BookingStatus.CONFIRMED:
        mails = mailings.owed(session.connection(), booking_id, now)
        changes.tell(state, session, EventName.MEETING_READY, booking_id, now, mails=mails)


def meet_link(event: Event) -> str | None:
    """Return the Meet link of an event, None while there is none."""
    return None if event.conference is None else event.conference.meet_url


def forget(row: models.CalendarEvent) -> None:
    """Forget an event that is gone."""
    row.event_id = row.link = row.told = row.response = row.join_url_sealed = row.conflict = None
    row.seen_start = row.seen_end = row.asked_start = row.asked_end = None
    remarks.clear_reason(row)


def _keep_response(
    state: State, session: Session, row: models.CalendarEvent, wish: EventWish, event: Event, now: datetime
) -> None:
    mail = wish.booking.email.lower()
    answer = next((one.response for one in event.attendees if one.email == mail), None)
    if answer not in _RESPONSES or answer == row.response:
        return
    row.response = answer
    if answer == Response.DECLINED:
        changes.tell(state, session, EventName.CALENDAR_DECLINED, row.booking_id, now, mails={readers.HOST: now})
