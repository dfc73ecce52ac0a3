"""Why a booking has no Zoom link yet: in plain words for the host, in kind ones for the invitee."""

from zoom_blueprint import values
from zoom_blueprint.values import LinkReason, MeetingStatus

_FOR_HOST = {
    LinkReason.NOT_CONNECTED: "Zoom is not connected. Press Connect Zoom, and the link follows by itself.",
    LinkReason.QUOTA: "Zoom's limit on new meetings is reached for now. The link follows when Zoom allows more.",
    LinkReason.SCOPES: "The Zoom app lacks a permission. Press Reconnect Zoom and allow everything it asks for.",
    LinkReason.NOT_ALLOWED: "Zoom refused the meeting. Check in Zoom that your account may host meetings.",
    LinkReason.UNREACHABLE: "Zoom does not answer at the moment. We keep trying.",
    LinkReason.REMOVED: "The meeting was deleted in Zoom. A new one is being made.",
}


def for_host(booking: values.Booking) -> str | None:
    """Return what the host should know and do, or None when the link is there or none is to come."""
    if booking.meeting_status is not MeetingStatus.COMING:
        return None
    if booking.meeting_reason is None:
        return "The Zoom link is being made."
    return _FOR_HOST[booking.meeting_reason]


def delay(booking: values.Booking) -> str | None:
    """Return a kind word when the link is late; never an integration's error."""
    is_late = booking.meeting_status is MeetingStatus.COMING and booking.meeting_reason is not None
    return "It takes a little longer than usual." if is_late else None


def for_invitee(booking: values.Booking) -> str | None:
    """Return what the invitee should know, or None when the link is there or none is to come."""
    if booking.meeting_status is not MeetingStatus.COMING:
        return None
    return "Your Zoom link is on its way. We will mail it to you as soon as it is ready."
