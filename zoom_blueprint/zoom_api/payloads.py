"""What Zoom sends and gets, as frozen values."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

from zoom_blueprint.exchanges import fields

TOPIC_LENGTH = 200
AGENDA_LENGTH = 2000
LONGEST_MEETING = 1440
_ACCESS_TOKEN_LIFETIME = 3600
_LONGEST_ID, _LONGEST_MAIL, _LONGEST_NAME, _LONGEST_ZONE = 64, 254, 200, 64
_TOKEN = re.compile(r"[\x21-\x7e]+")
_PASSCODE = re.compile(r"[\x21-\x7e]{1,64}")
_NOT_ON_PATCH = frozenset({"additional_data_center_regions", "show_join_info"})


@dataclass(frozen=True)
class TokenSet:
    """The answer of Zoom's token endpoint.

    ``expires_in`` is in seconds from now; Zoom's documented hour is assumed when the answer names none, because a new
    refresh token must not be lost over it. ``scopes`` is empty when Zoom did not say. ``api_url`` is as Zoom sent it:
    pass it through ``client.api_base`` before use.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    scopes: frozenset[str]
    api_url: str | None

    @classmethod
    def from_zoom(cls, source: Mapping[str, object]) -> Self:
        """Read a token answer; ValueError when a token is missing or could not stand in a header."""
        access_token, refresh_token = fields.text(source, "access_token"), fields.text(source, "refresh_token")
        if not (_TOKEN.fullmatch(access_token) and _TOKEN.fullmatch(refresh_token)):
            raise ValueError("the token answer is incomplete")
        return cls(
            access_token=access_token,
            refresh_token=refresh_token,
            expires_in=fields.number(source, "expires_in") or _ACCESS_TOKEN_LIFETIME,
            scopes=frozenset(fields.text(source, "scope").split()),
            api_url=fields.text(source, "api_url") or None,
        )


@dataclass(frozen=True)
class ZoomUser:
    """The person behind a connection; all but ``id`` may be empty.

    ``type`` is 1 Basic, 2 Licensed, 4 Unassigned, 99 None; ``status`` is pending, active or inactive.
    Source: GET /users/me.
    """

    id: str
    account_id: str
    email: str
    display_name: str
    time_zone: str
    type: int | None
    status: str

    @classmethod
    def from_zoom(cls, source: Mapping[str, object]) -> Self:
        """Read a user; ValueError when there is no id. What is longer than Zoom's own ever are counts as absent."""
        if not fields.short(source, "id", _LONGEST_ID):
            raise ValueError("the user has no id")
        parts = fields.text(source, "first_name"), fields.text(source, "last_name")
        return cls(
            id=fields.text(source, "id"),
            account_id=fields.short(source, "account_id", _LONGEST_ID),
            email=fields.short(source, "email", _LONGEST_MAIL),
            display_name=(fields.text(source, "display_name") or " ".join(filter(None, parts)))[:_LONGEST_NAME],
            time_zone=fields.short(source, "timezone", _LONGEST_ZONE),
            type=fields.number(source, "type"),
            status=fields.text(source, "status"),
        )


@dataclass(frozen=True)
class ListedMeeting:
    """A meeting as lists show it: ``agenda`` is cut at 250 characters, there is no passcode and no status.

    ``start`` is an instant in UTC, None for meetings without a fixed time; ``duration`` is in minutes.
    """

    id: int
    uuid: str
    topic: str
    start: datetime | None
    duration: int | None
    agenda: str = field(repr=False)
    time_zone: str
    zoom_user_id: str
    join_url: str = field(repr=False)

    @classmethod
    def from_zoom(cls, source: Mapping[str, object]) -> Self:
        """Read an item of a list; ValueError when there is no id."""
        return cls(
            id=_required_id(source),
            uuid=fields.text(source, "uuid"),
            topic=fields.text(source, "topic"),
            start=fields.instant(source, "start_time"),
            duration=fields.minutes(source, "duration"),
            agenda=fields.text(source, "agenda"),
            time_zone=fields.text(source, "timezone"),
            zoom_user_id=fields.text(source, "host_id"),
            join_url=fields.text(source, "join_url"),
        )


