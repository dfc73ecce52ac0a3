"""Book Now on any site, and a Zoom meeting comes out of it."""

from zoom_blueprint.blueprint import ZoomBlueprint
from zoom_blueprint.errors import (
    BookingRefused,
    ConfigurationError,
    NotConnected,
    ZoomBlueprintError,
    ZoomError,
    ZoomMeetingNotFound,
    ZoomRateLimited,
    ZoomRejected,
    ZoomScopeMissing,
    ZoomUnknown,
)
from zoom_blueprint.events import BookingPayload, ConnectionPayload, EventName, LifecycleEvent
from zoom_blueprint.facade import Meetings
from zoom_blueprint.scheduling.rules import Schedule, Span
from zoom_blueprint.store.migrate import not_ours
from zoom_blueprint.values import (
    AutoRecording,
    Booking,
    Connection,
    Draft,
    EventType,
    Host,
    Location,
    MeetingSettings,
    Question,
    SettingChange,
    WithoutZoom,
)
from zoom_blueprint.zoom_api.client import ListType
from zoom_blueprint.zoom_api.payloads import ListedMeeting, MeetingChange, MeetingRequest, ZoomUser
from zoom_blueprint.zoom_api.payloads import Meeting as ZoomMeeting

__all__ = [
    "AutoRecording",
    "Booking",
    "BookingPayload",
    "BookingRefused",
    "ConfigurationError",
    "Connection",
    "ConnectionPayload",
    "Draft",
    "EventName",
    "EventType",
    "Host",
    "LifecycleEvent",
    "ListType",
    "ListedMeeting",
    "Location",
    "MeetingChange",
    "MeetingRequest",
    "MeetingSettings",
    "Meetings",
    "NotConnected",
    "Question",
    "Schedule",
    "SettingChange",
    "Span",
    "WithoutZoom",
    "ZoomBlueprint",
    "ZoomBlueprintError",
    "ZoomError",
    "ZoomMeeting",
    "ZoomMeetingNotFound",
    "ZoomRateLimited",
    "ZoomRejected",
    "ZoomScopeMissing",
    "ZoomUnknown",
    "ZoomUser",
    "not_ours",
]
