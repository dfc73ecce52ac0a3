"""The tables, all named ``zoom_*``.

Columns that end in ``_sealed`` hold text made by ``store.crypto.Cipher``.
"""

from zoom_blueprint.store.models.bookings import Attendance, Booking, Meeting
from zoom_blueprint.store.models.calendars import BusyTime, Calendar, CalendarEvent, Timetable
from zoom_blueprint.store.models.connections import Connection, Consent, Grant, ZoomQuota
from zoom_blueprint.store.models.due import Due
from zoom_blueprint.store.models.hosts import BlockedTime, EventType, Host, Schedule
from zoom_blueprint.store.models.programs import ActionCall, ApiKey, Endpoint
from zoom_blueprint.store.models.work import (
    Delivery,
    Duty,
    KnownAddress,
    LifecycleEvent,
    RateCounter,
    Tally,
    WebhookEvent,
    WorkerHeartbeat,
)

__all__ = [
    "ActionCall",
    "ApiKey",
    "Attendance",
    "BlockedTime",
    "Booking",
    "BusyTime",
    "Calendar",
    "CalendarEvent",
    "Connection",
    "Consent",
    "Delivery",
    "Due",
    "Duty",
    "Endpoint",
    "EventType",
    "Grant",
    "Host",
    "KnownAddress",
    "LifecycleEvent",
    "Meeting",
    "RateCounter",
    "Schedule",
    "Tally",
    "Timetable",
    "WebhookEvent",
    "WorkerHeartbeat",
    "ZoomQuota",
]
