"""What Zoom takes and sends, field by field, copied from its documents; imports nothing of ours, so it can judge both.

Sources: Zoom's OpenAPI of the Meetings and Users API (March 2026), its OAuth pages, its page of error codes.
"""

import re
from collections.abc import Callable

Check = Callable[[object], bool]


def _whole(low: int, high: int) -> Check:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _text(longest: int) -> Check:
    return lambda value: isinstance(value, str) and len(value) <= longest


def _matches(pattern: str) -> Check:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _object(value: object) -> bool:
    return isinstance(value, dict)


_UPDATE: dict[str, Check] = {
    "topic": _text(200),
    "type": lambda value: value in (1, 2, 3, 8, 10),
    "start_time": _matches(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ?"),
    "timezone": _matches(r"[A-Za-z_]+(/[A-Za-z_+\-0-9]+)*"),
    "duration": _whole(1, 1440),
    "password": _text(10),
    "agenda": _text(2000),
    "settings": _object,
}
CREATE: dict[str, Check] = {**_UPDATE, "default_password": _flag}
UPDATE = _UPDATE
NOT_IN_UPDATE_SETTINGS = {"additional_data_center_regions", "show_join_info"}
LIST_QUERY: dict[str, Check] = {
    "type": lambda value: value in ("scheduled", "live", "upcoming", "upcoming_meetings", "previous_meetings"),
    "page_size": _matches(r"[1-9]\d?|[12]\d\d|300"),
    "next_page_token": _text(1000),
}
EXCHANGE_FORM = {"grant_type", "code", "redirect_uri", "code_verifier"}
REFRESH_FORM = {"grant_type", "refresh_token"}
REVOKE_FORM = {"token"}
AUTHORIZE_QUERY = {
    "response_type",
    "client_id",
    "redirect_uri",
    "state",
    "code_challenge",
    "code_challenge_method",
}

MEETING: dict[str, object] = {
    "uuid": "AbCdEfGhQkKxYzAbCdEfGh==",
    "id": 81234567890,
    "host_id": "HostTest000000000000AA",
    "host_email": "host@example.test",
    "topic": "Intro call",
    "type": 2,
    "status": "waiting",
    "start_time": "2030-01-15T09:00:00Z",
    "duration": 30,
    "timezone": "Europe/Paris",
    "agenda": "Booking abc",
    "created_at": "2030-01-02T10:11:12Z",
    "start_url": "https://us02web.zoom.us/s/81234567890?zak=eyJStartSecret",
    "join_url": "https://us02web.zoom.us/j/81234567890?pwd=abcDEF123.1",
    "password": "481516",
    "h323_password": "481516",
    "pstn_password": "481516",
    "encrypted_password": "abcDEF123.1",
    "settings": {"waiting_room": True, "use_pmi": False, "auto_recording": "none"},
    "creation_source": "open_api",
    "pre_schedule": False,
}
LISTED: dict[str, object] = {
    "uuid": "AbCdEfGhQkKxYzAbCdEfGh==",
    "id": 81234567890,
    "host_id": "HostTest000000000000AA",
    "topic": "Intro call",
    "type": 2,
    "start_time": "2030-01-15T09:00:00Z",
    "duration": 30,
    "timezone": "Europe/Paris",
    "agenda": "Booking abc",
    "created_at": "2030-01-02T10:11:12Z",
    "join_url": "https://us02web.zoom.us/j/81234567890?pwd=abcDEF123.1",
}
USER: dict[str, object] = {
    "id": "HostTest000000000000AA",
    "first_name": "Ada",
    "last_name": "Lovelace",
    "display_name": "Ada Lovelace",
    "email": "ada@example.test",
    "type": 2,
    "account_id": "AccTest0000000000000AA",
    "timezone": "Europe/Paris",
    "status": "active",
    "pmi": 1234567890,
}
TOKENS: dict[str, object] = {
    "access_token": "eyJaccessMadeUp.0.a",
    "token_type": "bearer",
    "refresh_token": "eyJrefreshMadeUp.0.r",
    "expires_in": 3599,
    "scope": "meeting:delete:meeting meeting:read:meeting user:read:user",
    "api_url": "https://api.zoom.us",
}


def page(*meetings: object, token: str = "") -> dict[str, object]:
    return {
        "page_count": 1,
        "page_number": 1,
        "page_size": 300,
        "total_records": len(meetings),
        "next_page_token": token,
        "meetings": list(meetings),
    }


def faults(fields: dict[str, object], table: dict[str, Check]) -> list[str]:
    """Name the fields that Zoom does not know, or would refuse."""
    return [f"{key}={value!r}" for key, value in fields.items() if key not in table or not table[key](value)]
