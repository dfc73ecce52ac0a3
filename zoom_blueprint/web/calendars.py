"""The host's calendar in words and places: a week by its hours, or a month by its days."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from zoom_blueprint.scheduling.zones import zone
from zoom_blueprint.services import agendas, calendars, times
from zoom_blueprint.services.calendars import Busy, Calendar
from zoom_blueprint.state import State
from zoom_blueprint.values import Host
from zoom_blueprint.web import hours, reading
from zoom_blueprint.web.calendar_items import Item, Items, Thing
from zoom_blueprint.web.hours import Hours
from zoom_blueprint.web.places import Place

MOST_OF_A_DAY = 28
"""How many entries of one day a week shows; the list has all bookings."""
FEW_OF_A_DAY = 3
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Day:
    """One day with its first entries and how many ``more`` there are; ``is_beside`` the month that is shown."""

    date: str
    label: str
    full: str
    number: int
    is_today: bool
    is_beside: bool
    address: str
    items: Sequence[Item]
    more: int


@dataclass(frozen=True)
class Period:
    """What the calendar shows; ``hours`` are those of a week, None of a month; ``next_…`` is what comes after it."""

    title: str
    days: Sequence[Day]
    weekdays: Sequence[str]
    earlier: str
    later: str
    hours: Hours | None
    hour_labels: Sequence[str]
    next_address: str = ""
    next_moment: str = ""

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing on any day."""
        return not any(day.items for day in self.days)


def period(state: State, host: Host, place: Place) -> Period:
    """Return the week or the month of a place; three queries, however much there is in it.

    A week shows what Google Calendar says as well, which takes one more where Google can be connected.
    """
    now, locale = datetime.now(UTC), reading.of_host(host).locale
    today = now.astimezone(zone(host.time_zone)).date()
    day = place.day or today
    dates = _dates(place.view, day, times.first_weekday(locale, host.time_zone))
    edges = [datetime.combine(one, time(), zone(host.time_zone)).astimezone(UTC) for one in (*dates, dates[-1] + _DAY)]
    is_week = place.view == "week"
    found = _by_day(calendars.between(state, host.id, edges[0], edges[-1], now=now, with_busy=is_week), edges)
    then = agendas.upcoming(state, host.id, since=max(edges[-1], now), limit=1)
    items = Items(host, Place(place.view, day), locale, now)
    if is_week:
        shown, laid = _laid(found, edges, host)
        first, title = day, times.days(dates[0], dates[-1], locale)
        beside = (dates[0] - 7 * _DAY, dates[0] + 7 * _DAY)
        further = "list"
    else:
        shown, laid = None, [[(thing, "") for thing in of_day[:FEW_OF_A_DAY]] for of_day in found]
        first = day.replace(day=1)
        title = times.month(first, locale)
        beside = (first - _DAY, (first + 31 * _DAY).replace(day=1))
        further = "week"
    return Period(
        title=title,
        days=[
            Day(
                date=one.isoformat(),
                label=times.short_day(one, locale),
                full=times.long_day(one, locale),
                number=one.day,
                is_today=one == today,
                is_beside=shown is None and one.month != first.month,
                address=Place(further, one).query,
                items=[items.of(thing, edge, where) for thing, where in places],
                more=len(of_day) - len(places),
            )
            for one, edge, of_day, places in zip(dates, pairwise(edges), found, laid, strict=True)
        ],
        weekdays=[times.weekday(one, locale) for one in dates[:7]],
        earlier=Place(place.view, beside[0]).query,
        later=Place(place.view, beside[1]).query,
        hours=shown,
        hour_labels=[times.hour(shown.first + number, locale) for number in range(shown.count)] if shown else (),
        next_address=Place(place.view, then[0].start.astimezone(zone(host.time_zone)).date()).query if then else "",
        next_moment=times.moment(then[0].start, host.time_zone, locale) if then else "",
    )


def _dates(view: str, day: date, first_weekday: int) -> list[date]:
    """Return the days of the week, or of all weeks of the month, in which a day lies."""
    first = day if view == "week" else day.replace(day=1)
    last = first if view == "week" else (first + 31 * _DAY).replace(day=1) - _DAY
    begin = first - (first.weekday() - first_weekday) % 7 * _DAY
    weeks = -(-((last - begin).days + 1) // 7)
    return [begin + number * _DAY for number in range(7 * weeks)]


def _by_day(found: Calendar, edges: Sequence[datetime]) -> list[list[Thing]]:
    """Return what there is on each day, what lasts over midnight on each of its days."""
    days: list[list[Thing]] = [[] for _ in edges[1:]]
    things: list[Thing] = [*found.bookings, *found.blocked, *found.busy]
    for thing in sorted(things, key=lambda one: one.start):
        number = max(0, bisect_right(edges, thing.start) - 1)
        while number < len(days) and edges[number] < thing.end:
            days[number].append(thing)
            number += 1
    return days


def _most(of_day: Sequence[Thing]) -> Sequence[Thing]:
    """Return as much of a day as a week has room for; what others put into a calendar keeps no booking from it."""
    if len(of_day) <= MOST_OF_A_DAY:
        return of_day
    ours = [one for one in of_day if not isinstance(one, Busy)]
    others = [one for one in of_day if isinstance(one, Busy)]
    return sorted([*ours, *others][:MOST_OF_A_DAY], key=lambda one: one.start)


def _laid(
    found: Sequence[Sequence[Thing]], edges: Sequence[datetime], host: Host
) -> tuple[Hours, list[list[tuple[Thing, str]]]]:
    """Return the hours of a week, and where among them each thing stands for which there is room."""
    first = [_most(of_day) for of_day in found]
    days = [
        [hours.stretch(one.start, one.end, *edge, host.time_zone) for one in of_day]
        for of_day, edge in zip(first, pairwise(edges), strict=True)
    ]
    shown = hours.shown([one for of_day in days for one in of_day])
    return shown, [
        [(one, where) for one, where in zip(of_day, hours.classes(day, shown), strict=True) if where is not None]
        for of_day, day in zip(first, days, strict=True)
    ]
