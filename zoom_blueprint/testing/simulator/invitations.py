"""Write the invitation text of a meeting."""

import sqlite3

from zoom_blueprint.testing.simulator import users, views
from zoom_blueprint.testing.simulator.world import Moment


def text(m: Moment, meeting: sqlite3.Row, user: sqlite3.Row) -> dict[str, object]:
    """Return what ``GET /meetings/{id}/invitation`` answers."""
    view = views.full(m, meeting, user)
    lines = [
        f"{users.full_name(user)} is inviting you to a scheduled Zoom meeting.",
        "",
        f"Topic: {view['topic']}",
        f"Time: {view.get('start_time', 'This is a recurring meeting Meet anytime')}",
        "",
        "Join Zoom Meeting",
        view["join_url"],
        "",
        f"Meeting ID: {grouped(view['id'])}",
        *([f"Passcode: {view['password']}"] if "password" in view else []),
        "",
    ]
    return {"invitation": "\r\n".join(lines), "sip_links": []}


def grouped(meeting_id: int) -> str:
    """Return ``812 3456 7890``."""
    digits = str(meeting_id)
    return f"{digits[:-8]} {digits[-8:-4]} {digits[-4:]}"
