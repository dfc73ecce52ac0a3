"""Book Now on any site, and a Zoom meeting comes out of it."""

from importlib import import_module
from typing import TYPE_CHECKING

from zoom_blueprint.blueprint import ZoomBlueprint
from zoom_blueprint.errors import (
    BadInput,
    BookingEnded,
    BookingRefused,
    ConfigurationError,
    KeyReused,
    NotConnected,
    NotFound,
    SlotTaken,
    StoreUnavailable,
    ZoomBlueprintError,
    ZoomClientRefused,
    ZoomError,
    ZoomMeetingNotFound,
    ZoomRateLimited,
    ZoomRejected,
    ZoomScopeMissing,
    ZoomUnknown,
)
from zoom_blueprint.events import BookingPayload, ConnectionPayload, EventName, LifecycleEvent
from zoom_blueprint.loading import turn
from zoom_blueprint.store.tables import not_ours
from zoom_blueprint.values import (
    ApiKey,
    AutoRecording,
    BlockedTime,
    Booking,
    BookingStatus,
    CalendarEvent,
    Conference,
    Connection,
    ConnectionReason,
    ConnectionStatus,
    Draft,
    EndedReason,
    EventType,
    Host,
    LinkReason,
    Location,
    MeetingSettings,
    MeetingStatus,
    NewApiKey,
    Provider,
    Question,
    Response,
    SettingChange,
    WithoutZoom,
)

if TYPE_CHECKING:
    from zoom_blueprint.facade.zoom import Meetings
    from zoom_blueprint.healths import Health, Permission, Problem, ProblemCode, TokenState, Unanswered
    from zoom_blueprint.scheduling.rules import Schedule, Span
    from zoom_blueprint.zoom_api.client import ListType
    from zoom_blueprint.zoom_api.payloads import ListedMeeting, MeetingChange, MeetingRequest, ZoomUser
    from zoom_blueprint.zoom_api.payloads import Meeting as ZoomMeeting

__all__ = [
    "ApiKey",
    "AutoRecording",
    "BadInput",
    "BlockedTime",
    "Booking",
    "BookingEnded",
    "BookingPayload",
    "BookingRefused",
    "BookingStatus",
    "CalendarEvent",
    "Conference",
    "ConfigurationError",
    "Connection",
    "ConnectionPayload",
    "ConnectionReason",
    "ConnectionStatus",
    "Draft",
    "EndedReason",
    "EventName",
    "EventType",
    "Health",
    "Host",
    "KeyReused",
    "LifecycleEvent",
    "LinkReason",
    "ListType",
    "ListedMeeting",
    "Location",
    "MeetingChange",
    "MeetingRequest",
    "MeetingSettings",
    "MeetingStatus",
    "Meetings",
    "NewApiKey",
    "NotConnected",
    "NotFound",
    "Permission",
    "Problem",
    "ProblemCode",
    "Provider",
    "Question",
    "Response",
    "Schedule",
    "SettingChange",
    "SlotTaken",
    "Span",
    "StoreUnavailable",
    "TokenState",
    "Unanswered",
    "WithoutZoom",
    "ZoomBlueprint",
    "ZoomBlueprintError",
    "ZoomClientRefused",
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

# What an app that registers us may never name is imported when it does: it is there in no time.
_LATER = {
    "facade.zoom": ("Meetings",),
    "healths": ("Health", "Permission", "Problem", "ProblemCode", "TokenState", "Unanswered"),
    "scheduling.rules": ("Schedule", "Span"),
    "zoom_api.client": ("ListType",),
    "zoom_api.payloads": ("ListedMeeting", "Meeting", "MeetingChange", "MeetingRequest", "ZoomUser"),
}
_OTHERWISE = {"ZoomMeeting": "Meeting"}


def __getattr__(name: str) -> object:
    inside = _OTHERWISE.get(name, name)
    module = next((module for module, names in _LATER.items() if inside in names and name in __all__), None)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with turn:
        found: object = getattr(import_module(f"{__name__}.{module}"), inside)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
