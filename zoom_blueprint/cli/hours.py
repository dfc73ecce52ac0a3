"""Hours as they are typed and printed: ``09:00-12:00,13:00-17:00``, past midnight ``22:00-02:00``, or ``closed``."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import click

from zoom_blueprint.cli.kinds import day
from zoom_blueprint.scheduling.rules import Hours, Schedule
from zoom_blueprint.scheduling.stored import dump_hours, load_hours

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOSED = "closed"
_SPAN = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*[-–]\s*(\d{1,2})(?::(\d{2}))?")
_MOST_DAYS = 366


def days(text: str) -> tuple[date, ...]:
    """Return one date, or all from one to another: ``2030-12-24..2030-12-31``."""
    first_text, _, last_text = text.partition("..")
    first, last = day(first_text), day(last_text or first_text)
    count = (last - first).days + 1
    if not 0 < count <= _MOST_DAYS:
        raise click.BadParameter(f"{text!r}: give the earlier day first, and at most {_MOST_DAYS} days.")
    return tuple(first + timedelta(days=number) for number in range(count))


def hours(text: str) -> Hours:
    """Return the spans that begin on one day."""
    plain = text.strip().lower()
    if plain == CLOSED:
        return ()
    try:
        return load_hours([_ends(part.strip()) for part in plain.split(",")])
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def text_of(spans: Hours) -> str:
    """Return the text that ``hours`` reads."""
    return ",".join("-".join(ends) for ends in dump_hours(spans)) or CLOSED


def lines_of(name: str, schedule: Schedule) -> Iterator[str]:
    """Yield a schedule for people: its week, then its overrides."""
    yield f"{name} ({schedule.time_zone})"
    for weekday, spans in zip(WEEKDAYS, schedule.weekly, strict=True):
        yield f"  {weekday}         {text_of(spans)}"
    for override in sorted(schedule.overrides):
        yield f"  {override}  {text_of(schedule.overrides[override])}"


def _ends(text: str) -> list[str]:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} are no hours. Give them like 09:00-12:00,13:00-17:00, or {CLOSED}.")
    hour, minute, end_hour, end_minute = found.groups()
    return [f"{int(hour):02}:{minute or '00'}", f"{int(end_hour):02}:{end_minute or '00'}"]
