"""The README's first app, saved as a developer saves it, for programs that a test starts."""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.fixtures.servers import free_port
from tests.fixtures.site_app import TOKEN_KEY
from tests.house.tree import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
FLASK = [sys.executable, "-m", "flask"]


def code(after: str, kind: str = "python") -> str:
    """Return the first block of a kind after a text of the README."""
    found = re.search(rf"{re.escape(after)}.*?```{kind}\n(.*?)```", README, flags=re.DOTALL)
    assert found is not None, f"The README has no {kind} block after {after!r}."
    return found[1]


class FirstApp:
    """A folder with the README's ``app.py``, and the environment to run it with; ``settings`` are more of its keys."""

    def __init__(self, folder: Path, database_url: str, **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.nowhere = f"http://127.0.0.1:{free_port()}"  # where a simulator might run, and does not
        folder.joinpath("app.py").write_text(code("README program"), encoding="utf-8")
        self.env = {
            "PYTHONPATH": str(ROOT),
            "ZOOM_DATABASE_URL": database_url,
            "ZOOM_PUBLIC_URL": self.origin,
            "ZOOM_OAUTH_URL": f"{self.nowhere}/oauth",
            "ZOOM_API_URL": f"{self.nowhere}/v2",
            "ZOOM_CLIENT_ID": "simulated",
            "ZOOM_CLIENT_SECRET": "simulated-secret",
            "ZOOM_WEBHOOK_SECRETS": "simulated-webhook-secret",
            "ZOOM_TOKEN_KEYS": TOKEN_KEY,
            **settings,
        }

    def flask(self, *arguments: str, environ: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
        """Run a command of ``flask`` to its end."""
        return subprocess.run(
            [*FLASK, *arguments],
            cwd=self.folder,
            env={**environ, **self.env},
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )

    @property
    def serve(self) -> list[str]:
        """The command that serves the app on its port."""
        return [*FLASK, "run", "--port", str(self.port)]
