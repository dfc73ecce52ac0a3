"""Run the simulator in a process of its own, for as long as a test needs it."""

import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from zoom_blueprint.testing.control import Control, SimulatorError
from zoom_blueprint.testing.google import GoogleControl

_STOP_WITHIN = 10


class Simulator(Control):
    """A simulated Zoom behind real HTTP, as a context manager.

    ``with Simulator(redirect_uris=["http://127.0.0.1:5000/zoom/callback"]) as zoom: app.config.update(zoom.config())``.
    Its state is in the file ``state``, or in a temporary one that is gone afterwards. It ends with the process that
    started it, even if that is killed.
    """

    def __init__(
        self,
        state: Path | None = None,
        port: int = 0,
        *,
        client_id: str = "SimClientId0123456789A",
        client_secret: str = "SimClientSecret0123456789ABCDEFG",  # noqa: S107 - made up
        redirect_uris: Sequence[str] = (),
        webhook_url: str | None = None,
        webhook_secret: str = "SimWebhookSecret012345",  # noqa: S107 - made up
        scopes: Sequence[str] = (),
    ) -> None:
        super().__init__("")
        self.client_id = client_id
        self.client_secret = client_secret
        self.webhook_secret = webhook_secret
        self._redirect_uris = tuple(redirect_uris)
        self._webhook_url = webhook_url
        self._scopes = tuple(scopes)
        self._port = port
        self._directory: Path | None = None
        self._state = state
        self._process: subprocess.Popen[str] | None = None

    @property
    def oauth_url(self) -> str:
        """The value for ZOOM_OAUTH_URL."""
        return f"{self.url}/oauth"

    @property
    def api_url(self) -> str:
        """The value for ZOOM_API_URL."""
        return f"{self.url}/v2"

    @property
    def google(self) -> GoogleControl:
        """Google's side, for the same people."""
        return GoogleControl(self)

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def config(self) -> dict[str, str]:
        """Return the configuration keys that point an app at this simulator."""
        return {
            "ZOOM_CLIENT_ID": self.client_id,
            "ZOOM_CLIENT_SECRET": self.client_secret,
            "ZOOM_OAUTH_URL": self.oauth_url,
            "ZOOM_API_URL": self.api_url,
            "ZOOM_WEBHOOK_SECRETS": self.webhook_secret,
        }

    def start(self) -> Self:
        """Start the process and wait until it listens; SimulatorError if it does not."""
        self._process = subprocess.Popen(  # noqa: S603 - our own module, with our own arguments
            self._command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self._process.stdout.readline() if self._process.stdout else ""
        if " on http" not in line:
            self.kill()
            raise SimulatorError("The simulator did not start; its standard error says why.")
        self.url = line.rsplit(maxsplit=1)[-1]
        self._port = urlsplit(self.url).port or 0
        return self

    def stop(self) -> None:
        """Stop as Ctrl-C does."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Stop at once, as a power cut does."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Start again at the same port with the same state, after ``stop`` or ``kill`` or instead of them."""
        self.stop()
        self.start()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()
        if self._directory is not None:
            shutil.rmtree(self._directory)
            self._directory = None

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(number)
        try:
            process.wait(_STOP_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()

    def _command(self) -> list[str]:
        app = {
            "--client-id": self.client_id,
            "--client-secret": self.client_secret,
            "--webhook-secret": self.webhook_secret,
            "--webhook-url": self._webhook_url,
            "--scopes": " ".join(self._scopes) or None,
        }
        given = [f"{option}={value}" for option, value in app.items() if value is not None]
        given += [f"--redirect-uri={address}" for address in self._redirect_uris]
        return [
            sys.executable,
            "-m",
            "zoom_blueprint.testing.simulator",
            f"--port={self._port}",
            f"--state={self._state_file()}",
            "--stop-with-stdin",
            *given,
        ]

    def _state_file(self) -> Path:
        if self._state is not None:
            return self._state
        if self._directory is None:
            self._directory = Path(tempfile.mkdtemp(prefix="zoom-simulator-"))
        return self._directory / "state.sqlite"
