"""Keep the meetings, and tell the apps about every change of them."""

import json
import sqlite3
from typing import Any

from zoom_blueprint.testing.simulator import events, meeting_settings, minting, outbox, participants, views
from zoom_blueprint.testing.simulator.world import Moment

_DAY = 86400
_RECURRING = (3, 8)
_TIMELESS = (1, 3)
_KEPT_AS_GIVEN = ("topic", "agenda", "type", "timezone", "recurrence", "tracking_fields")


def create(m: Moment, user: sqlite3.Row, given: dict[str, Any]) -> sqlite3.Row:
    """Create a meeting from checked fields; an absent or past start becomes now."""
    fields = {"topic": "Zoom Meeting", "agenda": "", "type": 2, "timezone": user["timezone"]}
    fields.update({name: given[name] for name in _KEPT_AS_GIVEN if name in given})
    fields["settings"] = _effective(m, user, {**meeting_settings.defaults(), **given.get("settings", {})})
    start = None if fields["type"] in _TIMELESS else max(given.get("start_time", m.now), float(int(m.now)))
    password = given.get("password", "")
    if not password and given.get("default_password", True) and m.knobs["require_passcode"]:
        password = minting.passcode()
    meeting_id = _free_id(m.db)
    m.db.execute(
        "INSERT INTO meetings (id, user_id, uuid, start_time, duration, status, password, encrypted_password, fields,"
        " creation_source, created_at, expires_at) VALUES (?, ?, ?, ?, ?, 'waiting', ?, ?, ?, 'open_api', ?, ?)",
        (
            meeting_id,
            user["id"],
            minting.meeting_uuid(),
            start,
            given.get("duration", 60),
            password,
            minting.encrypted_passcode() if password else "",
            json.dumps(fields),
            m.now,
            _expiry(fields["type"], start or m.now),
        ),
    )
    meeting = _get(m.db, meeting_id)
    outbox.tell(m, user, events.meeting_created(m, meeting, user), lane=str(meeting_id))
    return meeting


def update(m: Moment, user: sqlite3.Row, meeting: sqlite3.Row, given: dict[str, Any]) -> None:
    """Change the given fields and no others; a start in the past is ignored, a new passcode gives a new join link."""
    before = views.full(m, meeting, user)
    fields = json.loads(meeting["fields"])
    fields.update({name: given[name] for name in _KEPT_AS_GIVEN if name in given})
    fields["settings"] = _effective(m, user, {**fields["settings"], **given.get("settings", {})})
    start = meeting["start_time"]
    if fields["type"] not in _TIMELESS and given.get("start_time", 0) > m.now:
        start = given["start_time"]
    password = given.get("password", meeting["password"])
    encrypted = meeting["encrypted_password"]
    if password != meeting["password"]:
        encrypted = minting.encrypted_passcode() if password else ""
    m.db.execute(
        "UPDATE meetings SET start_time = ?, duration = ?, password = ?, encrypted_password = ?, fields = ?,"
        " expires_at = ? WHERE id = ?",
        (
            start,
            given.get("duration", meeting["duration"]),
            password,
            encrypted,
            json.dumps(fields),
            _expiry(fields["type"], start or m.now),
            meeting["id"],
        ),
    )
    after = views.full(m, _get(m.db, meeting["id"]), user)
    event = events.meeting_updated(m, user, before, after)
    if event is not None:
        outbox.tell(m, user, event, lane=str(meeting["id"]))


def delete(m: Moment, user: sqlite3.Row, meeting: sqlite3.Row) -> None:
    """Delete a meeting, whether it has begun or not."""
    m.db.execute("UPDATE meetings SET deleted_at = ? WHERE id = ?", (m.now, meeting["id"]))
    outbox.tell(m, user, events.meeting_deleted(m, meeting, user), lane=str(meeting["id"]))


def recover(m: Moment, user: sqlite3.Row, meeting: sqlite3.Row) -> None:
    """Bring a deleted meeting back."""
    m.db.execute("UPDATE meetings SET deleted_at = NULL WHERE id = ?", (meeting["id"],))
    outbox.tell(m, user, events.meeting_recovered(m, meeting, user), lane=str(meeting["id"]))


def delete_forever(m: Moment, user: sqlite3.Row, meeting: sqlite3.Row) -> None:
    """Empty the bin: a deleted meeting cannot be brought back any more."""
    outbox.tell(m, user, events.meeting_permanently_deleted(m, meeting, user), lane=str(meeting["id"]))
    m.db.execute("DELETE FROM meetings WHERE id = ?", (meeting["id"],))


