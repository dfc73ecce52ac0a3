"""Load a server over keep-alive connections with requests made before, and keep what each answer took.

One thread on a core of its own, and ``epoll``: each connection sends its next request when it has the whole answer to
the last one.
``python benchmarks/loading.py`` says how many answers a second it can take from a server that does nothing.
"""

import contextlib
import itertools
import multiprocessing
import os
import selectors
import socket
import statistics
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]
_ENOUGH = 8_000
_SECONDS_TO_ANSWER = 60.0


@dataclass(frozen=True)
class Load:
    """What came back: milliseconds for each answer, and how often each status."""

    seconds: float
    milliseconds: list[float]
    statuses: Counter[int]

    @property
    def per_second(self) -> float:
        """Answers in a second."""
        return len(self.milliseconds) / self.seconds

    def percentile(self, share: int) -> float:
        """Return how many milliseconds this share of the answers took at most, in percent."""
        return percentile(self.milliseconds, share)

    def ensure(self, *expected: int) -> "Load":
        """Return the same, if there were only these statuses."""
        if not self.milliseconds or set(self.statuses) - set(expected):
            raise RuntimeError(f"Unexpected answers: {dict(self.statuses)}")
        return self


def percentile(values: Iterable[float], share: int) -> float:
    """Return what ``share`` percent of the values do not exceed."""
    found = sorted(values)
    return found[min(len(found) - 1, len(found) * share // 100)]


def request(method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> bytes:
    """Return the bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def form(path: str, fields: Mapping[str, str]) -> bytes:
    """Return the bytes of a form post."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return request("POST", path, urlencode(fields).encode(), kind)


def load(port: int, requests: Iterable[bytes], *, connections: int, seconds: float | None = None) -> Load:
    """Send the requests, as many at a time as there are connections, until they or the ``seconds`` are over."""
    waiting = iter(requests)
    found = _Run(port)
    with found:
        for one in itertools.islice(waiting, connections):
            found.send(_Line(port), one)
        deadline = None if seconds is None else found.begun + seconds
        for line in found.answered():
            if deadline is None or time.perf_counter() < deadline:
                following = next(waiting, None)
                if following is not None:
                    found.send(line, following)
    return found.result()


def volleys(port: int, volleys: Iterable[list[bytes]]) -> Load:
    """Send the requests of a volley at the same time, each on a line of its own; the next when all are answered."""
    found = _Run(port)
    lines: list[_Line] = []
    with found:
        for volley in volleys:
            lines += [_Line(port) for _ in range(len(volley) - len(lines))]
            for line, one in zip(lines, volley, strict=False):
                found.send(line, one)
            for _ in found.answered():
                pass
    return found.result()


class _Line:
    """A connection and what has come of the answer in hand."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None
        self.content = b""
        self.length = -1  # of the whole answer, once its head is there
        self.closes = False
        self.sent_at = 0.0
        self.request = b""


class _Run:
    def __init__(self, port: int) -> None:
        self._port = port
        self._poll = selectors.EpollSelector()
        self._lines: dict[int, _Line] = {}
        self._open = 0
        self._milliseconds: list[float] = []
        self._statuses: Counter[int] = Counter()
        self.begun = self.ended = 0.0

    def __enter__(self) -> "_Run":
        os.sched_setaffinity(0, {LOAD_CORE})
        self.begun = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended = time.perf_counter()
        for line in self._lines.values():
            if line.socket is not None:
                line.socket.close()
        self._poll.close()
        os.sched_setaffinity(0, CORES)

    def result(self) -> Load:
        return Load(self.ended - self.begun, self._milliseconds, self._statuses)

    def send(self, line: _Line, content: bytes) -> None:
        if line.socket is None:
            line.socket = socket.create_connection(("127.0.0.1", line.port))
            line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._lines[line.socket.fileno()] = line
            self._poll.register(line.socket, selectors.EVENT_READ)
        line.content, line.length = b"", -1
        line.sent_at = time.perf_counter()
        line.socket.sendall(content)
        self._open += 1

    def answered(self) -> Iterator[_Line]:
        """Yield each connection when it has its answer, until none is open."""
        while self._open:
            ready = self._poll.select(_SECONDS_TO_ANSWER)
            if not ready:
                raise RuntimeError(f"No answer for {_SECONDS_TO_ANSWER:.0f} s.")
            for key, _ in ready:
                line = self._lines[key.fd]
                if self._read(line):
                    self._open -= 1
                    yield line

    def _read(self, line: _Line) -> bool:
        """Return whether the answer is there."""
        assert line.socket is not None
        part = line.socket.recv(262_144)
        if not part:
            raise RuntimeError("The server closed a connection before it had answered.")
        line.content += part
        if line.length < 0:
            end = line.content.find(b"\r\n\r\n")
            if end < 0:
                return False
            head = line.content[:end].lower()
            at = head.find(b"content-length:")
            has_body = head[9:12] not in (b"204", b"304")
            line.closes = b"connection: close" in head
            line.length = end + 4 + (int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 and has_body else 0)
        if len(line.content) < line.length:
            return False
        self._milliseconds.append((time.perf_counter() - line.sent_at) * 1000)
        self._statuses[int(line.content[9:12])] += 1
        if line.closes:
            del self._lines[line.socket.fileno()]
            self._poll.unregister(line.socket)
            line.socket.close()
            line.socket = None
        return True


def _answer_always(listener: socket.socket) -> None:
    """Serve one fixed answer to whatever comes."""
    os.sched_setaffinity(0, {SERVER_CORE})
    poll = selectors.EpollSelector()
    poll.register(listener, selectors.EVENT_READ)
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    while True:
        for key, _ in poll.select():
            if key.fileobj is listener:
                poll.register(listener.accept()[0], selectors.EVENT_READ)
                continue
            assert isinstance(key.fileobj, socket.socket)
            if key.fileobj.recv(65_536):
                key.fileobj.sendall(answer)
            else:
                poll.unregister(key.fileobj)
                key.fileobj.close()


def capacity() -> float:
    """Return how many answers a second the load can take: the median of three rounds of a second."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        server = multiprocessing.get_context("fork").Process(target=_answer_always, args=(listener,), daemon=True)
        server.start()
        try:
            port = listener.getsockname()[1]
            one = request("POST", "/webhook", b"x" * 500, {"X-Signature": "v0=" + "0" * 64})
            rounds = [load(port, itertools.repeat(one), connections=16, seconds=1).per_second for _ in range(3)]
        finally:
            with contextlib.suppress(ProcessLookupError):
                server.kill()
            server.join()
    return statistics.median(rounds)


if __name__ == "__main__":
    found = capacity()
    print(f"{found:,.0f} answers/s" + ("" if found > _ENOUGH else f": too few, {_ENOUGH:,} are needed"))
