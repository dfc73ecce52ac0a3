"""Answer an app's REST calls about meetings that are over.

Source: Zoom's OpenAPI for meetings (March 2026).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote

from flask import Blueprint, Response

from zoom_blueprint.testing.simulator import meetings, participants, times, users, views
from zoom_blueprint.testing.simulator.bearer import about_meeting
from zoom_blueprint.testing.simulator.replies import Refusal, answer
from zoom_blueprint.testing.simulator.world import Moment, current_world

rest_past = Blueprint("rest_past", __name__, url_prefix="/v2/past_meetings")
_YEAR = 365 * 86400


@rest_past.get("/<path:name>")
def past_meeting(name: str) -> Response:
    """Return the last instance of a meeting, named by its id or, encoded once or twice, by its uuid."""
    with _past("past_meeting", name) as (m, user, meeting):
        seconds = meeting["ended_at"] - meeting["started_at"]
        present = participants.of_instance(m, meeting)
        return answer(
            {
                "id": meeting["id"],
                "uuid": meeting["uuid"],
                "host_id": user["id"],
                "type": views.kind(meeting),
                "topic": views.full(m, meeting, user)["topic"],
                "user_name": users.full_name(user),
                "user_email": user["email"],
                "start_time": times.utc(meeting["started_at"]),
                "end_time": times.utc(meeting["ended_at"]),
                "duration": round(seconds / 60),
                "total_minutes": sum(round((one["left_at"] - one["joined_at"]) / 60) for one in present),
                "participants_count": len(present),
            }
        )


@rest_past.get("/<path:name>/instances")
def past_instances(name: str) -> Response:
    """Return the last instance of a meeting, the only one that is kept."""
    with _past("past_instances", name) as (_, __, meeting):
        shown = {"uuid": meeting["uuid"], "start_time": times.utc(meeting["started_at"])}
        return answer({"meetings": [shown]})


@rest_past.get("/<path:name>/participants")
def past_participants(name: str) -> Response:
    """Return who was there, on one page; nobody if only one was."""
    with _past("past_participants", name) as (m, user, meeting):
        if user["type"] == 1:
            raise Refusal(400, 200, f"Only available for paid account: {user['account_id']}.")
        present = participants.of_instance(m, meeting)
        shown = [participants.past(one) for one in present] if len(present) > 1 else []
        envelope = {"page_count": 1, "page_size": 30, "total_records": len(shown), "next_page_token": ""}
        return answer({**envelope, "participants": shown})


@contextmanager
def _past(route: str, name: str) -> Iterator[tuple[Moment, sqlite3.Row, sqlite3.Row]]:
    with about_meeting(route, _id(name)) as (m, user, meeting):
        if meeting["ended_at"] is None:
            raise Refusal(404, 3001, f"Meeting does not exist: {meeting['id']}.")
        if m.now - meeting["ended_at"] > _YEAR:
            raise Refusal(400, 12702, "Can not access a meeting a year ago.")
        yield m, user, meeting


def _id(name: str) -> str:
    """Return the id of the meeting whose present instance has this uuid; anything else is the name itself."""
    with current_world().moment(quiet=True) as m:
        found = meetings.with_uuid(m, unquote(name))
    return name if found is None else str(found["id"])
