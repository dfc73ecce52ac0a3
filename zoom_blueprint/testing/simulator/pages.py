"""Show people their meetings and connected apps, and let them act on these as they would at Zoom."""

import sqlite3
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zoom_blueprint.testing.simulator import fields, grants, meetings, removal, scopes, users, views
from zoom_blueprint.testing.simulator.invitations import grouped
from zoom_blueprint.testing.simulator.people import Trouble
from zoom_blueprint.testing.simulator.replies import Refusal
from zoom_blueprint.testing.simulator.world import Moment, current_world

pages = Blueprint("pages", __name__)


@pages.get("/")
def index() -> str:
    """List the users."""
    with current_world().moment() as m:
        people = [
            {
                "short": user["short"],
                "name": users.full_name(user),
                "email": user["email"],
                "timezone": user["timezone"],
                "meetings": len(meetings.of_user(m, user["id"])),
                "apps": len(_connected(m, user)),
            }
            for user in users.everyone(m.db)
        ]
        return render_template("index.html", people=people)


@pages.get("/users/<short>")
def person(short: str) -> str:
    """Show one user's meetings and apps."""
    with current_world().moment() as m:
        user = _user(m, short)
        return render_template(
            "person.html",
            user=user,
            name=users.full_name(user),
            meetings=[_shown(m, meeting, user) for meeting in meetings.of_user(m, user["id"])],
            apps=_connected(m, user),
        )


@pages.post("/users/<short>/meetings/<int:meeting_id>/<any(delete, start, end, move):action>")
def act(short: str, meeting_id: int, action: str) -> Response:
    """Do with a meeting what its host does at Zoom; apps are told by webhook."""
    with current_world().moment() as m:
        user = _user(m, short)
        meeting = meetings.find(m, meeting_id, user["id"])
        if meeting is None:
            raise Trouble("No such meeting", f"{users.full_name(user)} has no meeting {meeting_id}.", 404)
        if action == "move":
            meetings.update(m, user, meeting, _new_time())
        else:
            {"delete": meetings.delete, "start": meetings.start, "end": meetings.end}[action](m, user, meeting)
    return redirect(url_for("pages.person", short=short), 303)


@pages.post("/users/<short>/apps/<client_id>/remove")
def remove(short: str, client_id: str) -> Response:
    """Remove an app as in the Marketplace: its tokens are dead and it is told."""
    with current_world().moment() as m:
        user = _user(m, short)
        grant = grants.live(m.db, client_id, user["id"])
        if grant is None:
            raise Trouble("No such app", f"{users.full_name(user)} has not connected this app.", 404)
        removal.remove_app(m, grant, "removed by the user")
    return redirect(url_for("pages.person", short=short), 303)


def _user(m: Moment, short: str) -> sqlite3.Row:
    user = users.find(m.db, short)
    if user is None:
        raise Trouble("No such user", f"There is no user {short!r} here.", 404)
    return user


def _new_time() -> dict[str, Any]:
    """Read the form's UTC time and minutes, and hold them to the limits of the API."""
    body: dict[str, Any] = {"start_time": f"{request.form.get('start', '')}Z"}
    if request.form.get("duration"):
        minutes = request.form["duration"]
        body["duration"] = int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 6 else minutes
    try:
        return fields.check(body, zone="UTC", honour_offset=False)
    except Refusal as refusal:
        wrong = ", ".join(refusal.fields)
        raise Trouble("The meeting was not moved", f"Check these fields and try again: {wrong}.") from None


def _shown(m: Moment, meeting: sqlite3.Row, user: sqlite3.Row) -> dict[str, Any]:
    view = views.full(m, meeting, user)
    start = view.get("start_time", "")
    return {
        "id": view["id"],
        "grouped": grouped(view["id"]),
        "topic": view["topic"],
        "start": start,
        "start_shown": f"{start[:10]} {start[11:16]} UTC" if start else "No fixed time",
        "start_field": start[:16],
        "duration": view["duration"],
        "running": view["status"] == "started",
        "join_url": view["join_url"],
        "start_url": view["start_url"],
    }


def _connected(m: Moment, user: sqlite3.Row) -> list[dict[str, Any]]:
    rows = m.db.execute("SELECT * FROM apps ORDER BY rowid").fetchall()
    granted = [(app, grants.live(m.db, app["client_id"], user["id"])) for app in rows]
    return [
        {
            "client_id": app["client_id"],
            "scopes": [scopes.in_words(scope) for scope in grants.scopes_of(grant)],
        }
        for app, grant in granted
        if grant is not None
    ]
