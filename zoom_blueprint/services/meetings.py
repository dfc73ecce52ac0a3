"""Bring the Zoom meeting of one booking in line with the booking: look, make the smallest call, record.

``reconcile`` may run twice, after a crash, or on another machine. Three values decide about changes from both sides:
what is wanted, what was last seen at Zoom, and what is there now.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from zoom_blueprint import values
from zoom_blueprint.errors import (
    NotConnected,
    ZoomError,
    ZoomMeetingNotFound,
    ZoomRateLimited,
    ZoomRejected,
    ZoomScopeMissing,
    ZoomUnknown,
)
from zoom_blueprint.services import changes, records, tokens
from zoom_blueprint.services.claims import Claimed, ClaimLost, pause
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus, ConnectionStatus, LinkReason
from zoom_blueprint.zoom_api.client import ZoomClient
from zoom_blueprint.zoom_api.payloads import Meeting, MeetingChange, MeetingRequest

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Wish:
    """What is wanted and what is recorded, as read at the beginning."""

    booking: values.Booking
    wanted: bool
    look_again: bool
    connection_id: str | None
    zoom_meeting_id: int | None
    seen_start: datetime | None
    seen_duration: int | None
    unsure_until: datetime | None
    read_at: datetime

    @property
    def is_sure(self) -> bool:
        """No create without an answer can have left a meeting that we do not know."""
        return self.unsure_until is None

    @property
    def can_settle(self) -> bool:
        """Whatever creates without an answer may have left stands at Zoom by now."""
        return self.unsure_until is None or self.unsure_until <= self.read_at

    @property
    def start(self) -> datetime:
        return self.booking.start

    @property
    def duration(self) -> int:
        return int((self.booking.end - self.booking.start).total_seconds()) // 60

    @property
    def is_over(self) -> bool:
        return self.booking.end <= self.read_at

    def is_as(self, start: datetime | None, duration: int | None) -> bool:
        return (self.start, self.duration) == (start, duration)


def reconcile(state: State, claimed: Claimed) -> None:
    """Make Zoom agree with one booking and record the outcome; every error of Zoom ends in a later try or a reason."""
    wish = state.database.read(lambda session: _read(state, session, claimed.row_id))
    try:
        if wish.wanted:
            _bring_about(state, claimed, wish)
        else:
            _take_away(state, claimed, wish)
    except ClaimLost:
        records.later(state, claimed, None, datetime.now(UTC), "the claim was nearly over")
    except NotConnected as error:
        records.waiting(state, claimed, LinkReason.NOT_CONNECTED, str(error))
    except ZoomRateLimited as error:
        # A little after the instant that Zoom names: for a clock ahead of Zoom's, midnight comes early and costs a day.
        at = (error.retry_at or datetime.now(UTC)) + pause(min(claimed.attempts, 4))
        records.later(state, claimed, LinkReason.QUOTA, at, str(error))
    except ZoomScopeMissing as error:
        records.waiting(state, claimed, LinkReason.SCOPES, str(error))
    except ZoomRejected as error:
        _log.warning("Zoom refused the meeting of booking %s: %s", wish.booking.id, error)
        records.later(state, claimed, LinkReason.NOT_ALLOWED, datetime.now(UTC) + timedelta(hours=1), str(error))
    except ZoomError as error:
        at = datetime.now(UTC) + pause(claimed.attempts)
        _log.warning("The meeting of booking %s will be tried again: %s", wish.booking.id, error)
        records.later(state, claimed, LinkReason.UNREACHABLE, at, str(error))


def marker(booking_id: str) -> str:
    """Return how the agenda of a meeting begins that is ours; Zoom has no idempotency key.

    What follows it there are strangers' words, among which the reference of another booking may stand.
    """
    return f"Booking reference: {booking_id}"


def _read(state: State, session: Session, meeting_id: str) -> _Wish:
    meeting = session.get_one(models.Meeting, meeting_id)
    booking = changes.snapshot(state, session, meeting.booking_id)
    connection_id = meeting.connection_id if meeting.zoom_meeting_id else None
    if connection_id is None:
        connection_id = session.scalars(
            select(models.Connection.id)
            .where(models.Connection.host_id == meeting.host_id)
            .order_by(models.Connection.status != ConnectionStatus.ACTIVE)
        ).first()
    return _Wish(
        booking=booking,
        wanted=meeting.wanted and booking.status == BookingStatus.CONFIRMED,
        look_again=meeting.look_again,
        connection_id=connection_id,
        zoom_meeting_id=meeting.zoom_meeting_id,
        seen_start=meeting.seen_start,
        seen_duration=meeting.seen_duration,
        unsure_until=meeting.unsure_until,
        read_at=datetime.now(UTC),
    )


def _bring_about(state: State, claimed: Claimed, wish: _Wish) -> None:
    if wish.is_over:
        records.over(state, claimed)
        return
    if wish.zoom_meeting_id is None:
        _create(state, claimed, wish)
        return
    if not wish.is_sure and wish.can_settle:
        _delete_all(state, wish, [one for one in _ours(state, wish) if one != wish.zoom_meeting_id])
        records.settled(state, claimed)
    if wish.look_again or not (wish.booking.conflict or wish.is_as(wish.seen_start, wish.seen_duration)):
        _compare(state, claimed, wish, wish.zoom_meeting_id)
    else:
        records.done(state, claimed)


def _create(state: State, claimed: Claimed, wish: _Wish) -> None:
    connection_id = _connection(wish)
    if not wish.is_sure:
        ours = _ours(state, wish)
        if ours:
            found = tokens.with_zoom(state, connection_id, lambda zoom: zoom.get(ours[0]))
            _delete_all(state, wish, ours[1:])
            records.linked(state, claimed, connection_id, found, is_settled=wish.can_settle)
            return
    options = state.hooks.meeting_options(wish.booking) if state.hooks.meeting_options else {}
    request = MeetingRequest(
        topic=f"{wish.booking.event.title}: {wish.booking.name}",
        start=wish.start,
        duration=wish.duration,
        agenda=f"{marker(wish.booking.id)}\n{wish.booking.name} <{wish.booking.email}>",
        time_zone=wish.booking.host.time_zone,
        settings=options,
    )

    def create(zoom: ZoomClient) -> Meeting:
        # Inside, because a refresh may have come before; and twice only when Zoom clearly refused the first token.
        records.about_to_change(state, claimed, connection_id, creates=True)
        return zoom.create(request)

    try:
        made = tokens.with_zoom(state, connection_id, create)
    except ZoomUnknown:
        raise
    except ZoomError:
        if wish.is_sure:  # a clear no: nothing can have come of it
            records.settled(state, claimed)
        raise
    records.linked(state, claimed, connection_id, made, is_settled=wish.is_sure)


def _compare(state: State, claimed: Claimed, wish: _Wish, meeting_id: int) -> None:
    """Settle a change on our side, on Zoom's, or on both."""
    connection_id = _connection(wish)
    try:
        now = tokens.with_zoom(state, connection_id, lambda zoom: zoom.get(meeting_id))
    except ZoomMeetingNotFound:
        records.vanished(state, claimed, moved_here=not wish.is_as(wish.seen_start, wish.seen_duration))
        return
    if wish.is_as(now.start, now.duration):
        records.agreed(state, claimed, now)
    elif (now.start, now.duration) == (wish.seen_start, wish.seen_duration):
        if wish.booking.conflict:
            records.done(state, claimed)
            return
        change = MeetingChange(start=wish.start, duration=wish.duration, time_zone=wish.booking.host.time_zone)

        def update(zoom: ZoomClient) -> None:
            records.about_to_change(state, claimed, connection_id)
            zoom.update(meeting_id, change)

        tokens.with_zoom(state, connection_id, update)
        records.pushed(state, claimed, wish.start, wish.duration)
    elif wish.is_as(wish.seen_start, wish.seen_duration):
        records.adopted(state, claimed, now)
    else:
        records.conflicting(state, claimed, now)


