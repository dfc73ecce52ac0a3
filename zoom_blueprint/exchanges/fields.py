"""Read one field of a JSON object that somebody else wrote."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

_DIGITS = re.compile(r"[0-9]{1,19}")
_ADDRESS = re.compile(r"https?://[\x21-\x7e]{1,4000}")  # one that starts a Zoom meeting has a long token in it
_BIGINT = 2**63 - 1
_FIRST_YEAR, _LAST_YEAR = 2000, 2998  # so that every zone has a name for the instant
_LONGEST = 366 * 24 * 60


def text(source: Mapping[str, object], key: str) -> str:
    """Return a text field, or an empty text for anything else.

    Lone surrogates become question marks and NUL goes, because no database takes them.
    """
    value = source.get(key)
    if not isinstance(value, str):
        return ""
    return value.encode("utf-8", "replace").decode().replace("\x00", "")


def short(source: Mapping[str, object], key: str, longest: int) -> str:
    """Return a text field of at most so many characters, or an empty text for anything else."""
    value = text(source, key)
    return value if len(value) <= longest else ""


def number(source: Mapping[str, object], key: str) -> int | None:
    """Return a whole number from 0 to what a BIGINT holds, written as a number or as digits; else None."""
    value = source.get(key)
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _BIGINT:
        return None
    return value


def instant(source: Mapping[str, object], key: str) -> datetime | None:
    """Return an ISO 8601 instant in UTC, or None when it is absent, unreadable, absurd, or names no offset from UTC."""
    try:
        value = datetime.fromisoformat(text(source, key))
        return None if value.tzinfo is None else sensible(value.astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def sensible(instant: datetime) -> datetime | None:
    """Return the instant, or None when it is so far away that not every zone's calendar reaches it."""
    return instant if _FIRST_YEAR <= instant.year <= _LAST_YEAR else None


def minutes(source: Mapping[str, object], key: str) -> int | None:
    """Return a length in minutes, or None when it is absent, unreadable, or longer than a year."""
    value = number(source, key)
    return None if value is None or value > _LONGEST else value


def mapping(source: Mapping[str, object], key: str) -> Mapping[str, object]:
    """Return an object field, or an empty one for anything else."""
    value = source.get(key)
    return value if isinstance(value, dict) else {}


def url(source: Mapping[str, object], key: str) -> str:
    """Return a whole http address in one line, for it will stand in links and mails; else an empty text."""
    value = text(source, key)
    try:
        is_whole = _ADDRESS.fullmatch(value) is not None and bool(urlsplit(value).hostname)
    except ValueError:
        is_whole = False
    return value if is_whole else ""


def required_url(source: Mapping[str, object], key: str) -> str:
    """Return a web address as ``url`` does; ValueError when there is none."""
    value = url(source, key)
    if not value:
        raise ValueError(f"it has no {key}")
    return value
