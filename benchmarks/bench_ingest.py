"""Taking webhooks over HTTP at 16 connections against the least view that keeps the same promise.

Nothing works on them meanwhile (``ZOOM_WORKER=off``). How long they take is measured with two server processes on the
emulated disk whose every fsync takes a millisecond longer.
"""

import contextlib
import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import loading
from databases import KINDS, databases, file_of, plain
from loading import load, percentile
from measure import record, take_turns
from serving import HERE, serve, slow_disk
from sites import make
from webhooks import posts

CONNECTIONS = 16
ROUNDS = 5
POSTS = 600
_HELLOS = 1_000
_hello = loading.request("POST", "/hello", b"x" * 900, {"x-zm-signature": "v0=" + "0" * 64})


def main(kinds: list[str]) -> None:
    for kind in kinds or KINDS:
        with databases(kind) as new:
            _measure_rate(kind, new)
        with slow_disk() as library, databases(kind, preload=library) as new:
            _measure_wait(kind, new, library)


def _measure_rate(kind: str, new: Callable[[], str]) -> None:
    """Record requests a second by one process."""
    with (
        serve("hello:app") as hello_port,
        _raw(kind, new) as raw_port,
        _ours(new) as port,
    ):
        found = take_turns(
            {
                "hello": lambda: _rate(hello_port, list(itertools.repeat(_hello, _HELLOS))),
                "baseline": lambda: _rate(raw_port, posts(POSTS)),
                "ours": lambda: _rate(port, posts(POSTS)),
            },
            rounds=ROUNDS,
        )
    record(
        "ingest",
        ours=found["ours"],
        baseline=found["baseline"],
        hello=found["hello"],
        unit="/s",
        goal="≥ 0.8",
        database=kind,
    )


def _measure_wait(kind: str, new: Callable[[], str], library: Path) -> None:
    """Record what 99 of 100 answers take at most, and requests a second, on the slow disk with two processes."""
    with _raw(kind, new, workers=2, preload=library) as raw_port, _ours(new, workers=2, preload=library) as port:
        waits = {"baseline": list[float](), "ours": list[float]()}

        def rate(name: str, where: int) -> float:
            done = load(where, posts(POSTS), connections=CONNECTIONS).ensure(200)
            waits[name] += done.milliseconds
            return done.per_second

        found = take_turns(
            {"baseline": lambda: rate("baseline", raw_port), "ours": lambda: rate("ours", port)}, rounds=ROUNDS
        )
    record("ingest-2-processes-1ms-disk", **found, unit="/s", database=kind)
    p99 = {name: percentile(values, 99) for name, values in waits.items()}
    record("ingest-p99-2-processes-1ms-disk", **p99, goal="≤ 50 ms", database=kind)


def _rate(port: int, requests: list[bytes]) -> float:
    return load(port, requests, connections=CONNECTIONS).ensure(200).per_second


@contextlib.contextmanager
def _raw(kind: str, new: Callable[[], str], *, workers: int = 1, preload: Path | None = None):  # type: ignore[no-untyped-def]
    address = new()
    environment = {"BENCH_RAW_DATABASE": file_of(address) if kind == "sqlite" else plain(address)}
    command = [sys.executable, "-c", "import raw_ingest; raw_ingest.prepare()"]
    subprocess.run(command, cwd=HERE, env={**os.environ, **environment}, check=True, timeout=60)
    with serve("raw_ingest:app", environment, workers=workers, preload=preload) as port:
        yield port


@contextlib.contextmanager
def _ours(new: Callable[[], str], *, workers: int = 1, preload: Path | None = None):  # type: ignore[no-untyped-def]
    _, address = make(0, address=new())
    with serve("served:app", {"BENCH_DATABASE": address}, workers=workers, preload=preload) as port:
        yield port


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(sys.argv[1:])
