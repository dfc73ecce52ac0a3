"""The command line in real processes, on SQLite and beside a simulated Zoom."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import Zoom
from tests.fixtures.servers import ROOT, Program, Start, free_port
from tests.fixtures.site import MakeSite, Visitor
from tests.fixtures.site_app import prepare
from zoom_blueprint.testing import Simulator

APP = ["-m", "flask", "--app", "tests.cli.host_app:create_app()"]


class Shell(Visitor):
    """Run ``flask …`` with the settings of one app; as a visitor, ask its first server."""

    def __init__(self, start: Start, env: dict[str, str], port: int) -> None:
        super().__init__(f"http://127.0.0.1:{port}/zoom")
        self._start = start
        self.env = env
        self.port = port

    def run(self, *arguments: str, **env: str) -> str:
        """Run a command to its end and return what it printed; it must succeed."""
        done = subprocess.run(
            [sys.executable, *APP, *arguments],
            cwd=ROOT,
            env={**os.environ, **self.env, **env},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, *arguments: str, **env: str) -> Program:
        """Start a command that stays."""
        program: Program = self._start([sys.executable, *APP, *arguments], env={**self.env, **env})
        return program

    def serve(self, port: int | None = None, **env: str) -> Program:
        """Start a server, on the public port unless another is given, and wait until it answers."""
        port = port or self.port
        program = self.start("run", "--port", str(port), **env)
        program.wait_for(f"http://127.0.0.1:{port}/zoom/healthz")
        return program


@pytest.fixture
def database_kind() -> str:
    """Run on SQLite: what is stored has its own tests."""
    return "sqlite"


@pytest.fixture
def zoom(make_site: MakeSite) -> Zoom:
    """Run commands inside this process, on a site of its own."""
    return Zoom(make_site())


@pytest.fixture
def shell(start_program: Start, database_copy: Callable[..., str], zoom_simulator: Simulator, tmp_path: Path) -> Shell:
    """Run commands of an app whose tables are there."""
    return make_shell(start_program, database_copy(prepare), zoom_simulator, tmp_path)


def make_shell(start: Start, address: str, simulator: Simulator, folder: Path, **settings: Any) -> Shell:
    """Return a shell for a database."""
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    simulator.set_app(redirect_uris=[f"{origin}/zoom/callback"], webhook_url=f"{origin}/zoom/webhook")
    env = {
        "SQLALCHEMY_DATABASE_URI": address,
        "ZOOM_PUBLIC_URL": origin,
        "TOLD": str(folder / "told"),
        **simulator.config(),
        **settings,
    }
    return Shell(start, env, port)
