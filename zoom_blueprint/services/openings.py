"""Openings: whether an event type can be booked now, and whether in Zoom."""

from zoom_blueprint import values
from zoom_blueprint.values import Location, WithoutZoom


def is_in_zoom(event: values.EventType, *, is_connected: bool) -> bool:
    """Return whether a booking made now gets a Zoom meeting, at once or later."""
    return event.location is Location.ZOOM and (is_connected or event.without_zoom is not WithoutZoom.MANUAL)


def is_in_meet(event: values.EventType, *, is_connected: bool, has_google: bool) -> bool:
    """Return whether a booking made now is met in Google Meet, for Zoom does not work."""
    instead = event.location is Location.ZOOM and event.without_zoom is WithoutZoom.CALENDAR
    return instead and has_google and not is_connected


def is_open(event: values.EventType, *, is_connected: bool, has_google: bool = False) -> bool:
    """Return whether a booking can be made now, as far as Zoom and Google Meet are concerned."""
    if event.location is not Location.ZOOM or is_connected:
        return True
    if event.without_zoom is WithoutZoom.CALENDAR:
        return has_google
    return event.without_zoom is not WithoutZoom.REFUSE
