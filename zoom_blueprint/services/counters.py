"""Counters: where fixed windows are counted: in rows of the database or in memory."""

import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain
from typing import Any, Protocol, TypeAlias
from weakref import WeakKeyDictionary

from sqlalchemy import Integer, String, TextualSelect, bindparam, select, text

from zoom_blueprint.store.base import UtcDateTime
from zoom_blueprint.store.driven import Runs
from zoom_blueprint.store.grouping import Group
from zoom_blueprint.store.models import RateCounter
from zoom_blueprint.store.session import Database

_MOST_IN_MEMORY = 10_000
_JOT_SECONDS = 30.0  # for who came before, and for the turn
Hit: TypeAlias = tuple[str, float, int]
"""A key, how many seconds its window lasts, and how often it is counted."""
Seen: TypeAlias = Mapping[str, tuple[int, datetime]]
"""By their keys, how often windows were counted and when they end."""


_Jot: TypeAlias = tuple[Database, Sequence[Hit]]
_groups: "WeakKeyDictionary[Database, Group[_Jot, Seen]]" = WeakKeyDictionary()


def look(database: Database, keys: Collection[str], now: datetime) -> Seen:
    """Return many windows by one query, outside of any transaction."""
    found = database.look(*asked(keys, now))
    return _seen(keys, ((key, hits, database.instant(until)) for key, hits, until in found), now)


def read(connection: Runs, keys: Collection[str], now: datetime) -> Seen:
    """Return what ``look`` does, inside a transaction of the caller's."""
    return _seen(keys, connection.execute(*asked(keys, now)), now)


def jot(database: Database, hits: Sequence[Hit]) -> Seen:
    """Do as ``count`` does in a transaction of its own, which is shared by the threads that count at the same time.

    Raises:
        StoreUnavailable: as ``Database.jot`` does.
    """
    group = _groups.get(database)
    if group is None:
        group = _groups.setdefault(database, Group(_jot_all, hands=1, seconds=_JOT_SECONDS))
    return group.do((database, hits))


def _jot_all(jots: Sequence[_Jot]) -> list[Seen]:
    """Count for several as if they came one after the other."""
    database, counts, now = jots[0][0], [hits for _, hits in jots], datetime.now(UTC)
    sums: dict[str, Hit] = {}
    for key, seconds, amount in chain.from_iterable(counts):
        sums[key] = (key, seconds, amount + (sums[key][2] if key in sums else 0))
    # In one order everywhere: two processes that count the same would wait for each other.
    hits, is_quick = sorted(sums.values()), not database.is_sqlite
    seen = dict(database.jot(lambda connection: count(connection, hits, now, is_quick=is_quick)))
    results: list[Seen] = []
    for own in reversed(counts):
        results.append({key: seen[key] for key, _, _ in own})
        for key, _, amount in own:
            seen[key] = seen[key][0] - amount, seen[key][1]
    return results[::-1]


def count(connection: Runs, hits: Collection[Hit], now: datetime, *, is_quick: bool = False) -> Seen:
    """Count many windows by one statement, each in a new one if the last is over, and return what came of it.

    Several processes never lose a hit. ``is_quick``: on PostgreSQL, where the transaction does nothing else, its commit
    does not wait for the disk.
    """
    values: dict[str, object] = {"now": now}
    for number, (key, seconds, amount) in enumerate(hits):
        until = now + timedelta(seconds=seconds)
        values |= {f"key{number}": key, f"hits{number}": amount, f"until{number}": until}
    rows = connection.execute(_count(len(hits), is_quick=is_quick), values)
    return {key: (total, until) for key, total, until, *_ in rows}


def asked(keys: Collection[str], now: datetime) -> tuple[Any, dict[str, object]]:
    """Return the query for many windows, and its values."""
    return _running(len(keys)), {"now": now, **{f"key{number}": key for number, key in enumerate(keys)}}


def _seen(keys: Collection[str], found: Iterable[tuple[str, int, datetime]], now: datetime) -> Seen:
    return dict.fromkeys(keys, (0, now)) | {key: (hits, until) for key, hits, until in found}


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


class Silence(Exception):
    """Redis does not answer at once."""


class Windows(Protocol):
    """Windows that are not kept in rows: in this process, or in Redis."""

    def incr(self, key: str, expiry: int, *, amount: int = ...) -> int:
        """Count, in a new window of so many seconds if the last one is over, and return how often it was."""

    def get(self, key: str) -> int:
        """Return how often it was counted in the running window."""

    def get_expiry(self, key: str) -> float:
        """Return when the running window ends, in seconds since 1970."""


class Memory:
    """Windows in this process, at most ``most``: the oldest make room, and whoever they counted begins anew."""

    def __init__(self, most: int = _MOST_IN_MEMORY, clock: Callable[[], float] = time.time) -> None:
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

    def incr(self, key: str, expiry: int, *, amount: int = 1) -> int:
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

    def _window(self, key: str) -> tuple[int, float]:
        now = self._clock()
        hits, until = self._windows.get(key, (0, now))
        return (hits, until) if until > now else (0, now)


memory = Memory()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=memory.begin)  # somebody may have been counting just then
