"""64 calls in 8 processes need one expired token renewed, which Zoom takes 150 ms for: against one call alone."""

import contextlib
import multiprocessing
import statistics
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from typing import Any

from databases import KINDS, databases
from measure import record
from sites import connect, make
from sqlalchemy import update

from zoom_blueprint.services import grants, tokens
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.testing import Simulator

PROCESSES, THREADS, ROUNDS = 8, 8, 5
SECONDS_OF_ZOOM = 0.15
_SECONDS_TO_END = 20


def main(kinds: Sequence[str]) -> None:
    for kind in kinds or KINDS:
        with databases(kind) as new, Simulator(redirect_uris=["http://127.0.0.1/callback"]) as zoom:
            state, _ = make(0, address=new(), **zoom.config())
            _measure(kind, state, zoom)


def _measure(kind: str, state: State, zoom: Simulator) -> None:
    connection = connect(state, zoom)
    tokens.renew(state, connection)  # so that the statements are known, as to a process that serves
    alone, slowest, failures, refreshes = [], [], 0, []
    for number in range(ROUNDS + 1):
        found = []
        for processes, threads in ((1, 1), (PROCESSES, THREADS)):
            state.database.write(
                lambda session: session.execute(
                    update(models.Grant).values(expires_at=datetime.now(UTC) - timedelta(hours=1))
                )
            )
            before = zoom.token_stats()["refreshes"]
            zoom.fault(route="token", delay=SECONDS_OF_ZOOM)
            found.append(_storm(state, connection, processes, threads))
            zoom.clear_faults()
            if processes > 1:
                refreshes.append(zoom.token_stats()["refreshes"] - before)
        if number:
            (one, _), (many, failed) = found
            alone.append(max(one))
            slowest.append(max(many))
            failures += failed
    name = "refresh-storm"
    record(
        f"{name}-slowest",
        ours=statistics.median(slowest),
        baseline=statistics.median(alone),
        goal="≤ 210 ms",
        database=kind,
    )
    record(f"{name}-refreshes", ours=max(refreshes), unit="", goal="1", database=kind)
    record(f"{name}-failures", ours=failures, unit="", goal="0", database=kind)


def _storm(state: State, connection: str, processes: int, threads: int) -> tuple[list[float], int]:
    """Return what each call took, in milliseconds, and how many failed."""
    fork = multiprocessing.get_context("fork")
    start, answers = fork.Barrier(processes), fork.Queue()
    children = [
        fork.Process(target=_process, args=(state, connection, threads, start, answers)) for _ in range(processes)
    ]
    for child in children:
        child.start()
    results = [answers.get(timeout=_SECONDS_TO_END) for _ in range(processes * threads)]
    for child in children:
        child.join(_SECONDS_TO_END)
    return [milliseconds for milliseconds, _ in results], sum(failed for _, failed in results)


def _process(state: State, connection: str, threads: int, start: Barrier, answers: Any) -> None:
    """Have connections and the modules at hand, as a process that serves has, and then all call at once."""
    state.transport.session()
    ready = threading.Barrier(threads, action=start.wait)

    def call() -> None:
        grants.read(state, connection)
        ready.wait()
        begin, failed = time.perf_counter(), False
        try:
            tokens.fresh(state, connection)
        except Exception:  # noqa: BLE001  # counted
            failed = True
        answers.put(((time.perf_counter() - begin) * 1000, failed))

    all_threads = [threading.Thread(target=call) for _ in range(threads)]
    for one in all_threads:
        one.start()
    for one in all_threads:
        one.join()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(sys.argv[1:])
