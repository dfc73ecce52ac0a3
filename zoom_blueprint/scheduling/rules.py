"""Hold what a host sets about when they can be booked: working hours in a place, and the rules of an event type.

Minutes of a ``Span`` are read off the wall clock, counted from midnight of the day it begins; all others are elapsed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TypeAlias

from zoom_blueprint.errors import BadInput
from zoom_blueprint.languages import said
from zoom_blueprint.scheduling.zones import zone

_DAY = 1440
_YEAR = 366 * _DAY
_BOUNDS = {
    "duration": (1, _DAY),
    "step": (5, _DAY),
    "buffer_before": (0, _DAY),
    "buffer_after": (0, _DAY),
    "notice": (0, _YEAR),
}


@dataclass(frozen=True, slots=True)
class Span:
    """Hours of one day: 0 ≤ ``start`` < 1440 and ``start`` < ``end`` ≤ 2880, in minutes after that day's midnight.

    What lies past 1440 is the tail after the next midnight; it belongs to the day it began. Otherwise ``ValueError``.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not (0 <= self.start < _DAY and self.start < self.end <= 2 * _DAY):
            raise ValueError(
                f"Hours from minute {self.start} to {self.end}: they begin within a day, end after they begin "
                "and end before the next day does."
            )


#: The spans that begin on one date, in any order; they may touch and overlap.
Hours: TypeAlias = tuple[Span, ...]
#: Monday's hours first, Sunday's last.
Weekly: TypeAlias = tuple[Hours, ...]

DEFAULT_WEEKLY: Weekly = ((Span(9 * 60, 17 * 60),),) * 5 + ((), ())


@dataclass(frozen=True, slots=True)
class Schedule:
    """Working hours in the wall-clock time of one IANA zone.

    An override replaces all spans that begin on its date, ``()`` closes it; the tail of the day before stays.
    ``ValueError`` when the zone is unknown or ``weekly`` has not seven days.
    """

    time_zone: str
    weekly: Weekly = DEFAULT_WEEKLY
    overrides: Mapping[date, Hours] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        zone(self.time_zone)
        if len(self.weekly) != 7:
            raise ValueError(f"A week has seven days, Monday first; {len(self.weekly)} were given.")


@dataclass(frozen=True, slots=True)
class Rolling:
    """Bookable from today to the date ``days`` after it, both included, in the schedule's zone; 0 means only today."""

    days: int

    def __post_init__(self) -> None:
        if not 0 <= self.days <= 3660:
            raise BadInput({"horizon": said("Enter a whole number of days from 0 to 3660.")})


@dataclass(frozen=True, slots=True)
class Range:
    """Bookable on the dates ``first`` to ``last``, both included, in the schedule's zone."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise BadInput({"horizon": said("The last day is before the first day.")})


Horizon: TypeAlias = Rolling | Range | None


@dataclass(frozen=True, slots=True)
class Rules:
    """What an event type asks of a slot; minutes throughout, ``None`` means without limit.

    ``per_day`` and ``per_week`` limit how many bookings of the event type begin on one date, or in one week from
    Monday on, in the schedule's zone. ``BadInput`` names every field that is out of bounds.
    """

    duration: int
    step: int
    buffer_before: int = 0
    buffer_after: int = 0
    notice: int = 0
    horizon: Horizon = None
    per_day: int | None = None
    per_week: int | None = None

    def __post_init__(self) -> None:
        errors: dict[str, str] = {
            name: said("Enter a whole number of minutes from {low} to {high}.", low=low, high=high)
            for name, (low, high) in _BOUNDS.items()
            if not low <= getattr(self, name) <= high
        }
        for name, limit in (("per_day", self.per_day), ("per_week", self.per_week)):
            if limit is not None and limit < 1:
                errors[name] = said("Enter a whole number from 1 on, or nothing for no limit.")
        if errors:
            raise BadInput(errors)
