"""Readiness: whether this process can do its work now, for deploy gates and monitors."""

import atexit
import os
import threading
import time
import weakref
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from flask import Flask
from sqlalchemy.orm import Session

from zoom_blueprint import logs
from zoom_blueprint.errors import StoreUnavailable
from zoom_blueprint.services import heartbeats, queues
from zoom_blueprint.state import State
from zoom_blueprint.store import migrate
from zoom_blueprint.store.migrate import Standing

LATE = timedelta(seconds=300)
"""From when on the oldest due row is too late."""
SILENT = timedelta(seconds=150)
"""From when on the newest sign of life of whoever works off what is due is too old."""
KEPT_SECONDS = 2.0
"""How long an answer is good, so that nobody can load the database by asking."""
PATIENCE_SECONDS = 2.0
"""How long the database has for its answer."""
_SECONDS_TO_STOP = 2.0
_log = logs.logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that was looked at; ``advice`` says what to do when it is not ok, ``seconds`` how late or how long ago.

    ``seconds`` is None when there is nothing to measure, or nothing could be.
    """

    ok: bool
    seconds: int | None = None
    advice: str | None = None


@dataclass(frozen=True, kw_only=True)
class Checks:
    """All that was looked at."""

    database: Check
    migrations: Check
    due: Check
    worker: Check


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """Ready when all checks are ok."""

    status: Literal["ready", "not ready"]
    checks: Checks


def look(state: State) -> Readiness:
    """Return how things stand, or stood at most ``KEPT_SECONDS`` ago; never waits longer than ``PATIENCE_SECONDS``."""
    found = _lookouts.get(state.app)
    if found is None or found.pid != os.getpid():
        found = _lookouts[state.app] = _Lookout()
    return found.look(state)


def examine(state: State) -> Readiness:
    """Ask the database now, however long it takes."""
    try:
        return state.database.read(lambda session: _examine(state, session))
    except StoreUnavailable:
        return _away()


def _examine(state: State, session: Session) -> Readiness:
    database = Check(ok=True)
    standing = migrate.standing(session)
    if standing is not Standing.CURRENT:
        unknown = Check(ok=False, advice="Not known before the tables are right.")
        migrations = Check(ok=False, advice=_MIGRATIONS[standing])
        return _judged(Checks(database=database, migrations=migrations, due=unknown, worker=unknown))
    now = datetime.now(UTC)
    due_at = queues.oldest_due(session) or now
    beat_at = heartbeats.newest(state, session)
    checks = Checks(
        database=database,
        migrations=Check(ok=True),
        due=_check(max(now - due_at, timedelta()), LATE, "Work is left undone. Start a worker, or more of them."),
        worker=_check(None if beat_at is None else now - beat_at, SILENT, "No worker gives a sign of life. Start one."),
    )
    return _judged(checks)


_MIGRATIONS = {
    Standing.MISSING: "The tables are missing. Run: flask zoom upgrade",
    Standing.OLDER: "The tables are older than this release. Run: flask zoom upgrade",
    Standing.NEWER: "The tables are newer than this release. Install the release that made them, or a later one.",
}


def _check(age: timedelta | None, most: timedelta, advice: str) -> Check:
    ok = age is not None and age <= most
    seconds = None if age is None else max(0, int(age.total_seconds()))
    return Check(ok=ok, seconds=seconds, advice=None if ok else advice)


def _judged(checks: Checks) -> Readiness:
    is_ready = all(one.ok for one in (checks.database, checks.migrations, checks.due, checks.worker))
    return Readiness(status="ready" if is_ready else "not ready", checks=checks)


def _away() -> Readiness:
    unknown = Check(ok=False, advice="Not known while the database is away.")
    database = Check(ok=False, advice="The database does not answer. Check that it runs and can be reached.")
    return _judged(Checks(database=database, migrations=unknown, due=unknown, worker=unknown))


class _Lookout:
    """Ask the database in a thread of its own, one at a time: one that hangs holds up this thread and nobody else."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._began = 0.0
        self._is_asking = False
        self._found: tuple[Readiness, float] | None = None

    def look(self, state: State) -> Readiness:
        with self._lock:
            if not self._is_asking and not self._is_good():
                self._is_asking, self._began = True, time.monotonic()
                self._done.clear()
                thread = threading.Thread(target=self._ask, args=(state,), name="zoom-readiness", daemon=True)
                _asking.add(thread)
                thread.start()
        self._done.wait(max(0.0, self._began + PATIENCE_SECONDS - time.monotonic()))
        with self._lock:
            return self._found[0] if self._found is not None and not self._is_asking else _away()

    def _is_good(self) -> bool:
        return self._found is not None and time.monotonic() - self._found[1] < KEPT_SECONDS

    def _ask(self, state: State) -> None:
        try:
            found = examine(state)
        except Exception:  # noqa: BLE001  # whatever it is, the process is not ready
            _log.exception("asking the database for its readiness failed")
            found = _away()
        with self._lock:
            self._found, self._is_asking = (found, time.monotonic()), False
        self._done.set()


_lookouts: "weakref.WeakKeyDictionary[Flask, _Lookout]" = weakref.WeakKeyDictionary()
_asking: "weakref.WeakSet[threading.Thread]" = weakref.WeakSet()


@atexit.register
def _stop_at_exit() -> None:
    """Let no thread be cut off within the database's code, if it can be helped."""
    for thread in list(_asking):
        thread.join(_SECONDS_TO_STOP)
