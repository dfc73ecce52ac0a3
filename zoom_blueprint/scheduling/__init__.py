"""Scheduling arithmetic: when a host can be booked, and the calendar entry that says so. Nothing here does I/O."""

from .instants import utc_datetimes, utc_strings
from .invitation import Attendee, Invitation, Method, Person, Status, render
from .rules import DEFAULT_WEEKLY, Horizon, Hours, Range, Rolling, Rules, Schedule, Span, Weekly
from .slots import Busy, Reason, Refusal, offered, reach, refusal, starts
from .stored import dump_horizon, dump_overrides, dump_weekly, load_horizon, load_overrides, load_weekly
from .zones import zone

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
    "dump_overrides",
    "dump_weekly",
    "load_horizon",
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
