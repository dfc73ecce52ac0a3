"""Read the times of events, and unfold the two kinds of series that are played here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from zoom_blueprint.testing.simulator import times
from zoom_blueprint.testing.simulator.google.replies import GoogleRefusal, invalid

_RULE = re.compile(r"RRULE:FREQ=(DAILY|WEEKLY);COUNT=([1-9][0-9]{0,2})")
_STEP = {"DAILY": timedelta(days=1), "WEEKLY": timedelta(weeks=1)}


@dataclass(frozen=True)
class Times:
    """When an event is, in epoch seconds, and the same in the words of its body."""

    start: float
    end: float
    body: dict[str, Any]


def read(body: dict[str, Any], zone: str) -> Times:
    """Return the times of an event; ``zone`` is its calendar's, for days. GoogleRefusal says what is wrong."""
    for name in ("start", "end"):
        if not isinstance(body.get(name), dict):
            raise invalid(f"Missing {name} time.", "required")
    start, end = _instant(body["start"], zone), _instant(body["end"], zone)
    if ("date" in body["start"]) != ("date" in body["end"]):
        raise invalid("Invalid start time.")
    if end < start or (end == start and "date" in body["start"]):
        raise GoogleRefusal(400, "timeRangeEmpty", "The specified time range is empty.", domain="calendar")
    return Times(start, end, {name: body[name] for name in ("start", "end")})


def series(body: dict[str, Any], zone: str) -> Iterator[tuple[str, Times]]:
    """Yield each instance's suffix of the id, and its times: the same clock time in the series' own zone."""
    match = _RULE.fullmatch(rule(body) or "")
    if match is None:
        raise GoogleRefusal(400, "invalid", "The simulator knows RRULE:FREQ=DAILY or WEEKLY with a COUNT only.")
    for number in range(int(match[2])):
        moved = {name: _moved(body[name], zone, number * _STEP[match[1]]) for name in ("start", "end")}
        found = read({**body, **moved}, zone)
        stamp = re.sub(r"[-:]", "", moved["start"].get("date") or times.utc(found.start))
        yield stamp, found


def rule(body: dict[str, Any]) -> str | None:
    """Return the rule of a series; None for a single event."""
    found = body.get("recurrence")
    return found[0] if isinstance(found, list) and found and isinstance(found[0], str) else None


def instant(text: str) -> float:
    """Return an instant with an offset, as query parameters have it, in epoch seconds."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise invalid("Bad Request", "badRequest") from None
    if found.tzinfo is None:
        raise invalid("Bad Request", "badRequest")
    return found.timestamp()


def _instant(given: dict[str, Any], zone: str) -> float:
    try:
        if "date" in given:
            return datetime.combine(date.fromisoformat(given["date"]), time(), ZoneInfo(zone)).timestamp()
        found = datetime.fromisoformat(given["dateTime"])
        if found.tzinfo is None:
            if not times.is_zone(given.get("timeZone")):
                raise invalid("Missing time zone definition for start time.", "required")
            found = found.replace(tzinfo=ZoneInfo(given["timeZone"]))
        return found.timestamp()
    except (ValueError, KeyError, TypeError):
        raise invalid("Invalid start time.") from None


def _moved(given: dict[str, Any], zone: str, by: timedelta) -> dict[str, Any]:
    if "date" in given:
        return {**given, "date": (date.fromisoformat(given["date"]) + by).isoformat()}
    name = given.get("timeZone") or zone
    local = datetime.fromtimestamp(_instant(given, zone), ZoneInfo(name)).replace(tzinfo=None) + by
    found = local.replace(tzinfo=ZoneInfo(name)).astimezone(UTC)
    return {"dateTime": found.strftime("%Y-%m-%dT%H:%M:%SZ"), "timeZone": name}
