"""The frozen values that hooks and the public API speak."""

from zoom_blueprint.values.records import (
    BlockedTime,
    Booking,
    Connection,
    Draft,
    EventType,
    Host,
    MeetingSettings,
    Question,
    SettingChange,
)
from zoom_blueprint.values.words import (
    AutoRecording,
    BookingStatus,
    ConnectionReason,
    ConnectionStatus,
    EndedReason,
    LinkReason,
    Location,
    MeetingStatus,
    Provider,
    WithoutZoom,
)

__all__ = [
    "AutoRecording",
    "BlockedTime",
    "Booking",
    "BookingStatus",
    "Connection",
    "ConnectionReason",
    "ConnectionStatus",
    "Draft",
    "EndedReason",
    "EventType",
    "Host",
    "LinkReason",
    "Location",
    "MeetingSettings",
    "MeetingStatus",
    "Provider",
    "Question",
    "SettingChange",
    "WithoutZoom",
]
