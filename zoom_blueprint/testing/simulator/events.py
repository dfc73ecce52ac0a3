"""Build the bodies of Zoom's webhook events.

Source: Zoom's webhook reference (March 2026) and captured deliveries: ids are integers in the events about scheduling
and strings in those about the meeting room, which also put their keys in another order.
"""

import sqlite3
from datetime import UTC, datetime
from typing import Any

from zoom_blueprint.testing.simulator import minting, times, views
from zoom_blueprint.testing.simulator.world import Moment

_NOT_COMPARED = (
    *("start_url", "status", "uuid", "encrypted_password", "h323_password", "pstn_password"),
    "occurrences",
)


def meeting_created(m: Moment, meeting: sqlite3.Row, user: sqlite3.Row) -> dict[str, Any]:
    """Return ``meeting.created``."""
    view = views.full(m, meeting, user)
    shown = ("uuid", "id", "host_id", "topic", "type", "start_time", "duration", "timezone", "join_url", "password")
    settings = ("use_pmi", "alternative_hosts", "meeting_invitees", "join_before_host", "jbh_time")
    body = {name: view[name] for name in shown if name in view}
    body["settings"] = {name: view["settings"][name] for name in settings}
    return _scheduling_event(m, "meeting.created", user, body)


def meeting_updated(
    m: Moment,
    user: sqlite3.Row,
    before: dict[str, Any],
    after: dict[str, Any],
) -> dict[str, Any] | None:
    """Return ``meeting.updated`` with the changed fields only, or None if nothing changed."""
    old, new = _difference(before, after)
    if not old and not new:
        return None
    event = _scheduling_event(m, "meeting.updated", user, {"id": after["id"], **new})
    event["payload"]["old_object"] = {"id": after["id"], **old}
    event["payload"]["time_stamp"] = _milliseconds(m.wire_now)
    if after["type"] in (3, 8):
        event["payload"]["scope"] = "all"
    return event


def occurrence_updated(
    m: Moment, user: sqlite3.Row, meeting: sqlite3.Row, before: dict[str, Any], after: dict[str, Any]
) -> dict[str, Any]:
    """Return ``meeting.updated`` about one occurrence."""
    event = _scheduling_event(m, "meeting.updated", user, {"id": meeting["id"], "occurrences": [after]})
    event["payload"]["old_object"] = {"id": meeting["id"], "occurrences": [before]}
    event["payload"]["time_stamp"] = _milliseconds(m.wire_now)
    event["payload"]["scope"] = "single"
    return event


