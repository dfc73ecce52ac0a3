"""Say when calendars are busy.

Source: https://developers.google.com/workspace/calendar/api/v3/reference/freebusy/query
"""

import sqlite3
from typing import Any

from zoom_blueprint.testing.simulator import times
from zoom_blueprint.testing.simulator.google import calendars, event_rows, event_times, events
from zoom_blueprint.testing.simulator.google.replies import GoogleRefusal, invalid
from zoom_blueprint.testing.simulator.world import Moment

_MOST_CALENDARS = 50


def query(m: Moment, user: sqlite3.Row, asked: dict[str, Any]) -> dict[str, Any]:
    """Return the busy times of the asked calendars, those that touch joined, those of none with an error."""
    for name in ("timeMin", "timeMax"):
        if not isinstance(asked.get(name), str):
            raise invalid(f"Missing required field: {name}", "required")
    first, last = event_times.instant(asked["timeMin"]), event_times.instant(asked["timeMax"])
    if last <= first:
        raise GoogleRefusal(400, "timeRangeEmpty", "The specified time range is empty.", domain="calendar")
    items = asked.get("items")
    if not isinstance(items, list) or not all(isinstance(one, dict) and "id" in one for one in items):
        raise invalid("Invalid value for: items")
    ids = [str(one["id"]) for one in items]
    if len(ids) > _MOST_CALENDARS:
        found = {one: _trouble("tooManyCalendarsRequested") for one in ids}
    else:
        found = {one: _of_calendar(m, user, one, first, last) for one in ids}
    return {"kind": "calendar#freeBusy", **{n: asked[n] for n in ("timeMin", "timeMax")}, "calendars": found}


def _of_calendar(m: Moment, user: sqlite3.Row, calendar_id: str, first: float, last: float) -> dict[str, Any]:
    try:
        calendar = calendars.find(m, user, calendar_id)
    except GoogleRefusal:
        return _trouble("notFound")
    found: list[list[float]] = []
    for start, end in sorted(_busy(m, user, calendar)):
        if end <= first or start >= last:
            continue
        if found and start <= found[-1][1]:
            found[-1][1] = max(found[-1][1], end)
        else:
            found.append([start, end])
    cut = [(max(start, first), min(end, last)) for start, end in found]
    return {"busy": [{"start": times.utc(start), "end": times.utc(end)} for start, end in cut]}


def _busy(m: Moment, user: sqlite3.Row, calendar: sqlite3.Row) -> list[tuple[float, float]]:
    kept = [one for one in event_rows.of_calendar(m, calendar["id"]) if not one.is_gone]
    single = [found for one in kept for found in events.unfolded(m, calendar, one)]
    read = [event_times.read(one.body, calendar["timezone"]) for one in single if _makes_busy(one.body, user)]
    return [(at.start, at.end) for at in read]


def _makes_busy(body: dict[str, Any], user: sqlite3.Row) -> bool:
    own: dict[str, Any] = next((one for one in body.get("attendees", ()) if one["email"] == user["email"]), {})
    return body.get("transparency") != "transparent" and own.get("responseStatus") != "declined"


def _trouble(reason: str) -> dict[str, Any]:
    return {"errors": [{"domain": "global", "reason": reason}], "busy": []}
