"""Why a booking has no link or a connection does not work: plain words for the host, kind ones for invitees."""

from datetime import datetime

from zoom_blueprint import values
from zoom_blueprint.languages import Said, language, said
from zoom_blueprint.services import event_words, providers, settings, times
from zoom_blueprint.values import (
    BookingStatus,
    Conference,
    ConnectionReason,
    LinkReason,
    Location,
    MeetingStatus,
    Provider,
    SettingChange,
    WithoutZoom,
)

_FOR_HOST = {
    LinkReason.NOT_CONNECTED: said("Zoom is not connected. Press Connect Zoom, or Reconnect Zoom where it says so."),
    LinkReason.QUOTA: said("Zoom takes no more new or changed meetings until {until}."),
    LinkReason.SCOPES: said("The Zoom app lacks a permission. Press Reconnect Zoom and allow everything it asks for."),
    LinkReason.NOT_ALLOWED: said("Zoom refused the meeting. Check in Zoom that your account may host meetings."),
    LinkReason.UNREACHABLE: said("Zoom has not given a clear answer since {since}. We keep trying."),
    LinkReason.REMOVED: said("The meeting was deleted in Zoom. A new one is being made."),
    LinkReason.APPROVAL: said("The Zoom link is made when you approve the booking."),
    LinkReason.PAST: said("The booking was over before a Zoom link could be made."),
    LinkReason.SITE: said("This site’s own settings for meetings failed. Its operator finds out why in the log."),
}
_SILENT = said("Zoom has not given a clear answer since {since}.")
_UNEXPECTED = said("Something unexpected went wrong each time. The site’s operator finds out why in the log.")
GIVEN_UP = said("We have stopped trying for now. Press Try again among your bookings.")
"""What the host is told of what is parked, whatever the cause."""
_ENDS_BY_ITSELF = (LinkReason.REMOVED, LinkReason.APPROVAL, LinkReason.PAST)
_LINK_FOLLOWS = said("Then the link follows by itself.")
_CHANGE_FOLLOWS = said("Until then the meeting in Zoom is as it was before the change.")
_FURTHER_NOTICE = said("further notice")
_A_WHILE = said("a while ago")
_FAR_TOO_LATE = said("Your booking stands, but making its Zoom link takes far longer than usual. {host} can see that.")
_MEET_FAR_TOO_LATE = said(
    "Your booking stands, but making its Google Meet link takes far longer than usual. {host} can see that."
)
_MAIL_FOLLOWS = said("We will mail the link to you as soon as it is ready.")
_APPEARS = said("The link appears here by itself.")
SETTINGS = {
    "waiting_room": said("Waiting room"),
    "join_before_host": said("Join before host"),
    "host_video": said("Host video"),
    "participant_video": said("Participants’ video"),
    "mute_upon_entry": said("Mute on entry"),
    "auto_recording": said("Automatic recording"),
    "alternative_hosts": said("Alternative hosts"),
    "use_pmi": said("Personal meeting ID"),
}
_WORDS: dict[bool | str | None, str] = {True: said("on"), False: said("off"), "": said("none")}
_OPEN = said(
    "Zoom set neither a passcode nor a waiting room for this meeting: whoever has the link walks in. "
    "Turn one of them on in Zoom, or ask your Zoom administrator to."
)
_WITHOUT_ZOOM = {
    WithoutZoom.REFUSE: said("Until Zoom is connected and works, this cannot be booked."),
    WithoutZoom.LATER: said("Until Zoom is connected and works, this is booked without a link; the links follow then."),
    WithoutZoom.MANUAL: said("Until Zoom is connected and works, this is booked with your own link."),
    WithoutZoom.CALENDAR: said("Until Zoom is connected and works, this is booked with a Google Meet link."),
}
_DETACHED = said(
    "Zoom was disconnected: the link still works, and the meeting in Zoom follows no change made here. "
    "What you change here, change there too."
)
_LEFT_BEHIND = said("The meeting that it had in Zoom is still there: delete it yourself.")


def of_connection(connection: values.Connection) -> str | None:
    """Return why a connection does not work, and what to press; None when nothing is wrong."""
    return None if connection.reason is None else of_reason(connection.reason, connection.provider)


def of_reason(reason: ConnectionReason, provider: Provider = Provider.ZOOM) -> str:
    """Return the sentence for the reason of a connection to a provider."""
    return providers.side(provider).sentences.reasons[reason]


def for_host(booking: values.Booking) -> str | None:
    """Return what the host should know and do about the link; None when it is there or none is to come."""
    if booking.parked_at is not None:
        return _joined(parked(booking), GIVEN_UP)
    if _is_in_meet(booking):
        return event_words.for_host(booking) if booking.meeting_status is MeetingStatus.COMING else None
    reason = booking.meeting_reason
    if reason is None:
        return said("The Zoom link is being made.") if booking.meeting_status is MeetingStatus.COMING else None
    words: str = _filled(_FOR_HOST[reason], booking)
    if reason not in _ENDS_BY_ITSELF:
        then = _LINK_FOLLOWS if booking.meeting_status is MeetingStatus.COMING else _CHANGE_FOLLOWS
        words = _joined(words, then)
    return _joined(words, booking.reason_detail) if booking.reason_detail else words


def parked(booking: values.Booking) -> Said:
    """Return why nobody tries any more to bring a booking's meeting in line."""
    if _is_in_meet(booking) and booking.calendar is not None:
        return event_words.why(booking.calendar, booking.host)
    reason = booking.meeting_reason
    if reason is None or reason in _ENDS_BY_ITSELF:
        return _UNEXPECTED
    words = _filled(_SILENT if reason is LinkReason.UNREACHABLE else _FOR_HOST[reason], booking)
    return _joined(words, booking.reason_detail) if booking.reason_detail else words