def meeting_deleted(
    m: Moment, meeting: sqlite3.Row, user: sqlite3.Row, occurrence: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return ``meeting.deleted``, about the whole or one occurrence."""
    event = _about_deletion(m, "meeting.deleted", meeting, user)
    if event["payload"]["object"]["type"] in (3, 8):
        event["payload"]["operation"] = "all" if occurrence is None else "single"
    if occurrence is not None:
        shown = {name: occurrence[name] for name in ("occurrence_id", "start_time")}
        event["payload"]["object"]["occurrences"] = [shown]
    return event


def meeting_recovered(m: Moment, meeting: sqlite3.Row, user: sqlite3.Row) -> dict[str, Any]:
    """Return ``meeting.recovered``."""
    return _about_deletion(m, "meeting.recovered", meeting, user)


def meeting_permanently_deleted(m: Moment, meeting: sqlite3.Row, user: sqlite3.Row) -> dict[str, Any]:
    """Return ``meeting.permanently_deleted``."""
    return _about_deletion(m, "meeting.permanently_deleted", meeting, user)


def meeting_started(m: Moment, meeting: sqlite3.Row, user: sqlite3.Row) -> dict[str, Any]:
    """Return ``meeting.started``; its start time is the actual one."""
    payload = {"account_id": user["account_id"], "object": _running(m, meeting, user)}
    return _event(m, "meeting.started", payload)


def meeting_ended(m: Moment, meeting: sqlite3.Row, user: sqlite3.Row) -> dict[str, Any]:
    """Return ``meeting.ended``."""
    shown = _running(m, meeting, user)
    shown["end_time"] = times.utc(meeting["ended_at"] or m.wire_now)
    return _event(m, "meeting.ended", {"account_id": user["account_id"], "object": shown})


def participant_joined(m: Moment, meeting: sqlite3.Row, user: sqlite3.Row, who: sqlite3.Row) -> dict[str, Any]:
    """Return ``meeting.participant_joined`` about somebody who is in the meeting."""
    shown = {**_shown(who), "join_time": times.utc(who["joined_at"])}
    return participant(m, "meeting.participant_joined", meeting, user, shown)


def participant_left(
    m: Moment, meeting: sqlite3.Row, user: sqlite3.Row, who: sqlite3.Row, reason: str
) -> dict[str, Any]:
    """Return ``meeting.participant_left`` about somebody who was in the meeting."""
    shown = {**_shown(who), "leave_time": times.utc(who["left_at"]), "leave_reason": reason}
    return participant(m, "meeting.participant_left", meeting, user, shown)


def participant(m: Moment, name: str, meeting: sqlite3.Row, user: sqlite3.Row, who: dict[str, Any]) -> dict[str, Any]:
    """Return ``meeting.participant_joined`` or ``meeting.participant_left``; ``who`` replaces a guest's fields."""
    guest: dict[str, Any] = {
        "user_id": "16778240",
        "user_name": "Guest",
        "id": "",
        "participant_user_id": "",
        "participant_uuid": "55555555-AAAA-4444-BBBB-666666666666",
        "email": "",
        "registrant_id": "",
        "customer_key": "",
        "phone_number": "",
        "public_ip": "192.0.2.17",
    }
    if name == "meeting.participant_left":
        guest |= {"private_ip": "10.0.0.17", "leave_time": times.utc(m.wire_now)}
        guest["leave_reason"] = f"{who.get('user_name', 'Guest')} left the meeting.<br>Reason: Left the meeting."
    else:
        guest["join_time"] = times.utc(m.wire_now)
    shown = {**_running(m, meeting, user), "participant": {**guest, **who}}
    event = _event(m, name, {"account_id": user["account_id"], "object": shown})
    return {name: event[name] for name in ("payload", "event_ts", "event")}


def user_event(m: Moment, name: str, user: sqlite3.Row) -> dict[str, Any]:
    """Return an event about a person, such as ``user.deactivated``."""
    shown = {field: user[field] for field in ("id", "email", "first_name", "last_name", "type")}
    return _scheduling_event(m, name, user, shown)


def app_deauthorized(m: Moment, client_id: str, user: sqlite3.Row) -> dict[str, Any]:
    """Return ``app_deauthorized``, whose timestamp stands inside the payload, as a text."""
    moment = datetime.fromtimestamp(m.wire_now, UTC)
    payload = {
        "account_id": user["account_id"],
        "user_id": user["id"],
        "signature": minting.digest(minting.code()),
        "deauthorization_time": moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z",
        "client_id": client_id,
    }
    if m.knobs["deauth_retention"] != "omitted":
        payload["user_data_retention"] = m.knobs["deauth_retention"]
    event: dict[str, Any] = {"event": "app_deauthorized", "payload": payload}
    if m.knobs["deauth_event_ts"] in ("payload", "both"):
        payload["event_ts"] = moment.strftime("%Y-%m-%d %H:%M:%S")
    if m.knobs["deauth_event_ts"] in ("top", "both"):
        event["event_ts"] = _milliseconds(m.wire_now)
    return event


def url_validation(m: Moment) -> dict[str, Any]:
    """Return the challenge that an app must answer to stay subscribed."""
    return _event(m, "endpoint.url_validation", {"plainToken": minting.long_id()})


def _about_deletion(m: Moment, name: str, meeting: sqlite3.Row, user: sqlite3.Row) -> dict[str, Any]:
    view = views.full(m, meeting, user)
    shown = ("uuid", "id", "host_id", "topic", "type", "start_time", "duration", "timezone")
    return _scheduling_event(m, name, user, {name: view[name] for name in shown if name in view})


def _shown(who: sqlite3.Row) -> dict[str, Any]:
    return {
        "user_id": who["handle"],
        "user_name": who["name"],
        "id": who["user_id"],
        "participant_user_id": who["user_id"],
        "participant_uuid": who["uuid"],
        "email": who["email"],
    }


def _scheduling_event(m: Moment, name: str, user: sqlite3.Row, shown: dict[str, Any]) -> dict[str, Any]:
    payload = {
        "account_id": user["account_id"],
        "operator": user["email"],
        "operator_id": user["id"],
        "object": shown,
    }
    return _event(m, name, payload)


def _event(m: Moment, name: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"event": name, "payload": payload, "event_ts": _milliseconds(m.wire_now)}


def _running(m: Moment, meeting: sqlite3.Row, user: sqlite3.Row) -> dict[str, Any]:
    view = views.full(m, meeting, user)
    return {
        "duration": view["duration"],
        "start_time": times.utc(meeting["started_at"] or m.wire_now),
        "timezone": view["timezone"],
        "topic": view["topic"],
        "id": str(view["id"]),
        "type": view["type"],
        "uuid": view["uuid"],
        "host_id": view["host_id"],
        "host_email": user["email"],
    }


def _difference(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the old and the new values of what differs, one level into ``settings``."""
    names = [name for name in {**before, **after} if name not in (*_NOT_COMPARED, "settings")]
    changed = [name for name in names if before.get(name) != after.get(name)]
    old = {name: before[name] for name in changed if name in before}
    new = {name: after[name] for name in changed if name in after}
    switched = [name for name in after["settings"] if before["settings"].get(name) != after["settings"][name]]
    if switched:
        old["settings"] = {name: before["settings"][name] for name in switched if name in before["settings"]}
        new["settings"] = {name: after["settings"][name] for name in switched}
    return old, new


def _milliseconds(instant: float) -> int:
    return int(instant * 1000)
