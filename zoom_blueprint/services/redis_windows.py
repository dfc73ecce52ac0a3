"""Windows that are counted in Redis, by the package ``limits``: loaded where ``ZOOM_RATELIMIT_URL`` names one."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from limits.errors import StorageError
from limits.storage import RedisStorage
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.retry import Retry

from zoom_blueprint.services.counters import Silence, Windows

# A visitor waits for Redis, and the database can do its work: so it gets no time to recover.
_SECONDS = 0.5
_TRIES_MORE = 1  # a connection that was left lying about may be dead
_T = TypeVar("_T")


def ask(url: str, question: Callable[[Windows], _T]) -> _T:
    """Return what a question to the windows in a Redis gives.

    Raises:
        Silence: it does not answer at once.
    """
    try:
        return question(_windows(url))
    except StorageError as error:
        raise Silence(str(error)) from error


def is_there(url: str) -> bool:
    """Return whether a Redis answers."""
    try:
        return _windows(url).check()
    except StorageError:
        return False


@lru_cache(maxsize=8)
def _windows(url: str) -> RedisStorage:
    pool = ConnectionPool.from_url(
        url,
        socket_timeout=_SECONDS,
        socket_connect_timeout=_SECONDS,
        retry=Retry(NoBackoff(), _TRIES_MORE),
    )
    return RedisStorage(url, connection_pool=pool, wrap_exceptions=True)
