"""The queue of SQLite writers: one at a time per file, fair enough, over threads and processes."""

import contextlib
import importlib
import importlib.util
import os
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

from zoom_blueprint.errors import StoreUnavailable

LOCKED = (
    "The SQLite file is locked by a write of the host app that is still open. "
    "Commit or roll back before calling zoom_blueprint."
)
_fcntl = importlib.import_module("fcntl") if importlib.util.find_spec("fcntl") else None  # not on Windows
_FIRST_PAUSE = 0.0002
_LONGEST_PAUSE = 0.001
_COURTESY = 0.002
_ASKED, _NOT_ASKED = b"?", b" "
_queues: "weakref.WeakSet[WriterQueue]" = weakref.WeakSet()


class NoQueue:
    """Let everybody pass, where the database does it by itself."""

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Do nothing."""
        yield


class WriterQueue:
    """Let one writer at a time pass; the lock file is opened for each turn, so that a fork shares nothing.

    Who is asked for the turn by another process leaves it to them before taking the next one.
    """

    def __init__(self, path: Path, seconds: float) -> None:
        self._path = path
        self._seconds = seconds
        self._lock = threading.Lock()
        self._handle: int | None = None
        self._was_asked = False
        _queues.add(self)

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the turn for the length of the block.

        Raises:
            StoreUnavailable: the turn did not come in time.
        """
        deadline = time.monotonic() + self._seconds
        if not self._lock.acquire(timeout=self._seconds):
            raise StoreUnavailable("Another thread holds the database for too long. Try again in a moment.")
        try:
            with self._file_turn(deadline):
                yield
        finally:
            self._lock.release()

    @contextlib.contextmanager
    def _file_turn(self, deadline: float) -> Iterator[None]:
        if _fcntl is None:
            yield
            return
        handle = self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if self._was_asked:  # without this, who has just written finds the file free again before anybody else does
                self._was_asked = False
                time.sleep(_COURTESY)
            self._wait_for(handle, deadline)
            yield
            self._was_asked = _is_asked(handle)
        finally:
            # Closing would not do: a child forked meanwhile has the same lock open.
            _fcntl.flock(handle, _fcntl.LOCK_UN)
            self._handle = None
            os.close(handle)

    def _wait_for(self, handle: int, deadline: float) -> None:
        pause = _FIRST_PAUSE
        while not _has_locked(handle):
            if time.monotonic() > deadline:
                raise StoreUnavailable("Another process holds the database for too long. Try again in a moment.")
            os.pwrite(handle, _ASKED, 0)
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _forget_after_fork(self) -> None:
        self._lock = threading.Lock()
        handle, self._handle = self._handle, None
        if handle is not None:  # another thread of the parent had its turn; only the parent may end it
            os.close(handle)


def _is_asked(handle: int) -> bool:
    """Tell whether another process asked for the turn meanwhile: who waits leaves a mark in the file."""
    if os.pread(handle, 1, 0) != _ASKED:
        return False
    os.pwrite(handle, _NOT_ASKED, 0)
    return True


def _has_locked(handle: int) -> bool:
    try:
        _fcntl.flock(handle, _fcntl.LOCK_EX | _fcntl.LOCK_NB)  # type: ignore[union-attr]  # asked by the caller
    except BlockingIOError:
        return False
    return True


def _after_fork() -> None:
    for queue in _queues:
        queue._forget_after_fork()  # the queue's own module


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
