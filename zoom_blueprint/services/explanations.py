"""Explanations: why visitors are not offered a time, read off the trace of the function that offers it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from zoom_blueprint import values
from zoom_blueprint.scheduling.rules import Range, Rolling
from zoom_blueprint.scheduling.slots import Busy, Reason, starts, trace
from zoom_blueprint.scheduling.working import grid, working
from zoom_blueprint.scheduling.zones import stretches, zone
from zoom_blueprint.services import availability, booked, snapshots
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import BlockedTime

_DAY = timedelta(days=1)
_SEARCHED = 31 * _DAY
_LIMITED = {Reason.LIMIT_DAY: "per_day", Reason.LIMIT_WEEK: "per_week"}
_ELSEWHERE = "elsewhere "


@dataclass(frozen=True)
class Obstacle:
    """One thing that keeps a time from being offered, with what is known of it.

    Of what is busy ``busy`` is the time it takes, and ``booking`` or ``block`` what it is, unless it ``is_elsewhere``,
    in a calendar of the ``busy_times`` hook, or ``is_in_calendar``, the host's own at Google, of which the times alone
    are kept; a booking whose people are forgotten is not there either. ``buffer`` are the minutes that are kept free
    beside it where they alone are in the way. ``count`` is how many bookings a full day or week has, and ``limit`` how
    many it may have.
    """

    reason: Reason
    busy: tuple[datetime, datetime] | None = None
    booking: values.Booking | None = None
    block: BlockedTime | None = None
    is_elsewhere: bool = False
    is_in_calendar: bool = False
    buffer: int | None = None
    count: int = 0
    limit: int | None = None


@dataclass(frozen=True)
class Explanation:
    """All that stands between a time and being offered; none of it, and it is.

    ``earliest`` is the end of the notice period, ``hours`` is the working time of that day in the schedule's zone.
    ``before`` and ``after`` are the nearest times that are offered, as far as a month away from where some can be;
    ``grid`` are those at which a meeting could begin if nothing else were in the way.
    """

    start: datetime
    obstacles: list[Obstacle]
    earliest: datetime
    hours: list[tuple[datetime, datetime]]
    grid: list[datetime]
    before: datetime | None
    after: datetime | None


def explain(state: State, bookable: Bookable, start: datetime, *, now: datetime) -> Explanation:
    """Explain a time, which is aware and in whole minutes; a constant number of queries."""
    earliest = availability.stamp(state, bookable, now).earliest + timedelta(minutes=bookable.rules.notice)
    day = _day_of(bookable, start)
    busy = _busy(state, bookable, start, start + availability.INSTANT, now)
    found = trace(bookable.schedule, bookable.rules, busy, start, now=now, earliest=earliest)
    known = {taken.ref: taken for taken in busy}
    things = state.database.read(
        lambda session: _things(state, session, [each.ref for each in found if each.ref is not None])
    )
    obstacles = [
        _about(bookable, start, known[each.ref], things.get(each.ref or ""))
        if each.reason is Reason.BUSY
        else _limit(bookable, start, each.reason, busy)
        for each in found
        if not (each.reason is Reason.NOTICE and found[0].reason is Reason.PAST)
    ]
    begins, ends = _bookable_time(bookable, now)
    before = _offered(state, bookable, min(start, ends) - _SEARCHED, min(start, ends), now, earliest)
    after = _offered(state, bookable, max(start + availability.INSTANT, begins, earliest), None, now, earliest)
    return Explanation(
        start=start,
        obstacles=obstacles,
        earliest=earliest,
        hours=_hours(bookable, day),
        grid=_nearest(_grid(bookable, day), start),
        before=before[-1] if before else None,
        after=after[0] if after else None,
    )


def _busy(state: State, bookable: Bookable, begin: datetime, end: datetime, now: datetime) -> list[Busy]:
    elsewhere = [
        each._replace(ref=f"{_ELSEWHERE}{place}")
        for place, each in enumerate(availability.busy_elsewhere(state, bookable, begin, end))
    ]
    return [*availability.busy_now(state, bookable, begin, end, now=now), *elsewhere]


def _things(state: State, session: Session, refs: Sequence[str]) -> dict[str, values.Booking | BlockedTime]:
    """Return what is in the way, by its id."""
    booking, blocked = models.Booking, models.BlockedTime
    found: dict[str, values.Booking | BlockedTime] = {}
    if not refs:
        return found
    for rows in session.execute(booked.query().where(booking.id.in_(refs), booking.purged_at.is_(None))):
        found[rows[0].id] = snapshots.booking(state, *rows)
    for block in session.scalars(select(blocked).where(blocked.id.in_(refs))):
        found[block.id] = BlockedTime(id=block.id, start=block.starts_at, end=block.ends_at, title=block.title)
    return found


def _about(bookable: Bookable, start: datetime, taken: Busy, thing: values.Booking | BlockedTime | None) -> Obstacle:
    begin, end = datetime.fromtimestamp(taken.start, UTC), datetime.fromtimestamp(taken.end, UTC)
    rules, until = bookable.rules, start + timedelta(minutes=bookable.rules.duration)
    buffer = None
    if until <= begin:
        buffer = max(rules.buffer_after, taken.before)
    elif end <= start:
        buffer = max(rules.buffer_before, taken.after)
    return Obstacle(
        Reason.BUSY,
        busy=(begin, end),
        booking=thing if isinstance(thing, values.Booking) else None,
        block=thing if isinstance(thing, BlockedTime) else None,
        is_elsewhere=(taken.ref or "").startswith(_ELSEWHERE),
        is_in_calendar=(taken.ref or "").startswith(availability.IN_CALENDAR),
        buffer=buffer,
    )


def _limit(bookable: Bookable, start: datetime, reason: Reason, busy: Sequence[Busy]) -> Obstacle:
    if reason not in _LIMITED:
        return Obstacle(reason)
    begun = [_day_of(bookable, datetime.fromtimestamp(taken.start, UTC)) for taken in busy if taken.counts]
    asked = _day_of(bookable, start)
    is_week = reason is Reason.LIMIT_WEEK
    same = [day for day in begun if (_monday(day) == _monday(asked) if is_week else day == asked)]
    return Obstacle(reason, count=len(same), limit=getattr(bookable.rules, _LIMITED[reason]))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _day_of(bookable: Bookable, instant: datetime) -> date:
    return instant.astimezone(zone(bookable.schedule.time_zone)).date()


def _midnight(bookable: Bookable, day: date) -> datetime:
    return datetime.combine(day, time(), zone(bookable.schedule.time_zone)).astimezone(UTC)


def _seconds(bookable: Bookable, day: date) -> tuple[int, int]:
    return int(_midnight(bookable, day).timestamp()), int(_midnight(bookable, day + _DAY).timestamp())


def _hours(bookable: Bookable, day: date) -> list[tuple[datetime, datetime]]:
    """Return the working time of a day, in one piece where it is."""
    clock = stretches(bookable.schedule.time_zone, *_seconds(bookable, day))
    merged: list[list[int]] = []
    for begin, end, _ in working(bookable.schedule, clock):
        if merged and begin <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([begin, end])
    return [(datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(end, UTC)) for begin, end in merged]


def _grid(bookable: Bookable, day: date) -> list[datetime]:
    begin, end = _seconds(bookable, day)
    duration, step = bookable.rules.duration * 60, bookable.rules.step * 60
    clock = stretches(bookable.schedule.time_zone, begin, end + duration)
    return [datetime.fromtimestamp(at, UTC) for at in grid(working(bookable.schedule, clock), duration, step, end)]


def _nearest(ascending: Sequence[datetime], start: datetime) -> list[datetime]:
    return [*[at for at in ascending if at < start][-1:], *[at for at in ascending if at > start][:1]]


def _bookable_time(bookable: Bookable, now: datetime) -> tuple[datetime, datetime]:
    """Return a time outside of which nothing can be offered, to look for offers only in it."""
    match bookable.rules.horizon:
        case Rolling(days):
            return now, now + timedelta(days=days + 2)
        case Range(first, last):
            return max(now, _midnight(bookable, first - _DAY)), _midnight(bookable, last + 2 * _DAY)
        case None:
            return now, datetime.max.replace(tzinfo=UTC)


def _offered(
    state: State, bookable: Bookable, begin: datetime, end: datetime | None, now: datetime, earliest: datetime
) -> list[datetime]:
    end = end or begin + _SEARCHED
    busy = _busy(state, bookable, begin, end, now)
    found = starts(bookable.schedule, bookable.rules, busy, begin, end, now=now, earliest=earliest)
    return [datetime.fromtimestamp(at, UTC) for at in found]
