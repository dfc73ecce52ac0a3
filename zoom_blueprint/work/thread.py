"""The thread engine: a small bounded executor for first tries, and one background thread for each kind of work.

The bound is also the bulkhead: a hanging Zoom holds these hands and nobody else's.
"""

import atexit
import contextlib
import os
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from zoom_blueprint import logs
from zoom_blueprint.errors import StoreUnavailable

_HANDS = 8
_WAITING = 32
_POLL_SECONDS = 1.0
_SECONDS_TO_STOP = 5.0
_log = logs.logger(__name__)
_engines: "weakref.WeakSet[ThreadEngine]" = weakref.WeakSet()


class ThreadEngine:
    """Wake and execute; what is due stands in the rows, so nothing here has to survive.

    ``drain`` works off a batch of one kind and returns how many rows it worked on; ``drain_one`` takes a kind and a
    row's id. Each kind has a thread of its own, so that mails leave while Zoom hangs.
    """

    def __init__(
        self, kinds: Sequence[str], drain: Callable[[str], int], drain_one: Callable[[str, str], bool]
    ) -> None:
        self._kinds = tuple(kinds)
        self._drain = drain
        self._drain_one = drain_one
        self._wanted = False
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._pool: ThreadPoolExecutor | None = None
        self._said = ""
        self._reset()
        _engines.add(self)

    def wake(self) -> None:
        """Look for due work soon, if the background threads run."""
        for due in self._due.values():
            due.set()

    def try_now(self, kind: str, row_id: str) -> "Future[bool] | None":
        """Start the first try of one row in this process; None when all hands are busy."""
        if not self._places.acquire(blocking=False):
            return None
        future = self._executor().submit(self._drain_one, kind, row_id)
        future.add_done_callback(lambda _: self._places.release())
        return future

    def start(self) -> None:
        """Start the background threads, once per process; after a fork the child gets its own."""
        with self._lock:
            self._wanted = True
            if self._threads:
                return
            self._threads = [
                threading.Thread(target=self._run, args=(kind, self._stopping), name=f"zoom-{kind}", daemon=True)
                for kind in self._kinds
            ]
            for thread in self._threads:
                thread.start()

    def start_in_children(self) -> None:
        """Start the background threads in every process that is forked from this one, and not here."""
        self._wanted = True

    def stop(self, seconds: float = _SECONDS_TO_STOP) -> None:
        """Stop the background threads, each after the row in hand, for which all together have so many seconds.

        ``start`` starts new ones.
        """
        with self._lock:
            self._wanted = False
            threads, stopping = self._threads, self._stopping
            self._threads = []
            self._stopping = threading.Event()
        stopping.set()
        self.wake()
        deadline = time.monotonic() + seconds
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _run(self, kind: str, stopping: threading.Event) -> None:
        due = self._due[kind]
        while not stopping.is_set():
            due.clear()
            try:
                while self._drain(kind) and not stopping.is_set():
                    pass
            except StoreUnavailable as error:
                self._say(str(error))
            except Exception:  # noqa: BLE001  # the thread outlives every error
                _log.exception("draining failed; trying again")
            else:
                self._said = ""
            if not stopping.is_set():
                due.wait(_POLL_SECONDS)

    def _say(self, trouble: str) -> None:
        """Log once what keeps all threads from the database, until it is over or something else."""
        with self._lock:
            is_new, self._said = trouble != self._said, trouble
        if is_new:
            _log.error("%s (The background threads keep trying.)", trouble)

    def _executor(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(_HANDS, thread_name_prefix="zoom-first-try")
            return self._pool

    def _reset(self) -> None:
        self._lock = threading.Lock()
        self._due = {kind: threading.Event() for kind in self._kinds}
        self._stopping = threading.Event()
        self._places = threading.BoundedSemaphore(_WAITING)
        self._pool = None
        self._threads = []
        self._said = ""

    def _after_fork(self) -> None:
        self._reset()
        if self._wanted:
            self.start()


def _after_fork() -> None:
    for engine in _engines:
        with contextlib.suppress(RuntimeError):
            engine._after_fork()  # the engine's own module


@atexit.register
def _stop_at_exit() -> None:
    """Let no thread be cut off within the database's code: the end of the process would wait for its locks for ever."""
    for engine in list(_engines):
        engine.stop()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
