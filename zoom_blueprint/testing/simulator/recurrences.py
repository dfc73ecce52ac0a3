"""Work out when a recurring meeting takes place.

Source: Zoom's OpenAPI for meetings (March 2026); an occurrence's id is its first start, in epoch milliseconds.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from zoom_blueprint.testing.simulator import times

_DAILY, _WEEKLY = 1, 2
_LONGEST_INTERVAL = {1: 99, 2: 50, 3: 10}  # days, weeks, months
_MOST, _LAST_DAY = 60, timedelta(days=60 * 310)


def of(meeting: sqlite3.Row, fields: Mapping[str, Any], now: float, *, previous: bool) -> list[dict[str, Any]]:
    """Return the occurrences as Zoom shows them, on request with those that are over."""
    changed = fields.get("occurrences", {})
    shown: list[dict[str, Any]] = []
    for start in _starts(fields["recurrence"], meeting["start_time"], fields["timezone"]):
        name = str(int(start * 1000))
        one = {"start": start, "duration": meeting["duration"], "status": "available", **changed.get(name, {})}
        if previous or one["start"] + one["duration"] * 60 > now:
            shown.append(
                {
                    "occurrence_id": name,
                    "start_time": times.utc(one["start"]),
                    "duration": one["duration"],
                    "status": one["status"],
                }
            )
    return shown


def _starts(recurrence: Mapping[str, Any], first: float, zone: str) -> Iterator[float]:
    """Yield the instants of all occurrences: the same wall-clock time in the meeting's zone on each of its days."""
    begin = datetime.fromtimestamp(first, ZoneInfo(zone))
    until = times.read_start(recurrence.get("end_date_time", ""), "UTC", honour_offset=False)
    most = _MOST if until is not None else min(int(recurrence.get("end_times") or 1), _MOST)
    every = (datetime.combine(day, begin.timetz()).timestamp() for day in _days(recurrence, begin.date()))
    for start in islice(every, most):
        if until is not None and start > until:
            return
        yield start


def _days(recurrence: Mapping[str, Any], first: date) -> Iterator[date]:
    interval = int(recurrence.get("repeat_interval") or 1)
    sunday = first - timedelta(days=first.isoweekday() % 7)
    weekdays = {int(day) for day in str(recurrence.get("weekly_days") or first.isoweekday() % 7 + 1).split(",")}
    day = first
    while day - first <= _LAST_DAY:
        if recurrence["type"] == _DAILY:
            fits = (day - first).days % interval == 0
        elif recurrence["type"] == _WEEKLY:
            fits = (day - sunday).days // 7 % interval == 0 and day.isoweekday() % 7 + 1 in weekdays
        else:
            months = (day.year - first.year) * 12 + day.month - first.month
            fits = months % interval == 0 and _in_month(recurrence, day, first)
        if fits:
            yield day
        day += timedelta(days=1)


def _in_month(recurrence: Mapping[str, Any], day: date, first: date) -> bool:
    week = recurrence.get("monthly_week")
    if week is None:
        return day.day == int(recurrence.get("monthly_day") or first.day)
    if day.isoweekday() % 7 + 1 != recurrence.get("monthly_week_day"):
        return False
    is_last = (day + timedelta(days=7)).month != day.month
    return is_last if week == -1 else (day.day - 1) // 7 + 1 == week


def is_recurrence(value: object) -> bool:
    """Tell whether a ``recurrence`` keeps Zoom's limits; an end is given as a number or as a day, not as both."""
    if not isinstance(value, dict) or value.get("type") not in (1, 2, 3):
        return False
    days = str(value.get("weekly_days", "1")).split(",")
    whole = {"end_times": (1, 60), "monthly_day": (1, 31), "monthly_week_day": (1, 7)}
    whole["repeat_interval"] = (1, _LONGEST_INTERVAL[value["type"]])
    fits = all(_is_between(value[name], *bounds) for name, bounds in whole.items() if name in value)
    until = value.get("end_date_time")
    return (
        fits
        and all(day in "1234567" and len(day) == 1 for day in days)
        and value.get("monthly_week", 1) in (-1, 1, 2, 3, 4)
        and (until is None or times.read_start(until, "UTC", honour_offset=False) is not None)
        and not (until is not None and "end_times" in value)
    )


def _is_between(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
