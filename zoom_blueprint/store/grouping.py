"""Group commit: what several threads want done at the same time is done at once, by one of them for all."""

import copy
import os
import threading
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from zoom_blueprint.errors import StoreUnavailable

Item = TypeVar("Item")
Result = TypeVar("Result")
_MOST = 64
_groups: "weakref.WeakSet[Group[Any, Any]]" = weakref.WeakSet()


class _Place(Generic[Item, Result]):
    """One thread's place in the row; ``leads`` says what it is woken for: to work, or to take its result."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.result: Result | None = None
        self.error: BaseException | None = None
        self.leads = False
        self.woken: threading.Event | None = None


class Group(Generic[Item, Result]):
    """Gather items while earlier ones are being worked on, and hand them to ``work`` together.

    ``work`` returns a result for each item, in their order. Nobody waits for company: an item that comes alone is
    worked on at once. An error is everybody's who was part of that work.

    Args:
        work: what to do with the items.
        hands: how many threads may be at work at the same time.
        seconds: how long an item waits for its result.
    """

    def __init__(self, work: Callable[[Sequence[Item]], Sequence[Result]], *, hands: int, seconds: float) -> None:
        self._work = work
        self._hands = hands
        self._seconds = seconds
        self._lock = threading.Lock()
        self._waiting: deque[_Place[Item, Result]] = deque()
        self._busy = 0
        _groups.add(self)

    def do(self, item: Item) -> Result:
        """Return what became of the item.

        Raises:
            StoreUnavailable: the result did not come in time; the item may still be worked on.
        """
        place: _Place[Item, Result] = _Place(item)
        with self._lock:
            if self._busy < self._hands:
                self._busy += 1
                place.leads = True
            else:
                place.woken = threading.Event()
                self._waiting.append(place)
        if place.woken is not None:
            self._wait(place, place.woken)
        if place.leads:
            self._lead(place)
        if place.error is not None:
            raise place.error
        return place.result  # type: ignore[return-value]  # it has one: there is no error

    def _wait(self, place: _Place[Item, Result], woken: threading.Event) -> None:
        if woken.wait(self._seconds):
            return
        with self._lock:
            if place.leads:  # in this very moment
                return
            if place in self._waiting:
                self._waiting.remove(place)
        raise StoreUnavailable("Other threads hold the database for too long. Try again in a moment.")

    def _lead(self, place: _Place[Item, Result]) -> None:
        """Work on this thread's item and on those that wait, and let the next one lead that came meanwhile."""
        with self._lock:
            places = [place, *(self._waiting.popleft() for _ in range(min(_MOST - 1, len(self._waiting))))]
        try:
            self._settle(places)
        finally:
            with self._lock:
                if self._waiting:
                    following = self._waiting.popleft()
                    following.leads = True
                    places.append(following)
                else:
                    self._busy -= 1
            for one in places:
                if one.woken is not None:
                    one.woken.set()

    def _settle(self, places: Sequence[_Place[Item, Result]]) -> None:
        try:
            results = self._work([place.item for place in places])
            for place, result in zip(places, results, strict=True):
                place.result = result
        except Exception as error:  # noqa: BLE001  # whatever it is, it is raised where it belongs
            for place in places:
                place.error = copy.copy(error)  # each thread adds its own traceback
        except BaseException:
            for place in places:
                place.error = StoreUnavailable("The thread that wrote for others was stopped. Try again in a moment.")
            raise

    def _forget_after_fork(self) -> None:
        self._lock = threading.Lock()
        self._waiting.clear()
        self._busy = 0


def _after_fork() -> None:
    for group in _groups:
        group._forget_after_fork()  # the group's own module: the threads that waited are not in the child


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
