"""Why a booking has no Zoom link or a connection does not work: plain words for the host, kind ones for invitees."""

from datetime import datetime

from zoom_blueprint import values
from zoom_blueprint.services import settings, times
from zoom_blueprint.values import ConnectionReason, LinkReason, Location, MeetingStatus, SettingChange, WithoutZoom

_OF_CONNECTION = {
    ConnectionReason.LOST: "Zoom no longer accepts our access. Press Reconnect Zoom.",
    ConnectionReason.INTERRUPTED: (
        "Our access to Zoom was being renewed when the connection broke, and Zoom has dropped the old one. "
        "Press Reconnect Zoom."
    ),
    ConnectionReason.ACCOUNT_INACTIVE: (
        "Your Zoom account is not active. Ask your Zoom administrator, then press Check now."
    ),
    ConnectionReason.MAY_NOT_HOST: (
        "Your Zoom account may not host meetings. Ask your Zoom administrator for a licence, then press Check now."
    ),
    ConnectionReason.SCOPES: (
        "Zoom did not give every permission. Press Reconnect Zoom and allow all that Zoom asks for."
    ),
    ConnectionReason.DISCONNECTED: "You disconnected Zoom.",
    ConnectionReason.DEAUTHORIZED: "The app was removed in the Zoom App Marketplace.",
}

_FOR_HOST = {
    LinkReason.NOT_CONNECTED: "Zoom is not connected. Press Connect Zoom, or Reconnect Zoom where it says so{then}.",
    LinkReason.QUOTA: "Zoom takes no more new or changed meetings until {until}{then}.",
    LinkReason.SCOPES: "The Zoom app lacks a permission. Press Reconnect Zoom and allow everything it asks for{then}.",
    LinkReason.NOT_ALLOWED: "Zoom refused the meeting. Check in Zoom that your account may host meetings{then}.",
    LinkReason.UNREACHABLE: "Zoom has not given a clear answer since {since}. We keep trying{then}.",
    LinkReason.REMOVED: "The meeting was deleted in Zoom. A new one is being made.",
    LinkReason.APPROVAL: "The Zoom link is made when you approve the booking.",
    LinkReason.PAST: "The booking was over before a Zoom link could be made.",
    LinkReason.SITE: "This site’s own settings for meetings failed. Its operator finds out why in the log{then}.",
}
_LINK_FOLLOWS = ", and the link follows by itself"
_CHANGE_FOLLOWS = "; until then the meeting in Zoom is as it was before the change"
_SETTINGS = {
    "waiting_room": "Waiting room",
    "join_before_host": "Join before host",
    "host_video": "Host video",
    "participant_video": "Participants’ video",
    "mute_upon_entry": "Mute on entry",
    "auto_recording": "Automatic recording",
    "alternative_hosts": "Alternative hosts",
    "use_pmi": "Personal meeting ID",
}
_WORDS: dict[bool | str | None, str] = {True: "on", False: "off", "": "none"}
_OPEN = (
    "Zoom set neither a passcode nor a waiting room for this meeting: whoever has the link walks in. "
    "Turn one of them on in Zoom, or ask your Zoom administrator to."
)
_WITHOUT_ZOOM = {
    WithoutZoom.REFUSE: "Until Zoom is connected and works, this cannot be booked.",
    WithoutZoom.LATER: "Until Zoom is connected and works, this is booked without a link; the links follow then.",
    WithoutZoom.MANUAL: "Until Zoom is connected and works, this is booked with your own link.",
}
_DETACHED = (
    "Zoom was disconnected: the link still works, and the meeting in Zoom follows no change made here. "
    "What you change here, change there too."
)
_LEFT_BEHIND = "The meeting that it had in Zoom is still there: delete it yourself."


def of_connection(connection: values.Connection) -> str | None:
    """Return why a connection does not work, and what to press; None when nothing is wrong."""
    return None if connection.reason is None else _OF_CONNECTION[connection.reason]


def of_reason(reason: ConnectionReason) -> str:
    """Return the sentence for a connection's reason."""
    return _OF_CONNECTION[reason]


