"""Flights: of several threads that want the same done one does it, and the others wait for what it finds."""

import os
import threading
import weakref
from collections.abc import Callable, Hashable
from concurrent.futures import Future, wait
from typing import Generic, TypeVar

T = TypeVar("T")
_all: "weakref.WeakSet[Flights[object]]" = weakref.WeakSet()


class Flights(Generic[T]):
    """What is being done at the moment, by what it is about."""

    def __init__(self) -> None:
        self.begin()
        _all.add(self)  # type: ignore[arg-type]  # whatever they find

    def begin(self) -> None:
        """Begin with nothing being done, and nobody waiting."""
        self._lock = threading.Lock()
        self._open: dict[Hashable, Future[T | None]] = {}

    def join(self, about: Hashable, work: Callable[[], T], seconds: float) -> T | None:
        """Return what ``work`` finds, or what whoever was first with the same finds.

        None, if that one failed or takes longer than ``seconds``: then look anew. Errors of one's own work are raised.
        """
        with self._lock:
            first = self._open.get(about)
            mine: Future[T | None] = Future()
            if first is None:
                self._open[about] = mine
        if first is not None:
            wait([first], max(0.0, seconds))
            return first.result() if first.done() else None
        found = None
        try:
            found = work()
        finally:
            with self._lock:
                del self._open[about]
            mine.set_result(found)
        return found


def _begin_anew() -> None:
    """Forget in a child what its parent's threads do: here nobody ends it."""
    for flights in _all:
        flights.begin()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
