"""Tell from a 429 when the next try makes sense.

Source: https://developers.zoom.us/docs/commerce/rate-limits/ , and answers seen in the wild: ``Retry-After`` comes as
an ISO date where HTTP wants seconds or an HTTP date; the limit per host (100 creates and updates a day) has no header.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

from zoom_blueprint.exchanges.waits import retry_after


def retry_at(headers: Mapping[str, str], message: str, now: datetime) -> datetime | None:
    """Return when to try again, in UTC, or None for the per-second limit, which needs no date.

    Header names are in lower case.
    """
    asked = retry_after(headers, now)
    if asked is not None:
        return asked
    if "daily rate limit" in message.lower() or headers.get("x-ratelimit-type", "").lower().startswith("daily"):
        return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
    return None
