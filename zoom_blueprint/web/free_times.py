"""What a page shows of the times that would be offered: how many, and when, in the host's zone and language."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from zoom_blueprint.languages import Said, said, said_count
from zoom_blueprint.scheduling.zones import zone
from zoom_blueprint.services import previews, times
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.state import State
from zoom_blueprint.web import reading


@dataclass(frozen=True)
class Day:
    """A day with its offered times; ``date`` tells it from the others."""

    date: str
    label: str
    clocks: list[str]


@dataclass(frozen=True)
class FreeTimes:
    """Two weeks of offered times."""

    summary: Said
    since: str
    until: str
    days: list[Day]


def preview(state: State, bookable: Bookable, *, now: datetime) -> FreeTimes:
    """Return the first two weeks in which something can be offered; one query."""
    days = previews.first_days(bookable, now=now)
    place, locale = days.time_zone, reading.of_host(bookable.host).locale
    starts = previews.offered(state, bookable, days, now=now)
    grouped = groupby(starts, key=lambda start: start.astimezone(zone(place)).date())
    found = [(day, list(group)) for day, group in grouped]
    return FreeTimes(
        summary=_summary(len(starts), len(found)),
        since=times.day(days.begin, place, locale),
        until=times.day(days.end - timedelta(seconds=1), place, locale),
        days=[
            Day(day.isoformat(), times.day(group[0], place, locale), [times.clock(at, place, locale) for at in group])
            for day, group in found
        ],
    )


def _summary(starts: int, days: int) -> Said:
    if not starts:
        return said("Nothing is offered in these two weeks.")
    return said(
        "{times} on {days}",
        times=said_count("{n} time", "{n} times", starts),
        days=said_count("{n} day", "{n} days", days),
    )
