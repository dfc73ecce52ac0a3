"""Read the header that says when to try again."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_LONGEST = timedelta(days=1)


def retry_after(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Return the instant, in UTC, that ``Retry-After`` asks for, or None when it says nothing that can be read.

    Header names are in lower case. It may be in seconds, an HTTP date (RFC 9110), or an ISO date, as Zoom writes it. No
    limit lasts longer than its day, so the answer lies between ``now`` and a day later, whatever the header says.
    """
    asked = _asked(headers.get("retry-after", "").strip(), now)
    return None if asked is None else min(max(asked, now), now + _LONGEST)


def _asked(value: str, now: datetime) -> datetime | None:
    if _SECONDS.fullmatch(value):
        return now + min(timedelta(seconds=float(value)), _LONGEST)
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            when = read(value)
            return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
