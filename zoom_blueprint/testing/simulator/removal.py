"""Remove an app from a user's account: the grant ends, and the app is told."""

import sqlite3

from zoom_blueprint.testing.simulator import events, grants, outbox
from zoom_blueprint.testing.simulator.world import Moment


def remove_app(m: Moment, grant: sqlite3.Row, reason: str) -> None:
    """End a grant and queue ``app_deauthorized`` for its app."""
    grants.end(m, grant["id"], reason)
    user = m.db.execute("SELECT * FROM users WHERE id = ?", (grant["user_id"],)).fetchone()
    if user is None:
        return  # a whole account's
    outbox.queue(m, grant["client_id"], events.app_deauthorized(m, grant["client_id"], user), lane=user["id"])
