"""Sites whose work is done by Celery."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.fixtures.redis_servers import RedisServer
from tests.fixtures.servers import Start
from tests.fixtures.site import StartSite
from tests.races.fleet import beside, connect
from tests.work.cluster import Cluster, MakeCluster


@pytest.fixture
def make_cluster(start_site: StartSite, start_program: Start, redis_server: RedisServer) -> Iterator[MakeCluster]:
    """Set up clusters whose host ``ada`` is connected: ``make_cluster(ZOOM_FIRST_TRIES="0")``; nothing runs yet."""
    with ExitStack() as stack:

        def make(**settings: str) -> Cluster:
            programs = start_site(**settings)
            state = stack.enter_context(beside(programs))
            connect(state, programs.simulator)
            return Cluster(programs, redis_server, start_program, state)

        yield make
