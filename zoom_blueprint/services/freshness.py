"""Freshness: visitors wait a moment for what is new in a host's calendars, and never long or twice for the same."""

import os
import threading
import time
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import bindparam, select

from zoom_blueprint import logs
from zoom_blueprint.errors import NotConnected, NotOpen, ProviderError
from zoom_blueprint.languages import said
from zoom_blueprint.loading import turn
from zoom_blueprint.services.timetables import Reading
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import Host

VISITOR_SECONDS = 1.5
"""How long slots and confirmations wait for Google, all those that come meanwhile together."""
_FRESH_FOR = timedelta(minutes=5)
_PAUSE_SECONDS = 60.0
_LOOK_AGAIN_SECONDS = 2.0
_MOST_KEPT = 10_000
_ASKED_AT = select(models.Timetable.asked_at).where(models.Timetable.host_id == bindparam("host"))
_log = logs.logger(__name__)


@dataclass
class _Attempt:
    """What this process knows of a host's timetable: since when it holds, and how the last try at Google goes.

    ``version`` is that of the timetable. Before ``look_again`` nobody looks into the database, before ``next_try``
    nobody asks Google; ``waits_until`` is how long visitors wait for the try that is under way.
    """

    version: str = ""
    asked_at: datetime | None = None
    look_again: float = 0.0
    next_try: float = 0.0
    waits_until: float = 0.0
    trying: "Future[None] | None" = None


_lock = threading.Lock()
_attempts: dict[tuple[str, str], _Attempt] = {}


def refresh(state: State, host: Host, reading: Reading | None) -> bool:
    """Have a host's calendars asked if they were not for five minutes; return whether more is known than the reading.

    Nothing is done for a host without any. Never inside a transaction.

    Raises:
        NotOpen: nobody has known for ``ZOOM_BUSY_MAX_AGE`` how busy the host is, who wants no bookings then.
    """
    if reading is None:
        return False
    attempt = _attempt_of(host, reading)
    begun = datetime.now(UTC)
    if _is_within(attempt.asked_at, begun, _FRESH_FOR):
        return False
    asked_at = _look(state, host, attempt)
    if not _is_within(asked_at, begun, _FRESH_FOR) and _try(state, reading, attempt):
        attempt.look_again = 0.0
        asked_at = _look(state, host, attempt)
    if reading.closes and is_too_old(state, host, reading):
        raise NotOpen(
            said(
                "The calendar of {host} cannot be read at the moment, so nobody knows which times are free. "
                "Please try again later.",
                host=host.name,
            )
        )
    return asked_at != reading.asked_at


def is_too_old(state: State, host: Host, reading: Reading) -> bool:
    """Return whether nobody has known for ``ZOOM_BUSY_MAX_AGE`` how busy a host is; Google is not asked."""
    asked_at = _look(state, host, _attempt_of(host, reading))
    return not _is_within(asked_at, datetime.now(UTC), timedelta(seconds=state.config.busy_max_age))


def _attempt_of(host: Host, reading: Reading) -> _Attempt:
    key = host.id, reading.connection_id
    with _lock:
        if len(_attempts) >= _MOST_KEPT:
            _attempts.clear()
        attempt = _attempts.setdefault(key, _Attempt())
        if attempt.version != reading.version:
            attempt.version, attempt.asked_at, attempt.look_again = reading.version, reading.asked_at, 0.0
            if reading.asked_at is None:  # the last try was about other calendars
                attempt.next_try = 0.0
        return attempt


def _is_within(asked_at: datetime | None, now: datetime, age: timedelta) -> bool:
    return asked_at is not None and now - asked_at <= age


def _look(state: State, host: Host, attempt: _Attempt) -> datetime | None:
    """Return since when the timetable holds; one query every two seconds while it is old."""
    now = time.monotonic()
    if now >= attempt.look_again:
        attempt.look_again = now + _LOOK_AGAIN_SECONDS
        for (asked_at,) in state.database.look(_ASKED_AT, {"host": host.id}):
            attempt.asked_at = None if asked_at is None else state.database.instant(asked_at)
    return attempt.asked_at


def _try(state: State, reading: Reading, attempt: _Attempt) -> bool:
    """Ask Google unless somebody does; wait for the answer as long as all who came since then may.

    Returns whether there is an answer.
    """
    with _lock:
        now, trying = time.monotonic(), attempt.trying
        if trying is None or trying.done():
            if now < attempt.next_try:
                return False
            trying = attempt.trying = state.work.try_now(partial(_ask, state, reading.connection_id))
            if trying is None:  # all hands are busy
                return False
            attempt.next_try, attempt.waits_until = now + _PAUSE_SECONDS, now + VISITOR_SECONDS
    with state.work.visitor() as may_wait:
        wait([trying], max(0.0, attempt.waits_until - time.monotonic()) if may_wait else 0.0)
    return trying.done()


def _ask(state: State, connection_id: str) -> None:
    with turn:
        from zoom_blueprint.services import syncs

    try:
        with state.app.app_context():
            syncs.refresh(state, connection_id, budget=timedelta(seconds=VISITOR_SECONDS))
    except (NotConnected, ProviderError) as error:
        _log.warning("how busy a host is could not be found out now: %s", error)
    except Exception:  # noqa: BLE001  # visitors are told of times, not of this
        _log.exception("a host's calendars could not be read")


def _begin() -> None:
    global _lock  # noqa: PLW0603  # threads that the child does not have may hold it
    _lock = threading.Lock()
    _attempts.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin)
