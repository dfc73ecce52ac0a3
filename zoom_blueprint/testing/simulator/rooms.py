"""Stand in for the meeting itself: the pages behind a join link and a start link."""

import sqlite3

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zoom_blueprint.testing.simulator import meetings, minting, participants, users, views
from zoom_blueprint.testing.simulator.people import Trouble
from zoom_blueprint.testing.simulator.world import Moment, current_world

rooms = Blueprint("rooms", __name__)


@rooms.get("/j/<int:meeting_id>")
def join(meeting_id: int) -> str:
    """Show that the join link leads into the meeting."""
    with current_world().moment() as m:
        meeting, user = _opened(m, meeting_id)
        return render_template(
            "room.html",
            topic=views.full(m, meeting, user)["topic"],
            host=users.full_name(user),
            running=meeting["status"] == "started",
            as_host=False,
            meeting_id=meeting_id,
            passcode=meeting["encrypted_password"],
            present=[who["name"] for who in participants.of_instance(m, meeting) if who["left_at"] is None],
        )


@rooms.post("/j/<int:meeting_id>/<any(join, leave):action>")
def come_or_go(meeting_id: int, action: str) -> Response:
    """Let a guest in or out, under the name in the form; apps are told by webhook."""
    with current_world().moment() as m:
        meeting, user = _opened(m, meeting_id)
        act = participants.join if action == "join" else participants.leave
        try:
            act(m, user, meeting, name=request.form.get("name", "")[:64], email="")
        except (ValueError, LookupError) as error:
            raise Trouble("Nobody came or went", str(error.args[0])) from None
    return redirect(url_for("rooms.join", meeting_id=meeting_id, pwd=meeting["encrypted_password"]), 303)


@rooms.route("/s/<int:meeting_id>", methods=["GET", "POST"])
def start(meeting_id: int) -> str | Response:
    """Let whoever holds a start link begin the meeting as its host."""
    with current_world().moment() as m:
        meeting, user = _meeting(m, meeting_id)
        if not minting.opens(m.secret, request.args.get("zak", ""), meeting_id, m.now):
            raise Trouble("This start link has expired", "Start links open for two hours. Get a new one.", 403)
        if request.method == "POST":
            meetings.start(m, user, meeting)
            return redirect(request.full_path, 303)
        return render_template(
            "room.html",
            topic=views.full(m, meeting, user)["topic"],
            host=users.full_name(user),
            running=meeting["status"] == "started",
            as_host=True,
        )


def _opened(m: Moment, meeting_id: int) -> tuple[sqlite3.Row, sqlite3.Row]:
    """Return the meeting that the join link of this request leads into, and its host."""
    meeting, user = _meeting(m, meeting_id)
    if request.args.get("pwd", "") != meeting["encrypted_password"]:
        raise Trouble("Passcode wrong", "This link has no passcode, or an old one. Ask for the new link.", 403)
    return meeting, user


def _meeting(m: Moment, meeting_id: int) -> tuple[sqlite3.Row, sqlite3.Row]:
    meeting = meetings.find(m, meeting_id)
    if meeting is None:
        raise Trouble("Invalid meeting ID", "This meeting does not exist, or not any more.", 404)
    user = m.db.execute("SELECT * FROM users WHERE id = ?", (meeting["user_id"],)).fetchone()
    return meeting, user