def make_webinar(m: Moment, user: sqlite3.Row, meeting: sqlite3.Row) -> None:
    """Make a webinar of a meeting, as its host can at Zoom: the meetings API refuses it from then on."""
    fields = {**json.loads(meeting["fields"]), "webinar": True}
    m.db.execute("UPDATE meetings SET fields = ? WHERE id = ?", (json.dumps(fields), meeting["id"]))


def start(m: Moment, user: sqlite3.Row, meeting: sqlite3.Row) -> None:
    """Begin a meeting; a second beginning is a new instance with a new uuid. Nothing happens if it is running."""
    if meeting["status"] == "started":
        return
    uuid = meeting["uuid"] if meeting["started_at"] is None else minting.meeting_uuid()
    m.db.execute(
        "UPDATE meetings SET status = 'started', started_at = ?, ended_at = NULL, uuid = ?, expires_at = ?"
        " WHERE id = ?",
        (m.wire_now, uuid, max(meeting["expires_at"], _expiry(views.kind(meeting), m.now)), meeting["id"]),
    )
    begun = _get(m.db, meeting["id"])
    outbox.tell(m, user, events.meeting_started(m, begun, user), lane=str(meeting["id"]))


def end(m: Moment, user: sqlite3.Row, meeting: sqlite3.Row) -> None:
    """End a running meeting; nothing happens if it is not running."""
    if meeting["status"] != "started":
        return
    m.db.execute(
        "UPDATE meetings SET status = 'waiting', ended_at = ? WHERE id = ?",
        (m.wire_now, meeting["id"]),
    )
    participants.end(m, user, meeting)
    ended = _get(m.db, meeting["id"])
    outbox.tell(m, user, events.meeting_ended(m, ended, user), lane=str(meeting["id"]))


def find(m: Moment, meeting_id: int, user_id: str | None = None) -> sqlite3.Row | None:
    """Return a meeting that is neither deleted nor expired, and, if asked, belongs to this user."""
    row: sqlite3.Row | None = m.db.execute(
        "SELECT * FROM meetings WHERE id = ? AND deleted_at IS NULL AND expires_at > ? AND (? IS NULL OR user_id = ?)",
        (meeting_id, m.now, user_id, user_id),
    ).fetchone()
    return row


def find_deleted(m: Moment, meeting_id: int, user_id: str | None = None) -> sqlite3.Row | None:
    """Return a meeting that was deleted and could be brought back."""
    row: sqlite3.Row | None = m.db.execute(
        "SELECT * FROM meetings WHERE id = ? AND deleted_at IS NOT NULL AND (? IS NULL OR user_id = ?)",
        (meeting_id, user_id, user_id),
    ).fetchone()
    return row


def with_uuid(m: Moment, uuid: str) -> sqlite3.Row | None:
    """Return the meeting whose present or last instance has this uuid."""
    row: sqlite3.Row | None = m.db.execute("SELECT * FROM meetings WHERE uuid = ?", (uuid,)).fetchone()
    return row


def is_webinar(meeting: sqlite3.Row) -> bool:
    """Tell whether a webinar was made of this meeting."""
    return bool(json.loads(meeting["fields"]).get("webinar"))


def of_user(m: Moment, user_id: str, *, deleted: bool = False) -> list[sqlite3.Row]:
    """Return a user's meetings and webinars by start, those without one first; on request with the deleted ones."""
    return m.db.execute(
        "SELECT * FROM meetings WHERE user_id = ? AND (deleted_at IS NULL OR ?) AND expires_at > ?"
        " ORDER BY start_time, id",
        (user_id, deleted, m.now),
    ).fetchall()


def _get(db: sqlite3.Connection, meeting_id: int) -> sqlite3.Row:
    row: sqlite3.Row = db.execute("SELECT * FROM meetings WHERE id = ?", (meeting_id,)).fetchone()
    return row


def _free_id(db: sqlite3.Connection) -> int:
    while True:
        meeting_id = minting.meeting_id()
        if db.execute("SELECT 1 FROM meetings WHERE id = ?", (meeting_id,)).fetchone() is None:
            return meeting_id


def _effective(m: Moment, user: sqlite3.Row, settings: dict[str, Any]) -> dict[str, Any]:
    return meeting_settings.effective(settings, licensed=user["type"] == 2, locked=m.knobs["locked_settings"])


def _expiry(kind: int, last_used: float) -> float:
    """Return when a meeting ceases to exist: 30 days after its date or last start, 365 if it recurs."""
    return last_used + (365 if kind in _RECURRING else 30) * _DAY
