"""Read events as Google shows them.

Source: https://developers.google.com/workspace/calendar/api/v3/reference/events . A deleted event is read as
``cancelled``; in an incremental list it may have nothing but its id, and as an exception of a series
``recurringEventId`` and ``originalStartTime``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Self
from zoneinfo import ZoneInfo

from zoom_blueprint.exchanges import fields
from zoom_blueprint.google_api.conferences import Conference
from zoom_blueprint.google_api.payloads import Span

_LONGEST_ID, _LONGEST_MAIL, _LONGEST_ZONE, _LONGEST_WORD = 1024, 254, 64, 64
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2998, 12, 31)


@dataclass(frozen=True)
class EventTime:
    """When an event starts or ends: an ``instant`` in UTC, or for an all-day event a ``day``, which has no zone.

    ``time_zone`` is the one it was entered in, empty when Google names none.
    """

    instant: datetime | None
    day: date | None
    time_zone: str = ""

    @classmethod
    def from_google(cls, source: Mapping[str, object], key: str) -> Self | None:
        """Read ``date``, or ``dateTime`` with an offset or in its ``timeZone``; None for anything else."""
        found = fields.mapping(source, key)
        zone = fields.short(found, "timeZone", _LONGEST_ZONE)
        instant = fields.instant(found, "dateTime") or _wall_clock(fields.text(found, "dateTime"), zone)
        if instant is not None:
            return cls(instant, None, zone)
        day = _day(fields.text(found, "date"))
        return None if day is None else cls(None, day, zone)

    def at(self, zone: ZoneInfo) -> datetime:
        """Return the instant in UTC; a day begins at midnight in ``zone``, which is its calendar's."""
        if self.instant is not None:
            return self.instant
        assert self.day is not None  # noqa: S101 - one of the two is there
        return datetime.combine(self.day, time(), zone).astimezone(UTC)


@dataclass(frozen=True)
class Attendee:
    """A person or room of an event; ``response`` is ``needsAction``, ``accepted``, ``tentative`` or ``declined``."""

    email: str
    response: str
    is_self: bool
    is_organizer: bool

    @classmethod
    def from_google(cls, source: Mapping[str, object]) -> Self:
        """Read an attendee, whose address may be missing."""
        return cls(
            email=fields.short(source, "email", _LONGEST_MAIL).lower(),
            response=fields.short(source, "responseStatus", _LONGEST_WORD),
            is_self=source.get("self") is True,
            is_organizer=source.get("organizer") is True,
        )


@dataclass(frozen=True)
class Event:
    """An event of a calendar, a single one or one instance of a series.

    ``start`` and ``end`` are None for a cancelled event of which Google tells no more, and in lists for a time that
    cannot be read or is centuries away. ``etag`` changes with each change and is what a patch has to carry.
    ``series_id`` is the id of the series that it is an instance of, ``recurrence`` the rules of a series itself.
    In lists ``attendees`` may be our account alone, and nothing is there that somebody wrote. ``private`` are the
    properties that we put in and that no other app sees.
    """

    id: str
    etag: str
    status: str
    kind: str
    summary: str
    description: str = field(repr=False)
    location: str
    start: EventTime | None
    end: EventTime | None
    is_transparent: bool
    series_id: str
    recurrence: tuple[str, ...]
    attendees: tuple[Attendee, ...] = field(repr=False)
    conference: Conference | None
    private: Mapping[str, str] = field(repr=False)
    html_link: str = field(repr=False)

    @classmethod
    def from_google(cls, source: Mapping[str, object]) -> Self:
        """Read an event; ValueError when there is no id, or no time though it is not cancelled."""
        found = cls.from_list(source)
        if not found.is_gone and (found.start is None or found.end is None):
            raise ValueError("the event has no start or no end")
        return found

    @classmethod
    def from_list(cls, source: Mapping[str, object]) -> Self:
        """Read an item of a list; ValueError when there is no id. One odd event must not hide what else changed."""
        found = fields.short(source, "id", _LONGEST_ID)
        if not found:
            raise ValueError("the event has no id")
        return cls(
            id=found,
            etag=fields.text(source, "etag"),
            status=fields.short(source, "status", _LONGEST_WORD) or "confirmed",
            kind=fields.short(source, "eventType", _LONGEST_WORD) or "default",
            summary=fields.text(source, "summary"),
            description=fields.text(source, "description"),
            location=fields.text(source, "location"),
            start=EventTime.from_google(source, "start"),
            end=EventTime.from_google(source, "end"),
            is_transparent=source.get("transparency") == "transparent",
            series_id=fields.short(source, "recurringEventId", _LONGEST_ID),
            recurrence=tuple(one for one in _list(source, "recurrence") if isinstance(one, str)),
            attendees=tuple(Attendee.from_google(one) for one in _list(source, "attendees") if isinstance(one, dict)),
            conference=Conference.from_google(source),
            private=_texts(fields.mapping(fields.mapping(source, "extendedProperties"), "private")),
            html_link=fields.url(source, "htmlLink"),
        )

    @property
    def is_gone(self) -> bool:
        """Whether it was deleted or cancelled."""
        return self.status == "cancelled"

    @property
    def own_response(self) -> str:
        """What the account itself answered; empty when it is not among the attendees, as with an event of its own."""
        return next((one.response for one in self.attendees if one.is_self), "")

    @property
    def is_declined(self) -> bool:
        """Whether the account said no."""
        return self.own_response == "declined"

    @property
    def is_tentative(self) -> bool:
        """Whether it may not take place, or the account may not come."""
        return self.status == "tentative" or self.own_response == "tentative"

    @property
    def is_busy(self) -> bool:
        """Whether the account is busy meanwhile, as Google's own free/busy answer sees it: tentative counts, too."""
        return not (self.is_gone or self.is_transparent or self.is_declined)

    def span(self, zone: ZoneInfo) -> Span | None:
        """Return its time; ``zone`` is the calendar's, for all-day events. None when it has none, or ends too early."""
        if self.start is None or self.end is None:
            return None
        start, end = self.start.at(zone), self.end.at(zone)
        return Span(start, end) if start <= end else None


def _wall_clock(text: str, zone: str) -> datetime | None:
    """Return the instant of a local time without an offset, which is allowed where ``timeZone`` is given."""
    try:
        local = datetime.fromisoformat(text)
        if local.tzinfo is not None or not zone:
            return None
        return fields.sensible(local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC))
    except (ValueError, KeyError, OSError, OverflowError):  # a KeyError is a zone that nobody knows
        return None


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if _FIRST_DAY <= found <= _LAST_DAY else None


def _list(source: Mapping[str, object], key: str) -> list[object]:
    value = source.get(key)
    return value if isinstance(value, list) else []


def _texts(source: Mapping[str, object]) -> Mapping[str, str]:
    return {key: fields.text(source, key) for key in source if isinstance(source[key], str)}
