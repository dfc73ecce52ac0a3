"""Limits: how often something may happen, counted by all processes together.

In Redis if ``ZOOM_RATELIMIT_URL`` names one, else in the database. A Redis that does not answer takes nobody's booking
away and opens no door either: for a moment the database counts in its place, from zero.
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType

from limits import RateLimitItem, parse_many
from limits.errors import StorageError
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy.orm import Session

from zoom_blueprint import logs
from zoom_blueprint.config import NO_LIMITS
from zoom_blueprint.services import counters
from zoom_blueprint.services.counters import Rows
from zoom_blueprint.state import State

Limits = Mapping[str, str]
_PAUSE = 10.0
_silent_until: dict[str, float] = {}
_log = logs.logger(__name__)


def name(state: State, kind: str, who: str) -> str:
    """Return by what somebody is counted: a digest, because nothing else tells a reader of the counters who it was."""
    return f"{kind}:{state.links.fingerprint(f'{kind} {state.links.base} {who}')}"


def wait(state: State, limits: Limits) -> int:
    """Return for how many seconds some of these names have used up their limits; nothing is counted.

    ``limits`` maps names to texts like ``20 per minute; 200 per day``. The storage of a limit is asked in one go.
    """
    items = _items(state, limits)
    if not items:
        return 0

    def look(storage: Storage) -> int:
        if isinstance(storage, Rows):
            storage.read_ahead(item.key_for(who) for who, item in items)
        windows = FixedWindowRateLimiter(storage)
        return max((0 if windows.test(item, who) else _seconds(windows, item, who)) for who, item in items)

    return _shared(state, look, state.database.read)


def count(state: State, limits: Limits, costs: Mapping[str, int] = MappingProxyType({})) -> int:
    """Count each name once, or as often as ``costs`` says; return the seconds to wait, 0 when all may pass."""
    items = _items(state, limits)
    return _shared(state, lambda storage: _hit(storage, items, costs), state.database.write) if items else 0


def count_here(state: State, limits: Limits) -> int:
    """Count as ``count`` does, in the memory of this process only."""
    items = _items(state, limits)
    return _hit(counters.memory, items, {}) if items else 0


def is_redis_there(state: State) -> bool:
    """Return whether the Redis of ``ZOOM_RATELIMIT_URL`` answers."""
    try:
        return counters.redis(state.config.ratelimit_url or "").check()
    except StorageError:
        return False


def _items(state: State, limits: Limits) -> list[tuple[str, RateLimitItem]]:
    """Return what there is to look at, in one order, against deadlocks; nothing where there are no limits."""
    if state.config.limits == NO_LIMITS:
        return []
    return [(who, item) for who in sorted(limits) if limits[who] != NO_LIMITS for item in _parsed(limits[who])]


@lru_cache(maxsize=64)
def _parsed(limits: str) -> tuple[RateLimitItem, ...]:
    return tuple(parse_many(limits))


def _hit(storage: Storage, items: list[tuple[str, RateLimitItem]], costs: Mapping[str, int]) -> int:
    windows = FixedWindowRateLimiter(storage)
    return max(
        [0 if windows.hit(item, who, cost=costs.get(who, 1)) else _seconds(windows, item, who) for who, item in items]
    )


def _seconds(windows: FixedWindowRateLimiter, item: RateLimitItem, who: str) -> int:
    return max(1, round(windows.get_window_stats(item, who).reset_time - time.time()))


def _shared(
    state: State, work: Callable[[Storage], int], transaction: Callable[[Callable[[Session], int]], int]
) -> int:
    """Return what ``work`` finds in the storage that all processes share."""
    url = state.config.ratelimit_url
    if url and _silent_until.get(url, 0.0) <= time.monotonic():
        try:
            return work(counters.redis(url))
        except StorageError as error:
            _silent_until[url] = time.monotonic() + _PAUSE
            _log.warning("Redis (ZOOM_RATELIMIT_URL) does not answer; the database counts limits meanwhile: %s", error)
    return transaction(lambda session: work(Rows(session, datetime.now(UTC))))
