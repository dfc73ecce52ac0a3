"""Serve WSGI apps the way a site does: gunicorn, one worker process with eight threads, on a core of its own."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from loading import SERVER_CORE

HERE = Path(__file__).resolve().parent
_SECONDS_TO_START = 60
_SECONDS_TO_STOP = 10


@contextlib.contextmanager
def serve(
    app: str,
    environment: Mapping[str, str] | None = None,
    *,
    workers: int = 1,
    threads: int = 8,
    preload: Path | None = None,
) -> Iterator[int]:
    """Serve ``module:app``, where the module lies in this folder, and yield the port on 127.0.0.1.

    ``preload`` is a library to load into the processes, such as ``slow_disk()``.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener, tempfile.TemporaryFile() as output:
        port: int = listener.getsockname()[1]
        command = [
            *("taskset", "-c", str(SERVER_CORE)),
            *(sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--bind", f"fd://{listener.fileno()}"),
            *("--workers", str(workers), "--threads", str(threads), "--keep-alive", "75", "--timeout", "300"),
            *("--chdir", str(HERE), "--no-control-socket", app),
        ]
        paths = [str(HERE.parent), os.environ.get("PYTHONPATH", "")]
        given = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), **(environment or {})}
        if preload is not None:
            given["LD_PRELOAD"] = str(preload)
        process = subprocess.Popen(
            command if shutil.which("taskset") else command[3:],
            env=given,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=[listener.fileno()],
        )
        try:
            _wait(process, port, lambda: os.pread(output.fileno(), 10_000, 0).decode(errors="replace"))
            yield port
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(_SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextlib.contextmanager
def slow_disk() -> Iterator[Path]:
    """Compile the library that makes each fsync take 1 ms longer, and yield where it lies."""
    with tempfile.TemporaryDirectory(prefix="zoom-bench-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as a user of its own
        library = Path(folder) / "slow_disk.so"
        source = HERE / "slow_disk.c"
        subprocess.run(
            ["gcc", "-O2", "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"], check=True, timeout=60
        )
        yield library


def _wait(process: "subprocess.Popen[bytes]", port: int, output: Callable[[], str]) -> None:
    """Return when the server answers; the first request is not measured."""
    deadline = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", port), timeout=_SECONDS_TO_START) as one,
        ):
            one.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            if one.recv(100).startswith(b"HTTP/1.1 "):
                return
        time.sleep(0.05)
    raise RuntimeError(f"The server does not answer:\n{output()}")
