"""A scripted HTTP server on loopback: it answers with prepared bytes, misbehaves as told, and remembers what it got."""

import contextlib
import json
import socket
import ssl
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

Behaviour = Callable[["Standin", socket.socket], None]


@dataclass(frozen=True)
class Received:
    """One request as it came over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    peer: int

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def json(self) -> dict[str, object]:
        value = json.loads(self.body)
        assert isinstance(value, dict)
        return value


class Standin:
    """Answers each request with the next of ``answers``; whatever is not scripted is a 500."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.answers: deque[bytes | Behaviour] = deque()
        self.received: list[Received] = []
        self.accepted = 0
        self.over = threading.Event()
        self.hung_up = threading.Event()
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        scheme = "https" if self._tls else "http"
        return f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"

    def will(self, *answers: bytes | Behaviour) -> None:
        self.answers.extend(answers)

    @property
    def only(self) -> Received:
        assert len(self.received) == 1, self.received
        return self.received[0]

    def close(self) -> None:
        self.over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._connections:
            # A plain close would leave a thread of ours waiting in recv.
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                connection, (_, peer) = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            thread = threading.Thread(target=self._serve, args=(connection, peer), daemon=True)
            self._connections.append(connection)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket, peer: int) -> None:
        try:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
                self._connections.append(connection)
            with connection, connection.makefile("rb") as stream:
                while self._one(connection, stream.readline, stream.read, peer):
                    pass
        except OSError:
            return

    def _one(
        self,
        connection: socket.socket,
        line: Callable[[], bytes],
        read: Callable[[int], bytes],
        peer: int,
    ) -> bool:
        first = line().decode("latin-1").split()
        if not first:
            return False
        headers: dict[str, str] = {}
        while (header := line().decode("latin-1").strip()) != "":
            name, _, value = header.partition(":")
            headers[name.lower()] = value.strip()
        body = read(int(headers.get("content-length", "0")))
        self.received.append(Received(first[0], first[1], headers, body, peer))
        answer = self.answers.popleft() if self.answers else reply(500, b"not scripted")
        if callable(answer):
            answer(self, connection)
            return False
        connection.sendall(answer)
        return True


def reply(status: int, body: bytes = b"", *headers: str) -> bytes:
    """Return a whole answer; a 204 gets neither length nor body, as Zoom does it."""
    lines = [f"HTTP/1.1 {status} Whatever", "x-zm-trackingid: v=2.0;clid=us02;rid=TEST_1", *headers]
    if status != 204:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def json_reply(status: int, value: object, *headers: str) -> bytes:
    return reply(status, json.dumps(value).encode(), "Content-Type: application/json;charset=UTF-8", *headers)


def drop(_server: Standin, connection: socket.socket) -> None:
    """Take the request, then close without a byte."""
    connection.shutdown(socket.SHUT_RDWR)


def hang(server: Standin, _connection: socket.socket) -> None:
    """Take the request and say nothing until the test is over."""
    server.over.wait(30)


def only_bytes(content: bytes) -> Behaviour:
    """Send these bytes and close, whatever they promised."""

    def behave(server: Standin, connection: socket.socket) -> None:
        connection.sendall(content)
        connection.shutdown(socket.SHUT_RDWR)
        server.hung_up.set()

    return behave


def flood(_server: Standin, connection: socket.socket) -> None:
    """Promise a body without end and send 64 MiB of it."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n")
    for _ in range(1024):
        connection.sendall(b" " * 65_536)
    connection.shutdown(socket.SHUT_RDWR)


def drip(content: bytes) -> Behaviour:
    """Send a byte every 20 ms for ten minutes: no time-out between two reads ever strikes."""

    def behave(server: Standin, connection: socket.socket) -> None:
        for byte in (content + b" " * 30_000)[:30_000]:
            if server.over.wait(0.02):
                return
            connection.sendall(bytes([byte]))

    return behave
