"""What has happened to a booking, in words for its host."""

from dataclasses import dataclass
from functools import partial

from zoom_blueprint import values
from zoom_blueprint.events import BookingPayload, EventName, LifecycleEvent
from zoom_blueprint.languages import Said, said
from zoom_blueprint.services import histories, times
from zoom_blueprint.state import State
from zoom_blueprint.values import Conference, EndedReason, Host
from zoom_blueprint.web import reading

_SIMPLE = {
    EventName.MEETING_CONFLICT: said("Changed in Zoom, and not adopted here"),
    EventName.MEETING_STARTED: said("The meeting began"),
    EventName.MEETING_ENDED: said("The meeting ended"),
    EventName.MEETING_DETACHED: said("Zoom was disconnected"),
    EventName.MEETING_PARKED: said("Not tried in Zoom any more"),
    EventName.CALENDAR_CONFLICT: said("Changed in Google Calendar, and not adopted here"),
    EventName.CALENDAR_DECLINED: said("The invitation was declined in Google Calendar"),
    EventName.CALENDAR_PARKED: said("Not tried in Google Calendar any more"),
    EventName.CALENDAR_WITHDRAWN: said("Google Calendar was disconnected before it was put there"),
}


@dataclass(frozen=True)
class Step:
    """One thing that happened, and when."""

    moment: str
    words: str


def steps(state: State, host: Host, booking: values.Booking) -> list[Step]:
    """Return what has happened to a booking, the earliest first."""
    moment = partial(times.moment, time_zone=host.time_zone, locale=reading.of_host(host).locale)
    found = []
    for event in histories.of_booking(state, booking.id):
        if isinstance(event.payload, BookingPayload):
            words = _words(event, event.payload, moment)
            found.append(Step(moment(event.occurred_at), words))
    return found


def ended(booking: values.Booking) -> Said:
    """Return how a booking came to its end."""
    match booking.ended_reason:
        case EndedReason.INVITEE:
            return said("{name} cancelled this booking", name=booking.name)
        case EndedReason.DECLINED:
            return said("You declined this request")
        case EndedReason.LAPSED:
            return said("This request was not answered in time")
        case EndedReason.REMOTE if booking.calendar is not None:
            return said("This booking was cancelled in Zoom or in Google Calendar")
        case EndedReason.REMOTE:
            return said("This booking was cancelled because its meeting was deleted in Zoom")
    return said("You cancelled this booking")


def _minutes(booking: values.Booking) -> int:
    return int((booking.end - booking.start).total_seconds()) // 60


def _words(event: LifecycleEvent, payload: BookingPayload, moment: "partial[str]") -> str:
    before = payload.previous_start
    match event.name:
        case EventName.BOOKING_REQUESTED | EventName.BOOKING_RESCHEDULED if before == payload.booking.start:
            return said("Its length changed to {n} min", n=_minutes(payload.booking))
        case EventName.BOOKING_REQUESTED if before is not None:
            return said("Moved from {moment}, and waiting for your answer again", moment=moment(before))
        case EventName.BOOKING_REQUESTED:
            return said("Asked for")
        case EventName.BOOKING_CONFIRMED:
            return said("Approved by you") if payload.was_pending else said("Booked")
        case EventName.BOOKING_RESCHEDULED if before is not None:
            return said("Moved from {moment}", moment=moment(before))
        case EventName.BOOKING_CANCELLED:
            return ended(payload.booking)
        case EventName.MEETING_READY:
            return _ready(payload.booking)
    return _SIMPLE.get(event.name, said("Changed"))


def _ready(booking: values.Booking) -> Said:
    if booking.is_own_link:
        return said("You gave it a link of your own")
    if booking.conference is Conference.MEET:
        return said("The Google Meet link was made")
    return said("The Zoom link was made")
