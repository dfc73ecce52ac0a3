"""Page through a user's meetings."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from zoom_blueprint.testing.simulator import meetings, minting, times, views
from zoom_blueprint.testing.simulator.replies import Refusal
from zoom_blueprint.testing.simulator.world import Moment

_TYPES = ("scheduled", "live", "upcoming", "upcoming_meetings", "previous_meetings")
_LARGEST_PAGE = 300
_TOKEN_LIFETIME = 900
_INSTANT = 1
_DAY = 86400
_HALF_A_YEAR = 184 * _DAY


def page(m: Moment, user: sqlite3.Row, query: Mapping[str, str]) -> dict[str, Any]:
    """Return the page that ``next_page_token`` or ``page_number`` names, with the token of the page after it."""
    kind = query.get("type", "scheduled")
    if kind not in _TYPES:
        raise Refusal(400, 300, "Validation Failed.", fields={"type": "Invalid field."})
    size = min(_number(query, "page_size", 30), _LARGEST_PAGE)
    asked = {name: query[name] for name in ("type", "from", "to", "timezone", "page_size") if query.get(name)}
    token = query.get("next_page_token", "")
    number = _redeem(m, user, token, asked) if token else _number(query, "page_number", 1)
    chosen = [meeting for meeting in _meetings(m, user) if _belongs(m, meeting, kind, query)]
    first = (number - 1) * size
    more = first + size < len(chosen)
    return {
        "page_count": max(1, -(-len(chosen) // size)),
        "page_number": number,
        "page_size": size,
        "total_records": len(chosen),
        "next_page_token": _issue(m, user, number + 1, asked) if more else "",
        "meetings": [views.item(m, meeting) for meeting in chosen[first : first + size]],
    }


def coming_day(m: Moment, user: sqlite3.Row) -> dict[str, Any]:
    """Return the meetings of the next 24 hours; the shape is from memory, for our sources show none."""
    chosen = [one for one in _meetings(m, user) if m.now <= (one["start_time"] or 0) <= m.now + _DAY]
    shown = []
    for meeting in chosen:
        view = views.full(m, meeting, user)
        kept = {name: view[name] for name in ("id", "topic", "type", "start_time", "duration", "timezone", "join_url")}
        kept |= {"created_time": view["created_at"], "is_host": True, "use_pmi": False}
        shown.append({**kept, "passcode": view.get("password", "")})
    return {"total_records": len(shown), "upcoming_meetings": shown}


def _meetings(m: Moment, user: sqlite3.Row) -> list[sqlite3.Row]:
    return [meeting for meeting in meetings.of_user(m, user["id"]) if not meetings.is_webinar(meeting)]


def _belongs(m: Moment, meeting: sqlite3.Row, kind: str, query: Mapping[str, str]) -> bool:
    if views.kind(meeting) == _INSTANT:
        return False
    if kind == "live":
        return bool(meeting["status"] == "started")
    start = meeting["start_time"]
    if start is None:
        return kind == "scheduled"
    over = start + meeting["duration"] * 60 <= m.now
    if (kind.startswith("upcoming") and over) or (kind == "previous_meetings" and not over):
        return False
    if kind != "scheduled" and abs(start - m.now) > _HALF_A_YEAR:
        return False
    zone = query.get("timezone", "UTC")
    shown = times.day_in_zone(start, zone if times.is_zone(zone) else "UTC")
    return query.get("from", "")[:10] <= shown <= (query.get("to", "")[:10] or "9999-12-31")


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and 1 <= len(text) <= 6 and int(text) > 0):
        raise Refusal(400, 300, "Validation Failed.", fields={name: "Invalid field."})
    return int(text)


def _issue(m: Moment, user: sqlite3.Row, number: int, asked: dict[str, str]) -> str:
    token = minting.page_token()
    m.db.execute("DELETE FROM pages WHERE expires_at <= ?", (m.now,))
    m.db.execute(
        "INSERT INTO pages VALUES (?, ?, ?, ?, ?)",
        (token, user["id"], json.dumps(asked), number, m.now + _TOKEN_LIFETIME),
    )
    return token


def _redeem(m: Moment, user: sqlite3.Row, token: str, asked: dict[str, str]) -> int:
    row = m.db.execute(
        "SELECT number FROM pages WHERE token = ? AND user_id = ? AND query = ? AND expires_at > ?",
        (token, user["id"], json.dumps(asked), m.now),
    ).fetchone()
    if row is None:
        raise Refusal(400, 300, "The next page token is invalid or expired.")
    return int(row["number"])
