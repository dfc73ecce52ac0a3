"""Meetings worked off in a second by two Celery workers against one, while Zoom takes 100 ms for each answer.

PostgreSQL, a real Redis, and workers of one process each, as ``demo_app/cluster.sh`` starts them. Both run all the
time; in the rounds of one, the other takes no messages.
"""

import contextlib
import os
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from celery import Celery
from databases import databases
from measure import record, take_turns
from serving import HERE
from sites import EVENT, make
from sqlalchemy import func, select, update

from demo_app import programs
from tests.fixtures.servers import free_port
from tests.races.fleet import connect_host
from zoom_blueprint import Location
from zoom_blueprint.services import by_hosts, drain, hosts
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.testing import Simulator

MEETINGS = 18
ROUNDS = 2
_HOSTS = 3
_SECONDS = 15
_ANSWER_SECONDS = 0.1
_WORKERS = ("one", "two")
_CALLS = 5_000


def main() -> None:
    with contextlib.ExitStack() as stack:
        new = stack.enter_context(databases("postgres"))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zoom-bench-")))
        simulator = stack.enter_context(Simulator())
        settings = {"ZOOM_PUBLIC_URL": "http://127.0.0.1:9", **simulator.config()}
        simulator.set_app(redirect_uris=["http://127.0.0.1:9/callback"])
        broker = f"{stack.enter_context(programs.redis(folder, free_port()))}/0"
        state, address = make(0, address=new(), event=replace(EVENT, location=Location.ZOOM), **settings)
        _meet(state, simulator)
        simulator.fault(route="get_meeting", delay=_ANSWER_SECONDS, times=_CALLS)
        sender = stack.enter_context(Celery("bench", broker=broker))
        _start(stack, folder, {**os.environ, **settings, "BENCH_DATABASE": address, "BENCH_BROKER": broker})
        found = take_turns(
            {"baseline": lambda: _rate(state, sender, 1), "ours": lambda: _rate(state, sender, 2)},
            rounds=ROUNDS,
        )
    record("drain-celery-2-workers", **found, goal="≥ 1.6", unit="/s", database="postgres")


def _meet(state: State, simulator: Simulator) -> None:
    """Let there be meetings in Zoom, of several hosts."""
    start = (datetime.now(UTC) + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    with state.app.app_context():
        for host in (hosts.get(state, str(number)) for number in range(1, _HOSTS + 1)):
            user = f"host{host.id}"
            simulator.put_user(user)
            connect_host(state, simulator, host, user)
            for place in range(MEETINGS // _HOSTS):
                begins = start + place * timedelta(minutes=EVENT.duration_minutes)
                person = {"name": "Bob", "email": "bob@example.com", "key": f"{place}"}
                by_hosts.book(state, host.id, EVENT.slug, start=begins, **person)
    while drain.drain(state, "meeting"):
        pass
    if len(simulator.meetings()) != MEETINGS:
        raise RuntimeError("Not all meetings are in Zoom.")


def _start(stack: contextlib.ExitStack, folder: Path, environment: dict[str, str]) -> None:
    """Start the workers, and wait until both take messages."""
    paths = [str(HERE.parent), str(HERE), os.environ.get("PYTHONPATH", "")]
    given = {**environment, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    for name in _WORKERS:
        log = folder / f"{name}.log"
        options = ["-n", f"{name}@bench", "-c", "1", "-l", "INFO", "--without-gossip", "--without-mingle"]
        command = [sys.executable, "-m", "celery", "-A", "celery_served:celery_app", "worker", *options]
        process = stack.enter_context(programs.running(command, log, given))
        programs.until(lambda log=log: b" ready." in log.read_bytes(), process, log)


def _rate(state: State, sender: Celery, workers: int) -> float:
    """Have every meeting looked at in Zoom by so many workers."""
    tell = sender.control.add_consumer if workers == len(_WORKERS) else sender.control.cancel_consumer
    tell("celery", destination=[f"{_WORKERS[-1]}@bench"], reply=True, timeout=5)
    now = datetime.now(UTC)
    meeting = models.Meeting
    state.database.write(lambda session: session.execute(update(meeting).values(look_again=True, due_at=now)))
    begun = time.perf_counter()
    sender.send_task("zoom_blueprint.sweep", ignore_result=True)
    while _left(state):
        if time.perf_counter() - begun > _SECONDS:
            raise RuntimeError("The workers do not come to an end.")
        time.sleep(0.02)
    return MEETINGS / (time.perf_counter() - begun)


def _left(state: State) -> int:
    meeting = models.Meeting
    return state.database.read(
        lambda session: session.scalar(select(func.count()).where(meeting.due_at.is_not(None))) or 0
    )


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
