"""Do with people what the administrator of their account does; the apps they use are told."""

import sqlite3
from typing import Any

from zoom_blueprint.testing.simulator import events, grants, minting, outbox, users
from zoom_blueprint.testing.simulator.world import Moment

_BASIC = 1


def change(m: Moment, user: sqlite3.Row, changes: dict[str, Any]) -> sqlite3.Row:
    """Change a user: ``user.deactivated`` or ``user.activated`` tells of the status, ``user.updated`` of the rest."""
    after = users.put(m.db, m.now, {**changes, "short": user["short"]})
    if after["status"] != user["status"] and after["status"] in ("active", "inactive"):
        _tell(m, "user.activated" if after["status"] == "active" else "user.deactivated", after)
    if any(after[name] != user[name] for name in user.keys() if name != "status"):  # noqa: SIM118 - a row is no dict
        _tell(m, "user.updated", after)
    return after


def delete(m: Moment, user: sqlite3.Row) -> None:
    """Delete a user: ``user.deleted``; their grants and meetings end without further words."""
    _tell(m, "user.deleted", user)
    _end_grants(m, user, "the user was deleted")
    m.db.execute("UPDATE meetings SET deleted_at = ? WHERE user_id = ? AND deleted_at IS NULL", (m.now, user["id"]))
    users.delete(m.db, user)


def disassociate(m: Moment, user: sqlite3.Row) -> None:
    """Let a user leave the account for a free one of their own: ``user.disassociated``.

    That their grants end is a guess: apps are to be ready for it.
    """
    _tell(m, "user.disassociated", user)
    _end_grants(m, user, "the user left the account")
    m.db.execute("UPDATE users SET account_id = ?, type = ? WHERE id = ?", (minting.long_id(), _BASIC, user["id"]))


def _end_grants(m: Moment, user: sqlite3.Row, reason: str) -> None:
    live = m.db.execute("SELECT id FROM grants WHERE user_id = ? AND ended_at IS NULL", (user["id"],)).fetchall()
    for grant in live:
        grants.end(m, grant["id"], reason)


def _tell(m: Moment, name: str, user: sqlite3.Row) -> None:
    outbox.tell(m, user, events.user_event(m, name, user), lane=user["id"])
