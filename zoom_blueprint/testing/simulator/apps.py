"""Keep the apps registered at this Zoom: credentials, redirects, scopes and the webhook subscription."""

import json
import sqlite3
from typing import Any

from zoom_blueprint.testing.simulator import scopes

_LISTS = ("redirect_uris", "scopes")
_TEXTS = ("client_secret", "webhook_url", "webhook_secret")
_CHALLENGE_EVERY = 72 * 3600
DEFAULT_CLIENT_ID = "SimClientId0123456789A"
DEFAULT_CLIENT_SECRET = "SimClientSecret0123456789ABCDEFG"  # noqa: S105 - made up, and printed in the README
DEFAULT_WEBHOOK_SECRET = "SimWebhookSecret012345"  # noqa: S105 - made up as well


def put(db: sqlite3.Connection, now: float, client_id: str, changes: dict[str, Any]) -> sqlite3.Row:
    """Register an app, or change the given fields of one that exists; ValueError says which is wrong.

    A webhook address that is new gets its validation challenge within 72 hours, and starts without failures.
    """
    _check(changes)
    db.execute(
        "INSERT OR IGNORE INTO apps (client_id, client_secret, redirect_uris, scopes, webhook_secret)"
        " VALUES (?, ?, '[]', ?, ?)",
        (client_id, DEFAULT_CLIENT_SECRET, json.dumps(scopes.DEFAULT), DEFAULT_WEBHOOK_SECRET),
    )
    before = get(db, client_id)
    for name, value in changes.items():
        stored = json.dumps(list(value)) if name in _LISTS else value
        db.execute(f"UPDATE apps SET {name} = ? WHERE client_id = ?", (stored, client_id))  # noqa: S608 - checked
    after = get(db, client_id)
    if after["webhook_url"] != before["webhook_url"]:
        db.execute(
            "UPDATE apps SET challenge_due_at = ?, challenge_failures = 0 WHERE client_id = ?",
            (now + _CHALLENGE_EVERY if after["webhook_url"] else None, client_id),
        )
    return get(db, client_id)


def find(db: sqlite3.Connection, client_id: str) -> sqlite3.Row | None:
    """Look an app up by its client id."""
    row: sqlite3.Row | None = db.execute("SELECT * FROM apps WHERE client_id = ?", (client_id,)).fetchone()
    return row


def get(db: sqlite3.Connection, client_id: str) -> sqlite3.Row:
    """Return an app that must exist; LookupError otherwise."""
    row = find(db, client_id)
    if row is None:
        raise LookupError(f"There is no app with the client id {client_id!r}.")
    return row


def main(db: sqlite3.Connection) -> str:
    """Return the client id of the app that is meant when a test names none."""
    row = db.execute("SELECT value FROM settings WHERE name = 'main_app'").fetchone()
    return str(row["value"]) if row else DEFAULT_CLIENT_ID


def make_main(db: sqlite3.Connection, client_id: str) -> None:
    """Choose the app that is meant when a test names none."""
    db.execute("INSERT OR REPLACE INTO settings VALUES ('main_app', ?)", (client_id,))


def redirects(app: sqlite3.Row) -> list[str]:
    """Return the registered redirect addresses."""
    return [str(address) for address in json.loads(app["redirect_uris"])]


def scopes_of(app: sqlite3.Row) -> list[str]:
    """Return the scopes that the app asks for, sorted."""
    return sorted(str(scope) for scope in json.loads(app["scopes"]))


def postpone_challenge(db: sqlite3.Connection, client_id: str, now: float) -> None:
    """Set the next validation challenge to 72 hours from now."""
    db.execute("UPDATE apps SET challenge_due_at = ? WHERE client_id = ?", (now + _CHALLENGE_EVERY, client_id))


def _check(changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        if name in _LISTS:
            if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
                raise ValueError(f"{name!r} is a list of texts.")
        elif name not in _TEXTS:
            raise ValueError(f"An app has no {name!r}; {', '.join(_TEXTS + _LISTS)} may be set.")
        elif not isinstance(value, str) and not (name == "webhook_url" and value is None):
            raise ValueError(f"{name!r} is a text.")