def for_host(booking: values.Booking) -> str | None:
    """Return what the host should know and do about the link; None when it is there or none is to come."""
    reason = booking.meeting_reason
    if reason is None:
        return "The Zoom link is being made." if booking.meeting_status is MeetingStatus.COMING else None
    host = booking.host
    until, since = booking.retry_at, booking.reason_since
    words = _FOR_HOST[reason].format(
        until=_moment(until, host) if until else "further notice",
        since=_moment(since, host) if since else "a while",
        then=_LINK_FOLLOWS if booking.meeting_status is MeetingStatus.COMING else _CHANGE_FOLLOWS,
    )
    return f"{words} {booking.reason_detail}" if booking.reason_detail else words


def for_host_beside(booking: values.Booking) -> list[str]:
    """Return what else the host should know of a booking's meeting: what follows no change, what Zoom set otherwise."""
    told = [_DETACHED] if booking.is_detached and not booking.is_own_link else []
    return [*told, *(_of_setting(change) for change in booking.setting_changes)]


def cancelling(booking: values.Booking) -> str:
    """Return what a cancellation by the host will do."""
    if _has_left_zoom(booking):
        return f"This cancels it here. {_LEFT_BEHIND}"
    if not _is_in_zoom(booking):
        return "This cancels it here."
    if booking.is_detached:
        return "This cancels it here. Zoom is not touched: delete the meeting there yourself."
    return "This cancels it here and deletes its meeting in Zoom."


def cancelled(booking: values.Booking) -> str | None:
    """Return what the host should know of the meeting of a cancelled booking."""
    if _has_left_zoom(booking):
        return _LEFT_BEHIND
    if not _is_in_zoom(booking):
        return None
    if booking.is_detached:
        return "Zoom is not touched: delete the meeting there yourself."
    return "Its meeting in Zoom is being deleted."


def moved(booking: values.Booking) -> str | None:
    """Return what the host has to do about the meeting of a moved booking."""
    is_behind = booking.is_detached and _is_in_zoom(booking)
    return "Zoom is not touched: move the meeting there yourself." if is_behind else None


def without_zoom(event: values.EventType) -> str | None:
    """Return what becomes of an event type while no connection works."""
    return _WITHOUT_ZOOM[event.without_zoom] if event.location is Location.ZOOM else None


def delay(booking: values.Booking) -> str | None:
    """Return a kind word when the link is late; never an integration's error."""
    match booking.meeting_reason:
        case None:
            return None
        case LinkReason.APPROVAL:
            return f"Your Zoom link comes when {booking.host.name} has accepted the booking."
        case LinkReason.PAST:
            return "This meeting is over."
    return "It takes a little longer than usual." if booking.meeting_status is MeetingStatus.COMING else None


def for_invitee(booking: values.Booking) -> str | None:
    """Return what the invitee should know, or None when the link is there or none is to come."""
    if booking.meeting_status is not MeetingStatus.COMING:
        return None
    return "Your Zoom link is on its way. We will mail it to you as soon as it is ready."


def _has_left_zoom(booking: values.Booking) -> bool:
    return booking.is_detached and booking.is_own_link


def _is_in_zoom(booking: values.Booking) -> bool:
    return booking.event.location is Location.ZOOM and not booking.is_own_link


def _of_setting(change: SettingChange) -> str:
    if change.name == settings.PROTECTION:
        return _OPEN
    name = _SETTINGS.get(change.name, change.name)
    asked = _WORDS.get(change.asked, str(change.asked))
    if change.stored is None:
        return f"{name}: Zoom did not say whether it is {asked}, as you wanted it."
    stored = _WORDS.get(change.stored, str(change.stored))
    return f"{name}: Zoom stored {stored} instead of {asked}, as your account’s policy or you in Zoom have it."


def _moment(instant: datetime, host: values.Host) -> str:
    return f"{times.moment(instant, host.time_zone, host.locale)} ({times.zone_label(instant, host.time_zone)})"
