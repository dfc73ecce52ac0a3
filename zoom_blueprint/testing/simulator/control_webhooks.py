"""Let tests look at the webhooks and send, hold and release them: the JSON API below ``/__sim__/webhooks``."""

import sqlite3
from typing import Any

from flask import Blueprint, Response

from zoom_blueprint.testing.simulator import apps, challenges, events, outbox, users
from zoom_blueprint.testing.simulator.control import bad_input, given, missing, text
from zoom_blueprint.testing.simulator.replies import answer
from zoom_blueprint.testing.simulator.world import Moment, current_world

control_webhooks = Blueprint("control_webhooks", __name__, url_prefix="/__sim__/webhooks")
control_webhooks.register_error_handler(ValueError, bad_input)
control_webhooks.register_error_handler(LookupError, missing)
_ABOUT_MEETINGS = {
    "meeting.created": events.meeting_created,
    "meeting.deleted": events.meeting_deleted,
    "meeting.recovered": events.meeting_recovered,
    "meeting.permanently_deleted": events.meeting_permanently_deleted,
    "meeting.started": events.meeting_started,
    "meeting.ended": events.meeting_ended,
}
_ABOUT_PARTICIPANTS = ("meeting.participant_joined", "meeting.participant_left")
_ABOUT_USERS = ("user.updated", "user.activated", "user.deactivated", "user.deleted", "user.disassociated")


@control_webhooks.get("")
def list_webhooks() -> Response:
    """Return all deliveries with their attempts."""
    with current_world().moment() as m:
        return answer(outbox.everything(m))


@control_webhooks.post("/send")
def send() -> Response:
    """Queue an event that the simulator builds, or one given whole, or raw text."""
    asked = given()
    with current_world().moment() as m:
        client_id = asked.get("client_id") or apps.main(m.db)
        body = asked["raw"].encode() if isinstance(asked.get("raw"), str) else _event(m, client_id, asked)
        ids = outbox.queue(
            m,
            client_id,
            body,
            lane=str(asked.get("meeting_id", "sent")),
            times=int(asked.get("times", 1)),
            signing=_signing(asked),
        )
        return answer({"ids": ids})


@control_webhooks.post("/validate")
def validate() -> Response:
    """Challenge the app's webhook address now."""
    asked = given()
    with current_world().moment() as m:
        client_id = asked.get("client_id") or apps.main(m.db)
    return answer(challenges.challenge(current_world(), client_id))


@control_webhooks.post("/release")
def release() -> Response:
    """Let the held events go in some order."""
    asked = given()
    with current_world().moment() as m:
        return answer({"released": outbox.release(m, asked.get("order", "kept"), asked.get("seed"))})


def _signing(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what replaces the right signature, in the types that the sender can use."""
    signing: dict[str, Any] = {name: str(asked[name]) for name in ("secret", "timestamp") if name in asked}
    if isinstance(asked.get("headers"), dict):
        signing["headers"] = {name: None if value is None else str(value) for name, value in asked["headers"].items()}
    return signing


def _event(m: Moment, client_id: str, asked: dict[str, Any]) -> dict[str, Any]:
    name = text(asked, "event")
    if "payload" in asked:
        event = {"event": name, "payload": asked["payload"], "event_ts": int(m.wire_now * 1000)}
    else:
        event = _built(m, client_id, name, asked)
        if isinstance(asked.get("object"), dict):
            event["payload"].setdefault("object", {}).update(asked["object"])
    if "event_ts" in asked:
        event["event_ts"] = asked["event_ts"]
    return event


def _built(m: Moment, client_id: str, name: str, asked: dict[str, Any]) -> dict[str, Any]:
    if name == "app_deauthorized":
        return events.app_deauthorized(m, client_id, users.found(m.db, text(asked, "user")))
    if name in _ABOUT_USERS:
        return events.user_event(m, name, users.found(m.db, text(asked, "user")))
    if name in _ABOUT_MEETINGS:
        meeting, user = _meeting(m, asked)
        return _ABOUT_MEETINGS[name](m, meeting, user)
    if name in _ABOUT_PARTICIPANTS:
        meeting, user = _meeting(m, asked)
        return events.participant(m, name, meeting, user, asked.get("participant", {}))
    raise ValueError(f"The simulator cannot build {name!r} by itself: give its 'payload'.")


def _meeting(m: Moment, asked: dict[str, Any]) -> tuple[sqlite3.Row, sqlite3.Row]:
    meeting = m.db.execute("SELECT * FROM meetings WHERE id = ?", (asked.get("meeting_id"),)).fetchone()
    if meeting is None:
        raise LookupError("'meeting_id' names no meeting, not even a deleted one.")
    return meeting, users.found(m.db, meeting["user_id"])
