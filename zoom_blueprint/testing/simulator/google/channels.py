"""Keep the push channels, and queue a notification for each change.

Source: https://developers.google.com/workspace/calendar/api/guides/push
"""

import json
import secrets
import sqlite3
from email.utils import formatdate
from typing import Any
from urllib.parse import urlsplit

from zoom_blueprint.testing.simulator.google.replies import GoogleRefusal, invalid
from zoom_blueprint.testing.simulator.world import Moment

_LONGEST_ID, _LONGEST_TOKEN = 64, 256
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_RETRY_AFTER = (5, 30, 120)  # seconds; Google says "with exponential backoff" and no more
_AGAIN = (500, 502, 503, 504)


def watch(m: Moment, user: sqlite3.Row, calendar: sqlite3.Row, asked: dict[str, Any]) -> dict[str, Any]:
    """Open a channel and send its ``sync``; it lives as long as asked for, or as the knob allows."""
    channel_id, token, address = asked.get("id"), asked.get("token", ""), asked.get("address")
    if not isinstance(channel_id, str) or not 0 < len(channel_id) <= _LONGEST_ID:
        raise invalid("Missing required field: channel.id", "required")
    if not isinstance(token, str) or len(token) > _LONGEST_TOKEN or asked.get("type") not in ("web_hook", "webhook"):
        raise invalid("Invalid value for: channel")
    parts = urlsplit(address) if isinstance(address, str) else None
    if parts is None or (parts.scheme != "https" and parts.hostname not in _LOOPBACK):
        raise invalid(f"WebHook callback must be HTTPS: {address}", "push.webhookUrlNotHttps")
    if m.db.execute("SELECT 1 FROM google_channels WHERE id = ?", (channel_id,)).fetchone():
        raise invalid(f"Channel id {channel_id} not unique", "channelIdNotUnique")
    seconds = min(int(asked.get("params", {}).get("ttl", m.knobs["google_channel_seconds"])), _longest(m))
    resource = secrets.token_urlsafe(20)
    row = (channel_id, user["id"], calendar["id"], resource, token, address, m.now + seconds)
    m.db.execute("INSERT INTO google_channels VALUES (?, ?, ?, ?, ?, ?, ?, 0, NULL)", row)
    _queue(m, m.db.execute("SELECT * FROM google_channels WHERE id = ?", (channel_id,)).fetchone(), "sync")
    return {
        "kind": "api#channel",
        "id": channel_id,
        "resourceId": resource,
        "resourceUri": _uri(m, calendar["id"]),
        **({"token": token} if token else {}),
        "expiration": str(int((m.now + seconds) * 1000)),
    }


def stop(m: Moment, user: sqlite3.Row, asked: dict[str, Any]) -> None:
    """End a channel of the user's."""
    done = m.db.execute(
        "UPDATE google_channels SET stopped_at = ? WHERE id = ? AND resource_id = ? AND user_id = ?"
        " AND stopped_at IS NULL AND expires_at > ?",
        (m.now, asked.get("id"), asked.get("resourceId"), user["id"], m.now),
    )
    if done.rowcount != 1:
        raise GoogleRefusal(404, "notFound", f"Channel '{asked.get('id')}' not found for project 'simulator'")


def tell(m: Moment, calendar_id: str) -> None:
    """Queue a notification for each open channel of a calendar that changed."""
    rows = m.db.execute(
        "SELECT * FROM google_channels WHERE calendar_id = ? AND stopped_at IS NULL AND expires_at > ?",
        (calendar_id, m.now),
    )
    for channel in rows.fetchall():
        _queue(m, channel, "exists")


def due(m: Moment) -> list[sqlite3.Row]:
    """Return the notifications whose time has come, in order."""
    return m.db.execute(
        "SELECT * FROM google_pushes WHERE state = 'pending' AND due_at <= ? ORDER BY due_at, id LIMIT 500", (m.now,)
    ).fetchall()


def record(m: Moment, push: sqlite3.Row, attempt: dict[str, Any]) -> None:
    """Note how an attempt ended; some failures are worth another."""
    attempts = [*json.loads(push["attempts"]), attempt]
    status = attempt["status"]
    state, due_at = "failed", m.now
    if status is not None and (200 <= status < 300 or status == 102):
        state = "delivered"
    elif (status is None or status in _AGAIN) and len(attempts) <= len(_RETRY_AFTER):
        state, due_at = "pending", m.now + _RETRY_AFTER[len(attempts) - 1]
    m.db.execute(
        "UPDATE google_pushes SET state = ?, due_at = ?, attempts = ? WHERE id = ?",
        (state, due_at, json.dumps(attempts), push["id"]),
    )


def everything(m: Moment) -> dict[str, Any]:
    """Return all channels, all notifications, and how many of these are due at this moment."""
    opened = [dict(row) for row in m.db.execute("SELECT * FROM google_channels ORDER BY rowid")]
    rows = [dict(row) for row in m.db.execute("SELECT * FROM google_pushes ORDER BY id")]
    sent = [{**row, "headers": json.loads(row["headers"]), "attempts": json.loads(row["attempts"])} for row in rows]
    waiting = sum(1 for row in rows if row["state"] == "pending" and row["due_at"] <= m.now)
    return {"channels": opened, "pushes": sent, "due": waiting}


def _queue(m: Moment, channel: sqlite3.Row, state: str) -> None:
    number = channel["number"] + 1
    m.db.execute("UPDATE google_channels SET number = ? WHERE id = ?", (number, channel["id"]))
    headers = {
        "X-Goog-Channel-ID": channel["id"],
        "X-Goog-Channel-Expiration": formatdate(channel["expires_at"], usegmt=True),
        "X-Goog-Resource-ID": channel["resource_id"],
        "X-Goog-Resource-URI": _uri(m, channel["calendar_id"]),
        "X-Goog-Resource-State": state,
        "X-Goog-Message-Number": str(number),
        **({"X-Goog-Channel-Token": channel["token"]} if channel["token"] else {}),
    }
    m.db.execute(
        "INSERT INTO google_pushes (channel_id, address, headers, state, due_at) VALUES (?, ?, ?, 'pending', ?)",
        (channel["id"], channel["address"], json.dumps(headers), m.now),
    )


def _longest(m: Moment) -> int:
    return int(m.knobs["google_channel_seconds"])


def _uri(m: Moment, calendar_id: str) -> str:
    return f"{m.origin}/google/calendar/v3/calendars/{calendar_id}/events?alt=json"