def undone(booking: values.Booking) -> Said:
    """Return what was not done for a booking whose meeting nobody tries any more to bring in line."""
    if _is_in_meet(booking):
        return event_words.undone(booking)
    if booking.status is BookingStatus.CANCELLED or booking.is_own_link:
        return said("The meeting in Zoom was not deleted")
    if booking.join_url:
        return said("The meeting in Zoom was not brought in line with the booking")
    return said("The Zoom meeting was not made")


def for_host_beside(booking: values.Booking) -> list[str]:
    """Return what else the host should know of a booking: what follows no change, what Zoom set otherwise."""
    told = [_DETACHED] if booking.is_detached and not booking.is_own_link else []
    return [*told, *(_of_setting(change) for change in booking.setting_changes), *event_words.beside(booking)]


def cancelling(booking: values.Booking) -> str:
    """Return what a cancellation by the host will do."""
    words = _cancelling(booking)
    event = booking.calendar
    if event is None or not event.is_there:
        return words
    if event.is_detached:
        return _joined(words, said("Google Calendar is not touched: delete the event there yourself."))
    return _joined(words, said("Its event is taken out of Google Calendar, too."))


def _cancelling(booking: values.Booking) -> str:
    if _has_left_zoom(booking):
        return _joined(said("This cancels it here."), _LEFT_BEHIND)
    if not _is_in_zoom(booking):
        return said("This cancels it here.")
    if booking.is_detached:
        return said("This cancels it here. Zoom is not touched: delete the meeting there yourself.")
    return said("This cancels it here and deletes its meeting in Zoom.")


def cancelled(booking: values.Booking) -> str | None:
    """Return what the host should know of the meeting of a cancelled booking."""
    if _has_left_zoom(booking):
        return _LEFT_BEHIND
    if not _is_in_zoom(booking):
        return None
    if booking.is_detached:
        return said("Zoom is not touched: delete the meeting there yourself.")
    return said("Its meeting in Zoom is being deleted.")


def moved(booking: values.Booking) -> str | None:
    """Return what the host has to do about the meeting of a moved booking."""
    is_behind = booking.is_detached and _is_in_zoom(booking)
    return said("Zoom is not touched: move the meeting there yourself.") if is_behind else None


def without_zoom(event: values.EventType, *, has_google: bool) -> str | None:
    """Return what becomes of an event type while no connection to Zoom works; ``has_google``: that to Google does."""
    if event.location is not Location.ZOOM:
        return None
    if event.without_zoom is WithoutZoom.CALENDAR and not has_google:
        return said("Until Zoom or Google Calendar is connected and works, this cannot be booked.")
    return _WITHOUT_ZOOM[event.without_zoom]


def delay(booking: values.Booking) -> str | None:
    """Return a kind word when the link is late; never an integration's error."""
    match booking.meeting_reason:
        case None if booking.parked_at is None:
            return None
        case LinkReason.APPROVAL:
            return said("Your Zoom link comes when {host} has accepted the booking.", host=booking.host.name)
        case LinkReason.PAST:
            return said("This meeting is over.")
    if booking.meeting_status is not MeetingStatus.COMING:
        return None
    if booking.parked_at is not None:
        return said("It takes far longer than usual, and {host} can see that.", host=booking.host.name)
    return said("It takes a little longer than usual.")


def for_invitee(booking: values.Booking, *, has_mail: bool = True) -> str | None:
    """Return what the invitee should know, or None when the link is there or none is to come."""
    if booking.meeting_status is not MeetingStatus.COMING:
        return None
    is_in_meet = _is_in_meet(booking)
    if booking.parked_at is not None:
        late = said(_MEET_FAR_TOO_LATE if is_in_meet else _FAR_TOO_LATE, host=booking.host.name)
        return _joined(late, _MAIL_FOLLOWS if has_mail else _APPEARS)
    if is_in_meet and has_mail:
        return said("Your Google Meet link is on its way. We will mail it to you as soon as it is ready.")
    if is_in_meet:
        return said("Your Google Meet link is on its way. It appears here by itself.")
    if not has_mail:
        return said("Your Zoom link is on its way. It appears here by itself.")
    return said("Your Zoom link is on its way. We will mail it to you as soon as it is ready.")


def _has_left_zoom(booking: values.Booking) -> bool:
    return booking.is_detached and booking.is_own_link


def _is_in_zoom(booking: values.Booking) -> bool:
    return booking.event.location is Location.ZOOM and not booking.is_own_link and not _is_in_meet(booking)


def _is_in_meet(booking: values.Booking) -> bool:
    return booking.conference is Conference.MEET


def _of_setting(change: SettingChange) -> str:
    if change.name == settings.PROTECTION:
        return _OPEN
    name = SETTINGS.get(change.name, change.name)
    asked = _WORDS.get(change.asked, str(change.asked))
    if change.stored is None:
        return said("{setting}: Zoom did not say whether it is {asked}, as you wanted it.", setting=name, asked=asked)
    return said(
        "{setting}: Zoom stored {stored} instead of {asked}, as your account’s policy or you in Zoom have it.",
        setting=name,
        stored=_WORDS.get(change.stored, str(change.stored)),
        asked=asked,
    )


def _filled(words: str, booking: values.Booking) -> Said:
    until, since = booking.retry_at, booking.reason_since
    return said(
        words,
        until=_moment(until, booking.host) if until else _FURTHER_NOTICE,
        since=_moment(since, booking.host) if since else _A_WHILE,
    )


def _joined(one: str, other: str) -> Said:
    return said("{one} {other}", one=one, other=other)


def _moment(instant: datetime, host: values.Host) -> str:
    return times.moment_with_zone(instant, host.time_zone, language(host.locale).locale)
