"""What we ask Google to keep: an event to insert, or a change to one.

Source: https://developers.google.com/workspace/calendar/api/v3/reference/events/insert . An id of our own must be 5 to
1024 characters of base32hex (``a`` to ``v`` and digits), unique in the calendar for ever: a repeated insert answers
409, even after the event was deleted.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from zoom_blueprint.google_api.conferences import JoinLink, MeetRequest

_ID = re.compile(r"[a-v0-9]{5,1024}")
_MOST_REMINDERS, _LONGEST_REMINDER = 5, 40320
_LONGEST_KEY, _LONGEST_VALUE = 44, 1024


class Notify(StrEnum):
    """Whom Google tells of a change, by mail; the values are those of ``sendUpdates``."""

    ALL = "all"
    EXTERNAL = "externalOnly"
    NOBODY = "none"


@dataclass(frozen=True)
class Guest:
    """Somebody to invite."""

    email: str
    name: str = ""

    def to_google(self) -> dict[str, object]:
        """Return the attendee."""
        return {"email": self.email, **({"displayName": self.name} if self.name else {})}


@dataclass(frozen=True)
class Reminder:
    """A reminder so many minutes before, by ``popup`` or by ``email``; Google takes 0 to 40320 (four weeks)."""

    method: str
    minutes: int


@dataclass(frozen=True)
class EventRequest:
    """One event to insert. Instants are aware; ``time_zone`` (IANA) is what Google shows it in.

    ``reminders`` None are the calendar's own, an empty list is none; five at most. ``color_id`` is a name of Google's
    colours for events, empty for the calendar's. ``private`` are properties that no other app sees: keys of at most 44,
    values of at most 1024 characters.

    Raises:
        ValueError: the id, a time, a reminder or a property is none that Google takes.
    """

    id: str
    summary: str
    start: datetime
    end: datetime
    time_zone: str = "UTC"
    description: str = field(default="", repr=False)
    location: str = field(default="", repr=False)
    guests: Sequence[Guest] = field(default=(), repr=False)
    conference: JoinLink | MeetRequest | None = None
    reminders: Sequence[Reminder] | None = None
    color_id: str = ""
    private: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError("an event's id is 5 to 1024 characters of a to v and digits")
        _check_times(self.start, self.end)
        _check_reminders(self.reminders)
        for key, value in self.private.items():
            if len(key) > _LONGEST_KEY or len(value) > _LONGEST_VALUE:
                raise ValueError(f"the property {key[:_LONGEST_KEY]} is longer than Google takes")

    def to_google(self) -> dict[str, object]:
        """Return the body of the insert call."""
        body: dict[str, object] = {
            "id": self.id,
            "summary": self.summary,
            "start": _time(self.start, self.time_zone),
            "end": _time(self.end, self.time_zone),
            "description": self.description,
            "location": self.location,
            "attendees": [guest.to_google() for guest in self.guests],
            "reminders": _reminders(self.reminders),
            "extendedProperties": {"private": dict(self.private)},
        }
        if self.color_id:
            body["colorId"] = self.color_id
        if self.conference is not None:
            body["conferenceData"] = self.conference.to_google()
        return body


@dataclass(frozen=True)
class EventChange:
    """What to change about an event; None leaves a field as it is. A list of guests replaces the whole list.

    ``start`` and ``end`` come together: Google keeps the other one, and refuses what then ends before it starts.

    Raises:
        ValueError: only one of the times is given, or one is naive, or they are in the wrong order.
    """

    summary: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    time_zone: str = "UTC"
    description: str | None = field(default=None, repr=False)
    location: str | None = field(default=None, repr=False)
    guests: Sequence[Guest] | None = field(default=None, repr=False)
    conference: JoinLink | MeetRequest | None = None

    def __post_init__(self) -> None:
        if (self.start is None) != (self.end is None):
            raise ValueError("start and end change together")
        if self.start is not None and self.end is not None:
            _check_times(self.start, self.end)

    def to_google(self) -> dict[str, object]:
        """Return the body of the patch call: only what changes, nothing for an empty change."""
        body: dict[str, object | None] = {
            "summary": self.summary,
            "start": None if self.start is None else _time(self.start, self.time_zone),
            "end": None if self.end is None else _time(self.end, self.time_zone),
            "description": self.description,
            "location": self.location,
            "attendees": None if self.guests is None else [guest.to_google() for guest in self.guests],
            "conferenceData": None if self.conference is None else self.conference.to_google(),
        }
        return {key: value for key, value in body.items() if value is not None}


def event_id(booking_id: UUID, generation: int = 0) -> str:
    """Return the id of a booking's event: 32 hexadecimal digits, which are all of base32hex.

    No id can be used again, so the event after one that was deleted is of the next ``generation``.
    """
    return f"{booking_id.hex}g{generation}" if generation else booking_id.hex


def _check_times(start: datetime, end: datetime) -> None:
    if start.utcoffset() is None or end.utcoffset() is None:
        raise ValueError("start or end has no time zone; pass aware datetimes")
    if end <= start:
        raise ValueError("an event ends after it starts")


def _check_reminders(reminders: Sequence[Reminder] | None) -> None:
    if len(reminders or ()) > _MOST_REMINDERS:
        raise ValueError(f"Google takes {_MOST_REMINDERS} reminders at most")
    for one in reminders or ():
        if one.method not in ("popup", "email") or not 0 <= one.minutes <= _LONGEST_REMINDER:
            raise ValueError(f"a reminder is a popup or an email, 0 to {_LONGEST_REMINDER} minutes before")


def _reminders(reminders: Sequence[Reminder] | None) -> dict[str, object]:
    if reminders is None:
        return {"useDefault": True}
    return {"useDefault": False, "overrides": [{"method": one.method, "minutes": one.minutes} for one in reminders]}


def _time(instant: datetime, zone: str) -> dict[str, object]:
    return {"dateTime": instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "timeZone": zone}
