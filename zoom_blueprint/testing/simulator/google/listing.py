"""Show calendars and their events page by page, whole or since a sync token.

Source: https://developers.google.com/workspace/calendar/api/guides/sync
"""

import base64
import json
import re
import sqlite3
from collections.abc import Mapping
from typing import Any

from zoom_blueprint.testing.simulator.google import calendars, event_rows, event_times, events
from zoom_blueprint.testing.simulator.google.event_rows import Stored
from zoom_blueprint.testing.simulator.google.replies import GoogleRefusal, invalid
from zoom_blueprint.testing.simulator.world import Moment

_DEFAULT_SIZE, _MOST = 250, 2500
_NOT_WITH_A_TOKEN = (
    *("iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax"),
    "updatedMin",
)
_ITEMS = re.compile(r"items\(((?:[A-Za-z,]|\([A-Za-z,]+\))+)\)")
_FIELD = re.compile(r"([A-Za-z]+)(?:\(([A-Za-z,]+)\))?")


def list_of_calendars(m: Moment, user: sqlite3.Row, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return one page of a user's calendars."""
    shown = [calendars.view(one) for one in calendars.of_user(m, user)]
    return {"kind": "calendar#calendarList", "etag": '"1"', **_page(m, shown, asked, newest=0)}


def list_of_events(m: Moment, calendar: sqlite3.Row, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return one page of a calendar's events; the last one has the sync token for what changes from now on."""
    if "syncToken" in asked and any(name in asked for name in _NOT_WITH_A_TOKEN):
        raise invalid("Sync token cannot be used with other query restrictions.")
    kept = event_rows.of_calendar(m, calendar["id"])
    newest = max((one.change for one in kept), default=0)
    since = _since(m, asked["syncToken"]) if "syncToken" in asked else None
    with_gone = since is not None or asked.get("showDeleted") == "true"
    found = [one for one in kept if (since is None or one.change > since) and (with_gone or not one.is_gone)]
    if asked.get("singleEvents") == "true":
        found = [single for one in found for single in events.unfolded(m, calendar, one)]
    within = [one for one in found if _is_within(one, calendar, asked)]
    shown = [_shown(m, one, asked) for one in within]
    head = {"kind": "calendar#events", "summary": calendar["summary"], "timeZone": calendar["timezone"]}
    return {**head, "etag": f'"{newest}"', **_page(m, shown, asked, newest=newest)}


def _page(m: Moment, items: list[dict[str, Any]], asked: Mapping[str, str], *, newest: int) -> dict[str, Any]:
    size = asked.get("maxResults", str(_DEFAULT_SIZE))
    if not size.isdecimal() or not 1 <= int(size) <= _MOST:
        raise invalid("Invalid value for: maxResults")
    first = _opened(asked["pageToken"], "p") if "pageToken" in asked else 0
    if first is None:
        raise invalid("Invalid page token value.")
    behind = first + int(size)
    some, rest = items[first:behind], items[behind:]
    if rest:
        return {"items": some, "nextPageToken": _sealed("p", behind)}
    return {"items": some, "nextSyncToken": _sealed("s", newest)}


def _since(m: Moment, token: str) -> int:
    found = _opened(token, "s")
    oldest = m.db.execute("SELECT value FROM settings WHERE name = 'google_oldest_sync'").fetchone()
    if found is None or (oldest is not None and found < int(oldest["value"])):
        message = "Sync token is no longer valid, a full sync is required."
        raise GoogleRefusal(410, "fullSyncRequired", message, domain="calendar")
    return found


def forget_changes(m: Moment) -> None:
    """Let every sync token that was given out be too old."""
    newest = m.db.execute("SELECT COALESCE(MAX(change), 0) AS newest FROM google_events").fetchone()["newest"]
    m.db.execute("INSERT OR REPLACE INTO settings VALUES ('google_oldest_sync', ?)", (str(newest + 1),))


def _is_within(event: Stored, calendar: sqlite3.Row, asked: Mapping[str, str]) -> bool:
    if event.is_gone or not ("timeMin" in asked or "timeMax" in asked):
        return True
    at = event_times.read(event.body, calendar["timezone"])
    after = "timeMin" not in asked or at.end > event_times.instant(asked["timeMin"])
    return after and ("timeMax" not in asked or at.start < event_times.instant(asked["timeMax"]))


def _shown(m: Moment, event: Stored, asked: Mapping[str, str]) -> dict[str, Any]:
    shown = events.view(m, event)
    most = int(asked.get("maxAttendees", 1000))
    if len(shown.get("attendees", ())) > most:
        own = [one for one in shown["attendees"] if one.get("self")]
        shown = {**shown, "attendees": own, "attendeesOmitted": True}
    chosen = _ITEMS.search(asked.get("fields", ""))
    if chosen is None:
        return shown
    wanted = {name: parts.split(",") if parts else [] for name, parts in _FIELD.findall(chosen[1])}
    return {name: _part(value, wanted[name]) for name, value in shown.items() if name in wanted}


def _part(value: Any, names: list[str]) -> Any:
    """Return those fields of each item of a list, the whole value where none are named."""
    return [{name: one[name] for name in names if name in one} for one in value] if names else value


def _sealed(kind: str, number: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([kind, number]).encode()).decode()


def _opened(token: str, kind: str) -> int | None:
    try:
        found = json.loads(base64.urlsafe_b64decode(token.encode()))
    except ValueError:
        return None
    return int(found[1]) if isinstance(found, list) and found[:1] == [kind] else None
