"""Serve one world over HTTP, with its sender of webhooks beside."""

import socket
import threading
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from zoom_blueprint.testing.simulator.app import create_app
from zoom_blueprint.testing.simulator.sender import Sender
from zoom_blueprint.testing.simulator.world import World


class _Handler(WSGIRequestHandler):
    """Log nothing: the request lines of this server carry codes and start links."""

    disable_nagle_algorithm = True

    def send_response(self, code: int, message: str | None = None) -> None:
        """Leave the ``Date`` to the answer, for a fault may set it."""
        self.send_response_only(code, message)
        self.send_header("Server", self.version_string())

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Do not log."""


class Server:
    """A listening simulator; OSError if the address is taken."""

    def __init__(self, host: str, port: int, state: Path | None) -> None:
        self._socket = socket.create_server((host, port), backlog=128)
        port = self._socket.getsockname()[1]
        self.url = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104 - compared, not bound
        self.world = World(state, self.url)
        self._http = make_server(
            host,
            port,
            create_app(self.world),
            threaded=True,
            request_handler=_Handler,
            fd=self._socket.fileno(),
        )
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), name="http", daemon=True)
        self._sender = Sender(self.world)

    def start(self) -> None:
        """Answer requests and send webhooks from now on."""
        self._thread.start()
        self._sender.start()

    def stop(self) -> None:
        """Close the door, finish what is under way, close the state file."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
        self._socket.close()
        self._sender.stop()
        self.world.store.close()
