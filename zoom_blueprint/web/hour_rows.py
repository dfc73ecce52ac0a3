"""Hours as rows of a form: the spans of each weekday and of dates that differ, changed by buttons that send it."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import count, takewhile

from zoom_blueprint.languages import said
from zoom_blueprint.scheduling import stored
from zoom_blueprint.scheduling.rules import Hours, Schedule
from zoom_blueprint.services.lines import printable
from zoom_blueprint.web import typed_times

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MOST_SPANS, _MOST_DATES = 24, 1000
_USUAL = ("09:00", "17:00")
_MIDNIGHT = "24:00"
Spans = list[tuple[str, str]]


def spread(schedule: Schedule, name: str) -> dict[str, str]:
    """Return what the form shows of hours."""
    weekly = [_typed(hours) for hours in schedule.weekly]
    dates = [(day.isoformat(), _typed(schedule.overrides[day])) for day in sorted(schedule.overrides)]
    return {"name": name, "time_zone": schedule.time_zone, **_fields(weekly, dates)}


def weekly(fields: Mapping[str, str]) -> list[Spans]:
    """Return what was typed for each weekday."""
    return [_spans(fields, day) for day in WEEK]


def dates(fields: Mapping[str, str]) -> list[tuple[str, Spans]]:
    """Return what was typed for each date that differs."""
    places = takewhile(lambda place: place < _MOST_DATES and f"date-{place}-day" in fields, count())
    return [(fields[f"date-{place}-day"], _spans(fields, f"date-{place}")) for place in places]


def read(fields: Mapping[str, str]) -> tuple[str, Schedule, dict[str, str]]:
    """Return the name, the hours that a form describes, without those that are wrong, and all that is wrong."""
    errors: dict[str, str] = {}
    overrides: dict[date, Hours] = {}
    week = tuple(_hours(spans, day, errors) for day, spans in zip(WEEK, weekly(fields), strict=True))
    for place, (typed, spans) in enumerate(dates(fields)):
        name = f"date-{place}-day"
        hours = _hours(spans, f"date-{place}", errors)
        day = typed_times.day_of(fields, name, errors)
        if day is not None and day in overrides:
            errors[name] = said("This day is there already.")
        elif day is not None:
            overrides[day] = hours
        elif hours and not typed.strip():
            errors[name] = said("Choose a day.")
    try:
        schedule = Schedule(fields.get("time_zone", ""), week, overrides)
    except ValueError as error:
        errors["time_zone"] = str(error)
        schedule = Schedule("UTC", week, overrides)
    return printable(fields.get("name", "")), schedule, errors


def done(fields: Mapping[str, str], deed: str) -> tuple[dict[str, str], str] | None:
    """Return the fields after a button among the hours was pressed, and the field, or the button, to go on with.

    None: it is no such button.
    """
    what, _, rest = deed.partition(":")
    group, _, number = rest.partition(":")
    week, others = weekly(fields), dates(fields)
    days = {**dict(zip(WEEK, week, strict=True)), **{f"date-{place}": spans for place, (_, spans) in enumerate(others)}}
    spans, place = days.get(group), int(number) if number.isdecimal() and len(number) < 4 else -1
    if what == "copy-monday":
        week[1:5] = [list(week[0]) for _ in range(4)]
        go_on = what
    elif what == "add-date":
        others.append(("", []))
        go_on = f"date-{len(others) - 1}-day"
    elif what == "remove-date" and group in days and group not in WEEK:
        del others[int(group.removeprefix("date-"))]
        go_on = "add-date"
    elif what == "add-hours" and spans is not None:
        go_on = f"{group}-{len(spans)}-from"
        spans.append(("", "") if spans else _USUAL)
    elif what == "remove-hours" and spans is not None and 0 <= place < len(spans):
        del spans[place]
        go_on = f"add-hours:{group}"
    else:
        return None
    kept = {name: fields[name] for name in ("name", "time_zone", "shown") if name in fields}
    return {**kept, **_fields(week, others)}, go_on


def _spans(fields: Mapping[str, str], group: str) -> Spans:
    places = takewhile(lambda place: place < _MOST_SPANS and f"{group}-{place}-from" in fields, count())
    return [(fields[f"{group}-{place}-from"], fields.get(f"{group}-{place}-to", "")) for place in places]


def _hours(spans: Spans, group: str, errors: dict[str, str]) -> Hours:
    found: list[tuple[str, str]] = []
    for place, (begin, end) in enumerate((begin.strip()[:5], end.strip()[:5]) for begin, end in spans):
        if not begin and not end:
            continue
        try:
            stored.load_hours([(begin, end)])
        except ValueError:
            errors[f"{group}-{place}-from"] = said("Give the beginning and the end as HH:MM.")
        else:
            found.append((begin, end))
    return stored.load_hours(found)


def _fields(weekly: Iterable[Spans], dates: Iterable[tuple[str, Spans]]) -> dict[str, str]:
    groups = [*zip(WEEK, weekly, strict=True)]
    found: dict[str, str] = {}
    for number, (day, spans) in enumerate(dates):
        found[f"date-{number}-day"] = day
        groups.append((f"date-{number}", spans))
    for group, spans in groups:
        for place, (begin, end) in enumerate(spans):
            found |= {f"{group}-{place}-from": begin, f"{group}-{place}-to": end}
    return found


def _typed(hours: Hours) -> Spans:
    # A field for a time of day has no 24:00; as an end the midnight before is the next one.
    return [(begin, "00:00" if end == _MIDNIGHT else end) for begin, end in stored.dump_hours(hours)]
