"""Deadlines: ask several at once and wait no longer than was agreed; who hangs is left behind."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
_MOST_THREADS = 48
_room = threading.BoundedSemaphore(_MOST_THREADS)


class TooLate(Exception):
    """There was no answer in time."""


@dataclass(frozen=True)
class Answer(Generic[T]):
    """What came of one question: a value, or what was raised in its place."""

    value: T | None = None
    error: Exception | None = None


def ask(questions: Mapping[str, Callable[[], T]], seconds: float) -> dict[str, Answer[T]]:
    """Call all at the same time and return what came of each within so many seconds; ``TooLate`` for the rest.

    What is late goes on in a thread that holds up nobody; so many may hang that more are not even asked.
    """
    answers: dict[str, Answer[T]] = {}
    until = time.monotonic() + seconds

    def run(name: str, question: Callable[[], T]) -> None:
        try:
            answers[name] = Answer(value=question())
        except Exception as error:  # noqa: BLE001  # for whoever asked to judge
            answers[name] = Answer(error=error)
        finally:
            _room.release()

    threads = []
    for name, question in questions.items():
        if _room.acquire(blocking=False):
            threads.append(threading.Thread(target=run, args=(name, question), name=f"zoom-ask-{name}", daemon=True))
            threads[-1].start()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    known = dict(answers)
    return {name: known.get(name, Answer(error=TooLate("There was no answer in time."))) for name in questions}
