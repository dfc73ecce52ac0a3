"""A site whose work is done by Celery: web processes, workers, a broker that may be away, and a look at all of it."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime

from celery import Celery
from sqlalchemy import insert

from tests.fixtures.redis_servers import RedisServer
from tests.fixtures.servers import Program, Start
from tests.fixtures.site import Programs
from tests.fixtures.waiting import wait_until
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id

APP = "tests.work.celery_site"
SECONDS = 40


class Cluster:
    """Programs on one database and one broker; ``state`` is that of one more process, which does nothing by itself."""

    def __init__(self, programs: Programs, redis: RedisServer, start: Start, state: State) -> None:
        self.programs, self.redis, self.state = programs, redis, state
        self._start = start
        self.broker = redis.url.replace("unix:", "redis+socket:")
        self.env = {**programs.env, "CELERY_BROKER": self.broker}

    def serve(self) -> Program:
        """Start a web process and wait until it answers."""
        program = self._start([sys.executable, "-m", APP, str(self.programs.port)], env=self.env)
        program.wait_for(f"{self.programs.base}/healthz")
        return program

    def work(self, *options: str) -> Program:
        """Start a worker of two processes and wait until it is ready."""
        quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            f"{APP}:celery_app",
            "worker",
            "--pool=prefork",
            "-c",
            "2",
            "-l",
            "INFO",
        ]
        program = self._start([*command, *quiet, *options], env=self.env)
        wait_until(lambda: program.process.poll() is not None or " ready." in program.output, SECONDS)
        if program.process.poll() is not None:
            program.fail("ended before it was ready")
        return program

    def sweep(self) -> None:
        """Send what beat sends each minute."""
        with Celery("beat", broker=self.broker) as sender:
            sender.send_task("zoom_blueprint.sweep", ignore_result=True)


def owe(state: State, count: int) -> None:
    """Make so many rows due whose work is nothing: webhook events that were wiped with their connection."""
    now = datetime.now(UTC)
    shared = {"name": "meeting.updated", "received_at": now, "due_at": now}
    events = [{"id": new_id(), "digest": new_id(), **shared} for _ in range(count)]
    state.database.write(lambda session: session.execute(insert(models.WebhookEvent), events))


MakeCluster = Callable[..., Cluster]
