"""Firefox, driven through WebDriver BiDi by puppeteer, which runs in a Node program of its own."""

import json
import os
import select
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.engines.driving import HEIGHT, PATIENCE, WIDTH

_HERE = Path(__file__).resolve().parent
_QUIET: dict[str, object] = {
    # Nothing is fetched that no page has asked for.
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "services.settings.server": "data:,",
}


class Firefox:
    """See ``Engine``; ``proxy`` is asked for every page that is not on loopback."""

    name = "firefox"

    def __init__(self, executable: str, *, proxy: int, scripts: bool = True) -> None:
        preferences = {
            **_QUIET,
            "network.proxy.type": 1,
            "network.proxy.http": "127.0.0.1",
            "network.proxy.http_port": proxy,
            "javascript.enabled": scripts,
        }
        settings = {"executable": executable, "preferences": preferences, "scripts": scripts}
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the program
        self._program = subprocess.Popen(
            ["node", "firefox.mjs", json.dumps(settings)],
            cwd=_HERE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            start_new_session=True,
            text=True,
        )
        self.version = str(self._answer())

    def fresh(self, width: int = WIDTH, height: int = HEIGHT) -> None:
        """Open a page in a context of its own, which ends the one before."""
        self._ask("fresh", width, height)

    def open(self, url: str) -> None:
        """Go to an address and wait until it is loaded."""
        self._ask("open", url)

    def evaluate(self, code: str) -> str:
        """Run an expression in the page, or beside it where scripts are off."""
        return str(self._ask("evaluate", code))

    def click(self, x: float, y: float) -> None:
        """Press the mouse at a point of what is seen."""
        self._ask("click", x, y)

    def press(self, *keys: str) -> None:
        """Press a key, with the modifiers named before it held down."""
        self._ask("press", keys)

    def type(self, text: str) -> None:
        """Type into whatever has the focus."""
        self._ask("type", text)

    def screenshot(self, path: Path) -> None:
        """Keep what is seen as a PNG file."""
        self._ask("screenshot", str(path))

    def close(self) -> None:
        """End Firefox, and whatever of it is left."""
        with suppress(AssertionError, OSError):
            self._ask("close")
        with suppress(ProcessLookupError):
            os.killpg(self._program.pid, signal.SIGKILL)
        self._program.communicate()
        self._complaints.close()

    def _ask(self, command: str, *given: float | str | Sequence[str]) -> Any:
        assert self._program.stdin is not None
        self._program.stdin.write(json.dumps([command, *given]) + "\n")
        self._program.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._program.stdout is not None
        ready, _, _ = select.select([self._program.stdout], [], [], 2 * PATIENCE)
        line = self._program.stdout.readline() if ready else ""
        if not line:
            self._complaints.seek(0)
            raise AssertionError(f"Firefox gives no answer. {self._complaints.read().decode(errors='replace')}")
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer["value"]