@dataclass(frozen=True)
class Meeting:
    """A meeting as Zoom stored it, which may differ from what was asked for.

    ``start`` is an instant in UTC, None for meetings without a fixed time; ``duration`` is in minutes; ``time_zone`` is
    for display only; ``password`` is the passcode, None when there is none; ``join_url`` changes with it. The link that
    starts the meeting is left out on purpose: it makes its bearer the host. See ``ZoomClient.start_url``.
    """

    id: int
    uuid: str
    topic: str
    start: datetime | None
    duration: int | None
    join_url: str = field(repr=False)
    password: str | None = field(repr=False)
    agenda: str = field(repr=False)
    time_zone: str
    zoom_user_id: str
    status: str
    settings: Mapping[str, object] = field(repr=False)

    @classmethod
    def from_zoom(cls, source: Mapping[str, object]) -> Self:
        """Read a meeting; ValueError when there is no id or no join link, the only two that are relied on."""
        return cls(
            id=_required_id(source),
            uuid=fields.text(source, "uuid"),
            topic=fields.text(source, "topic"),
            start=fields.instant(source, "start_time"),
            duration=fields.minutes(source, "duration"),
            join_url=fields.required_url(source, "join_url"),
            password=_passcode(source),
            agenda=fields.text(source, "agenda"),
            time_zone=fields.text(source, "timezone"),
            zoom_user_id=fields.text(source, "host_id"),
            status=fields.text(source, "status"),
            settings=fields.mapping(source, "settings"),
        )


@dataclass(frozen=True)
class MeetingRequest:
    """One scheduled meeting to create (type 2), in UTC, with a passcode by Zoom and never the personal meeting id.

    ``start`` is aware; Zoom takes a start in the past for "now". ``duration`` is 1 to 1440 minutes. ``topic`` is cut at
    200 characters, ``agenda`` at 2000, and lists show 250 of it: what must be found again stands at its beginning.
    ``time_zone`` (IANA) is what Zoom shows the host. ``settings`` are Zoom's, as plain JSON values; ``use_pmi`` is
    always false, because a personal meeting id lets visitors walk into each other's calls.
    Source: POST /users/{userId}/meetings.

    Raises:
        ValueError: the start is naive, the duration is out of range, or the settings are no JSON.
    """

    topic: str
    start: datetime
    duration: int
    agenda: str = field(default="", repr=False)
    time_zone: str = "UTC"
    settings: Mapping[str, object] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        _check(self.start, self.duration, self.settings)

    def to_zoom(self) -> dict[str, object]:
        """Return the body of the create call."""
        return {
            "type": 2,
            "topic": _cut(self.topic, TOPIC_LENGTH),
            "start_time": _zulu(self.start),
            "duration": self.duration,
            "timezone": self.time_zone,
            "agenda": _cut(self.agenda, AGENDA_LENGTH),
            "default_password": True,
            "settings": {**self.settings, "use_pmi": False},
        }


@dataclass(frozen=True)
class MeetingChange:
    """What to change about a meeting; None leaves a field as it is. Units and limits are those of MeetingRequest.

    Source: PATCH /meetings/{meetingId}.

    Raises:
        ValueError: the start is naive, the duration is out of range, or the settings are no JSON.
    """

    topic: str | None = None
    start: datetime | None = None
    duration: int | None = None
    agenda: str | None = field(default=None, repr=False)
    time_zone: str | None = None
    settings: Mapping[str, object] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        _check(self.start, self.duration, self.settings)

    def to_zoom(self) -> dict[str, object]:
        """Return the body of the update call: only what changes, nothing for an empty change.

        Settings that Zoom does not take on PATCH are left out.
        """
        settings = {key: value for key, value in (self.settings or {}).items() if key not in _NOT_ON_PATCH}
        body = {
            "topic": None if self.topic is None else _cut(self.topic, TOPIC_LENGTH),
            "start_time": None if self.start is None else _zulu(self.start),
            "duration": self.duration,
            "timezone": self.time_zone,
            "agenda": None if self.agenda is None else _cut(self.agenda, AGENDA_LENGTH),
            "settings": {**settings, "use_pmi": False} if settings else None,
        }
        return {key: value for key, value in body.items() if value is not None}


def _required_id(source: Mapping[str, object]) -> int:
    """Return the meeting number in ``id``, which Zoom writes as an integer or as digits."""
    value = fields.number(source, "id")
    if not value:
        raise ValueError("the meeting has no id")
    return value


def _passcode(source: Mapping[str, object]) -> str | None:
    # It is told beside the link, and nothing else shall be told there.
    value = fields.text(source, "password")
    return value if _PASSCODE.fullmatch(value) else None


def _check(start: datetime | None, duration: int | None, settings: Mapping[str, object] | None) -> None:
    if start is not None and start.utcoffset() is None:
        raise ValueError("start has no time zone; pass an aware datetime")
    if duration is not None and not 1 <= duration <= LONGEST_MEETING:
        raise ValueError(f"duration is {duration}; Zoom takes 1 to {LONGEST_MEETING} minutes")
    try:
        json.dumps(dict(settings or {}), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"meeting settings must be plain JSON values: {error}") from None


def _zulu(start: datetime) -> str:
    # Zoom drops an offset such as +01:00 and reads the rest as UTC; only Z is safe.
    return start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _cut(value: str, length: int) -> str:
    # Counted in UTF-16 units: Zoom does not say what a character is, and this is the stricter of the usual readings.
    return value.encode("utf-16-le", "replace")[: 2 * length].decode("utf-16-le", "ignore")
