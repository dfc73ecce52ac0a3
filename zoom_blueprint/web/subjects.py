"""What a mail or a hook tells of, in words for a host."""

from zoom_blueprint.events import EventName
from zoom_blueprint.languages import Said, said

_ABOUT: dict[str, Said] = {
    EventName.BOOKING_REQUESTED: said("a new request"),
    EventName.BOOKING_CONFIRMED: said("a new booking"),
    EventName.BOOKING_RESCHEDULED: said("a new time"),
    EventName.BOOKING_CANCELLED: said("a cancellation"),
    EventName.MEETING_READY: said("the Zoom link"),
    EventName.MEETING_CONFLICT: said("a change in Zoom"),
    EventName.MEETING_STARTED: said("the beginning of a meeting"),
    EventName.MEETING_ENDED: said("the end of a meeting"),
    EventName.MEETING_DETACHED: said("a booking whose Zoom account was disconnected"),
    EventName.MEETING_PARKED: said("what was not done in Zoom"),
    EventName.GOOGLE_CONNECTED: said("a Google Calendar that was connected"),
    EventName.GOOGLE_DISCONNECTED: said("a Google Calendar that was disconnected"),
    EventName.GOOGLE_UNHEALTHY: said("a connection to Google Calendar that does not work"),
    EventName.GOOGLE_RECOVERED: said("a connection to Google Calendar that works again"),
    EventName.CALENDAR_CONFLICT: said("a change in Google Calendar"),
    EventName.CALENDAR_DECLINED: said("a guest who declined in their calendar"),
    EventName.CALENDAR_PARKED: said("what was not done in Google Calendar"),
    EventName.CALENDAR_WITHDRAWN: said("a calendar entry that Google did not send"),
    EventName.VISITOR_CHECKED: said("a code for a visitor"),
    EventName.ZOOM_CONNECTED: said("a Zoom account that was connected"),
    EventName.ZOOM_DISCONNECTED: said("a Zoom account that you disconnected"),
    EventName.ZOOM_DEAUTHORIZED: said("this app, removed in Zoom"),
    EventName.ZOOM_UNHEALTHY: said("a connection to Zoom that does not work"),
    EventName.ZOOM_RECOVERED: said("a connection to Zoom that works again"),
    EventName.ENDPOINT_DISABLED: said("a webhook that was switched off"),
}
_REMINDER = said("a reminder")


def about(event_name: str, reminds_before: int | None = None) -> Said:
    """Return what an event is called in a sentence; ``reminds_before`` are a reminder's minutes."""
    if reminds_before is not None:
        return _REMINDER
    return _ABOUT[event_name]
