"""Limits: one count for all processes, in the database or in Redis, and a Redis that is away."""

import logging
import os
import sys
import time

import pytest

from tests.fixtures.redis_servers import RedisServer
from tests.fixtures.servers import Start
from tests.fixtures.site import MakeSite, Site, StartSite
from tests.fixtures.waiting import wait_until
from tests.races.fleet import together
from tests.services.looking import LONG_AGO, rows, turn
from zoom_blueprint.services import counters, limits
from zoom_blueprint.services.counters import Memory
from zoom_blueprint.store import models

FOREVER = 60
TWICE = "2 per minute"
BOB = {"bob": TWICE}
DAY = 86_400
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """A site with limits."""
    return make_site(ZOOM_LIMITS="20 per minute")


@pytest.fixture
def cached(make_site: MakeSite, redis_server: RedisServer) -> Site:
    """A site that counts in Redis."""
    return make_site(ZOOM_LIMITS="20 per minute", ZOOM_RATELIMIT_URL=redis_server.url)


def counted(site: Site) -> int:
    """Return how many windows the database keeps."""
    return len(rows(site.state, models.RateCounter))


def test_what_is_over_the_limit_waits_for_the_end_of_the_window(site: Site) -> None:
    seconds = [limits.count(site.state, BOB) for _ in range(4)]
    assert seconds[:2] == [0, 0]
    assert all(50 <= wait <= 60 for wait in seconds[2:])
    turn(site.state, models.RateCounter, expires_at=LONG_AGO)
    assert limits.count(site.state, BOB) == 0, "a window that is over begins anew"
    assert limits.wait(site.state, BOB) == 0


def test_looking_counts_nothing(site: Site) -> None:
    limits.count(site.state, BOB)
    assert [limits.wait(site.state, BOB) for _ in range(5)] == [0] * 5
    limits.count(site.state, BOB)
    assert limits.wait(site.state, BOB) > 50
    assert limits.wait(site.state, {"max": TWICE}) == 0


def test_the_longest_wait_of_several_limits_is_told(site: Site) -> None:
    limits.count(site.state, {"bob": "1 per minute; 1 per day", "max": "1 per hour"})
    assert 86_000 < limits.wait(site.state, {"bob": "1 per minute; 1 per day", "max": "1 per hour"}) <= DAY
    assert 3_500 < limits.wait(site.state, {"bob": "1 per minute", "max": "1 per hour"}) <= 3_600
    assert limits.wait(site.state, {"bob": "off", "max": "off"}) == 0


@on_sqlite
def test_nothing_is_counted_without_limits(make_site: MakeSite) -> None:
    site = make_site(ZOOM_LIMITS="off")
    assert [limits.count(site.state, {"bob": "1 per day"}) for _ in range(3)] == [0] * 3
    assert limits.count_here(site.state, "bob", "1 per day") == 0
    assert counted(site) == 0


def test_threads_let_exactly_as_many_pass_as_may(site: Site) -> None:
    passed = together(8, lambda _: sum(not limits.count(site.state, {"all": "20 per day"}) for _ in range(5)))
    assert sum(passed) == 20


def passed(start: Start, env: dict[str, str]) -> int:
    """Count 160 times in four processes."""
    programs = [start([sys.executable, "-m", "tests.services.counting", "40"], env=env) for _ in range(4)]
    for program in programs:
        assert program.process.wait(FOREVER) == 0, program.output
    return sum(int(program.output.split()[-1]) for program in programs)


def test_processes_let_exactly_as_many_pass_as_may(start_site: StartSite, start_program: Start) -> None:
    assert passed(start_program, start_site(ZOOM_LIMITS="20 per minute").env) == 100


@on_sqlite
def test_processes_count_together_in_redis(
    start_site: StartSite, start_program: Start, redis_server: RedisServer
) -> None:
    env = start_site(ZOOM_LIMITS="20 per minute", ZOOM_RATELIMIT_URL=redis_server.url).env
    assert passed(start_program, env) == 100
    assert passed(start_program, env) == 0, "and after a restart"


