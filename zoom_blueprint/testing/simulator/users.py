"""Keep the people who have a Zoom account here."""

import sqlite3
from typing import Any

from zoom_blueprint.testing.simulator import minting, times

_SEED = (
    ("ada", "Ada", "Lovelace", "Europe/London"),
    ("grace", "Grace", "Hopper", "America/New_York"),
)
_TYPES = (1, 2, 4, 99)  # Basic, Licensed, Unassigned, None
_STATUSES = ("active", "inactive", "pending")
_EXISTS = "status != 'deleted'"
_CHANGEABLE = ("first_name", "last_name", "email", "timezone", "type", "status")


def seed(db: sqlite3.Connection, now: float) -> None:
    """Create the two people of every new simulator."""
    if db.execute("SELECT 1 FROM users").fetchone():
        return
    for short, first_name, last_name, timezone in _SEED:
        put(db, now, {"short": short, "first_name": first_name, "last_name": last_name, "timezone": timezone})


def put(db: sqlite3.Connection, now: float, given: dict[str, Any]) -> sqlite3.Row:
    """Create the user ``short``, or change the given fields of one who exists; ValueError says which is wrong."""
    short = given.get("short")
    if not isinstance(short, str) or not short.isidentifier():
        raise ValueError("'short' is the user's short name: letters, digits and underscores.")
    unknown = set(given) - {"short", *_CHANGEABLE}
    if unknown:
        raise ValueError(f"A user has no {sorted(unknown)}; 'short' and {', '.join(_CHANGEABLE)} may be set.")
    changes = {name: given[name] for name in _CHANGEABLE if name in given}
    _check(changes)
    if db.execute(f"SELECT 1 FROM users WHERE short = ? AND NOT {_EXISTS}", (short,)).fetchone():  # noqa: S608  # ours
        raise ValueError(f"{short!r} was deleted; choose another short name.")
    taken = db.execute("SELECT short FROM users WHERE email = ?", (changes.get("email"),)).fetchone()
    if taken is not None and taken["short"] != short:
        raise ValueError(f"{changes['email']} is the address of {taken['short']}.")
    if not find(db, short):
        _create(db, now, short)
    for name, value in changes.items():
        db.execute(f"UPDATE users SET {name} = ? WHERE short = ?", (value, short))  # noqa: S608 - a constant above
    return found(db, short)


def find(db: sqlite3.Connection, name: str) -> sqlite3.Row | None:
    """Look a user up by id, short name or e-mail address."""
    row: sqlite3.Row | None = db.execute(
        f"SELECT * FROM users WHERE (id = :name OR short = :name OR email = :name) AND {_EXISTS}",  # noqa: S608  # ours
        {"name": name},
    ).fetchone()
    return row


def found(db: sqlite3.Connection, name: str) -> sqlite3.Row:
    """Look a user up who must exist; LookupError otherwise."""
    row = find(db, name)
    if row is None:
        raise LookupError(f"There is no user {name!r}.")
    return row


def everyone(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return all users in the order of their creation."""
    return db.execute(f"SELECT * FROM users WHERE {_EXISTS} ORDER BY created_at, rowid").fetchall()  # noqa: S608  # ours


def delete(db: sqlite3.Connection, user: sqlite3.Row) -> None:
    """Let a user be found no more; the row stays, for the grants that name it."""
    db.execute("UPDATE users SET status = 'deleted' WHERE id = ?", (user["id"],))


def full_name(user: sqlite3.Row) -> str:
    """Return first and last name."""
    return f"{user['first_name']} {user['last_name']}".strip()


def _create(db: sqlite3.Connection, now: float, short: str) -> None:
    account = db.execute("SELECT account_id FROM users").fetchone()
    db.execute(
        "INSERT INTO users VALUES (?, ?, ?, ?, ?, 'UTC', 2, 'active', ?, ?, ?)",
        (
            minting.long_id(),
            short,
            short.capitalize(),
            "Example",
            f"{short}@example.com",
            account["account_id"] if account else minting.long_id(),
            minting.personal_meeting_id(),
            now,
        ),
    )


def _check(changes: dict[str, Any]) -> None:
    if changes.get("type", 1) not in _TYPES:
        raise ValueError(f"'type' is one of {_TYPES}.")
    if changes.get("status", "active") not in _STATUSES:
        raise ValueError(f"'status' is one of {_STATUSES}.")
    if not times.is_zone(changes.get("timezone", "UTC")):
        raise ValueError("'timezone' is an IANA name such as Europe/London.")
    for name in ("first_name", "last_name", "email"):
        if not isinstance(changes.get(name, ""), str):
            raise ValueError(f"{name!r} is a text.")  # noqa: TRY004 - callers catch one type
