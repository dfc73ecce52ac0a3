"""Show meetings and users with the fields and types of Zoom's documents."""

import json
import sqlite3
from typing import Any
from urllib.parse import quote, urlencode

from zoom_blueprint.testing.simulator import meeting_settings, minting, recurrences, times, users
from zoom_blueprint.testing.simulator.world import Moment

_START_LINK_LIFETIME = 2 * 3600
_LISTED_AGENDA = 250
_SERIES = 8


def full(m: Moment, meeting: sqlite3.Row, user: sqlite3.Row, *, previous: bool = False) -> dict[str, Any]:
    """Return what create and get answer; the start link is minted anew each time and opens for two hours.

    A series shows the occurrences to come, and with ``previous`` those before as well.
    """
    fields = json.loads(meeting["fields"])
    view = {
        "uuid": meeting["uuid"],
        "id": meeting["id"],
        "host_id": user["id"],
        "host_email": user["email"],
        "topic": fields["topic"],
        "type": fields["type"],
        "status": meeting["status"],
        **_start(meeting),
        "duration": meeting["duration"],
        "timezone": fields["timezone"],
        "agenda": fields["agenda"],
        "created_at": times.utc(meeting["created_at"]),
        "start_url": _start_url(m, meeting),
        "join_url": join_url(m, meeting),
        **_passcodes(meeting),
        "settings": fields["settings"],
        "creation_source": meeting["creation_source"],
        "pre_schedule": False,
    }
    if fields["settings"]["use_pmi"]:
        view["pmi"] = str(user["pmi"])
    view.update({name: fields[name] for name in ("recurrence", "tracking_fields") if name in fields})
    if fields["type"] == _SERIES:
        view["occurrences"] = recurrences.of(meeting, fields, m.now, previous=previous)
    return view


def item(m: Moment, meeting: sqlite3.Row) -> dict[str, Any]:
    """Return what the list shows of a meeting: neither start link nor passcode nor status."""
    fields = json.loads(meeting["fields"])
    return {
        "uuid": meeting["uuid"],
        "id": meeting["id"],
        "host_id": meeting["user_id"],
        "topic": fields["topic"],
        "type": fields["type"],
        **_start(meeting),
        "duration": meeting["duration"],
        "timezone": fields["timezone"],
        "agenda": fields["agenda"][:_LISTED_AGENDA],
        "created_at": times.utc(meeting["created_at"]),
        "join_url": join_url(m, meeting),
    }


def person(m: Moment, user: sqlite3.Row) -> dict[str, Any]:
    """Return what ``GET /users/me`` answers."""
    return {
        "id": user["id"],
        "first_name": user["first_name"],
        "last_name": user["last_name"],
        "display_name": users.full_name(user),
        "email": user["email"],
        "type": user["type"],
        "role_name": "Member",
        "role_id": "2",
        "pmi": user["pmi"],
        "use_pmi": False,
        "personal_meeting_url": f"{m.origin}/j/{user['pmi']}",
        "timezone": user["timezone"],
        "verified": 1,
        "dept": "",
        "created_at": times.utc(user["created_at"]),
        "user_created_at": times.utc(user["created_at"]),
        "last_login_time": times.utc(user["created_at"]),
        "language": "en-US",
        "phone_numbers": [],
        "status": user["status"],
        "job_title": "",
        "company": "",
        "location": "",
        "login_types": [100],
        "account_id": user["account_id"],
        "account_number": 0,
        "cluster": "us02",
        "group_ids": [],
        "im_group_ids": [],
        "jid": f"{user['id'].lower()}@xmpp.zoom.us",
        "pic_url": "",
    }


def account_settings(m: Moment) -> dict[str, Any]:
    """Return what ``GET /users/me/settings`` answers about scheduling, as far as it bears on meetings made here."""
    required = m.knobs["require_passcode"]
    settings = {**meeting_settings.defaults(), **m.knobs["locked_settings"]}
    return {
        "schedule_meeting": {
            "host_video": settings["host_video"],
            "participants_video": settings["participant_video"],
            "audio_type": settings["audio"],
            "join_before_host": settings["join_before_host"],
            "require_password_for_scheduling_new_meetings": required,
            "require_password_for_instant_meetings": required,
            "require_password_for_pmi_meetings": "all" if required else "none",
            "default_password_for_scheduled_meetings": "",
            "embed_password_in_join_link": True,
            "use_pmi_for_scheduled_meetings": False,
            "use_pmi_for_instant_meetings": False,
            "meeting_password_requirement": {
                "length": 6,
                "have_letter": False,
                "have_number": False,
                "have_special_character": False,
                "only_allow_numeric": False,
            },
        },
        "in_meeting": {"waiting_room": settings["waiting_room"]},
        "recording": {"auto_recording": settings["auto_recording"]},
    }


def kind(meeting: sqlite3.Row) -> int:
    """Return the meeting's type: 2 is a scheduled one."""
    return int(json.loads(meeting["fields"])["type"])


def join_url(m: Moment, meeting: sqlite3.Row) -> str:
    """Return the link for guests, which changes with the passcode."""
    query = f"?pwd={quote(meeting['encrypted_password'])}" if meeting["encrypted_password"] else ""
    return f"{m.origin}/j/{meeting['id']}{query}"


def _start_url(m: Moment, meeting: sqlite3.Row) -> str:
    zak = minting.host_key(m.secret, meeting["id"], int(m.now) + _START_LINK_LIFETIME)
    return f"{m.origin}/s/{meeting['id']}?{urlencode({'zak': zak})}"


def _start(meeting: sqlite3.Row) -> dict[str, str]:
    return {} if meeting["start_time"] is None else {"start_time": times.utc(meeting["start_time"])}


def _passcodes(meeting: sqlite3.Row) -> dict[str, str]:
    if not meeting["password"]:
        return {}
    return {
        "password": meeting["password"],
        "h323_password": meeting["password"],
        "pstn_password": meeting["password"],
        "encrypted_password": meeting["encrypted_password"],
    }
