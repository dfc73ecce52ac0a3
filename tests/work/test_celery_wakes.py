"""Waking Celery workers never keeps anybody waiting, whatever the broker does."""

import logging
import os
import threading
from collections.abc import Iterator

import pytest

from tests.fixtures.waiting import wait_until
from zoom_blueprint.work.celery_engine import CeleryEngine
from zoom_blueprint.work.thread import ThreadEngine


class Broker:
    """A broker that a test holds: ``hangs`` until the gate opens, or ``is_away``."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.is_away = False
        self.asked = 0
        self.sent = 0
        tries = ThreadEngine({"meeting": 1}, lambda kind, limit: 0)
        self.engine = CeleryEngine(self.publish, tries)

    def publish(self) -> None:
        """Take one message, or not."""
        self.asked += 1
        self.gate.wait(30)
        if self.is_away:
            raise ConnectionRefusedError("nobody listens there")
        self.sent += 1


@pytest.fixture
def broker() -> Iterator[Broker]:
    """An engine and its broker."""
    made = Broker()
    yield made
    made.gate.set()
    made.engine.stop()


def test_whoever_wakes_does_not_wait_for_a_broker_that_hangs(broker: Broker) -> None:
    broker.gate.clear()
    for _ in range(100):
        broker.engine.wake()  # would wait for 30 s
    assert broker.sent == 0
    broker.gate.set()
    wait_until(lambda: broker.sent)


def test_a_burst_is_few_messages_and_the_last_wish_is_among_them(broker: Broker) -> None:
    broker.gate.clear()
    broker.engine.wake()
    wait_until(lambda: broker.asked == 1)
    for _ in range(500):
        broker.engine.wake()
    broker.gate.set()
    broker.engine.stop(10)
    assert broker.sent == 2


def test_an_absent_broker_is_named_once_and_asked_again(broker: Broker, caplog: pytest.LogCaptureFixture) -> None:
    broker.is_away = True
    with caplog.at_level(logging.WARNING):
        broker.engine.wake()
        wait_until(lambda: broker.asked)
        broker.engine.stop()
        broker.engine.wake()
        wait_until(lambda: broker.asked == 2)
        assert [record.levelname for record in caplog.records] == ["ERROR"]
        broker.is_away = False
        wait_until(lambda: broker.sent, 15, why="the wish is not forgotten")
        wait_until(lambda: [record.levelname for record in caplog.records] == ["ERROR", "WARNING"])


def test_first_tries_are_made_in_this_process_without_background_threads(broker: Broker) -> None:
    before = set(threading.enumerate())
    broker.engine.start()
    tried = broker.engine.try_now(os.getpid)
    assert tried is not None
    assert tried.result(10) == os.getpid()
    names = {thread.name for thread in set(threading.enumerate()) - before}
    assert "zoom-meeting" not in names


def test_a_forked_child_wakes_by_itself_though_the_parent_hangs(broker: Broker) -> None:
    broker.gate.clear()
    broker.engine.wake()
    wait_until(lambda: broker.asked == 1)
    child = os.fork()
    if child == 0:
        failed = 1
        try:
            broker.gate = threading.Event()
            broker.gate.set()
            broker.engine.wake()
            wait_until(lambda: broker.sent == 1)
            failed = 0
        finally:
            os._exit(failed)
    ended: list[int] = []

    def has_ended() -> bool:
        pid, status = os.waitpid(child, os.WNOHANG)
        ended.append(status)
        return pid == child

    wait_until(has_ended, 20)
    assert ended[-1] == 0


def test_a_program_that_ends_sends_its_wake_first(broker: Broker) -> None:
    broker.gate.clear()
    broker.engine.wake()
    wait_until(lambda: broker.asked == 1)
    broker.engine.wake()
    threading.Timer(0.1, broker.gate.set).start()
    broker.engine.stop(10)
    assert broker.sent == 2
