"""Answer an app's REST calls.

Source: Zoom's OpenAPI for meetings and users (March 2026).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, Response, g, request

from zoom_blueprint.testing.simulator import fields, invitations, limits, listing, meetings, views
from zoom_blueprint.testing.simulator.bearer import authorized_user, check_addressed_user
from zoom_blueprint.testing.simulator.replies import Refusal, answer, no_content, refused
from zoom_blueprint.testing.simulator.world import Moment, current_world

rest = Blueprint("rest", __name__, url_prefix="/v2")
_NOT_ON_UPDATE = ("default_password", "schedule_for")


@rest.get("/users/<user_id>")
def me(user_id: str) -> Response:
    """Return the user's profile."""
    with _call("me", user_id) as (m, user):
        return answer(views.person(m, user))


@rest.post("/users/<user_id>/meetings")
def create_meeting(user_id: str) -> Response:
    """Create a meeting: 201, one off the host's hundred a day."""
    with _call("create_meeting", user_id) as (m, user):
        given = _given(m, user["timezone"])
        _check_schedule_for(user, given)
        limits.count_host_call(m, user["id"])
        return answer(views.full(m, meetings.create(m, user, given), user), 201)


@rest.get("/users/<user_id>/meetings")
def list_meetings(user_id: str) -> Response:
    """Return one page of the user's meetings."""
    with _call("list_meetings", user_id) as (m, user):
        return answer(listing.page(m, user, request.args))


@rest.get("/meetings/<meeting_id>")
def get_meeting(meeting_id: str) -> Response:
    """Return a meeting with a fresh start link."""
    with _call("get_meeting") as (m, user):
        return answer(views.full(m, _meeting(m, user, meeting_id), user))


@rest.patch("/meetings/<meeting_id>")
def update_meeting(meeting_id: str) -> Response:
    """Change a meeting: 204, one off the host's hundred a day."""
    with _call("update_meeting") as (m, user):
        meeting = _meeting(m, user, meeting_id)
        given = _given(m, views.full(m, meeting, user)["timezone"])
        limits.count_host_call(m, user["id"])
        meetings.update(m, user, meeting, {name: given[name] for name in given if name not in _NOT_ON_UPDATE})
        return no_content()


@rest.delete("/meetings/<meeting_id>")
def delete_meeting(meeting_id: str) -> Response:
    """Delete a meeting: 204, and 404 the second time."""
    with _call("delete_meeting") as (m, user):
        if meeting_id == str(user["pmi"]):
            raise Refusal(400, 3018, "Not allowed to delete PMI.")
        meetings.delete(m, user, _meeting(m, user, meeting_id))
        return no_content()


@rest.put("/meetings/<meeting_id>/status")
def meeting_status(meeting_id: str) -> Response:
    """End a running meeting."""
    with _call("meeting_status") as (m, user):
        meeting = _meeting(m, user, meeting_id)
        if fields.parse(request.get_data()).get("action") != "end":
            raise Refusal(400, 300, "Validation Failed.", fields={"action": "Invalid field."})
        meetings.end(m, user, meeting)
        return no_content()


@rest.get("/meetings/<meeting_id>/invitation")
def invitation(meeting_id: str) -> Response:
    """Return the text that people paste into mails."""
    with _call("invitation") as (m, user):
        return answer(invitations.text(m, _meeting(m, user, meeting_id), user))


@rest.errorhandler(Refusal)
def refuse(refusal: Refusal) -> Response:
    """Answer with Zoom's code and message."""
    with current_world().moment(quiet=True) as m:
        return refused(refusal, m.knobs["xml_errors"])


@rest.after_request
def add_rate_headers(response: Response) -> Response:
    """Tell what is left of the account's limits, where they are counted."""
    for name, value in g.get("rate_headers", {}).items():
        response.headers.setdefault(name, value)
    return response


@contextmanager
def _call(route: str, user_id: str = "me") -> Iterator[tuple[Moment, sqlite3.Row]]:
    with current_world().moment() as m:
        user = authorized_user(m, route)
        check_addressed_user(m, user_id)
        yield m, user


def _given(m: Moment, zone: str) -> dict[str, Any]:
    honour_offset = m.knobs["start_offsets"] == "honoured"
    return fields.check(fields.parse(request.get_data()), zone=zone, honour_offset=honour_offset)


def _meeting(m: Moment, user: sqlite3.Row, meeting_id: str) -> sqlite3.Row:
    if not (meeting_id.isascii() and meeting_id.isdigit() and len(meeting_id) <= 18):
        raise Refusal(400, 300, "Invalid meeting ID.")
    meeting = meetings.find(m, int(meeting_id), user["id"])
    if meeting is None:
        raise Refusal(404, 3001, f"Meeting does not exist: {meeting_id}.")
    return meeting


def _check_schedule_for(user: sqlite3.Row, given: dict[str, Any]) -> None:
    """Refuse to schedule for others: nobody here has given anybody that privilege."""
    if given.get("schedule_for") in (None, "", user["id"], user["email"]):
        return
    message = "The value that you entered in the schedule_for field is invalid. Enter a valid value and try again."
    raise Refusal(400, 300, message)
