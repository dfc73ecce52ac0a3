"""The page with a host's numbers: how many came how far, week by week, as charts with tables behind them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from babel.dates import format_skeleton
from babel.numbers import format_decimal, format_percent
from flask import request
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.languages import said
from zoom_blueprint.services import figures, tallies
from zoom_blueprint.services.figures import STEPS, Figures, Named, Steps
from zoom_blueprint.services.purges import TALLIES_KEPT
from zoom_blueprint.services.tallies import OTHERS, Step
from zoom_blueprint.state import State
from zoom_blueprint.values import Host
from zoom_blueprint.web import charts, reading, replies
from zoom_blueprint.web.charts import Chart
from zoom_blueprint.web.signed_in import for_host

SPANS: Final = (4, 12, 26, 52)
_USUAL: Final = 12
_WEEK: Final = timedelta(days=7)
_TITLES: Final = {
    Step.OPENED: said("Opened"),
    Step.SUBMITTED: said("Submitted"),
    Step.BOOKED: said("Booked"),
    Step.ATTENDED: said("Attended"),
}
_PAGE_OPENED: Final = said("Booking page opened")
_DIRECTLY: Final = said("Booking page, opened directly")
_OTHER_PLACES: Final = said("All others")
_GONE: Final = said("An event type that is gone")


@dataclass(frozen=True)
class Card:
    """One step: how often it was taken, which part of the step before that is, and its chart."""

    title: str
    total: str
    share: str | None
    before: str
    chart: Chart
    most: str


@dataclass(frozen=True)
class Row:
    """One line of a table: what it is about, and how often each step was taken; ``is_ours``: it is a text of ours."""

    name: str
    numbers: list[str]
    is_ours: bool = False


@for_host
def numbers(state: State, host: Host) -> AnyResponse:
    """Show how many came how far, of all event types or one, in the last weeks."""
    events = figures.event_types(state, host.id)
    event = next((one for one in events if one.slug == request.args.get("event")), None)
    asked = request.args.get("weeks", type=int)
    weeks = asked if asked in SPANS else _USUAL
    today = datetime.now(UTC).date()
    first = today - timedelta(days=today.weekday()) - (weeks - 1) * _WEEK
    found = figures.of_host(state, host.id, since=first, event_type_id=event.id if event else None)
    locale = reading.of_host(host).locale
    by_week = _by_week(found, [first + number * _WEEK for number in range(weeks)])
    return replies.page(
        "numbers.html",
        host=host,
        events=events,
        event=event,
        weeks=weeks,
        spans=SPANS,
        steps=[_TITLES[step] for step in STEPS],
        steps_by_campaign=[_PAGE_OPENED, *(_TITLES[step] for step in STEPS[1:])],
        cards=list(_cards(by_week, locale)),
        first=_day(first, locale),
        last=_day(first + (weeks - 1) * _WEEK, locale),
        by_week=[Row(_day(monday, locale), _numbers(by_week[monday], locale)) for monday in sorted(by_week)],
        by_event_type=_of_event_types(found, events, locale),
        by_site=_of_places(found.by_site, _DIRECTLY, locale),
        by_campaign=_of_places(found.by_campaign, _DIRECTLY, locale),
        is_empty=not found.by_day,
        most=tallies.MOST_PLACES,
        days=TALLIES_KEPT.days,
    )


def _by_week(found: Figures, mondays: Iterable[date]) -> dict[date, Steps]:
    weeks: dict[date, Steps] = {monday: Counter() for monday in mondays}
    for day, steps in found.by_day.items():
        weeks[day - timedelta(days=day.weekday())].update(steps)
    return weeks


def _cards(by_week: Mapping[date, Steps], locale: str) -> Iterator[Card]:
    total: Steps = sum(by_week.values(), Counter())
    before = None
    for step in STEPS:
        chart = charts.bars(
            [
                (f"{_day(monday, locale)}: {format_decimal(steps[step], locale=locale)}", steps[step])
                for monday, steps in by_week.items()
            ]
        )
        # A request may come without the one before it: no share is more than all.
        has_share = before is not None and 0 < total[before] >= total[step]
        yield Card(
            title=_TITLES[step],
            total=format_decimal(total[step], locale=locale),
            share=format_percent(total[step] / total[before], locale=locale) if before and has_share else None,
            before=_TITLES[before] if before else "",
            chart=chart,
            most=format_decimal(chart.most, locale=locale),
        )
        before = step


def _of_event_types(found: Figures, events: Sequence[Named], locale: str) -> list[Row]:
    titles = {one.id: one.title for one in events}
    return [
        Row(titles.get(event_type_id, _GONE), _numbers(steps, locale), event_type_id not in titles)
        for event_type_id, steps in found.by_event_type.items()
    ]


def _of_places(places: Mapping[str, Steps], unnamed: str, locale: str) -> list[Row]:
    ours = {"": unnamed, OTHERS: _OTHER_PLACES}
    return [Row(ours.get(name, name), _numbers(steps, locale), name in ours) for name, steps in places.items()]


def _numbers(steps: Steps, locale: str) -> list[str]:
    return [format_decimal(steps[step], locale=locale) for step in STEPS]


def _day(day: date, locale: str) -> str:
    return format_skeleton("MMMd", day, locale=locale)
