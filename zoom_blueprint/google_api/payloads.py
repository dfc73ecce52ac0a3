"""What Google's token endpoint, calendar list, free/busy query and channels answer, as frozen values.

Sources: https://developers.google.com/identity/openid-connect/openid-connect#obtainuserinfo (the ID token),
https://developers.google.com/workspace/calendar/api/v3/reference (calendarList, freebusy, events.watch).
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Self

from zoom_blueprint.depths import is_deep
from zoom_blueprint.exchanges import fields

_ACCESS_TOKEN_LIFETIME = 3600
_LONGEST_ID, _LONGEST_MAIL, _LONGEST_NAME, _LONGEST_ZONE, _LONGEST_CALENDAR = 255, 254, 200, 64, 320
_TOKEN = re.compile(r"[\x21-\x7e]+")
_ISSUERS = ("https://accounts.google.com", "accounts.google.com")
_WRITERS = ("owner", "writer", "writerWithoutPrivateAccess")
_READERS = (*_WRITERS, "reader")


@dataclass(frozen=True)
class Account:
    """The person behind a connection: ``id`` is Google's ``sub``, which never changes; the mail address may."""

    id: str
    email: str

    @classmethod
    def from_id_token(cls, token: str, client_id: str) -> Self | None:
        """Read an ID token that came from the token endpoint itself; None for one that is not for this client.

        Its signature needs no check there, because TLS says who sent it (OpenID Connect Core 3.1.3.7, 6).
        """
        claims = _claims(token)
        if claims.get("iss") not in _ISSUERS or claims.get("aud") != client_id:
            return None
        found = fields.short(claims, "sub", _LONGEST_ID)
        return cls(found, fields.short(claims, "email", _LONGEST_MAIL)) if found else None


@dataclass(frozen=True)
class TokenSet:
    """The answer of Google's token endpoint.

    ``refresh_token`` is None when the answer has none: Google gives one with the first consent and with
    ``prompt=consent`` only, and it does not rotate. ``expires_in`` is in seconds from now, the usual hour when the
    answer names none. ``scopes`` is empty when Google did not say; ``account`` is there after a consent.
    """

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_in: int
    scopes: frozenset[str]
    account: Account | None

    @classmethod
    def from_google(cls, source: Mapping[str, object], client_id: str) -> Self:
        """Read a token answer; ValueError when a token is missing or could not stand in a header."""
        access_token, refresh_token = fields.text(source, "access_token"), fields.text(source, "refresh_token")
        if not _TOKEN.fullmatch(access_token) or not (refresh_token == "" or _TOKEN.fullmatch(refresh_token)):
            raise ValueError("the token answer is incomplete")
        return cls(
            access_token=access_token,
            refresh_token=refresh_token or None,
            expires_in=fields.number(source, "expires_in") or _ACCESS_TOKEN_LIFETIME,
            scopes=frozenset(fields.text(source, "scope").split()),
            account=Account.from_id_token(fields.text(source, "id_token"), client_id),
        )

    def keeping(self, refresh_token: str) -> Self:
        """Return the same with this refresh token where the answer had none."""
        return self if self.refresh_token is not None else replace(self, refresh_token=refresh_token)


@dataclass(frozen=True)
class CalendarEntry:
    """A calendar of the account's list.

    ``is_writable`` says whether events can be put there, ``has_events`` whether it shows them and not only when it is
    busy; ``conferences`` are the kinds of conference that may be asked for in it, like ``hangoutsMeet``: a request for
    another one is refused as "Invalid conference type value".
    """

    id: str
    name: str
    time_zone: str
    is_primary: bool
    is_writable: bool
    has_events: bool
    conferences: tuple[str, ...]

    @classmethod
    def from_google(cls, source: Mapping[str, object]) -> Self:
        """Read an item of the list; ValueError when there is no id."""
        allowed = fields.mapping(source, "conferenceProperties").get("allowedConferenceSolutionTypes")
        return cls(
            id=_required(source, "id", _LONGEST_CALENDAR),
            name=(fields.text(source, "summaryOverride") or fields.text(source, "summary"))[:_LONGEST_NAME],
            time_zone=fields.short(source, "timeZone", _LONGEST_ZONE),
            is_primary=source.get("primary") is True,
            is_writable=source.get("accessRole") in _WRITERS,
            has_events=source.get("accessRole") in _READERS,
            conferences=tuple(one for one in allowed if isinstance(one, str)) if isinstance(allowed, list) else (),
        )


@dataclass(frozen=True, order=True)
class Span:
    """A time from ``start`` to before ``end``, in UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class FreeBusy:
    """The busy times of one calendar in order, or with ``trouble`` Google's reason why there are none.

    ``notFound`` is the usual one: the calendar went, or is not shared any more. Busy is what Google calls so: all-day
    and tentative events too, transparent and declined ones not.
    """

    calendar_id: str
    busy: tuple[Span, ...]
    trouble: str = ""

    @classmethod
    def from_google(cls, calendar_id: str, source: Mapping[str, object]) -> Self:
        """Read the part of an answer about one calendar; ValueError when a busy time cannot be read.

        A time left out would be offered to a visitor, so half an answer is none.
        """
        errors = source.get("errors")
        if isinstance(errors, list) and errors:
            first = errors[0] if isinstance(errors[0], dict) else {}
            return cls(calendar_id, (), fields.short(first, "reason", 64) or "unknown")
        busy = source.get("busy")
        if not isinstance(busy, list) or not all(isinstance(one, dict) for one in busy):
            raise ValueError("the busy times are missing")
        return cls(calendar_id, tuple(sorted(_span(one) for one in busy)))


@dataclass(frozen=True)
class Channel:
    """A push channel; ``resource_id`` is needed to stop it, and it ends by itself at ``expires_at``."""

    id: str
    resource_id: str
    expires_at: datetime | None

    @classmethod
    def from_google(cls, asked_id: str, source: Mapping[str, object]) -> Self:
        """Read the answer to a watch, whose expiry is in milliseconds; ValueError for another channel, or half a one.

        The token was made for the id that we asked for, and would fit no other.
        """
        milliseconds = fields.number(source, "expiration")
        if source.get("id") != asked_id:
            raise ValueError("it is about another channel")
        return cls(
            id=asked_id,
            resource_id=_required(source, "resourceId", _LONGEST_ID),
            expires_at=None if milliseconds is None else _instant(milliseconds),
        )


def _required(source: Mapping[str, object], key: str, longest: int) -> str:
    value = fields.short(source, key, longest)
    if not value:
        raise ValueError(f"it has no {key}")
    return value


def _span(source: Mapping[str, object]) -> Span:
    start, end = fields.instant(source, "start"), fields.instant(source, "end")
    if start is None or end is None or end < start:
        raise ValueError("a busy time cannot be read")
    return Span(start, end)


def _instant(milliseconds: int) -> datetime | None:
    try:
        return fields.sensible(datetime.fromtimestamp(milliseconds / 1000, UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _claims(token: str) -> Mapping[str, object]:
    middle = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        body = base64.urlsafe_b64decode(middle.encode("ascii") + b"=" * (-len(middle) % 4))
        found = {} if is_deep(body) else json.loads(body)
    except (ValueError, binascii.Error):
        return {}
    return found if isinstance(found, dict) else {}
