"""Keep the people who register for meetings that ask for it."""

import sqlite3
from typing import Any

from zoom_blueprint.testing.simulator import minting, times, views
from zoom_blueprint.testing.simulator.replies import Refusal
from zoom_blueprint.testing.simulator.world import Moment

_LONGEST_NAME = 64
_STATUSES = {"approve": "approved", "deny": "denied", "cancel": "cancelled"}


def add(m: Moment, meeting: sqlite3.Row, given: dict[str, Any], status: str) -> dict[str, Any]:
    """Register somebody and return what Zoom answers; Refusal names what is missing."""
    wrong = [name for name in ("email", "first_name") if not _is_text(given.get(name))]
    if "@" not in str(given.get("email")) and "email" not in wrong:
        wrong.append("email")
    if "last_name" in given and not isinstance(given["last_name"], str):
        wrong.append("last_name")
    if wrong:
        raise Refusal(400, 300, "Validation Failed.", fields=dict.fromkeys(wrong, "Invalid field."))
    registrant_id = minting.long_id()
    m.db.execute(
        "INSERT INTO registrants VALUES (?, ?, ?, ?, ?, ?, ?)",
        (registrant_id, meeting["id"], given["email"], given["first_name"], given.get("last_name", ""), status, m.now),
    )
    view = views.item(m, meeting)
    shown = {"id": meeting["id"], "registrant_id": registrant_id, "topic": view["topic"]}
    shown.update({name: view[name] for name in ("start_time",) if name in view})
    return {**shown, "join_url": view["join_url"]} if status == "approved" else shown


def of_meeting(m: Moment, meeting: sqlite3.Row, status: str) -> list[dict[str, Any]]:
    """Return the registrants of one status."""
    rows = m.db.execute(
        "SELECT * FROM registrants WHERE meeting_id = ? AND status = ? ORDER BY created_at", (meeting["id"], status)
    )
    return [
        {
            **{name: row[name] for name in ("id", "email", "first_name", "last_name", "status")},
            "create_time": times.utc(row["created_at"]),
            "join_url": views.join_url(m, meeting),
        }
        for row in rows
    ]


def decide(m: Moment, meeting: sqlite3.Row, given: dict[str, Any]) -> None:
    """Do with the named registrants, or with all that are pending, what the ``action`` says."""
    status = _STATUSES.get(str(given.get("action")))
    if status is None:
        raise Refusal(400, 300, "Validation Failed.", fields={"action": "Invalid field."})
    named = given.get("registrants") or []
    ids = [one.get("id") for one in named if isinstance(one, dict)] if isinstance(named, list) else []
    for row in m.db.execute("SELECT id, status FROM registrants WHERE meeting_id = ?", (meeting["id"],)).fetchall():
        if row["id"] in ids or (not named and row["status"] == "pending"):
            m.db.execute("UPDATE registrants SET status = ? WHERE id = ?", (status, row["id"]))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= (_LONGEST_NAME if "@" not in value else 128)
