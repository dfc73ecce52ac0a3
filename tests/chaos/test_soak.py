"""A site under mixed load for a long time: it does not grow."""

import os
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import text

from tests.chaos import lives, truth
from tests.chaos.load import Stream, flowing, pass_time
from tests.chaos.serving import Served
from tests.chaos.test_database_restart import look
from tests.fixtures.servers import Start
from tests.fixtures.shown import Show
from tests.fixtures.site_app import prepare
from zoom_blueprint.state import State
from zoom_blueprint.testing import Simulator

SECONDS = float(os.environ.get("SOAK_SECONDS", "600"))
SAMPLES = 20
HOSTS = 36  # so many that none uses up the hundred calls of a day
LIVES = 1500
GROWTH = 1.05
SPARE_FILES = 5


class Sample(NamedTuple):
    """What a server holds at one moment."""

    memory: int
    files: int
    connections: int
    owed: int


@pytest.mark.deep
@pytest.mark.timeout(SECONDS * 2 + 300)
def test_a_site_under_mixed_load_does_not_grow(
    start_program: Start, database_copy: Callable[..., str], zoom_simulator: Simulator, tmp_path: Path, show: Show
) -> None:
    site = Served(start_program, database_copy(prepare), zoom_simulator, tmp_path / "mails", HOSTS)
    pid = child_of(site.run().pid)
    with site.connected() as state:
        people = lives.draw(random.Random(lives.seed_of_today()), site.people, LIVES)
        lives.give_times(people, site)
        series = []
        with flowing([Stream(site.base, 8, look)]), ThreadPoolExecutor(2) as pool:
            coming = iter(people)
            for _ in range(SAMPLES):
                few = list(islice(coming, LIVES // SAMPLES))
                met = [pool.submit(life.live, [site.base]) for life in few[: max(1, int(SECONDS / SAMPLES * 2))]]
                pass_time(SECONDS / SAMPLES)
                series.append(sample(pid, state))
                for visit in met:
                    visit.result()
        show(f"memory in KiB, files, connections, owed: {[tuple(one) for one in series]}")
        truth.wait_for_quiet(state, 60)
    warm, late = series[SAMPLES // 4 : SAMPLES // 2], series[-SAMPLES // 4 :]
    assert median(late, "memory") <= median(warm, "memory") * GROWTH
    assert median(late, "files") <= median(warm, "files") + SPARE_FILES
    assert median(late, "connections") <= median(warm, "connections") + SPARE_FILES
    assert median(late, "owed") <= median(warm, "owed") + SPARE_FILES


def child_of(pid: int) -> int:
    """Return the one worker of a gunicorn."""
    (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(child)


def sample(pid: int, state: State) -> Sample:
    """Look at a process, its connections to the database, and what is owed there."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    connections = 0
    if not state.database.is_sqlite:
        query = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        connections = state.database.read(lambda session: session.execute(query).scalar_one())
    return Sample(int(status["VmRSS"].split()[0]), files, connections, len(truth.owed(state)))


def median(series: list[Sample], name: str) -> float:
    """Return the middle one of a column."""
    found = sorted(getattr(one, name) for one in series)
    return float(found[len(found) // 2])
