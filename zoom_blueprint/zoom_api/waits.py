"""Tell from a 429 when the next try makes sense.

Source: https://developers.zoom.us/docs/commerce/rate-limits/ , and answers seen in the wild: ``Retry-After`` comes as
an ISO date where HTTP wants seconds or an HTTP date; the limit per host (100 creates and updates a day) has no header.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_LONGEST = timedelta(days=1)


def retry_at(headers: Mapping[str, str], message: str, now: datetime) -> datetime | None:
    """Return when to try again, in UTC, or None for the per-second limit, which needs no date.

    Header names are in lower case. No limit of Zoom's lasts longer than its day, so the answer lies between ``now``
    and a day later, whatever the header says.
    """
    asked = _retry_after(headers.get("retry-after", "").strip(), now)
    if asked is not None:
        return min(max(asked, now), now + _LONGEST)
    if "daily rate limit" in message.lower() or headers.get("x-ratelimit-type", "").lower().startswith("daily"):
        return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
    return None


def _retry_after(value: str, now: datetime) -> datetime | None:
    if _SECONDS.fullmatch(value):
        return now + min(timedelta(seconds=float(value)), _LONGEST)
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            when = read(value)
            return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
