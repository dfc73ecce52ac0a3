"""Counters: where ``limits`` counts its fixed windows: rows of the database, memory, or Redis."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from limits.storage import RedisStorage, Storage
from sqlalchemy import Integer, String, TextualSelect, bindparam, delete, select, text

from zoom_blueprint.store.base import UtcDateTime
from zoom_blueprint.store.driven import Runs
from zoom_blueprint.store.models import RateCounter
from zoom_blueprint.store.session import Database

# A visitor waits for Redis, and the database can do its work: so it gets no time to recover.
_REDIS_SECONDS = 0.5
_REDIS_TRIES_MORE = 1  # a connection that was left lying about may be dead
_MOST_IN_MEMORY = 10_000


def look(database: Database, keys: Iterable[str], now: datetime) -> dict[str, tuple[int, datetime]]:
    """Return hits and end of many windows by one query, outside of any transaction."""
    wanted = list(dict.fromkeys(keys))
    found = database.look(_running(len(wanted)), _named(wanted, now))
    return _windows(wanted, ((key, hits, database.instant(until)) for key, hits, until in found), now)


def _windows(
    wanted: Iterable[str], found: Iterable[tuple[str, int, datetime]], now: datetime
) -> dict[str, tuple[int, datetime]]:
    return dict.fromkeys(wanted, (0, now)) | {key: (hits, until) for key, hits, until in found}


def _named(keys: Sequence[str], now: datetime) -> dict[str, object]:
    return {"now": now, **{f"key{number}": key for number, key in enumerate(keys)}}


@lru_cache(maxsize=32)
def _running(windows: int) -> Any:  # SQLAlchemy 2.1 spells the type otherwise than 2.0
    """Return the query for so many windows."""
    keys = [bindparam(f"key{number}", type_=String) for number in range(windows)]
    return select(RateCounter.key, RateCounter.hits, RateCounter.expires_at).where(
        RateCounter.key.in_(keys), RateCounter.expires_at > bindparam("now")
    )


@lru_cache(maxsize=32)
def _count(windows: int, *, is_quick: bool) -> TextualSelect:
    """Return the statement that counts so many windows, each in a new one if the last is over.

    ``is_quick``: PostgreSQL, which is told so by the statement itself, does not wait for the disk.
    """
    numbers = range(windows)
    statement = text(
        f"INSERT INTO {RateCounter.__tablename__} (key, hits, expires_at) VALUES "  # noqa: S608  # numbers only
        + ", ".join(f"(:key{number}, :hits{number}, :until{number})" for number in numbers)
        + " ON CONFLICT (key) DO UPDATE SET"
        " hits = CASE WHEN zoom_rate_counter.expires_at <= :now THEN excluded.hits"
        " ELSE zoom_rate_counter.hits + excluded.hits END,"
        " expires_at = CASE WHEN zoom_rate_counter.expires_at <= :now THEN excluded.expires_at"
        " ELSE zoom_rate_counter.expires_at END"
        " RETURNING key, hits, expires_at" + (", set_config('synchronous_commit', 'off', true)" if is_quick else "")
    )
    moments = [bindparam(name, type_=UtcDateTime()) for name in ("now", *(f"until{number}" for number in numbers))]
    columns: dict[str, Any] = {"key": String, "hits": Integer, "expires_at": UtcDateTime}
    if is_quick:
        columns["set_config"] = String
    return statement.bindparams(*moments).columns(**columns)


class _Windows(Storage):
    """What the storages below have in common; they stand under no address in ``limits``' own registry.

    Releases of ``limits`` before 5 say one thing more to ``incr``, ``elastic_expiry``, which is never wished for here.
    """

    STORAGE_SCHEME = None

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        """Of which errors ``limits`` makes its own: none, ours say what to do."""
        return ()

    def check(self) -> bool:
        """Return whether this can be used."""
        return True

    def reset(self) -> int | None:
        """Refuse: nobody needs to forget what all clients did."""
        raise NotImplementedError


class Seen(_Windows):
    """Windows as they were read before: hits and end of each."""

    def __init__(self, seen: dict[str, tuple[int, datetime]]) -> None:
        super().__init__()
        self._seen = seen

    def incr(self, key: str, expiry: float, amount: int = 1, **_: object) -> int:
        """Refuse: here it is only looked."""
        raise NotImplementedError

    def clear(self, key: str) -> None:
        """Refuse: here it is only looked."""
        raise NotImplementedError

    def get(self, key: str) -> int:
        """Return how often it was counted in the running window."""
        return self._window(key)[0]

    def get_expiry(self, key: str) -> float:
        """Return when the running window ends, in seconds since 1970."""
        return self._window(key)[1].timestamp()

    def _window(self, key: str) -> tuple[int, datetime]:
        return self._seen[key]


class Rows(Seen):
    """Windows as rows of ``RateCounter``, inside a transaction of the caller's; ``now`` is when it happens.

    ``is_quick``: on PostgreSQL, where that transaction does nothing else, its commit does not wait for the disk.
    """

    def __init__(self, connection: Runs, now: datetime, *, is_quick: bool = False) -> None:
        super().__init__({})
        self._is_quick = is_quick
        self._connection = connection
        self._now = now
        self._counted: dict[str, tuple[int, datetime]] = {}

    def read_ahead(self, keys: Iterable[str]) -> None:
        """Read many windows by one query."""
        wanted = list(dict.fromkeys(keys))
        self._seen |= _windows(
            wanted, self._connection.execute(_running(len(wanted)), _named(wanted, self._now)), self._now
        )

    def count_ahead(self, hits: Iterable[tuple[str, float, int]]) -> None:
        """Count many windows by one statement, each by key, expiry and amount; ``incr`` then says what came of it."""
        values: dict[str, object] = {"now": self._now}
        rows = list(hits)
        for number, (key, expiry, amount) in enumerate(rows):
            until = self._now + timedelta(seconds=expiry)
            values |= {f"key{number}": key, f"hits{number}": amount, f"until{number}": until}
        counted = self._connection.execute(_count(len(rows), is_quick=self._is_quick), values)
        self._counted |= {key: (total, until) for key, total, until, *_ in counted}

    def incr(self, key: str, expiry: float, amount: int = 1, **_: object) -> int:
        """Count, in a new window if the last one is over; several processes never lose a hit."""
        if key not in self._counted:
            self.count_ahead([(key, expiry, amount)])
        self._seen[key] = self._counted.pop(key)
        return self._seen[key][0]

    def clear(self, key: str) -> None:
        """Forget a window."""
        self._seen.pop(key, None)
        self._connection.execute(delete(RateCounter).where(RateCounter.key == key), {})

    def _window(self, key: str) -> tuple[int, datetime]:
        if key not in self._seen:
            self.read_ahead([key])
        return self._seen[key]


class Memory(_Windows):
    """Windows in this process, at most ``most``: the oldest make room, and whoever they counted begins anew.

    That of ``limits`` starts a thread for nearly every hit, and keeps as many windows as there are clients.
    """

    def __init__(self, most: int = _MOST_IN_MEMORY, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._most = most
        self._clock = clock
        self.begin()

    def begin(self) -> None:
        """Begin with nothing counted, and nobody counting."""
        self._lock = threading.Lock()
        self._windows: dict[str, tuple[int, float]] = {}

    def __len__(self) -> int:
        """Return how many windows are kept."""
        return len(self._windows)

    def incr(self, key: str, expiry: float, amount: int = 1, **_: object) -> int:
        """Count, in a new window if the last one is over."""
        with self._lock:
            hits, until = self._window(key)
            if not hits:
                until = self._clock() + expiry
                self._windows.pop(key, None)  # so that a dict's order is that of the windows' beginning
                while len(self._windows) >= self._most:
                    del self._windows[next(iter(self._windows))]
            self._windows[key] = hits + amount, until
            return hits + amount

    def get(self, key: str) -> int:
        """Return how often it was counted in the running window."""
        return self._window(key)[0]

    def get_expiry(self, key: str) -> float:
        """Return when the running window ends, in seconds since 1970."""
        return self._window(key)[1]

    def clear(self, key: str) -> None:
        """Forget a window."""
        with self._lock:
            self._windows.pop(key, None)

    def _window(self, key: str) -> tuple[int, float]:
        now = self._clock()
        hits, until = self._windows.get(key, (0, now))
        return (hits, until) if until > now else (0, now)


@lru_cache(maxsize=8)
def redis(url: str) -> Storage:
    """Return the storage in Redis; it raises ``limits.errors.StorageError`` when that does not answer at once."""
    from redis import ConnectionPool
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    pool = ConnectionPool.from_url(
        url,
        socket_timeout=_REDIS_SECONDS,
        socket_connect_timeout=_REDIS_SECONDS,
        retry=Retry(NoBackoff(), _REDIS_TRIES_MORE),
    )
    return RedisStorage(url, connection_pool=pool, wrap_exceptions=True)


memory = Memory()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=memory.begin)  # somebody may have been counting just then
