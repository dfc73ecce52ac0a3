"""Let tests do what administrators, hosts and guests do at Zoom: the JSON API for people and meeting rooms."""

import sqlite3

from flask import Blueprint, Response

from zoom_blueprint.testing.simulator import accounts, meetings, participants, users
from zoom_blueprint.testing.simulator.control import bad_input, given, missing
from zoom_blueprint.testing.simulator.replies import answer
from zoom_blueprint.testing.simulator.world import Moment, current_world

control_people = Blueprint("control_people", __name__, url_prefix="/__sim__")
control_people.register_error_handler(ValueError, bad_input)
control_people.register_error_handler(LookupError, missing)


@control_people.patch("/users/<name>")
def change_user(name: str) -> Response:
    """Change a user as an administrator does; apps are told."""
    with current_world().moment() as m:
        return answer(dict(accounts.change(m, users.found(m.db, name), given())))


@control_people.delete("/users/<name>")
def delete_user(name: str) -> Response:
    """Delete a user as an administrator does; apps are told."""
    with current_world().moment() as m:
        accounts.delete(m, users.found(m.db, name))
    return answer({})


@control_people.post("/users/<name>/disassociate")
def disassociate_user(name: str) -> Response:
    """Let a user leave the account; apps are told."""
    with current_world().moment() as m:
        accounts.disassociate(m, users.found(m.db, name))
    return answer({})


@control_people.get("/meetings/<int:meeting_id>/participants")
def list_participants(meeting_id: int) -> Response:
    """Return who is and was in the present or last instance of a meeting."""
    with current_world().moment() as m:
        _, meeting = _found(m, meeting_id)
        return answer({"participants": [dict(who) for who in participants.of_instance(m, meeting)]})


@control_people.post("/meetings/<int:meeting_id>/<any(join, leave):action>")
def come_or_go(meeting_id: int, action: str) -> Response:
    """Let somebody into the meeting or out of it."""
    asked = given()
    unknown = set(asked) - {"name", "email"}
    if unknown or not all(isinstance(value, str) for value in asked.values()):
        raise ValueError("'name' and 'email', both texts, say who comes or goes.")
    who = {name: asked.get(name, "") for name in ("name", "email")}
    with current_world().moment() as m:
        host, meeting = _found(m, meeting_id)
        act = participants.join if action == "join" else participants.leave
        return answer(dict(act(m, host, meeting, **who)))


@control_people.post("/meetings/<int:meeting_id>/<any(recover, delete_forever):action>")
def use_the_bin(meeting_id: int, action: str) -> Response:
    """Bring a deleted meeting back, or delete it for good."""
    with current_world().moment() as m:
        host, meeting = _found(m, meeting_id, deleted=True)
        {"recover": meetings.recover, "delete_forever": meetings.delete_forever}[action](m, host, meeting)
    return answer({})


@control_people.post("/meetings/<int:meeting_id>/make_webinar")
def make_webinar(meeting_id: int) -> Response:
    """Make a webinar of a meeting."""
    with current_world().moment() as m:
        meetings.make_webinar(m, *_found(m, meeting_id))
    return answer({})


def _found(m: Moment, meeting_id: int, *, deleted: bool = False) -> tuple[sqlite3.Row, sqlite3.Row]:
    meeting = meetings.find_deleted(m, meeting_id) if deleted else meetings.find(m, meeting_id)
    if meeting is None:
        raise LookupError(f"There is no {'deleted ' if deleted else ''}meeting {meeting_id}.")
    return users.found(m.db, meeting["user_id"]), meeting
