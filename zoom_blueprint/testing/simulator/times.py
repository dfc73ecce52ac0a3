"""Read start times as Zoom does, and write instants the way it writes them."""

import math
import re
from datetime import UTC, datetime
from email.utils import formatdate
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

_START = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?")


def is_zone(name: object) -> bool:
    """Tell whether this is a time zone id."""
    return isinstance(name, str) and name in _zones()


def read_start(text: object, zone: str, *, honour_offset: bool) -> float | None:
    """Return the instant in epoch seconds, or None if the text is no start time.

    With ``Z`` it is UTC, without it is wall-clock time in ``zone``. An offset such as ``+01:00`` is dropped and the
    time read as UTC: that is what Zoom does, and the reason for many meetings at the wrong hour.
    """
    match = _START.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    wall_clock, suffix = match.groups()
    try:
        naive = datetime.fromisoformat(wall_clock)
        if suffix is None:
            return naive.replace(tzinfo=ZoneInfo(zone)).timestamp()
        if suffix != "Z" and honour_offset:
            return datetime.fromisoformat(wall_clock + suffix).timestamp()
        return naive.replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        return None


@cache
def _zones() -> set[str]:
    """Return all ids; reading them takes the whole zone directory."""
    return available_timezones()


def utc(instant: float) -> str:
    """Return ``2030-01-15T09:00:00Z``."""
    return datetime.fromtimestamp(int(instant), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(instant: float) -> str:
    """Return the UTC day as ``2030-01-15``."""
    return utc(instant)[:10]


def retry_after(instant: float, form: str) -> str:
    """Return the start of the next UTC day as ``iso``, as ``http_date`` or as the ``seconds`` until then."""
    midnight = (instant // 86400 + 1) * 86400
    if form == "seconds":
        return str(math.ceil(midnight - instant))
    return formatdate(midnight, usegmt=True) if form == "http_date" else utc(midnight)


def day_in_zone(instant: float, zone: str) -> str:
    """Return the day that a clock in ``zone`` shows at an instant."""
    return datetime.fromtimestamp(instant, ZoneInfo(zone)).date().isoformat()
