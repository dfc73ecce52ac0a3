"""Answer an app's REST calls about people who register for a meeting.

Source: Zoom's OpenAPI for meetings (March 2026).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Response, request

from zoom_blueprint.testing.simulator import fields, registrants, views
from zoom_blueprint.testing.simulator.bearer import about_meeting
from zoom_blueprint.testing.simulator.replies import Refusal, answer, no_content
from zoom_blueprint.testing.simulator.world import Moment

rest_registrants = Blueprint("rest_registrants", __name__, url_prefix="/v2/meetings/<meeting_id>/registrants")
_MANUAL, _NONE = 1, 2


@rest_registrants.get("")
def list_registrants(meeting_id: str) -> Response:
    """Return those of one status, ``approved`` unless another is asked for."""
    with _registration("list_registrants", meeting_id) as (m, meeting, _):
        shown = registrants.of_meeting(m, meeting, request.args.get("status", "approved"))
        envelope = {"page_count": 1, "page_number": 1, "page_size": 30, "total_records": len(shown)}
        return answer({**envelope, "next_page_token": "", "registrants": shown})


@rest_registrants.post("")
def add_registrant(meeting_id: str) -> Response:
    """Register somebody: 201, without a link as long as the host has to approve."""
    with _registration("add_registrant", meeting_id) as (m, meeting, approval):
        status = "pending" if approval == _MANUAL else "approved"
        return answer(registrants.add(m, meeting, fields.parse(request.get_data()), status), 201)


@rest_registrants.put("/status")
def registrant_status(meeting_id: str) -> Response:
    """Approve, deny or cancel registrations: 204."""
    with _registration("registrant_status", meeting_id) as (m, meeting, _):
        registrants.decide(m, meeting, fields.parse(request.get_data()))
        return no_content()


@contextmanager
def _registration(route: str, meeting_id: str) -> Iterator[tuple[Moment, sqlite3.Row, int]]:
    with about_meeting(route, meeting_id) as (m, user, meeting):
        approval = views.full(m, meeting, user)["settings"]["approval_type"]
        if approval == _NONE:
            raise Refusal(400, 300, f"Registration has not been enabled for this meeting: {meeting_id}.")
        yield m, meeting, approval
