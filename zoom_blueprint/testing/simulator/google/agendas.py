"""Arrange the events of a calendar for a person to look at."""

import sqlite3
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from zoom_blueprint.testing.simulator.google import conferences, event_rows, event_times, events
from zoom_blueprint.testing.simulator.google.event_rows import Stored
from zoom_blueprint.testing.simulator.world import Moment

_MOST = 200
_ANSWERS = {"needsAction": "no answer yet", "accepted": "coming", "tentative": "maybe", "declined": "not coming"}


def days(m: Moment, calendar: sqlite3.Row) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the next events by day, in the calendar's own zone, from today's midnight on; 200 at most."""
    zone = ZoneInfo(calendar["timezone"])
    today = datetime.fromtimestamp(m.now, zone).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
    kept = [one for one in event_rows.of_calendar(m, calendar["id"]) if not one.is_gone]
    single = [found for one in kept for found in events.unfolded(m, calendar, one)]
    read = [(event_times.read(one.body, calendar["timezone"]), one) for one in single]
    found = sorted((pair for pair in read if pair[0].end > today), key=lambda pair: (pair[0].start, pair[1].id))
    shown = [_shown(m, event, at, zone) for at, event in found[:_MOST]]
    return [(day, list(some)) for day, some in groupby(shown, key=lambda one: str(one["day"]))]


def _shown(m: Moment, event: Stored, at: event_times.Times, zone: ZoneInfo) -> dict[str, Any]:
    body = event.body
    start, end = (datetime.fromtimestamp(instant, zone) for instant in (at.start, at.end))
    is_all_day = "date" in body["start"]
    people = body.get("attendees", [])
    own = next((one.get("responseStatus") for one in people if one.get("self")), None)
    return {
        "id": event.id,
        "title": body.get("summary") or "(No title)",
        "day": f"{start:%A}, {start.day} {start:%B %Y}",
        "start": datetime.fromtimestamp(at.start, UTC).isoformat(),
        "when": _all_day(start, end) if is_all_day else _between(start, end),
        "start_field": f"{start:%Y-%m-%d}" if is_all_day else f"{start:%Y-%m-%dT%H:%M}",
        "minutes": int(at.end - at.start) // 60,
        "is_all_day": is_all_day,
        "is_free": body.get("transparency") == "transparent",
        "in_series": "recurringEventId" in body,
        "own": own,
        "own_shown": _ANSWERS.get(own or "", ""),
        "is_invited": event.organized_in is not None,
        "organizer": body["organizer"]["email"],
        "guests": [(one["email"], _ANSWERS.get(one.get("responseStatus", ""), "")) for one in people],
        "location": body.get("location", ""),
        "description": body.get("description", ""),
        **_conference(conferences.view(m, body, event.meet_ready_at)),
    }


def _conference(view: dict[str, Any]) -> dict[str, Any]:
    data = view.get("conferenceData", {})
    links = [one for one in data.get("entryPoints", ()) if one.get("entryPointType") == "video"]
    waits = data.get("createRequest", {}).get("status", {}).get("statusCode") == "pending"
    name = data.get("conferenceSolution", {}).get("name", "the meeting")
    return {"conference": name, "join_url": links[0]["uri"] if links else "", "waits_for_meet": waits}


def _between(start: datetime, end: datetime) -> str:
    behind = "" if start.date() == end.date() else f" on {end.day} {end:%B}"
    return f"{start:%H:%M} – {end:%H:%M}{behind}"


def _all_day(start: datetime, end: datetime) -> str:
    last = end - timedelta(days=1)
    return "All day" if last.date() <= start.date() else f"All day, until {last.day} {last:%B}"
