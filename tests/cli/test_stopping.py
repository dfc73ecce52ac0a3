"""What runs until it is stopped, stopped by a signal that the kernel gives to one of its other threads, as it may."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.fixtures.servers import Program, Start, free_port
from tests.fixtures.waiting import wait_until

_NUMBERS = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])


@_NUMBERS
def test_the_worker_stops(shell: Shell, number: signal.Signals) -> None:
    worker = shell.start("zoom", "worker")
    wait_until(lambda: "The worker runs." in worker.output, 20)
    assert end_by_another_thread(worker, number) == 0
    assert "The worker has stopped." in worker.output


@_NUMBERS
def test_the_simulator_stops(start_program: Start, number: signal.Signals) -> None:
    simulator = start_program([sys.executable, "-m", "zoom_blueprint.testing.simulator", "--port=0"])
    wait_until(lambda: "Zoom simulator on" in simulator.output, 20)
    assert end_by_another_thread(simulator, number) == 0
    assert "Traceback" not in simulator.output


@_NUMBERS
def test_the_demo_stops(start_program: Start, tmp_path: Path, number: signal.Signals) -> None:
    env = {"PORT": str(free_port()), "SIMULATOR_PORT": str(free_port()), "DEMO_INSTANCE": str(tmp_path)}
    demo = start_program([sys.executable, "-m", "demo_app"], env=env)
    demo.wait_for(f"http://127.0.0.1:{env['PORT']}/healthz", seconds=60)
    assert end_by_another_thread(demo, number) == 0
    assert "The demo has stopped." in demo.output


def end_by_another_thread(program: Program, number: signal.Signals) -> int:
    """Send a signal to the oldest thread but the main one of a program, and return the exit code."""
    send: Callable[[int, int, int], int] = ctypes.CDLL(None, use_errno=True).tgkill
    others = {int(task.name) for task in Path(f"/proc/{program.pid}/task").iterdir()} - {program.pid}
    assert others, "the program has but one thread"
    assert send(program.pid, min(others), number) == 0, os.strerror(ctypes.get_errno())
    return program.process.wait(30)
