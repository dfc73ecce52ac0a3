"""Visitors who come at a steady pace, whether those before them have been answered or not."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests

from tests.fixtures.site import Answer, Visitor

Ask = Callable[[Visitor, int], Answer]
_AT_ONCE = 40


@dataclass(frozen=True)
class Reply:
    """What one request came to; without an answer the ``status`` is 0."""

    status: int
    seconds: float
    retry_after: str | None = None
    content_type: str = ""
    text: str = field(default="", repr=False)


class Stream:
    """Requests of one kind, so many each second, from ``start`` to ``stop``."""

    def __init__(self, base: str, per_second: float, ask: Ask) -> None:
        self._base, self._pause, self._ask = base, 1 / per_second, ask
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(_AT_ONCE)
        self._thread = threading.Thread(target=self._run)
        self.replies: list[Reply] = []

    def start(self) -> None:
        """Let the first visitor come."""
        self._thread.start()

    def stop(self) -> None:
        """Let nobody come any more."""
        self._stopping.set()

    def join(self) -> None:
        """Wait for the answers to those who came."""
        self._thread.join()
        self._pool.shutdown()

    def _run(self) -> None:
        begin, number = time.monotonic(), 0
        while not self._stopping.wait(max(0.0, begin + number * self._pause - time.monotonic())):
            self._pool.submit(self._send, number)
            number += 1

    def _send(self, number: int) -> None:
        visitor = Visitor(self._base)
        reply, _ = timed(lambda: self._ask(visitor, number))
        self.replies.append(reply)


def timed(ask: Callable[[], Answer]) -> tuple[Reply, Answer | None]:
    """Ask, and return what it came to."""
    begin = time.monotonic()
    try:
        answer = ask()
    except requests.RequestException as error:
        return Reply(0, time.monotonic() - begin, text=repr(error)), None
    seconds, headers = time.monotonic() - begin, answer.headers
    kind = headers.get("Content-Type", "")
    return Reply(answer.status_code, seconds, headers.get("Retry-After"), kind, answer.text), answer


@contextmanager
def flowing(streams: Iterable[Stream]) -> Iterator[None]:
    """Let visitors of several kinds come, and wait for all answers when no more do."""
    every = list(streams)
    for stream in every:
        stream.start()
    try:
        yield
    finally:
        for stream in every:
            stream.stop()
        for stream in every:
            stream.join()


def pass_time(seconds: float) -> None:
    """Let visitors come for so long."""
    threading.Event().wait(seconds)


def slowest(replies: Sequence[Reply], share: float = 0.99) -> float:
    """Return within how many seconds this share of the answers came."""
    seconds = sorted(reply.seconds for reply in replies)
    return seconds[min(len(seconds) - 1, int(len(seconds) * share))]
