"""Scheduling arithmetic: when a host can be booked, and the calendar entry that says so."""

from zoom_blueprint.scheduling.instants import utc_datetimes, utc_strings
from zoom_blueprint.scheduling.invitation import Attendee, Invitation, Method, Person, Status, render
from zoom_blueprint.scheduling.rules import (
    DEFAULT_WEEKLY,
    Horizon,
    Hours,
    Range,
    Rolling,
    Rules,
    Schedule,
    Span,
    Weekly,
)
from zoom_blueprint.scheduling.slots import Busy, Reason, Refusal, offered, reach, refusal, starts
from zoom_blueprint.scheduling.stored import (
    dump_horizon,
    dump_hours,
    dump_overrides,
    dump_weekly,
    load_horizon,
    load_hours,
    load_overrides,
    load_weekly,
)
from zoom_blueprint.scheduling.zones import zone

__all__ = [
    "DEFAULT_WEEKLY",
    "Attendee",
    "Busy",
    "Horizon",
    "Hours",
    "Invitation",
    "Method",
    "Person",
    "Range",
    "Reason",
    "Refusal",
    "Rolling",
    "Rules",
    "Schedule",
    "Span",
    "Status",
    "Weekly",
    "dump_horizon",
    "dump_hours",
    "dump_overrides",
    "dump_weekly",
    "load_horizon",
    "load_hours",
    "load_overrides",
    "load_weekly",
    "offered",
    "reach",
    "refusal",
    "render",
    "starts",
    "utc_datetimes",
    "utc_strings",
    "zone",
]
