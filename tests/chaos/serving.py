"""The app of the chaos tests behind gunicorn, as sites are served."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.chaos.app import UNLIMITED, hosts
from tests.chaos.mails import Mails
from tests.fixtures.servers import Start
from tests.fixtures.site import Programs
from tests.races.fleet import beside, connect_host
from zoom_blueprint import Host
from zoom_blueprint.state import State
from zoom_blueprint.testing import Simulator

THREADS = 8


class Served(Programs):
    """A site of several hosts, each server of which is one gunicorn worker with eight threads."""

    app = "tests.chaos.app:create_app()"

    def __init__(
        self, start: Start, database_url: str, simulator: Simulator, folder: Path, number: int, **settings: str
    ) -> None:
        self.mails = Mails(folder)
        self.people: Sequence[Host] = hosts(number)
        ours = {"CHAOS_HOSTS": str(number), "CHAOS_MAILS": str(folder)}
        super().__init__(start, database_url, simulator, {**UNLIMITED, **settings, **ours})

    def run(self, port: int | None = None) -> Any:
        """Start one more server, on the public port unless another is given, and wait until it answers."""
        port = port or self.port
        options = ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", str(THREADS), "--timeout", "60"]
        options += ["--keep-alive", "60"]
        command = [sys.executable, "-m", "gunicorn", *options, self.app]
        program = self._start(command, env=self.env)
        program.wait_for(f"http://127.0.0.1:{port}/zoom/healthz")
        return program

    @contextmanager
    def connected(self) -> Iterator[State]:
        """Connect all hosts, and give the state of a process that only looks on; to be called when a server runs."""
        with beside(self) as state:
            for host in self.people:
                self.simulator.put_user(host.slug or "")
                connect_host(state, self.simulator, host, host.slug or "")
            yield state
