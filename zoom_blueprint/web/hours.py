"""Where entries of a day stand among its hours: in quarters of an hour by the clock, side by side where they meet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zoom_blueprint.scheduling.lanes import lanes
from zoom_blueprint.scheduling.zones import zone

_FIRST, _LAST = 8, 18
_LEAST = 2
"""An entry is two quarters high at least: less is neither to be read nor to be hit."""
_QUARTERS = 96
_MOST_LANES = 4
"""In how many lanes the style sheet divides a day; in a fifth there would be nothing to read."""


@dataclass(frozen=True)
class Stretch:
    """Quarters of one day. ``is_cut`` says at which ends there is more of it on other days, or nothing to see."""

    start: int
    end: int
    is_cut: tuple[bool, bool]


@dataclass(frozen=True)
class Hours:
    """The hours that are shown: from ``first`` on, so many."""

    first: int
    count: int


def stretch(start: datetime, end: datetime, since: datetime, until: datetime, time_zone: str) -> Stretch:
    """Return which quarters a time between two instants fills on the day from ``since`` to ``until``.

    It stands where the clocks of the zone show its beginning. Where they are put back meanwhile, they may show an end
    before the beginning: then it is as long as it lasts.
    """
    begin = 0 if start <= since else _minutes(start, time_zone)
    finish = _QUARTERS * 15 if end >= until else _minutes(end, time_zone)
    if finish <= begin:
        finish = begin + int((end - start).total_seconds() // 60)
    first = min(begin // 15, _QUARTERS - _LEAST)
    return Stretch(first, min(max(-(-finish // 15), first + _LEAST), _QUARTERS), (start <= since, end >= until))


def shown(stretches: Sequence[Stretch]) -> Hours:
    """Return the hours in which all of these begin and end, and those in which people usually work."""
    edges = [one.start // 4 for one in stretches if not one.is_cut[0]]
    edges += [(one.end - 1) // 4 for one in stretches if not one.is_cut[1]]
    first = min([_FIRST, *edges])
    return Hours(first, max([_LAST, *(edge + 1 for edge in edges)]) - first)


def classes(stretches: Sequence[Stretch], hours: Hours) -> list[str | None]:
    """Return what says in the style sheet where each of a day's stretches stands: row, height, and lane if not alone.

    None is where there is no room. They come sorted by their start.
    """
    top, bottom = hours.first * 4, (hours.first + hours.count) * 4
    within = [(max(one.start, top), min(one.end, bottom)) for one in stretches]
    return [
        None
        if lane >= _MOST_LANES
        else " ".join(filter(None, (_steps("h", "q", start - top), _steps("l", "n", end - start), _lane(lane, count))))
        for (start, end), (lane, count) in zip(within, lanes(within), strict=True)
    ]


def _steps(whole: str, rest: str, quarters: int) -> str:
    """Return the classes for full hours and quarters; ``h9 q2``."""
    return " ".join(f"{name}{count}" for name, count in ((whole, quarters // 4), (rest, quarters % 4)) if count)


def _lane(lane: int, count: int) -> str:
    width = min(count, _MOST_LANES)
    return " ".join(f"{name}{number}" for name, number in (("k", width if width > 1 else 0), ("o", lane)) if number)


def _minutes(instant: datetime, time_zone: str) -> int:
    local = instant.astimezone(zone(time_zone))
    return local.hour * 60 + local.minute
