"""The thread engine: it only wakes and executes, survives forks and errors, and is never the only one who knows."""

import os
import subprocess
import sys
import threading
from collections.abc import Collection, Iterator
from concurrent.futures import Future, wait

import pytest

from tests.fixtures.site import MakeSite
from tests.fixtures.waiting import wait_until
from tests.services.looking import LONG_AGO, Letters, look, make_due, turn
from zoom_blueprint.services import drain
from zoom_blueprint.store import models
from zoom_blueprint.work import thread
from zoom_blueprint.work.thread import ThreadEngine


class Work:
    """Work that a test watches: ``gate`` is what a try waits for."""

    def __init__(self, rare: Collection[str] = ()) -> None:
        self.gate = threading.Event()
        self.drained: dict[str, int] = {"meeting": 0, "delivery": 0}
        self.fails = False
        self.engine = ThreadEngine(dict.fromkeys(self.drained, 1), self.drain, rare=rare)

    def drain(self, kind: str, limit: int) -> int:
        """Count."""
        assert limit
        self.drained[kind] += 1
        if self.fails:
            raise RuntimeError("the database is away")
        return 0

    def hang(self) -> bool:
        """Wait, as a call to a hanging Zoom does."""
        return self.gate.wait(30)


@pytest.fixture
def work() -> Iterator[Work]:
    """An engine that has not been started."""
    made = Work()
    yield made
    made.gate.set()
    made.engine.stop()


def test_every_kind_is_drained_at_the_start_and_when_woken(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thread, "_POLL_SECONDS", 60)
    work.engine.start()
    work.engine.start()  # once is enough
    wait_until(lambda: all(work.drained.values()))
    before = dict(work.drained)
    work.engine.wake()
    wait_until(lambda: all(work.drained[kind] > before[kind] for kind in before), 10, why="woken before the next poll")


def test_what_is_rare_is_looked_for_by_itself_and_nobody_is_woken_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thread, "_POLL_SECONDS", 60)
    work = Work(rare=("delivery",))
    try:
        work.engine.start()
        wait_until(lambda: all(work.drained.values()))
        before = dict(work.drained)
        work.engine.wake()
        wait_until(lambda: work.drained["meeting"] > before["meeting"])
        assert work.drained["delivery"] == before["delivery"]
    finally:
        work.gate.set()
        work.engine.stop()


def test_a_stopped_engine_leaves_no_thread_and_can_start_again(work: Work) -> None:
    before = set(threading.enumerate())
    work.engine.start()
    started = {thread for thread in set(threading.enumerate()) - before if thread.name.startswith("zoom-")}
    assert {thread.name for thread in started} == {"zoom-meeting", "zoom-delivery"}
    assert len(started) == 2
    work.engine.stop()
    assert not any(thread.is_alive() for thread in started)
    drained = dict(work.drained)
    work.engine.start()
    wait_until(lambda: all(work.drained[kind] > drained[kind] for kind in drained))


def test_an_error_does_not_end_the_thread(work: Work) -> None:
    work.fails = True
    work.engine.start()
    wait_until(lambda: all(work.drained.values()))
    work.fails = False
    before = dict(work.drained)
    work.engine.wake()
    wait_until(lambda: all(work.drained[kind] > before[kind] for kind in before))


def test_when_all_hands_are_busy_a_try_is_refused_at_once(work: Work) -> None:
    tries = [work.engine.try_now(work.hang) for _ in range(40)]
    busy: list[Future[bool]] = [one for one in tries if one is not None]
    assert 0 < len(busy) < 40
    assert tries[-1] is None
    work.gate.set()
    assert wait(busy, 10).not_done == set()
    assert all(one.result() for one in busy)
    wait_until(lambda: (again := work.engine.try_now(work.hang)) is not None and again.result())


def test_a_forked_child_has_threads_of_its_own(work: Work) -> None:
    work.engine.start()
    wait_until(lambda: all(work.drained.values()))
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        failed = 1
        try:
            before = dict(work.drained)
            wait_until(lambda: all(work.drained[kind] > before[kind] for kind in before))
            tried = work.engine.try_now(work.hang)
            work.gate.set()
            failed = 0 if tried is not None and tried.result(10) else 1
            os.write(writing, b".")
        finally:
            os._exit(failed)
    ended: list[int] = []

    def has_ended() -> bool:
        pid, status = os.waitpid(child, os.WNOHANG)
        ended.append(status)
        return pid == child

    wait_until(has_ended, 20)
    assert (ended[-1], os.read(reading, 1)) == (0, b".")
    os.close(reading)
    os.close(writing)


def test_mails_leave_while_the_meetings_wait_for_a_hanging_zoom(make_site: MakeSite) -> None:
    site = make_site()
    letters = Letters(site)
    site.connect()
    site.simulator.fault(route="create_meeting", status=503)
    booking = site.booked()
    site.simulator.fault(route="create_meeting", delay=7)
    turn(site.state, models.Meeting, due_at=LONG_AGO)
    state = site.state
    engine = ThreadEngine(dict.fromkeys(drain.KINDS, 1), lambda kind, limit: drain.drain(state, kind, limit))
    engine.start()
    try:
        make_due(site.state, models.Delivery)
        engine.wake()
        wait_until(lambda: letters.texts("bob@") and letters.texts("ada@"), 6.5)
        assert look(site, booking)["meeting_status"] == "coming"
        wait_until(lambda: look(site, booking)["meeting_status"] == "ready", 15)
        wait_until(lambda: len(letters.texts("bob@")) == 2)
    finally:
        engine.stop()


def test_a_process_that_ends_lets_the_row_in_hand_be_finished() -> None:
    program = """
import threading
from zoom_blueprint.work.thread import ThreadEngine

begun, never = threading.Event(), threading.Event()

def drain(kind, limit):
    if begun.is_set():
        return 0
    begun.set()
    never.wait(1)
    print("finished", flush=True)
    return 1

engine = ThreadEngine({"meeting": 1}, drain)
engine.start()
begun.wait(10)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == "finished\n"
