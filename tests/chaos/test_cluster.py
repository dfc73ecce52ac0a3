"""A site on many processes, of which some are killed and one is restarted while people book, move and cancel."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.chaos import lives, truth
from tests.chaos.cluster import Cluster
from tests.fixtures.redis_servers import RedisServer
from tests.fixtures.servers import Start
from tests.fixtures.shown import Show
from tests.fixtures.site_app import prepare
from zoom_blueprint.testing import Simulator

AT_ONCE = 8
HOSTS = 24  # so many that none uses up the hundred calls of a day
FIRST = 8  # so many have come before the first misfortune
KILLS_EVERY = 5.0


@pytest.fixture
def cluster(
    start_program: Start,
    database_copy: Callable[..., str],
    zoom_simulator: Simulator,
    redis_server: RedisServer,
    tmp_path: Path,
) -> Cluster:
    """Programs on one database and one broker, none of which runs yet."""
    return Cluster(start_program, database_copy(prepare), zoom_simulator, tmp_path / "mails", HOSTS, redis_server)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("database_kind", ["postgresql", pytest.param("sqlite", marks=pytest.mark.deep)])
def test_whoever_is_killed_while_people_book_everything_is_right_in_the_end(cluster: Cluster, show: Show) -> None:
    weather(cluster, 40, show, kills=1, restarts=1, every=1.5)


@pytest.mark.deep
@pytest.mark.timeout(1200)
def test_a_thousand_bookings_are_right_though_a_worker_is_killed_each_five_seconds(
    cluster: Cluster, show: Show
) -> None:
    weather(cluster, 1000, show, kills=1000, restarts=2, every=KILLS_EVERY)


def weather(cluster: Cluster, number: int, show: Show, *, kills: int, restarts: int, every: float) -> None:
    """Let so many visitors come while workers are killed and the broker is restarted."""
    seed = lives.seed_of_today()
    show(f"CHAOS_SEED={seed}")
    cluster.begin()
    with cluster.connected() as state:
        people = lives.draw(random.Random(seed), cluster.people, number)
        lives.give_times(people, cluster)
        begun, done = threading.Event(), threading.Event()
        with cluster.beat(), ThreadPoolExecutor(AT_ONCE + 1) as pool:
            trouble = pool.submit(cluster.bring_misfortune, begun, done, kills, restarts, every)
            met = [pool.submit(life.live, cluster.bases) for life in people]
            met[FIRST].add_done_callback(lambda _: begun.set())
            try:
                replies = [reply for visit in met for reply in visit.result()]
            finally:
                done.set()
            killed, restarted = trouble.result()
            settled = truth.wait_for_quiet(state, 120)
        truth.check(state, cluster.simulator, cluster.mails, people)
        assert truth.burnt(cluster.simulator, cluster.people) == []
    counted = Counter(reply.status for reply in replies)
    show(f"{number} bookings, {killed} workers killed, broker restarted {restarted} times: {dict(counted)}")
    show(f"settled {settled:.1f} s after the last visitor")
    assert set(counted) == {200, 201}, "visitors notice nothing of it"
    assert killed
    assert restarted
