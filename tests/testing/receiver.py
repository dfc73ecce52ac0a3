"""A webhook address that keeps what it is sent and answers as it is told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from zoom_blueprint.zoom_api.signature import challenge_answer


@dataclass
class Received:
    """One POST."""

    headers: Message
    body: bytes


@dataclass
class Receiver:
    """Answers with the next of ``statuses``, then with 204; challenges with ``secret``."""

    url: str = ""
    secret: str = ""
    posts: list[Received] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    hang: threading.Event | None = None


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Listen on a free port."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hang = receiver.hang
            receiver.posts.append(Received(self.headers, body))
            if hang is not None:
                hang.wait(20)
            status, answer = _answer(receiver, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:
            """Do not log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/zoom/webhook"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield receiver
    finally:
        if receiver.hang is not None:
            receiver.hang.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _answer(receiver: Receiver, body: bytes) -> tuple[int, bytes]:
    if receiver.statuses:
        return receiver.statuses.pop(0), b""
    asked = json.loads(body) if body.startswith(b"{") else {}
    if asked.get("event") != "endpoint.url_validation":
        return 204, b""
    plain = asked["payload"]["plainToken"]
    return 200, json.dumps({"plainToken": plain, "encryptedToken": challenge_answer(receiver.secret, plain)}).encode()
