"""Make Meet links when asked, at once or a little later, and keep the links of others.

Source: ``conferenceData`` in https://developers.google.com/workspace/calendar/api/v3/reference/events
"""

import secrets
import sqlite3
import string
from typing import Any

from zoom_blueprint.testing.simulator.google.replies import invalid
from zoom_blueprint.testing.simulator.world import Moment

_PENDING_SECONDS = 5.0
_MEET = "hangoutsMeet"


def kept(
    m: Moment, calendar: sqlite3.Row, given: dict[str, Any], before: dict[str, Any] | None
) -> tuple[dict[str, Any], float | None]:
    """Return what is kept of given ``conferenceData``, and when a Meet link is there; None: at once, or never.

    A request with the id of the one before is ignored.
    """
    request = given.get("createRequest")
    if not isinstance(request, dict):
        entries = given.get("entryPoints")
        if not isinstance(given.get("conferenceSolution"), dict) or not isinstance(entries, list) or not entries:
            raise invalid("Invalid conference data.")
        return given, None
    if before is not None and before.get("createRequest", {}).get("requestId") == request.get("requestId"):
        return before, None
    kind = request.get("conferenceSolutionKey", {}).get("type")
    if kind != _MEET or not calendar["has_meet"]:
        raise invalid("Invalid conference type value.")
    if not isinstance(request.get("requestId"), str) or not request["requestId"]:
        raise invalid("Missing conference request id.", "required")
    code = "-".join("".join(secrets.choice(string.ascii_lowercase) for _ in range(size)) for size in (3, 4, 3))
    state = m.knobs["google_meet"]
    made = {"createRequest": {**request, "status": {"statusCode": state}}, "conferenceId": code}
    return made, m.now + _PENDING_SECONDS if state == "pending" else None


def view(m: Moment, body: dict[str, Any], ready_at: float | None) -> dict[str, Any]:
    """Return an event's conference as it is now: ``conferenceData``, and ``hangoutLink`` for a Meet link."""
    data = body.get("conferenceData")
    if not data:
        return {}
    request = data.get("createRequest")
    if request is None:
        return {"conferenceData": data}
    state = request["status"]["statusCode"]
    if state == "pending" and ready_at is not None and m.now >= ready_at:
        state = "success"
    shown = {"createRequest": {**request, "status": {"statusCode": state}}}
    if state != "success":
        return {"conferenceData": shown}
    link = f"https://meet.google.com/{data['conferenceId']}"
    entry = {"entryPointType": "video", "uri": link, "label": link.removeprefix("https://")}
    solution = {"key": {"type": _MEET}, "name": "Google Meet"}
    full = {**shown, "entryPoints": [entry], "conferenceSolution": solution, "conferenceId": data["conferenceId"]}
    return {"hangoutLink": link, "conferenceData": full}
