"""A site on several processes: web servers, Celery workers, a broker, and the misfortunes of all but the first."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

from celery import Celery
from kombu.exceptions import OperationalError

from tests.chaos.serving import Served
from tests.fixtures.redis_servers import RedisServer
from tests.fixtures.servers import Program, Start, free_port
from tests.fixtures.waiting import wait_until
from zoom_blueprint.testing import Simulator

_SWEEPS_EVERY = 2.0
_QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--pool=prefork", "-c", "2", "-l", "INFO")


class Cluster(Served):
    """Two web servers and two workers of two processes each, on one database."""

    app = "tests.chaos.celery_app:app"

    def __init__(
        self, start: Start, database_url: str, simulator: Simulator, folder: Path, number: int, redis: RedisServer
    ) -> None:
        self.redis = redis
        self._broker = redis.url.replace("unix:", "redis+socket:")
        settings = {"ZOOM_CLAIM_SECONDS": "20", "CELERY_BROKER": self._broker}
        super().__init__(start, database_url, simulator, folder, number, **settings)
        self._other = free_port()
        self.bases = [self.base, f"http://127.0.0.1:{self._other}/zoom"]
        self.workers: list[Program] = []

    def begin(self) -> None:
        """Start everything."""
        self.run()
        self.run(self._other)
        self.workers = [self._work(), self._work()]
        wait_until(lambda: all(" ready." in worker.output for worker in self.workers), 60, why="the workers are ready")

    def bring_misfortune(
        self, begun: threading.Event, done: threading.Event, kills: int, restarts: int, every: float
    ) -> tuple[int, int]:
        """Once ``begun``, kill one worker after the other, and restart the broker; return how often each was done.

        It ends with ``done``, or after so many ``kills`` and ``restarts``; ``every`` is the pause between two, in
        seconds.
        """
        killed = restarted = 0
        begun.wait()
        for place in cycle(range(len(self.workers))):
            if killed < kills:
                self.workers[place].kill()
                self.workers[place] = self._work()
                killed += 1
            if restarted < restarts and restarted * 2 < killed:
                self.redis.stop()
                self.redis.start()
                restarted += 1
            if (killed, restarted) == (kills, restarts) or done.wait(every):
                break
        return killed, restarted

    @contextmanager
    def beat(self) -> Iterator[None]:
        """Send what beat sends each minute, a little faster."""
        done = threading.Event()

        def send() -> None:
            while not done.wait(_SWEEPS_EVERY):
                try:
                    with Celery("beat", broker=self._broker) as sender:
                        sender.send_task("zoom_blueprint.sweep", ignore_result=True, retry=False)
                except OperationalError:
                    continue  # the broker is away

        thread = threading.Thread(target=send)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _work(self) -> Program:
        command = [sys.executable, "-m", "celery", "-A", "tests.chaos.celery_app:celery_app", "worker", *_QUIET]
        return self._start(command, env=self.env)
