"""Counters: where ``limits`` counts its fixed windows: rows of the database, memory, or Redis."""

import os
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import lru_cache

from limits.storage import RedisStorage, Storage
from sqlalchemy import case, delete, select
from sqlalchemy.orm import Session

from zoom_blueprint.store.models import RateCounter
from zoom_blueprint.store.upserts import insert

# A visitor waits for Redis, and the database can do its work: so it gets no time to recover.
_REDIS_SECONDS = 0.5
_REDIS_TRIES_MORE = 1  # a connection that was left lying about may be dead
_MOST_IN_MEMORY = 10_000


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


class Rows(_Windows):
    """Windows as rows of ``RateCounter``, inside a transaction of the caller's; ``now`` is when it happens."""

    def __init__(self, session: Session, now: datetime) -> None:
        super().__init__()
        self._session = session
        self._now = now
        self._seen: dict[str, tuple[int, datetime]] = {}

    def read_ahead(self, keys: Iterable[str]) -> None:
        """Read many windows by one query."""
        wanted = list(keys)
        running = select(RateCounter).where(RateCounter.key.in_(wanted), RateCounter.expires_at > self._now)
        self._seen |= dict.fromkeys(wanted, (0, self._now))
        self._seen |= {row.key: (row.hits, row.expires_at) for row in self._session.scalars(running)}

    def incr(self, key: str, expiry: float, amount: int = 1, **_: object) -> int:
        """Count, in a new window if the last one is over; several processes never lose a hit."""
        is_over = RateCounter.expires_at <= self._now
        expires_at = self._now + timedelta(seconds=expiry)
        statement = insert(self._session, RateCounter).values(key=key, hits=amount, expires_at=expires_at)
        counted = statement.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "hits": case((is_over, amount), else_=RateCounter.hits + amount),
                "expires_at": case((is_over, expires_at), else_=RateCounter.expires_at),
            },
        )
        hits, until = self._session.execute(counted.returning(RateCounter.hits, RateCounter.expires_at)).one()
        self._seen[key] = hits, until
        return int(hits)

    def get(self, key: str) -> int:
        """Return how often it was counted in the running window."""
        return self._window(key)[0]

    def get_expiry(self, key: str) -> float:
        """Return when the running window ends, in seconds since 1970."""
        return self._window(key)[1].timestamp()

    def clear(self, key: str) -> None:
        """Forget a window."""
        self._seen.pop(key, None)
        self._session.execute(delete(RateCounter).where(RateCounter.key == key))

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
