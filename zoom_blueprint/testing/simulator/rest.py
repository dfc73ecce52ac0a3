"""Answer an app's REST calls about meetings.

Source: Zoom's OpenAPI for meetings (March 2026).
"""

import sqlite3
import time
from typing import Any

from flask import Blueprint, Response, current_app, request

from zoom_blueprint.testing.simulator import (
    fields,
    invitations,
    limits,
    listing,
    meetings,
    occurrences,
    views,
)
from zoom_blueprint.testing.simulator.bearer import about_meeting, about_user
from zoom_blueprint.testing.simulator.replies import Refusal, answer, no_content
from zoom_blueprint.testing.simulator.world import Moment

rest = Blueprint("rest", __name__, url_prefix="/v2")
_NOT_ON_UPDATE = ("default_password", "schedule_for")
_SETTINGS_NOT_ON_UPDATE = ("additional_data_center_regions", "show_join_info")


@rest.post("/users/<user_id>/meetings")
def create_meeting(user_id: str) -> Response:
    """Create a meeting: 201, one off the host's hundred a day."""
    with about_user("create_meeting", user_id) as (m, user):
        given = _given(m, user["timezone"])
        _check_schedule_for(user, given)
        limits.count_host_call(m, user["id"])
        return answer(views.full(m, meetings.create(m, user, given), user), 201)


@rest.get("/users/<user_id>/meetings")
def list_meetings(user_id: str) -> Response:
    """Return one page of the user's meetings."""
    with about_user("list_meetings", user_id) as (m, user):
        return answer(listing.page(m, user, request.args))


@rest.get("/users/<user_id>/upcoming_meetings")
def upcoming_meetings(user_id: str) -> Response:
    """Return the meetings of the coming 24 hours."""
    with about_user("upcoming_meetings", user_id) as (m, user):
        return answer(listing.coming_day(m, user))


@rest.get("/meetings/<meeting_id>")
def get_meeting(meeting_id: str) -> Response:
    """Return a meeting with a fresh start link."""
    with about_meeting("get_meeting", meeting_id) as (m, user, meeting):
        previous = request.args.get("show_previous_occurrences") == "true"
        return answer(views.full(m, meeting, user, previous=previous))


@rest.patch("/meetings/<meeting_id>")
def update_meeting(meeting_id: str) -> Response:
    """Change a meeting or one occurrence of it: 204, one off the host's hundred a day."""
    with about_meeting("update_meeting", meeting_id) as (m, user, meeting):
        given = _given(m, views.full(m, meeting, user)["timezone"])
        limits.count_host_call(m, user["id"])
        if "occurrence_id" in request.args:
            occurrences.update(m, user, meeting, request.args["occurrence_id"], given)
        else:
            for name in _SETTINGS_NOT_ON_UPDATE:
                given.get("settings", {}).pop(name, None)
            meetings.update(m, user, meeting, {name: given[name] for name in given if name not in _NOT_ON_UPDATE})
        return no_content()


@rest.delete("/meetings/<meeting_id>")
def delete_meeting(meeting_id: str) -> Response:
    """Delete a meeting or one occurrence of it: 204, and 404 the second time."""
    under_way: limits.Deletes = current_app.extensions["zoom_simulator_deletes"]
    with about_meeting("delete_meeting", meeting_id) as (m, user, meeting):
        takes = m.knobs["delete_seconds"]
        under_way.begin(user["id"], takes)
        if "occurrence_id" in request.args:
            occurrences.delete(m, user, meeting, request.args["occurrence_id"])
        else:
            meetings.delete(m, user, meeting)
    time.sleep(takes)
    return no_content()


@rest.put("/meetings/<meeting_id>/status")
def meeting_status(meeting_id: str) -> Response:
    """End a running meeting, or bring a deleted one back."""
    action = fields.parse(request.get_data()).get("action")
    with about_meeting("meeting_status", meeting_id, deleted=action == "recover") as (m, user, meeting):
        if action not in ("end", "recover"):
            raise Refusal(400, 300, "Validation Failed.", fields={"action": "Invalid field."})
        {"end": meetings.end, "recover": meetings.recover}[action](m, user, meeting)
        return no_content()


@rest.get("/meetings/<meeting_id>/invitation")
def invitation(meeting_id: str) -> Response:
    """Return the text that people paste into mails."""
    with about_meeting("invitation", meeting_id) as (m, user, meeting):
        return answer(invitations.text(m, meeting, user))


@rest.post("/meetings/<meeting_id>/invite_links")
def invite_links(meeting_id: str) -> Response:
    """Return a join link for each attendee named: here they are all the same."""
    with about_meeting("invite_links", meeting_id) as (m, _, meeting):
        named = fields.parse(request.get_data()).get("attendees")
        if not isinstance(named, list) or not all(isinstance(one, dict) and one.get("name") for one in named):
            raise Refusal(400, 300, "Validation Failed.", fields={"attendees": "Invalid field."})
        link = views.join_url(m, meeting)
        return answer({"attendees": [{"name": one["name"], "join_url": link} for one in named]}, 201)


def _given(m: Moment, zone: str) -> dict[str, Any]:
    honour_offset = m.knobs["start_offsets"] == "honoured"
    return fields.check(fields.parse(request.get_data()), zone=zone, honour_offset=honour_offset)


def _check_schedule_for(user: sqlite3.Row, given: dict[str, Any]) -> None:
    """Refuse to schedule for others: nobody here has given anybody that privilege."""
    if given.get("schedule_for") in (None, "", user["id"], user["email"]):
        return
    message = "The value that you entered in the schedule_for field is invalid. Enter a valid value and try again."
    raise Refusal(400, 300, message)
