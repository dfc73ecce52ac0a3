"""Event words: what people are told of a booking's event in its host's Google calendar, and of a Google Meet link."""

from datetime import datetime

from zoom_blueprint import values
from zoom_blueprint.languages import Said, language, said
from zoom_blueprint.services import times
from zoom_blueprint.values import BookingStatus, CalendarEvent, Conference, LinkReason, Response

_WHY = {
    LinkReason.NOT_CONNECTED: said(
        "Google Calendar is not connected. Open Connections and press Connect Google Calendar, or Reconnect Google "
        "Calendar where it says so."
    ),
    LinkReason.QUOTA: said("Google takes no more calls until {until}."),
    LinkReason.SCOPES: said(
        "Google Calendar lacks a permission. Open Connections, press Reconnect Google Calendar and allow everything."
    ),
    LinkReason.NOT_ALLOWED: said(
        "Google refused the event. Check in Google Calendar that you may change the calendar that gets the bookings."
    ),
    LinkReason.UNREACHABLE: said("Google has not given a clear answer since {since}."),
    LinkReason.REMOVED: said("The event was deleted in Google Calendar. A new one is being made."),
    LinkReason.NO_MEET: said("Google has not made the Meet link since {since}. We keep asking."),
    LinkReason.PAST: said("The booking was over before its event could be made."),
    LinkReason.SITE: said("This site’s own settings for meetings failed. Its operator finds out why in the log."),
}
_UNEXPECTED = said("Something unexpected went wrong each time. The site’s operator finds out why in the log.")
_EVENT_FOLLOWS = said("Then the event follows by itself.")
_LINK_FOLLOWS = said("Then the link follows by itself.")
_CHANGE_FOLLOWS = said("Until then the event is as it was before the change.")
_ENDS_BY_ITSELF = (LinkReason.REMOVED, LinkReason.NO_MEET, LinkReason.PAST)
_FURTHER_NOTICE = said("further notice")
_A_WHILE = said("a while ago")
ANSWERS = {
    Response.NONE: said("Not answered yet"),
    Response.ACCEPTED: said("Accepted"),
    Response.TENTATIVE: said("Maybe"),
    Response.DECLINED: said("Declined"),
}


def state_of(booking: values.Booking) -> Said | None:
    """Return how the event stands, for the host; None where the booking has none, or none any more."""
    event = booking.calendar
    if event is None or booking.status is not BookingStatus.CONFIRMED:
        return None
    if event.is_detached:
        return said(
            "Google Calendar was disconnected: the event follows no change made here. "
            "What you change here, change there too."
        )
    if event.parked_at is not None:
        return undone(booking)
    if event.reason is not None:
        return for_host(booking)
    return said("It is in your calendar.") if event.is_there else said("It is being put into your calendar.")


def for_host(booking: values.Booking) -> Said:
    """Return why the event is not there or does not follow a change, and what then happens."""
    event = booking.calendar
    if event is None or event.reason is None:
        return said("The Google Meet link is being made.")
    words = why(event, booking.host)
    if event.reason in _ENDS_BY_ITSELF:
        return words
    then = _CHANGE_FOLLOWS if event.is_there else _EVENT_FOLLOWS
    return _joined(words, _LINK_FOLLOWS if _lacks_link(booking) else then)


def why(event: CalendarEvent, host: values.Host) -> Said:
    """Return what is in the way of an event, in words for the host."""
    if event.reason is None or event.reason not in _WHY:
        return _UNEXPECTED
    words = said(
        _WHY[event.reason],
        until=_moment(event.retry_at, host) if event.retry_at else _FURTHER_NOTICE,
        since=_moment(event.reason_since, host) if event.reason_since else _A_WHILE,
    )
    return _joined(words, event.reason_detail) if event.reason_detail else words


def undone(booking: values.Booking) -> Said:
    """Return what was not done in Google Calendar, where nobody tries any more."""
    if booking.status is BookingStatus.CANCELLED:
        return said("The event in Google Calendar was not deleted")
    if _lacks_link(booking):
        return said("The Google Meet link was not made")
    if booking.calendar is not None and booking.calendar.is_there:
        return said("The event in Google Calendar was not brought in line with the booking")
    return said("The event was not put into Google Calendar")


def beside(booking: values.Booking) -> list[str]:
    """Return what needs the host's attention: an invitation that was declined, a change in Google not followed."""
    event = booking.calendar
    if event is None or booking.status is not BookingStatus.CONFIRMED:
        return []
    is_amiss = event.is_detached or (event.reason is not None and not _lacks_link(booking))
    stands = state_of(booking) if is_amiss and event.parked_at is None else None
    declined = (
        said(
            "{name} has declined the invitation in Google Calendar. The booking stands until it is cancelled.",
            name=booking.name,
        )
        if event.response is Response.DECLINED
        else None
    )
    return [words for words in (stands, declined, event.conflict) if words]


def is_invited(booking: values.Booking) -> bool:
    """Return whether Google invites the people, so that nothing of ours may bring a second entry into a calendar."""
    return booking.calendar is not None and booking.calendar.invites


def _lacks_link(booking: values.Booking) -> bool:
    return booking.conference is Conference.MEET and booking.join_url is None


def _joined(one: str, other: str) -> Said:
    return said("{one} {other}", one=one, other=other)


def _moment(instant: datetime, host: values.Host) -> str:
    return times.moment_with_zone(instant, host.time_zone, language(host.locale).locale)
