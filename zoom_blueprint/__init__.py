"""Book Now on any site, and a Zoom meeting comes out of it."""

from zoom_blueprint.blueprint import ZoomBlueprint
from zoom_blueprint.errors import BookingRefused, ConfigurationError, ZoomBlueprintError
from zoom_blueprint.events import BookingPayload, ConnectionPayload, EventName, LifecycleEvent
from zoom_blueprint.scheduling.rules import Schedule, Span
from zoom_blueprint.store.migrate import not_ours
from zoom_blueprint.values import Booking, Draft, EventType, Host, Location, Question

__all__ = [
    "Booking",
    "BookingPayload",
    "BookingRefused",
    "ConfigurationError",
    "ConnectionPayload",
    "Draft",
    "EventName",
    "EventType",
    "Host",
    "LifecycleEvent",
    "Location",
    "Question",
    "Schedule",
    "Span",
    "ZoomBlueprint",
    "ZoomBlueprintError",
    "not_ours",
]