@on_sqlite
def test_redis_counts_in_place_of_the_database(cached: Site) -> None:
    seconds = [limits.count(cached.state, BOB) for _ in range(3)]
    assert seconds[:2] == [0, 0]
    assert 50 <= seconds[2] <= 60
    assert limits.wait(cached.state, BOB) == pytest.approx(seconds[2], abs=2)
    assert counted(cached) == 0


@on_sqlite
def test_the_database_counts_when_redis_is_away(
    cached: Site, redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    limits.count(cached.state, BOB)
    redis_server.stop()
    with caplog.at_level(logging.WARNING):
        seconds = [limits.count(cached.state, BOB) for _ in range(3)]
    assert seconds[:2] == [0, 0]
    assert seconds[2] > 50, "no door is open either"
    (line,) = [record.getMessage() for record in caplog.records]
    assert "ZOOM_RATELIMIT_URL" in line


@on_sqlite
def test_a_redis_that_hangs_is_waited_for_once(cached: Site, redis_server: RedisServer) -> None:
    redis_server.freeze()
    began = time.monotonic()
    assert [limits.count(cached.state, {"bob": "100 per day"}) for _ in range(20)] == [0] * 20
    assert time.monotonic() - began < 5
    assert counted(cached) == 1


@on_sqlite
@pytest.mark.deep
def test_redis_counts_again_soon_after_it_is_back(
    cached: Site, redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    redis_server.stop()
    limits.count(cached.state, BOB)
    assert counted(cached) == 1
    redis_server.start()
    probe = {"probe": "100000 per day"}

    def is_back() -> bool:
        turn(cached.state, models.RateCounter, hits=0)
        limits.count(cached.state, probe)
        return not [row for row in rows(cached.state, models.RateCounter) if row.hits]

    wait_until(is_back, 30, why="hits go to Redis again")
    assert limits.count(cached.state, probe) == 0
    said = [record.getMessage() for record in caplog.records if "ZOOM_RATELIMIT_URL" in record.getMessage()]
    assert len(said) == 2, "each change is told once"
    assert "answers again" in said[1]


@on_sqlite
def test_two_sites_on_one_redis_do_not_count_for_each_other(make_site: MakeSite, redis_server: RedisServer) -> None:
    one, other = (make_site(ZOOM_LIMITS="1 per day", ZOOM_RATELIMIT_URL=redis_server.url) for _ in range(2))
    for site in (one, other):
        assert limits.count(site.state, {limits.name(site.state, "client", "203.0.113.7"): "1 per day"}) == 0


def test_memory_keeps_a_bounded_number_of_windows() -> None:
    memory = Memory(most=100)
    for number in range(10_000):
        memory.incr(f"client {number}", 60)
    assert len(memory) == 100
    assert (memory.get("client 9999"), memory.get("client 0")) == (1, 0), "the oldest made room"


def test_a_window_in_memory_ends_in_its_time() -> None:
    now = [1000.0]
    memory = Memory(most=2, clock=lambda: now[0])
    assert [memory.incr("bob", 60), memory.incr("bob", 60), memory.get_expiry("bob")] == [1, 2, 1060]
    now[0] = 1061
    assert memory.get("bob") == 0
    assert [memory.incr("bob", 60), memory.get_expiry("bob")] == [1, 1121]


def test_a_hit_in_memory_may_count_several_times() -> None:
    assert [Memory().incr("bob", 60, amount=2), Memory().incr("bob", 60)] == [2, 1]


def test_threads_lose_no_hit_in_memory() -> None:
    memory = Memory()
    together(8, lambda _: [memory.incr("all", 60) for _ in range(2000)])
    assert memory.get("all") == 16_000


def test_a_forked_process_counts_in_memory_by_itself() -> None:
    counters.memory.incr("fork", 60)
    with counters.memory._lock:  # as if another thread were counting just then
        child = os.fork()
        if child == 0:
            os._exit(0 if counters.memory.incr("fork", 60) == 1 else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert counters.memory.get("fork") == 1