def _take_away(state: State, claimed: Claimed, wish: _Wish) -> None:
    if wish.connection_id is None:
        records.gone(state, claimed, is_settled=True)
        return
    known = [] if wish.zoom_meeting_id is None else [wish.zoom_meeting_id]
    if not wish.is_sure:
        known += [one for one in _ours(state, wish) if one != wish.zoom_meeting_id]
    _delete_all(state, wish, known)
    records.gone(state, claimed, is_settled=wish.can_settle)


def _delete_all(state: State, wish: _Wish, meeting_ids: Sequence[int]) -> None:
    for meeting_id in meeting_ids:
        try:
            tokens.with_zoom(state, _connection(wish), partial(_delete, meeting_id))
        except ZoomMeetingNotFound:
            _log.info("meeting %s was gone already", meeting_id)


def _delete(meeting_id: int, zoom: ZoomClient) -> None:
    zoom.delete(meeting_id)


def _ours(state: State, wish: _Wish) -> list[int]:
    """Return the meetings in Zoom that earlier, unanswered creates may have left."""
    mark = marker(wish.booking.id)
    return tokens.with_zoom(
        state,
        _connection(wish),
        lambda zoom: [listed.id for listed in zoom.list() if listed.agenda.startswith(mark)],
    )


def _connection(wish: _Wish) -> str:
    if wish.connection_id is None:
        raise NotConnected("Zoom is not connected. Press Connect Zoom on the dashboard.")
    return wish.connection_id
