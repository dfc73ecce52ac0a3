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
_LABELS = {"list_meetings": "Medium"}
_PER_SECOND = "You have reached the maximum per-second rate limit for this API. Try again later."
_PER_DAY = (
    "You have reached the maximum daily rate limit for this API."
    " Refer to the response header for details on when you can make another request."
)
_PER_HOST = (
    "You have exceeded the daily rate limit ({limit}) of Meeting Create/Update API requests permitted for this"
    " particular user. You may resume these requests at GMT 00:00:00."
)


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


def count_account_call(m: Moment, seconds: Seconds, account_id: str, route: str) -> dict[str, str]:
    """Count a call and return the headers that tell what is left; Refusal when too many."""
    plan = m.knobs["rate_limits"]
    if plan == "off":
        return {}
    label = _LABELS.get(route, "Light")
    per_second, per_day = _PLANS[plan][label]
    in_second = seconds.count(account_id, label)
    if in_second > per_second:
        raise Refusal(429, 429, _PER_SECOND, headers=_headers(label, "QPS", per_second, 0))
    if per_day is None:
        return _headers(label, "QPS", per_second, per_second - in_second)
    used = _count(m, account_id, label)
    if used > per_day:
        headers = {**_headers(label, "Daily-limit", per_day, 0), "Retry-After": times.next_midnight(m.now)}
        raise Refusal(429, 429, _PER_DAY, headers=headers)
    return _headers(label, "Daily-limit", per_day, per_day - used)


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
