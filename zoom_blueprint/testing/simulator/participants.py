"""Keep who is and was in each meeting, and tell the apps of comings and goings."""

import sqlite3
from typing import Any
from uuid import uuid4

from zoom_blueprint.testing.simulator import events, outbox, times, users
from zoom_blueprint.testing.simulator.world import Moment

_FIRST_HANDLE, _NEXT_HANDLE = 16778240, 1024
_HOST_ENDED = "Host ended the meeting."


def join(m: Moment, host: sqlite3.Row, meeting: sqlite3.Row, *, name: str, email: str) -> sqlite3.Row:
    """Let somebody in: a signed-in user of this Zoom if ``email`` is theirs, else a guest without any id or address.

    ValueError if the meeting is not running: at Zoom its host is there first, too.
    """
    if meeting["status"] != "started":
        raise ValueError(f"Meeting {meeting['id']} is not running: start it first.")
    user = users.find(m.db, email) if "@" in email else None
    before = m.db.execute("SELECT COUNT(*) FROM participants WHERE instance = ?", (meeting["uuid"],)).fetchone()[0]
    who: sqlite3.Row = m.db.execute(
        "INSERT INTO participants (meeting_id, instance, uuid, handle, name, user_id, email, joined_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING *",
        (
            meeting["id"],
            meeting["uuid"],
            str(uuid4()).upper(),
            str(_FIRST_HANDLE + before * _NEXT_HANDLE),
            name or (users.full_name(user) if user else "Guest"),
            user["id"] if user else "",
            user["email"] if user else "",
            m.wire_now,
        ),
    ).fetchone()
    outbox.tell(m, host, events.participant_joined(m, meeting, host, who), lane=str(meeting["id"]))
    return who


def leave(
    m: Moment, host: sqlite3.Row, meeting: sqlite3.Row, *, name: str, email: str, reason: str = "Left the meeting."
) -> sqlite3.Row:
    """Let the one go who came last under this name or address; LookupError if nobody of that kind is there."""
    there = [who for who in of_instance(m, meeting) if who["left_at"] is None]
    meant = [who for who in there if _is_meant(who, name, email)]
    if not meant:
        raise LookupError(f"Nobody in the meeting has that name or address. There: {[who['name'] for who in there]}.")
    return _gone(m, host, meeting, meant[-1], reason)


def end(m: Moment, host: sqlite3.Row, meeting: sqlite3.Row) -> None:
    """Send home whoever is still there."""
    for who in of_instance(m, meeting):
        if who["left_at"] is None:
            _gone(m, host, meeting, who, _HOST_ENDED)


def of_instance(m: Moment, meeting: sqlite3.Row) -> list[sqlite3.Row]:
    """Return who is or was in the present or last instance of a meeting."""
    return m.db.execute("SELECT * FROM participants WHERE instance = ? ORDER BY id", (meeting["uuid"],)).fetchall()


def past(who: sqlite3.Row) -> dict[str, Any]:
    """Return what the list of past participants shows of one."""
    return {
        "id": who["user_id"],
        "name": who["name"],
        "user_id": who["handle"],
        "user_email": who["email"],
        "registrant_id": "",
        "join_time": times.utc(who["joined_at"]),
        "leave_time": times.utc(who["left_at"]),
        "duration": int(who["left_at"] - who["joined_at"]),
    }


def _gone(m: Moment, host: sqlite3.Row, meeting: sqlite3.Row, who: sqlite3.Row, reason: str) -> sqlite3.Row:
    left: sqlite3.Row = m.db.execute(
        "UPDATE participants SET left_at = ? WHERE id = ? RETURNING *", (m.wire_now, who["id"])
    ).fetchone()
    told = f"{who['name']} left the meeting.<br>Reason: {reason}"
    outbox.tell(m, host, events.participant_left(m, meeting, host, left, told), lane=str(meeting["id"]))
    return left


def _is_meant(who: sqlite3.Row, name: str, email: str) -> bool:
    return (not name or who["name"] == name) and (not email or who["email"] == email)
