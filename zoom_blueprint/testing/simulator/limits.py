"""Count calls against Zoom's limits: per second and per day for the account, a hundred a day for each host.

Source: Zoom's page "Rate limits"; the messages and headers are those of captured answers.
"""

import threading
import time
from collections import Counter

from zoom_blueprint.testing.simulator import times
from zoom_blueprint.testing.simulator.replies import Refusal
from zoom_blueprint.testing.simulator.world import Moment

# plan → label → calls per second, calls per day (None: no daily limit)
_PLANS: dict[str, dict[str, tuple[int, int | None]]] = {
    "free": {"Light": (4, 6000), "Medium": (2, 2000)},
    "pro": {"Light": (30, None), "Medium": (20, None)},
    "business": {"Light": (80, None), "Medium": (60, None)},
}
_MEDIUM = (
    *("list_meetings", "upcoming_meetings", "user_settings", "list_registrants", "registrant_status"),
    "past_participants",
)
_PER_SECOND = "You have reached the maximum per-second rate limit for this API. Try again later."
_PER_DAY = (
    "You have reached the maximum daily rate limit for this API."
    " Refer to the response header for details on when you can make another request."
)
_PER_HOST = (
    "You have exceeded the daily rate limit ({limit}) of Meeting Create/Update API requests permitted for this"
    " particular user. You may resume these requests at GMT 00:00:00."
)

_CONCURRENT = "Too many concurrent requests. A request to disassociate this user has already been made."


class Seconds:
    """The calls of the current real second, by account and label."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._second = 0
        self._calls: Counter[tuple[str, str]] = Counter()

    def count(self, account_id: str, label: str) -> int:
        """Count one call and return how many there were in this second."""
        with self._lock:
            if int(time.time()) != self._second:
                self._second = int(time.time())
                self._calls.clear()
            self._calls[account_id, label] += 1
            return self._calls[account_id, label]


class Deletes:
    """Whose deletes are under way, for Zoom does one at a time for each user."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: dict[str, float] = {}

    def begin(self, user_id: str, seconds: float) -> None:
        """Note a delete that will take so long; Refusal while another one of this user is under way."""
        with self._lock:
            if self._until.get(user_id, 0) > time.monotonic():
                raise Refusal(429, 429, _CONCURRENT)
            self._until[user_id] = time.monotonic() + seconds


def count_account_call(m: Moment, seconds: Seconds, account_id: str, route: str) -> dict[str, str]:
    """Count a call and return the headers that tell what is left; Refusal when too many."""
    label = "Medium" if route in _MEDIUM else "Light"
    per_second, per_day = _PLANS.get(m.knobs["rate_limits"], {}).get(label, (None, None))
    per_day = m.knobs["account_daily_limit"] or per_day
    headers: dict[str, str] = {}
    if per_second is not None:
        in_second = seconds.count(account_id, label)
        if in_second > per_second:
            raise Refusal(429, 429, _PER_SECOND, headers=_headers(label, "QPS", per_second, 0))
        headers = _headers(label, "QPS", per_second, per_second - in_second)
    if per_day is not None:
        used = _count(m, account_id, label)
        if used > per_day:
            again = {"Retry-After": times.retry_after(m.now, m.knobs["retry_after"])}
            raise Refusal(429, 429, _PER_DAY, headers={**_headers(label, "Daily-limit", per_day, 0), **again})
        headers = _headers(label, "Daily-limit", per_day, per_day - used)
    return headers


def count_host_call(m: Moment, user_id: str) -> None:
    """Count a create or update; the refusal's headers look as if there were plenty left, and name no time."""
    limit = m.knobs["host_daily_limit"]
    if not limit:
        return
    if _count(m, user_id, "host") > limit:
        headers = {
            "X-RateLimit-Category": "Light",
            "X-RateLimit-Limit": "6000",
            "X-RateLimit-Remaining": "5893",
        }
        raise Refusal(429, 429, _PER_HOST.format(limit=limit), headers=headers)


def _count(m: Moment, holder: str, label: str) -> int:
    row = m.db.execute(
        "INSERT INTO quotas VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET used = used + 1 RETURNING used",
        (holder, label, times.day(m.now)),
    ).fetchone()
    return int(row["used"])


def _headers(label: str, kind: str, limit: int, remaining: int) -> dict[str, str]:
    return {
        "X-RateLimit-Category": label,
        "X-RateLimit-Type": kind,
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
    }
