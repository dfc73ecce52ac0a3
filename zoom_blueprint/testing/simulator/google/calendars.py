"""Keep the calendars of each person: the primary one, whose id is their mail address, and others that tests add."""

import sqlite3
from typing import Any
from uuid import uuid4

from zoom_blueprint.testing.simulator import times
from zoom_blueprint.testing.simulator.google.replies import not_found
from zoom_blueprint.testing.simulator.world import Moment

_ROLES = ("owner", "writer", "reader", "freeBusyReader")
_CHANGEABLE = ("summary", "timezone", "access_role", "has_meet")


def of_user(m: Moment, user: sqlite3.Row) -> list[sqlite3.Row]:
    """Return a user's calendars, the primary one first; it is made when it is first asked for."""
    m.db.execute(
        "INSERT OR IGNORE INTO google_calendars VALUES (?, ?, ?, ?, 1, 'owner', 1)",
        (user["email"], user["id"], user["email"], user["timezone"]),
    )
    return m.db.execute(
        "SELECT * FROM google_calendars WHERE user_id = ? ORDER BY is_primary DESC, rowid", (user["id"],)
    ).fetchall()


def find(m: Moment, user: sqlite3.Row, calendar_id: str) -> sqlite3.Row:
    """Return a calendar of the user by its id or as ``primary``; GoogleRefusal when there is none."""
    known = of_user(m, user)
    wanted = known[0]["id"] if calendar_id == "primary" else calendar_id
    found = next((one for one in known if one["id"] == wanted), None)
    if found is None:
        raise not_found()
    return found


def by_id(m: Moment, calendar_id: str) -> sqlite3.Row:
    """Return a calendar by its own id, as its owner has it; GoogleRefusal when there is none."""
    asked = "SELECT * FROM google_calendars WHERE id = ? ORDER BY access_role != 'owner', rowid"
    found: sqlite3.Row | None = m.db.execute(asked, (calendar_id,)).fetchone()
    if found is None:
        raise not_found()
    return found


def owner(m: Moment, calendar: sqlite3.Row) -> sqlite3.Row:
    """Return the user whose calendar it is."""
    found: sqlite3.Row = m.db.execute("SELECT * FROM users WHERE id = ?", (calendar["user_id"],)).fetchone()
    return found


def put(m: Moment, user: sqlite3.Row, given: dict[str, Any]) -> sqlite3.Row:
    """Change a calendar, or make another one when no ``id`` is given; ValueError says what is wrong."""
    changes = {name: value for name, value in given.items() if name in _CHANGEABLE}
    if changes.get("access_role", "owner") not in _ROLES or not times.is_zone(changes.get("timezone", "UTC")):
        raise ValueError(f"'access_role' is one of {_ROLES}, 'timezone' an IANA name.")
    known = {one["id"]: one for one in of_user(m, user)}
    calendar_id = given.get("id") or f"{uuid4().hex}@group.calendar.google.com"
    if calendar_id not in known:
        if "id" in given:
            raise LookupError("There is no such calendar.")
        row = (calendar_id, user["id"], "A calendar", user["timezone"])
        m.db.execute("INSERT INTO google_calendars VALUES (?, ?, ?, ?, 0, 'owner', 1)", row)
    for name, value in changes.items():
        m.db.execute(
            f"UPDATE google_calendars SET {name} = ? WHERE id = ? AND user_id = ?",  # noqa: S608 - a constant above
            (value, calendar_id, user["id"]),
        )
    return find(m, user, calendar_id)


def remove(m: Moment, user: sqlite3.Row, calendar_id: str) -> None:
    """Take a calendar off a user's list."""
    found = find(m, user, calendar_id)
    m.db.execute("DELETE FROM google_calendars WHERE id = ? AND user_id = ?", (found["id"], user["id"]))


def view(calendar: sqlite3.Row) -> dict[str, Any]:
    """Return what the calendar list shows."""
    return {
        "kind": "calendar#calendarListEntry",
        "etag": '"1"',
        "id": calendar["id"],
        "summary": calendar["summary"],
        "timeZone": calendar["timezone"],
        "accessRole": calendar["access_role"],
        "selected": True,
        "conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"] if calendar["has_meet"] else []},
        **({"primary": True} if calendar["is_primary"] else {}),
    }
