"""Turn instants from one form into another: aware datetimes, whole seconds since 1970 UTC, strings for the wire."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

DAY = 86_400
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: A date's ``toordinal()`` less this is the number of days since 1970-01-01.
EPOCH_ORDINAL = EPOCH.toordinal()

# Building a datetime or its text costs more than finding the slot, so both are put together from these.
_MINUTES = tuple(timedelta(minutes=minute) for minute in range(1440))
_CLOCK = tuple(f"{minute // 60:02}:{minute % 60:02}:00Z" for minute in range(1440))


def floor_seconds(instant: datetime) -> int:
    """Return the last whole second not after an aware datetime. A naive one raises ``TypeError``."""
    since = instant - EPOCH
    return since.days * DAY + since.seconds


def ceil_seconds(instant: datetime) -> int:
    """Return the first whole second not before an aware datetime. A naive one raises ``TypeError``."""
    since = instant - EPOCH
    return since.days * DAY + since.seconds + (since.microseconds > 0)


def utc_datetimes(starts: Iterable[int]) -> list[datetime]:
    """Return aware UTC datetimes, in the order given."""
    found: list[datetime] = []
    today, midnight = None, EPOCH
    for start in starts:
        day, second = divmod(start, DAY)
        if day != today:
            today, midnight = day, EPOCH + timedelta(day)
        minute, second = divmod(second, 60)
        found.append(midnight + _MINUTES[minute] if not second else midnight + _MINUTES[minute] + timedelta(0, second))
    return found


def utc_strings(starts: Iterable[int]) -> list[str]:
    """Return strings like ``2030-01-15T09:00:00Z`` (RFC 3339, as the visitor contract has them), in the order given."""
    found: list[str] = []
    midnight, tomorrow, prefix = 0, 0, ""
    for start in starts:
        if not midnight <= start < tomorrow:
            day = start // DAY
            midnight, tomorrow = day * DAY, (day + 1) * DAY
            prefix = f"{date.fromordinal(EPOCH_ORDINAL + day)}T"
        minute, second = divmod(start - midnight, 60)
        found.append(f"{prefix}{_CLOCK[minute][:6]}{second:02}Z" if second else prefix + _CLOCK[minute])
    return found


def utc_json(ascending: Sequence[int]) -> bytes:
    """Return what ``utc_strings`` does as a JSON array; the days that everybody asks for are written once."""
    days: list[str] = []
    begin = 0
    while begin < len(ascending):
        end = bisect_left(ascending, (ascending[begin] // DAY + 1) * DAY, begin)
        days.append(_json_members(tuple(ascending[begin:end])))
        begin = end
    return f"[{','.join(days)}]".encode()


@lru_cache(maxsize=1024)
def _json_members(starts: tuple[int, ...]) -> str:
    return ",".join(f'"{text}"' for text in utc_strings(starts))
