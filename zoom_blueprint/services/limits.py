"""Limits: how often something may happen, counted by all processes together.

In Redis if ``ZOOM_RATELIMIT_URL`` names one, else in the database. A Redis that does not answer takes nobody's booking
away and opens no door either: for a moment the database counts in its place, from zero.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

from zoom_blueprint import logs
from zoom_blueprint.config import NO_LIMITS
from zoom_blueprint.links import Links
from zoom_blueprint.loading import turn
from zoom_blueprint.rates import Rate, rates
from zoom_blueprint.services import counters
from zoom_blueprint.services.counters import Hit, Seen, Silence, Windows
from zoom_blueprint.state import State
from zoom_blueprint.store.driven import Runs

Limits: TypeAlias = Mapping[str, str]
_Items: TypeAlias = Mapping[str, tuple[str, Rate]]  # by the key of its window: who is counted, and how often
_PAUSE = 10.0
_silent_until: dict[str, float] = {}
_log = logs.logger(__name__)


def name(state: State, kind: str, who: str) -> str:
    """Return by what somebody is counted: a digest, because nothing else tells a reader of the counters who it was."""
    return name_by(state.links, kind, who)


def name_by(links: Links, kind: str, who: str) -> str:
    """Return what ``name`` does, by the links of an app."""
    return f"{kind}:{links.fingerprint(f'{kind} {links.base} {who}')}"


def wait(state: State, limits: Limits) -> int:
    """Return for how many seconds some of these names have used up their limits; nothing is counted.

    ``limits`` maps names to texts like ``20 per minute; 200 per day``. The storage of a limit is asked in one go.
    """
    items = _items(state, limits)
    if not items:
        return 0

    def in_redis(windows: Windows) -> int:
        return _longest(windows, (key for key, (_, rate) in items.items() if windows.get(key) >= rate.amount))

    def in_rows() -> int:
        now = datetime.now(UTC)
        return _wait(items, counters.look(state.database, items, now), now, more=1)

    return _shared(state, in_redis, in_rows)


def count(state: State, limits: Limits, costs: Mapping[str, int] = MappingProxyType({})) -> int:
    """Count each name once, or as often as ``costs`` says; return the seconds to wait, 0 when all may pass."""
    items = _items(state, limits)
    if not items:
        return 0

    def in_rows() -> int:
        return _wait(items, counters.jot(state.database, _hits(items, costs)), datetime.now(UTC))

    return _shared(state, lambda windows: _hit(windows, items, costs), in_rows)


@dataclass
class Tally:
    """What something counts for that is about to be made: looked at before, and counted in the same transaction.

    Redis has no part in transactions, so there it is counted afterwards. ``refuse`` is given the seconds to wait, and
    raises if there are any. ``also`` is counted with it without being looked at.
    """

    limits: Limits
    costs: Mapping[str, int]
    refuse: Callable[[int], None]
    also: Limits
    is_refused: bool = field(default=False, init=False)
    is_counted: bool = field(default=False, init=False)
    _in_rows: bool = field(default=False, init=False)

    def ensure(self, state: State) -> None:
        """Refuse what would be too much; nothing is counted."""
        seconds = wait(state, self.limits)
        self.is_refused = seconds > 0
        self.refuse(seconds)

    def count_with(self, state: State, connection: Runs) -> None:
        """Count in the transaction that makes it, unless Redis counts."""
        self._in_rows = not _redis_url(state)
        items = _items(state, {**self.limits, **self.also})
        if self._in_rows and items:
            counters.count(connection, _hits(items, self.costs), datetime.now(UTC))

    def count_rest(self, state: State) -> None:
        """Count what ``count_with`` did not, once its transaction is committed."""
        if not self._in_rows:
            count(state, {**self.limits, **self.also}, self.costs)
        self.is_counted = True


def count_here(state: State, who: str, limit: str) -> int:
    """Count one name as ``count`` does, in the memory of this process only."""
    if NO_LIMITS in (limit, state.config.limits):
        return 0
    full = [key for key, seconds, most in _windows(who, limit) if counters.memory.incr(key, seconds) > most]
    return _longest(counters.memory, full) if full else 0


@lru_cache(maxsize=1024)
def _windows(who: str, limit: str) -> tuple[tuple[str, int, int], ...]:
    """Return the key, the seconds and the most hits of each window; the same few names come again and again."""
    return tuple((rate.key(who), rate.seconds, rate.amount) for rate in rates(limit))


def is_redis_there(state: State) -> bool:
    """Return whether the Redis of ``ZOOM_RATELIMIT_URL`` answers."""
    with turn:
        from zoom_blueprint.services import redis_windows

    return redis_windows.is_there(state.config.ratelimit_url or "")


def _items(state: State, limits: Limits) -> _Items:
    """Return what there is to look at; nothing where there are no limits."""
    if state.config.limits == NO_LIMITS:
        return {}
    found = ((who, rate) for who in limits if limits[who] != NO_LIMITS for rate in rates(limits[who]))
    return {rate.key(who): (who, rate) for who, rate in found}


def _hits(items: _Items, costs: Mapping[str, int]) -> list[Hit]:
    """Return what is to be counted, in one order everywhere: two transactions would wait for each other."""
    return [(key, rate.seconds, costs.get(who, 1)) for key, (who, rate) in sorted(items.items())]


def _wait(items: _Items, seen: Seen, now: datetime, *, more: int = 0) -> int:
    """Return for how many seconds a window is full, or would be with so many hits ``more``; 0 when none is."""
    full = (seen[key][1] for key, (_, rate) in items.items() if seen[key][0] + more > rate.amount)
    return max((max(1, round((until - now).total_seconds())) for until in full), default=0)


def _hit(windows: Windows, items: _Items, costs: Mapping[str, int]) -> int:
    hits = {key: windows.incr(key, rate.seconds, amount=costs.get(who, 1)) for key, (who, rate) in items.items()}
    return _longest(windows, (key for key, (_, rate) in items.items() if hits[key] > rate.amount))


def _longest(windows: Windows, full: Iterable[str]) -> int:
    """Return for how many seconds the last of some windows is still running; 0 when there are none."""
    return max((max(1, round(windows.get_expiry(key) - time.time())) for key in full), default=0)


def _redis_url(state: State) -> str | None:
    """Return where Redis counts, if it does at the moment."""
    url = state.config.ratelimit_url
    return url if url and _silent_until.get(url, 0.0) <= time.monotonic() else None


def _shared(state: State, in_redis: Callable[[Windows], int], in_rows: Callable[[], int]) -> int:
    """Return what is found where all processes count."""
    url = _redis_url(state)
    if url:
        with turn:  # slow to import, and most sites have none
            from zoom_blueprint.services import redis_windows
        try:
            found = redis_windows.ask(url, in_redis)
        except Silence as error:
            _silent_until[url] = time.monotonic() + _PAUSE
            _log.warning("Redis (ZOOM_RATELIMIT_URL) does not answer; the database counts limits meanwhile: %s", error)
        else:
            if _silent_until.pop(url, None) is not None:
                _log.warning("Redis (ZOOM_RATELIMIT_URL) answers again, and counts limits.")
            return found
    return in_rows()
