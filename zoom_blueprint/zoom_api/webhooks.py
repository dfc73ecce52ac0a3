"""What Zoom's webhook events say, read leniently, for live payloads differ from the documented ones.

Source: Zoom's webhook reference (March 2026) and captured deliveries. Meeting ids come as integers in the events about
scheduling and as texts in those about the meeting room; texts may be absent, empty or of another type.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from zoom_blueprint.exchanges import fields

DEAUTHORIZED = "app_deauthorized"
STARTED, ENDED = "meeting.started", "meeting.ended"
JOINED, LEFT = "meeting.participant_joined", "meeting.participant_left"
_LONGEST_ID = 18  # digits that surely fit into 64 bits; Zoom's have 11
_LONGEST_TEXT = 254
_MOMENT = {STARTED: "start_time", ENDED: "end_time", JOINED: "join_time", LEFT: "leave_time"}


@dataclass(frozen=True, kw_only=True)
class Participant:
    """Who joined or left. ``handle`` names one stay in the room, or all of one person's: Zoom promises neither.

    ``user_id`` and ``email`` are empty unless the person is signed in to Zoom.
    """

    handle: str
    name: str
    user_id: str
    email: str


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One event. ``happened_at`` is None when Zoom gives no time that can be read.

    ``user_id`` is the Zoom user whom an event about a person, or about the app's removal, is about. ``host_id`` and
    ``host_email`` are those of the meeting's host, ``client_id`` is the app that was removed: empty where Zoom leaves
    them out.
    """

    name: str
    happened_at: datetime | None
    meeting_id: int | None
    user_id: str
    host_id: str
    host_email: str
    client_id: str
    participant: Participant | None


def read(body: str) -> Notice:
    """Return what an event's body says; ``body`` is a JSON object.

    Raises:
        msgspec.DecodeError: it is not.
    """
    content = msgspec.json.decode(body, type=dict[str, object])
    name = _text(content.get("event"))
    payload = _mapping(content.get("payload"))
    about = _mapping(payload.get("object"))
    person = _mapping(about.get("participant"))
    moments = person if name in (JOINED, LEFT) else about
    if name == DEAUTHORIZED:
        happened_at = _instant(payload.get("deauthorization_time"))
    else:
        happened_at = _instant(moments.get(_MOMENT.get(name, "")))
    return Notice(
        name=name,
        happened_at=happened_at or _milliseconds(content.get("event_ts")),
        meeting_id=_number(about.get("id")),
        user_id=_text(payload.get("user_id") if name == DEAUTHORIZED else about.get("id")),
        host_id=_text(about.get("host_id")),
        host_email=_text(about.get("host_email")).lower(),
        client_id=_text(payload.get("client_id")),
        participant=_participant(about, person) if name in (JOINED, LEFT) else None,
    )


def _participant(about: Mapping[str, object], person: Mapping[str, object]) -> Participant | None:
    user_id = _text(person.get("id")) or _text(person.get("participant_user_id"))
    # Handles count from the same number in each instance of a meeting, so they say who only together with it.
    handle = _text(person.get("participant_uuid")) or _text(person.get("user_id")) or user_id
    if not handle:
        return None
    return Participant(
        handle=f"{_text(about.get('uuid'))} {handle}",
        name=_text(person.get("user_name")),
        user_id=user_id,
        email=_text(person.get("email")).lower(),
    )


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value[:_LONGEST_TEXT].replace("\x00", "") if isinstance(value, str) else ""


def _number(value: object) -> int | None:
    digits = _text(value)
    is_id = digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_ID
    return int(digits) if is_id else None


def _instant(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        return fields.sensible(found.astimezone(UTC)) if found and found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _milliseconds(value: object) -> datetime | None:
    try:
        return fields.sensible(datetime.fromtimestamp(value / 1000, UTC)) if isinstance(value, int) else None
    except (ValueError, OverflowError, OSError):
        return None
