"""Ways in: what the link by which people meet is called."""

from zoom_blueprint import values
from zoom_blueprint.languages import said
from zoom_blueprint.values import Conference, WithoutZoom

_JOIN = {
    Conference.ZOOM: said("Join Zoom meeting"),
    Conference.MEET: said("Join Google Meet"),
    Conference.OWN: said("Join the meeting"),
}
_READY = {
    Conference.ZOOM: said("Your Zoom link is ready."),
    Conference.MEET: said("Your Google Meet link is ready."),
    Conference.OWN: said("Your link is ready."),
}


def join(booking: values.Booking) -> str:
    """Return what the link says."""
    return _JOIN[booking.conference or Conference.OWN]


def ready(booking: values.Booking) -> str:
    """Return what is said when the link has come."""
    may_become_meet = booking.conference is Conference.ZOOM and booking.event.without_zoom is WithoutZoom.CALENDAR
    return _READY[Conference.OWN if may_become_meet else booking.conference or Conference.OWN]
