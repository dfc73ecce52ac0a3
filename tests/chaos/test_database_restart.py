"""PostgreSQL is stopped and started again in the middle of load: nobody is told nonsense, and nothing is half done."""

import hashlib
import json
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from tests.chaos import lives, truth
from tests.chaos.load import Reply, Stream, flowing, pass_time
from tests.chaos.serving import Served
from tests.fixtures.databases import PostgresServer
from tests.fixtures.postgres import OwnServer, restartable_server
from tests.fixtures.servers import Start
from tests.fixtures.shown import Show
from tests.fixtures.site import Answer, Visitor
from tests.fixtures.site_app import prepare
from tests.fixtures.waiting import wait_until
from tests.services.looking import rows
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.testing import Simulator, sign_webhook

LONGEST, BACK_WITHIN = 20, 5
AT_ONCE = 5
HOSTS = 8  # so many that none uses up the hundred calls of a day
DOWN, BETWEEN = 2.0, 3.0


@pytest.fixture
def server() -> Iterator[OwnServer]:
    """A PostgreSQL that does not share its fate with that of other tests."""
    with restartable_server() as running:
        yield running


class Webhooks:
    """Webhooks that are acknowledged, and what has to be in the database therefore."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self.acknowledged: set[str] = set()

    def send(self, visitor: Visitor, number: int) -> Answer:
        """Send one that is like no other."""
        body = json.dumps({"event": "meeting.started", "payload": {"object": {"id": number}}}).encode()
        headers = sign_webhook(self._secret, body)
        answer = visitor.post("/webhook", data=body, headers=headers)
        if answer.status_code == 200:
            self.acknowledged.add(hashlib.sha256(body).hexdigest())
        return answer

    def check(self, state: State) -> None:
        """Check that none is lost that was acknowledged."""
        assert self.acknowledged <= {row.digest for row in rows(state, models.WebhookEvent)}


def look(visitor: Visitor, number: int) -> Answer:
    """Look at times, or open the page."""
    query = {"from": "2030-01-01", "to": "2030-01-31", "tz": "Europe/Paris"}
    if number % 4:
        return visitor.get(f"/api/v1/hosts/host{number % 2}/call/slots", params=query)
    return visitor.get(f"/book/host{number % 2}/call")


@pytest.fixture
def site(server: OwnServer, start_program: Start, zoom_simulator: Simulator, tmp_path: Path) -> Served:
    """A site on that PostgreSQL, which one program serves."""
    url = PostgresServer(make_url(server.url)).create(prepare)
    # A Zoom call that is made when the database goes away is looked after when its claim has run out.
    return Served(start_program, url, zoom_simulator, tmp_path / "mails", HOSTS, ZOOM_CLAIM_SECONDS="20")


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_database_that_restarts_under_load_costs_a_moment_and_nothing_else(
    site: Served, server: OwnServer, mode: str, show: Show
) -> None:
    weather(site, server, [mode], 30, show)


@pytest.mark.deep
@pytest.mark.timeout(600)
def test_a_database_that_restarts_six_times_costs_six_moments(site: Served, server: OwnServer, show: Show) -> None:
    weather(site, server, ["fast", "immediate"] * 3, 250, show)


def weather(site: Served, server: OwnServer, stops: Sequence[str], number: int, show: Show) -> None:
    """Take the database away in these modes, one after the other, while so many visitors book, move and cancel."""
    seed = lives.seed_of_today()
    show(f"CHAOS_SEED={seed}")
    site.run()
    with site.connected() as state:
        people = lives.draw(random.Random(seed), site.people, number)
        lives.give_times(people, site)
        webhooks = Webhooks(site.simulator.webhook_secret)
        streams = [Stream(site.base, 8, look), Stream(site.base, 4, webhooks.send)]
        with flowing(streams), ThreadPoolExecutor(AT_ONCE) as pool:
            met = [pool.submit(life.live, [site.base]) for life in people]
            back = [bounce(server, mode, site) for mode in stops]
            replies = [reply for visit in met for reply in visit.result()]
        replies += [reply for stream in streams for reply in stream.replies]
        settled = truth.wait_for_quiet(state, 60)
        truth.check(state, site.simulator, site.mails, people)
        assert truth.burnt(site.simulator, site.people) == []
        webhooks.check(state)
    counted, slowest = Counter(reply.status for reply in replies), max(reply.seconds for reply in replies)
    show(f"{dict(counted)}, the slowest in {slowest:.1f} s; back in {back} s, settled in {settled:.1f} s")
    check_answers(replies)
    assert max(back) <= BACK_WITHIN


def bounce(server: OwnServer, mode: str, site: Served) -> float:
    """Take the database away for a while; return after how many seconds the site was back, though nobody touched it."""
    pass_time(BETWEEN)
    server.stop(mode)
    pass_time(DOWN)
    server.start()
    begin = time.monotonic()
    wait_until(lambda: look(Visitor(site.base), 1).status_code == 200, 30, why="the site is back", every=0.05)
    return round(time.monotonic() - begin, 2)


def check_answers(replies: Sequence[Reply]) -> None:
    """Check that whoever was not served was told to come back, in a form that programs understand, and in good time."""
    busy = [reply for reply in replies if reply.status not in (200, 201)]
    assert {reply.status for reply in busy} == {503}, [reply for reply in busy if reply.status != 503][:5]
    assert all(reply.retry_after for reply in busy)
    assert {reply.content_type.partition(";")[0] for reply in busy} <= {"application/problem+json", "text/html"}
    assert max(reply.seconds for reply in replies) <= LONGEST
