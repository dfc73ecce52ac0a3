"""The Celery engine of a web process: first tries here, everything else by a message that nobody waits for."""

import atexit
import contextlib
import os
import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import TypeVar

from zoom_blueprint import logs
from zoom_blueprint.state import WorkEngine

T = TypeVar("T")
_GAP_SECONDS = 0.2  # a burst of bookings is one message
_PAUSE_SECONDS = 5.0  # between attempts, while the broker is away
_SECONDS_TO_STOP = 2.0
_log = logs.logger(__name__)
_engines: "weakref.WeakSet[CeleryEngine]" = weakref.WeakSet()


class CeleryEngine:
    """Wake the Celery workers; what is due stands in the rows, so a lost message costs time and no work.

    ``publish`` sends one message and may take as long as a broker that hangs: it runs in a thread that lives only
    while there is something to send. ``first_tries`` is the engine that gives rows their first try in this process.
    """

    name = "celery"

    def __init__(self, publish: Callable[[], None], first_tries: WorkEngine) -> None:
        self._publish = publish
        self._first_tries = first_tries
        self._thread: threading.Thread | None = None
        self._alarm: threading.Timer | None = None
        self._alarm_at = 0.0
        self._is_away = False
        self._reset()
        _engines.add(self)

    def start(self) -> None:
        """Do nothing: the Celery workers look for due work."""

    def stop(self, seconds: float = _SECONDS_TO_STOP) -> None:
        """Send what is to be sent by now, for which there are so many seconds."""
        with self._lock:
            thread, stopping = self._thread, self._stopping
            if self._alarm is not None:
                self._alarm.cancel()
                self._alarm = None
        if thread is None:
            return
        stopping.set()
        thread.join(seconds)

    def wake(self) -> None:
        """Have the workers look for due work soon; returns at once and never raises."""
        with self._lock:
            self._wanted = True
            if self._thread is not None:
                return
            self._stopping = threading.Event()
            thread = threading.Thread(target=self._send, args=(self._stopping,), name="zoom-wake", daemon=True)
            with contextlib.suppress(RuntimeError):  # the process ends; the sweep of each minute is left
                thread.start()
                self._thread = thread

    def wake_in(self, seconds: float) -> None:
        """Wake the workers when so many seconds are over, or sooner, if this process lives so long."""
        with self._lock:
            at = time.monotonic() + seconds
            if self._alarm is not None and self._alarm_at <= at:
                return
            if self._alarm is not None:
                self._alarm.cancel()
            self._alarm, self._alarm_at = threading.Timer(seconds, self._ring), at
            self._alarm.daemon = True
            with contextlib.suppress(RuntimeError):  # the process ends
                self._alarm.start()

    def tidy_soon(self) -> None:
        """Have this process write down what it counts in memory."""
        self._first_tries.tidy_soon()

    def visitor(self) -> AbstractContextManager[bool]:
        """Hold one of the places for visitors who wait; False when all are taken."""
        return self._first_tries.visitor()

    def try_now(self, work: Callable[[], T]) -> "Future[T] | None":
        """Start a first try in this process; None when all hands are busy."""
        return self._first_tries.try_now(work)

    def _ring(self) -> None:
        with self._lock:
            self._alarm = None
        self.wake()

    def _send(self, stopping: threading.Event) -> None:
        while self._take():
            is_sent = self._try()
            if not is_sent and not stopping.is_set():
                with self._lock:
                    self._wanted = True
            stopping.wait(_GAP_SECONDS if is_sent else _PAUSE_SECONDS)

    def _take(self) -> bool:
        with self._lock:
            wanted, self._wanted = self._wanted, False
            if not wanted:
                self._thread = None
            return wanted

    def _try(self) -> bool:
        try:
            self._publish()
        except Exception as error:  # noqa: BLE001  # whatever a broker's library raises
            if not self._is_away:
                _log.error(
                    "The Celery broker takes no messages; nothing is lost, and what is due waits for the sweep: %s",
                    str(error) or type(error).__name__,
                )
            self._is_away = True
            return False
        if self._is_away:
            _log.warning("The Celery broker takes messages again.")
        self._is_away = False
        return True

    def _reset(self) -> None:
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = None
        self._alarm = None
        self._wanted = False
        self._is_away = False


def _after_fork() -> None:
    for engine in _engines:
        engine._reset()  # the engine's own module


@atexit.register
def _stop_at_exit() -> None:
    """Let a command that has booked something and ends tell the workers of it."""
    for engine in list(_engines):
        with contextlib.suppress(RuntimeError):
            engine.stop()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
