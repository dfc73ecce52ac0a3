"""The thread engine: a small bounded executor for first tries, and one background thread for each kind of work.

The bound is also the bulkhead: a hanging Zoom holds these hands and nobody else's.
"""

import atexit
import contextlib
import os
import threading
import time
import weakref
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from zoom_blueprint import logs
from zoom_blueprint.errors import StoreUnavailable
from zoom_blueprint.work.tidying import Tidying

T = TypeVar("T")
_FIRST_TRIES = 4
_POLL_SECONDS = 1.0
_SECONDS_TO_STOP = 5.0
_SLOW_SECONDS = 0.2
_MOST_AT_ONCE = 32
_SECONDS_TO_A_BEAT = 30.0
_log = logs.logger(__name__)
_engines: "weakref.WeakSet[ThreadEngine]" = weakref.WeakSet()


class ThreadEngine:
    """Wake and execute; what is due stands in the rows, so nothing here has to survive.

    ``hands`` says how many threads each kind of work has, of its own, so that mails leave while Zoom hangs. ``drain``
    works off up to so many rows of one kind and returns how many it were. Nobody wakes those that are ``rare``: they
    look by themselves, once a second.
    ``first_tries`` is how many visitors may wait at a time, and how many calls may be under way for them. ``beat`` is
    called by the background threads from time to time, to show that they live. ``tidy`` writes down what is counted in
    memory, whether or not the background threads run.
    """

    name = "thread"

    def __init__(
        self,
        hands: Mapping[str, int],
        drain: Callable[[str, int], int],
        *,
        first_tries: int = _FIRST_TRIES,
        beat: Callable[[], None] | None = None,
        tidy: Callable[[], None] = lambda: None,
        rare: Collection[str] = (),
    ) -> None:
        self._hands = dict(hands)
        self._woken = [kind for kind in hands if kind not in rare]
        self._first_tries = first_tries
        self._beat = beat
        self._drain = drain
        self._wanted = False
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._pool: ThreadPoolExecutor | None = None
        self._said = ""
        self._tidying = Tidying(tidy)
        self._reset()
        _engines.add(self)

    def wake(self) -> None:
        """Look for due work soon, if the background threads run."""
        for kind in self._woken:
            self._due[kind].set()

    def tidy_soon(self) -> None:
        """Have what is counted in memory written down within some seconds, or when the engine is stopped."""
        self._tidying.ask()

    @contextlib.contextmanager
    def visitor(self) -> Iterator[bool]:
        """Hold one of the places for visitors who wait; False when all are taken."""
        visitors = self._visitors
        may_wait = visitors.acquire(blocking=False)
        try:
            yield may_wait
        finally:
            if may_wait:
                visitors.release()

    def try_now(self, work: Callable[[], T]) -> "Future[T] | None":
        """Start a first try in this process; None when all hands are busy."""
        places = self._places
        if not places.acquire(blocking=False):
            return None
        future = self._executor().submit(work)
        future.add_done_callback(lambda _: places.release())
        return future

    def start(self) -> None:
        """Start the background threads, once per process; after a fork the child gets its own."""
        with self._lock:
            self._wanted = True
            if self._threads:
                return
            self._threads = [
                threading.Thread(target=self._run, args=(kind, self._stopping), name=f"zoom-{kind}", daemon=True)
                for kind, hands in self._hands.items()
                for _ in range(hands)
            ]
            for thread in self._threads:
                thread.start()

    def start_in_children(self) -> None:
        """Start the background threads in every process that is forked from this one, and not here."""
        self._wanted = True

    def stop(self, seconds: float = _SECONDS_TO_STOP) -> None:
        """Stop the background threads, each after the row in hand, for which all together have so many seconds.

        What is counted in memory is written down. ``start`` starts new ones.
        """
        with self._lock:
            self._wanted = False
            threads, stopping = self._threads, self._stopping
            self._threads = []
            self._stopping = threading.Event()
        stopping.set()
        for due in self._due.values():
            due.set()
        deadline = time.monotonic() + seconds
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._tidying.stop(deadline)

    def _run(self, kind: str, stopping: threading.Event) -> None:
        due = self._due[kind]
        pace = _Pace()
        while not stopping.is_set():
            due.clear()
            try:
                self._give_sign()
                while pace.measure(self._drain, kind) and not stopping.is_set():
                    pass
            except StoreUnavailable as error:
                self._next_beat = 0.0  # the first thing to do once it is back
                self._say(str(error))
            except Exception:  # noqa: BLE001  # the thread outlives every error
                _log.exception("draining failed; trying again")
            else:
                self._said = ""
            if not stopping.is_set():
                due.wait(_POLL_SECONDS)

    def _give_sign(self) -> None:
        with self._lock:
            now = time.monotonic()
            if self._beat is None or now < self._next_beat:
                return
            self._next_beat = now + _SECONDS_TO_A_BEAT
        self._beat()

    def _say(self, trouble: str) -> None:
        """Log once what keeps all threads from the database, until it is over or something else."""
        with self._lock:
            is_new, self._said = trouble != self._said, trouble
        if is_new:
            _log.error("%s (The background threads keep trying.)", trouble)

    def _executor(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self._first_tries, thread_name_prefix="zoom-first-try")
            return self._pool

    def _reset(self) -> None:
        self._lock = threading.Lock()
        self._due = {kind: threading.Event() for kind in self._hands}
        self._stopping = threading.Event()
        self._places = threading.Semaphore(self._first_tries)
        self._visitors = threading.Semaphore(self._first_tries)
        self._pool = None
        self._threads = []
        self._said = ""
        self._next_beat = 0.0

    def _after_fork(self) -> None:
        self._reset()
        self._tidying.begin()
        if self._wanted:
            self.start()


class _Pace:
    """How many rows to claim at once: many while they take next to no time, one while each waits for somebody."""

    def __init__(self) -> None:
        self._limit = 1

    def measure(self, drain: Callable[[str, int], int], kind: str) -> int:
        """Drain, and learn from how long it took."""
        began = time.monotonic()
        worked = drain(kind, self._limit)
        seconds = time.monotonic() - began
        if seconds > _SLOW_SECONDS:
            self._limit = 1
        elif worked == self._limit:
            self._limit = min(self._limit * 2, _MOST_AT_ONCE)
        return worked


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
