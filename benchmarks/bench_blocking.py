"""How much longer a phone's page does not answer because of the widget: Lighthouse's total blocking time.

Lighthouse loads a short page without the snippet and with it (``popup``, or ``inline``, where the booking stands in the
page), on a phone that it makes four times slower than this machine, each time in a new browser.
"""

import contextlib
import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import IO, Any

from browsing import browsers, shop
from measure import record
from playwright.sync_api import Browser
from prepare import HERE, is_ready

from tests.fixtures.servers import free_port

ROUNDS = 3


def main(kinds: list[str]) -> None:
    if not is_ready("blocking"):
        return
    with shop() as address, _lighthouse() as ask:
        for kind in kinds or ["popup"]:
            pairs = [(ask(f"{address}/without"), ask(f"{address}/{kind}")) for _ in range(ROUNDS)]
            _record("widget" if kind == "popup" else f"widget-{kind}", pairs)


def _record(name: str, pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """Keep what was found of a page without the widget and of one with it, in turns."""

    def added(what: str) -> float:
        return statistics.median(ours[what] - host[what] for host, ours in pairs)

    host, ours = (statistics.median(one["own"] for one in which) for which in zip(*pairs, strict=True))
    record(f"{name}-blocking", ours=ours, baseline=host)
    record(f"{name}-blocking-added", ours=added("own"), goal="≤ 30 ms")
    record(f"{name}-blocking-added-disturbed", ours=added("blocking"))
    record(f"{name}-script", ours=added("script"))


class _Lighthouse:
    """A Lighthouse that is asked line by line."""

    def __init__(self, launch: Callable[..., Browser], questions: IO[str], answers: IO[str]) -> None:
        self._launch, self._questions, self._answers = launch, questions, answers

    def __call__(self, address: str) -> dict[str, Any]:
        """Return what it finds about a page, in a browser that knows nothing of it."""
        port = free_port()
        with self._launch(f"--remote-debugging-port={port}"):
            self._questions.write(f"{port} {address}\n")
            self._questions.flush()
            answer = self._answers.readline()
        found: dict[str, Any] = json.loads(answer) if answer else {"error": "it has ended"}
        if found.get("error"):
            raise RuntimeError(f"Lighthouse: {found['error']}")
        return found


@contextlib.contextmanager
def _lighthouse() -> Iterator[_Lighthouse]:
    command = ["node", str(HERE / "lighthouse.mjs")]
    with (
        browsers() as launch,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process,
    ):
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("A process has pipes when they are asked for.")
        try:
            yield _Lighthouse(launch, process.stdin, process.stdout)
        finally:
            process.kill()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(sys.argv[1:])
