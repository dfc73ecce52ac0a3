"""What is kept in memory is written down some seconds later, once for all that came meanwhile, and before the end."""

import contextlib
import threading
import time
from collections.abc import Callable

from zoom_blueprint import logs

SECONDS = 20.0
_log = logs.logger(__name__)


class Tidying:
    """Calls ``tidy`` in a thread that lives only while there is something to write.

    What fails is tried again as often as it takes; ``tidy`` keeps what it could not write.
    """

    def __init__(self, tidy: Callable[[], None], seconds: float = SECONDS) -> None:
        self._tidy = tidy
        self._seconds = seconds
        self._said = ""
        self.begin()

    def begin(self) -> None:
        """Begin with nothing to write: in a forked child the parent's threads are not there."""
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._threads: set[threading.Thread] = set()
        self._asked = threading.Event()

    def ask(self) -> None:
        """Have it written down within some seconds; returns at once."""
        if self._asked.is_set():  # and not yet begun with: that is said before it is looked at what there is to write
            return
        with self._lock:
            if self._asked.is_set():
                return
            thread = threading.Thread(target=self._run, args=(self._stopping,), name="tidy-zoom-blueprint", daemon=True)
            with contextlib.suppress(RuntimeError):  # the process ends
                thread.start()
                self._threads.add(thread)
                self._asked.set()

    def stop(self, deadline: float) -> None:
        """Write it down now; whoever takes until that instant of the monotonic clock is waited for no longer."""
        with self._lock:
            threads, stopping = list(self._threads), self._stopping
            self._stopping = threading.Event()
        stopping.set()
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _run(self, stopping: threading.Event) -> None:
        stopping.wait(self._seconds)
        with self._lock:
            self._asked.clear()  # what is counted from now on is the next one's
        if not self._try() and not stopping.is_set():
            self.ask()
        with self._lock:
            self._threads.discard(threading.current_thread())

    def _try(self) -> bool:
        try:
            self._tidy()
        except Exception as error:  # noqa: BLE001  # counts are worth nobody's error
            words = str(error) or type(error).__name__
            if words != self._said:
                _log.warning("What was counted cannot be written down yet: %s", words)
            self._said = words
            return False
        self._said = ""
        return True
