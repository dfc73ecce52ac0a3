"""Decide at which instants an event type can be booked, and why not at others.

There is one mechanism. ``working.grid`` gives the starts that fit the working hours; ``_bounds`` and ``_taken`` give
``Barrier``s, intervals in which no meeting may start, each with its reason. ``starts`` takes the grid and cuts the
barriers out; ``trace`` looks whether one start is on that grid and which barriers hold it, and ``refusal`` is the first
that it meets. So what is offered is never refused, unless time has passed or the calendar has changed meanwhile.

A meeting at ``t`` collides with a busy time when one lies before the other by less than the larger of the first's
after-buffer and the second's before-buffer. Whole seconds throughout; finer ones are rounded so that nothing overlaps.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from zoom_blueprint.scheduling.instants import DAY, EPOCH_ORDINAL, ceil_seconds, floor_seconds, utc_datetimes
from zoom_blueprint.scheduling.rules import Range, Rolling, Rules, Schedule
from zoom_blueprint.scheduling.timetables import Timetable
from zoom_blueprint.scheduling.working import grid, working
from zoom_blueprint.scheduling.zones import FIRST_INSTANT, LAST_INSTANT, Stretch, instants, stretches

_EVER = 1 << 62


class Busy(NamedTuple):
    """Time that is taken, in seconds since 1970 UTC, with the minutes it keeps free before and after itself.

    ``end`` is the first second that is free again. ``counts`` says that it is a booking of the event type in question,
    which its limits per day and week count; bookings of other event types, blocked time and foreign calendars do not
    count. An interval that does not end after it starts takes no time. A tuple and no dataclass, because a request for
    slots makes hundreds of them.
    """

    start: int
    end: int
    before: int = 0
    after: int = 0
    ref: str | None = None
    counts: bool = True

    @classmethod
    def between(cls, start: datetime, end: datetime, *, counts: bool = True) -> "Busy":
        """Return all seconds that the time between two aware datetimes touches. Naive ones raise ``TypeError``."""
        return cls(floor_seconds(start), ceil_seconds(end), counts=counts)


class Reason(StrEnum):
    """Why a start is not offered, in the order in which the reasons are looked for."""

    PAST = "past"
    NOTICE = "notice"
    HORIZON = "horizon"
    OUTSIDE_HOURS = "outside_hours"
    OFF_GRID = "off_grid"
    BUSY = "busy"
    LIMIT_DAY = "limit_day"
    LIMIT_WEEK = "limit_week"


@dataclass(frozen=True, slots=True)
class Refusal:
    """The first reason why a start is not offered; ``ref`` is that of the ``Busy`` in the way, if it has one."""

    reason: Reason
    ref: str | None = None


#: No meeting may start from the first instant on, until before the second.
_Barrier: TypeAlias = tuple[int, int, Reason, str | None]


def starts(
    schedule: Schedule,
    rules: Rules,
    busy: Iterable[Busy],
    first: datetime,
    last: datetime,
    *,
    now: datetime,
    earliest: datetime | None = None,
    timetable: Timetable | None = None,
) -> list[int]:
    """Return the offered starts from ``first`` until before ``last``, ascending, in seconds since 1970 UTC.

    ``busy``, in any order, must hold at least what overlaps ``reach(…)``, and not the booking that is being moved. What
    is taken by the ``timetable`` counts as a ``Busy`` would that does not count.
    ``earliest`` is the end of the notice period, ``now`` + ``rules.notice`` unless given: whoever honours an offer made
    some minutes ago passes that of the offer. Nothing before ``now`` is ever offered. Naive datetimes raise
    ``TypeError``.
    """
    begin, end = max(ceil_seconds(first), FIRST_INSTANT), min(ceil_seconds(last), LAST_INSTANT)
    duration = rules.duration * 60
    clock = stretches(schedule.time_zone, begin, end + duration)
    found = grid(working(schedule, clock), duration, rules.step * 60, end)
    if timetable is not None:
        found = timetable.free(found, duration, rules.buffer_before * 60, rules.buffer_after * 60)
    busy = tuple(busy)
    barriers = [*_bounds(schedule, rules, clock, now, earliest), *_taken(schedule, rules, clock, busy)]
    barriers.sort(key=itemgetter(0))
    offered: list[int] = []
    position = 0  # everything before it is offered or cut
    for closes, opens, _, _ in barriers:
        cut = bisect_left(found, closes, position)
        offered += found[position:cut]
        position = bisect_left(found, opens, cut)
    return offered + found[position:]


def offered(
    schedule: Schedule,
    rules: Rules,
    busy: Iterable[Busy],
    first: datetime,
    last: datetime,
    *,
    now: datetime,
    earliest: datetime | None = None,
) -> list[datetime]:
    """Return what ``starts`` returns, as aware UTC datetimes."""
    return utc_datetimes(starts(schedule, rules, busy, first, last, now=now, earliest=earliest))


def refusal(
    schedule: Schedule,
    rules: Rules,
    busy: Iterable[Busy],
    start: datetime,
    *,
    now: datetime,
    earliest: datetime | None = None,
) -> Refusal | None:
    """Say why ``start`` is not offered; ``None`` exactly when ``starts`` with the same arguments has it."""
    return next(_obstacles(schedule, rules, busy, start, now, earliest), None)


def trace(
    schedule: Schedule,
    rules: Rules,
    busy: Iterable[Busy],
    start: datetime,
    *,
    now: datetime,
    earliest: datetime | None = None,
) -> list[Refusal]:
    """Return everything that stands between ``start`` and being offered; the first is what ``refusal`` returns.

    Each busy time in the way is there once. What is past is within the notice period too, and says both.
    """
    return list(dict.fromkeys(_obstacles(schedule, rules, busy, start, now, earliest)))


def reach(schedule: Schedule, rules: Rules, first: datetime, last: datetime) -> tuple[datetime, datetime]:
    """Return the time (start, end) in which busy times matter to starts from ``first`` until before ``last``.

    A busy time matters when it, widened by its own buffers, overlaps this. Somewhat generous when there are limits:
    it then holds every day, or week, of the schedule's zone that ``first`` … ``last`` touch.
    """
    # A local day may be 24 hours longer than others (a fold over the date line), hence a day more than asked for.
    more = 8 * DAY if rules.per_week is not None else 2 * DAY if rules.per_day is not None else 0
    start = floor_seconds(first) - rules.buffer_before * 60 - more
    end = ceil_seconds(last) + (rules.duration + rules.buffer_after) * 60 + more
    inside = utc_datetimes(min(max(each, FIRST_INSTANT), LAST_INSTANT) for each in (start, end))
    return inside[0], inside[1]


def _obstacles(
    schedule: Schedule,
    rules: Rules,
    busy: Iterable[Busy],
    start: datetime,
    now: datetime,
    earliest: datetime | None,
) -> Iterator[Refusal]:
    at = floor_seconds(start)
    duration = rules.duration * 60
    clock = stretches(schedule.time_zone, at, at + duration)
    yield from _holding(at, _bounds(schedule, rules, clock, now, earliest))
    hours = working(schedule, clock)
    if at not in grid(hours, duration, 1, at + 1):
        yield Refusal(Reason.OUTSIDE_HOURS)
    elif start.microsecond or at not in grid(hours, duration, rules.step * 60, at + 1):
        yield Refusal(Reason.OFF_GRID)
    yield from _holding(at, _taken(schedule, rules, clock, tuple(busy)))


def _holding(at: int, barriers: Iterable[_Barrier]) -> Iterator[Refusal]:
    return (Refusal(reason, ref) for closes, opens, reason, ref in barriers if closes <= at < opens)


def _bounds(
    schedule: Schedule, rules: Rules, clock: Sequence[Stretch], now: datetime, earliest: datetime | None
) -> list[_Barrier]:
    """Return the barriers that now, the notice period and the horizon put up, in that order."""
    present = ceil_seconds(now)
    noticed = present + rules.notice * 60 if earliest is None else ceil_seconds(earliest)
    barriers: list[_Barrier] = [
        (-_EVER, present, Reason.PAST, None),
        (-_EVER, noticed, Reason.NOTICE, None),
        (-_EVER, FIRST_INSTANT, Reason.HORIZON, None),
        (LAST_INSTANT, _EVER, Reason.HORIZON, None),
    ]
    closed: list[tuple[int, int]] = []
    match rules.horizon:
        case Rolling(days):
            (today,) = _local_days(schedule.time_zone, [floor_seconds(now)])
            closed.append((today + days + 1, _EVER))
        case Range(first_day, last_day):
            closed.append((-_EVER, first_day.toordinal() - EPOCH_ORDINAL))
            closed.append((last_day.toordinal() - EPOCH_ORDINAL + 1, _EVER))
        case None:
            pass
    for first, after in closed:
        for begin, end in instants(clock, first * DAY, after * DAY):
            barriers.append((begin, end, Reason.HORIZON, None))
    return barriers


def _taken(schedule: Schedule, rules: Rules, clock: Sequence[Stretch], busy: Sequence[Busy]) -> list[_Barrier]:
    """Return the barriers that busy times put up, then those of full days, then those of full weeks."""
    duration, before, after = rules.duration * 60, rules.buffer_before * 60, rules.buffer_after * 60
    barriers: list[_Barrier] = []
    for start, end, busy_before, busy_after, ref, _ in busy:
        if start < end:
            closes = start - duration - max(after, busy_before * 60) + 1
            barriers.append((closes, end + max(before, busy_after * 60), Reason.BUSY, ref))
    if rules.per_day is not None or rules.per_week is not None:
        days = _local_days(schedule.time_zone, sorted(each.start for each in busy if each.counts))
        barriers += _full(clock, days, rules.per_day, Reason.LIMIT_DAY)
        barriers += _full(clock, days, rules.per_week, Reason.LIMIT_WEEK)
    return barriers


def _full(clock: Sequence[Stretch], days: Iterable[int], limit: int | None, reason: Reason) -> list[_Barrier]:
    if limit is None:
        return []
    # Weeks begin on Monday; 1970-01-01 was a Thursday.
    length, shift = (7, 3) if reason is Reason.LIMIT_WEEK else (1, 0)
    counts = Counter((day + shift) // length for day in days)
    full = [(number * length - shift) * DAY for number, count in counts.items() if count >= limit]
    return [(begin, end, reason, None) for first in full for begin, end in instants(clock, first, first + length * DAY)]


def _local_days(time_zone: str, ascending: Sequence[int]) -> list[int]:
    """Return the local date of each instant, in days since 1970-01-01."""
    if not ascending:
        return []
    return [
        (instant + offset) // DAY
        for since, until, offset in stretches(time_zone, ascending[0], ascending[-1] + 1)
        for instant in ascending[bisect_left(ascending, since) : bisect_left(ascending, until)]
    ]
