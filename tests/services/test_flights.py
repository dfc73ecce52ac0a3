"""Of several threads that want the same done, one does it."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.fixtures.waiting import wait_until
from zoom_blueprint.services.flights import Flights

PATIENCE = 20.0


class Slow:
    """Work that says how often it was begun, and ends when it is told to."""

    def __init__(self) -> None:
        self.begun = 0
        self.end = threading.Event()

    def __call__(self) -> str:
        self.begun += 1
        assert self.end.wait(PATIENCE)
        return f"found {self.begun}"


def test_all_get_what_the_first_finds() -> None:
    flights: Flights[str] = Flights()
    work = Slow()
    waiting = threading.Semaphore(0)

    def join() -> str | None:
        waiting.release()
        return flights.join("ada", work, PATIENCE)

    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(join)
        wait_until(lambda: work.begun == 1)
        others = [pool.submit(join) for _ in range(7)]
        for _ in range(8):
            assert waiting.acquire(timeout=PATIENCE)
        assert flights.join("grace", lambda: "another", PATIENCE) == "another"
        work.end.set()
        assert first.result() == "found 1"
        assert {other.result() for other in others} <= {"found 1", "found 2"}  # who came too late begins anew
    assert flights.join("ada", lambda: "later", PATIENCE) == "later"


def test_nobody_waits_longer_than_told() -> None:
    flights: Flights[str] = Flights()
    work = Slow()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(flights.join, "ada", work, PATIENCE)
        wait_until(lambda: work.begun == 1)
        assert flights.join("ada", work, 0.0) is None
        work.end.set()
        assert first.result() == "found 1"


def test_an_error_is_only_the_firsts_and_the_next_does_it_himself() -> None:
    flights: Flights[str] = Flights()
    begun, end = threading.Event(), threading.Event()

    def fail() -> str:
        begun.set()
        assert end.wait(PATIENCE)
        raise ValueError("this one's own")

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(flights.join, "ada", fail, PATIENCE)
        assert begun.wait(PATIENCE)
        second = pool.submit(flights.join, "ada", lambda: "anew", PATIENCE)
        end.set()
        with pytest.raises(ValueError, match="own"):
            first.result()
        assert second.result() in (None, "anew")
    assert flights.join("ada", lambda: "anew", PATIENCE) == "anew"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="There are no forks here.")
def test_a_child_does_not_wait_for_the_threads_of_its_parent() -> None:
    flights: Flights[str] = Flights()
    work = Slow()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(flights.join, "ada", work, PATIENCE)
        wait_until(lambda: work.begun == 1)
        child = os.fork()
        if not child:
            os._exit(0 if flights.join("ada", lambda: "mine", 5.0) == "mine" else 1)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        work.end.set()
        first.result()
