"""Why a booking has no Zoom link or a connection does not work: plain words for the host, kind ones for invitees."""

from zoom_blueprint import values
from zoom_blueprint.values import ConnectionReason, LinkReason, MeetingStatus

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
    LinkReason.NOT_CONNECTED: "Zoom is not connected. Press Connect Zoom, and the link follows by itself.",
    LinkReason.QUOTA: "Zoom's limit on new meetings is reached for now. The link follows when Zoom allows more.",
    LinkReason.SCOPES: "The Zoom app lacks a permission. Press Reconnect Zoom and allow everything it asks for.",
    LinkReason.NOT_ALLOWED: "Zoom refused the meeting. Check in Zoom that your account may host meetings.",
    LinkReason.UNREACHABLE: "Zoom does not answer at the moment. We keep trying.",
    LinkReason.REMOVED: "The meeting was deleted in Zoom. A new one is being made.",
    LinkReason.APPROVAL: "The Zoom link is made when you approve the booking.",
    LinkReason.PAST: "The booking was over before a Zoom link could be made.",
}


def of_connection(connection: values.Connection) -> str | None:
    """Return why a connection does not work, and what to press; None when nothing is wrong."""
    return None if connection.reason is None else _OF_CONNECTION[connection.reason]


def of_reason(reason: ConnectionReason) -> str:
    """Return the sentence for a connection's reason."""
    return _OF_CONNECTION[reason]


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
