"""First tries: a booking's meeting is brought about at once, in this process, while its visitor waits."""

import time
from concurrent.futures import TimeoutError as FutureTimeout
from functools import partial

from sqlalchemy import bindparam, select

from zoom_blueprint import logs, values
from zoom_blueprint.loading import turn
from zoom_blueprint.services import agendas
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import Conference, MeetingStatus

VISITOR_SECONDS = 4.0
"""How long a visitor waits for the Zoom link before the page says that it is on its way."""
_PAUSE_SECONDS = 0.1
_MEETING = select(models.Meeting.id).where(models.Meeting.booking_id == bindparam("booking"))
_EVENT = select(models.CalendarEvent.id).where(models.CalendarEvent.booking_id == bindparam("booking"))
_log = logs.logger(__name__)


def with_link(state: State, booking: values.Booking, seconds: float = VISITOR_SECONDS) -> values.Booking:
    """Give the meeting its first try now and return the booking as it is then, after ``seconds`` at the latest."""
    if booking.meeting_status is not MeetingStatus.COMING or booking.parked_at is not None:
        return booking
    try:
        with logs.about(booking=booking.id, host=booking.host.id), state.work.visitor() as may_wait:
            return _wait_for_link(state, booking, seconds) if may_wait else booking
    finally:
        state.work.wake()


def _wait_for_link(state: State, booking: values.Booking, seconds: float) -> values.Booking:
    deadline = time.monotonic() + seconds
    trying = state.work.try_now(partial(_try, state, booking))
    if trying is None:
        return booking
    try:
        tried = trying.result(timeout=seconds)
    except FutureTimeout:
        return booking
    except Exception:  # noqa: BLE001  # the booking stands, whatever became of the try
        _log.exception("the first try for booking %s failed", booking.id)
        return booking
    if tried is not None:
        return tried
    # Somebody else has the meeting in hand: their result comes to us through the row.
    booking = agendas.get(state, booking.id)
    while booking.meeting_status is MeetingStatus.COMING and time.monotonic() < deadline:
        time.sleep(_PAUSE_SECONDS)
        booking = agendas.get(state, booking.id)
    return booking


def _try(state: State, booking: values.Booking) -> values.Booking | None:
    """Return the booking as it is after a try; None when somebody else has its meeting in hand."""
    with turn:
        from zoom_blueprint.services import beginnings, claims, drain

    with state.app.app_context():
        begun = beginnings.begin(state, booking)
    if begun is not None:
        linked = drain.work_on(state, "meeting", begun.claimed, partial(beginnings.make, state, begun))
        return linked or agendas.get(state, booking.id)
    if booking.conference is not Conference.MEET:
        ((meeting_id,),) = state.database.look(_MEETING, {"booking": booking.id})
        if not drain.drain_one(state, "meeting", meeting_id, patience=claims.VISITOR_PATIENCE):
            return None
        booking = agendas.get(state, booking.id)
    if booking.conference is not Conference.MEET or booking.meeting_status is not MeetingStatus.COMING:
        return booking
    # Zoom does not work, and its meeting was handed over.
    ((event_id,),) = state.database.look(_EVENT, {"booking": booking.id})
    is_ours = drain.drain_one(state, "calendar", event_id, patience=claims.VISITOR_PATIENCE)
    return agendas.get(state, booking.id) if is_ours else None
