"""Forks wait for the threads inside the database: a lock that one holds there stays locked in the child for ever."""

import os
import threading

_PATIENCE_SECONDS = 1.0


class _Gate:
    """Count who is inside the database while a ``with`` lasts, and keep everybody out for the moment of a fork."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._closing = False

    def __enter__(self) -> None:
        with self._changed:
            if self._closing:  # seldom, and each query comes by here
                self._changed.wait_for(lambda: not self._closing)
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._inside -= 1
            if self._closing:
                self._changed.notify_all()

    def close(self) -> None:
        """Wait until nobody is inside, though not for ever: the forking thread may itself be."""
        self._changed.acquire()
        self._closing = True
        self._changed.wait_for(lambda: self._inside == 0, _PATIENCE_SECONDS)

    def open(self) -> None:
        """Let them in again."""
        self._closing = False
        self._changed.notify_all()
        self._changed.release()

    def begin_anew(self) -> None:
        """Forget the threads that the child does not have."""
        self._changed = threading.Condition()
        self._inside = 0
        self._closing = False


gate = _Gate()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=gate.close, after_in_parent=gate.open, after_in_child=gate.begin_anew)
