"""A sweep sends each due row once, however many are begun at the same time, and never floods the broker."""

import base64
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery import Celery
from redis import Redis

from tests.fixtures.redis_servers import RedisServer
from tests.fixtures.site import MakeSite, Site
from tests.fixtures.waiting import wait_until
from tests.races.fleet import together
from tests.services.looking import LONG_AGO, only, rows, turn
from tests.work.cluster import owe
from zoom_blueprint.services import drain, duties, sweeps
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.store import models

IS_SWEEP = models.Duty.name == DutyName.SWEEP


class Queue:
    """The broker's queue, with nobody who takes from it but the test."""

    def __init__(self, site: Site, server: RedisServer) -> None:
        self._redis: Any = Redis.from_url(server.url)
        self._state = site.state
        self.app = Celery("site", broker=server.url.replace("unix:", "redis+socket:"), set_as_current=False)
        site.zoom.init_celery(self.app, site.app)

    def run(self, task: str, *arguments: str) -> None:
        """Do what a worker does with a message."""
        self.app.tasks[f"zoom_blueprint.{task}"](*arguments)

    def take(self) -> list[tuple[str, list[str]]]:
        """Return the messages and leave none: tasks and arguments, the first sent first."""
        found = self._redis.lrange("celery", 0, -1)
        self._redis.delete("celery")
        messages = [json.loads(one) for one in reversed(found)]
        return [(one["headers"]["task"], json.loads(base64.b64decode(one["body"]))[0]) for one in messages]

    def close(self) -> None:
        """Leave no connection behind, and nobody who would wake for the next row."""
        self._state.work.stop()
        self._redis.close()
        self.app.close()


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """A site with nothing to do."""
    made = make_site()
    made.drain()
    return made


@pytest.fixture
def queue(site: Site, redis_server: RedisServer) -> Any:
    """The site's work goes there."""
    made = Queue(site, redis_server)
    yield made
    made.close()


def test_two_sweeps_at_once_send_each_row_once(site: Site, queue: Queue) -> None:
    owe(site.state, 30)
    together(4, lambda number: queue.run("sweep"))
    sent = queue.take()
    drained = Counter(tuple(arguments) for task, arguments in sent if task == "zoom_blueprint.drain")
    assert drained == {("inbox", row.id): 1 for row in rows(site.state, models.WebhookEvent)}
    assert [task for task, _ in sent if task != "zoom_blueprint.drain"] == ["zoom_blueprint.sweep"]
    assert sent[-1][0] == "zoom_blueprint.sweep", "it comes up when the rows before it are worked on"


def test_an_idle_sweep_sends_and_writes_nothing(site: Site, queue: Queue) -> None:
    queue.run("sweep")
    assert queue.take() == []
    assert rows(site.state, models.Duty, IS_SWEEP) == []


def test_a_sweep_that_goes_on_ends_when_nothing_is_due(site: Site, queue: Queue) -> None:
    owe(site.state, 3)
    queue.run("sweep")
    *drains, (_, goes_on) = queue.take()
    for _, arguments in drains:
        queue.run("drain", *arguments)
    queue.run("sweep", *goes_on)
    assert queue.take() == []
    sweep = only(site.state, models.Duty, IS_SWEEP)
    assert (sweep.due_at, sweep.claim) == (None, None)
    assert {row.outcome for row in rows(site.state, models.WebhookEvent)} == {"wiped"}


def test_a_sweep_sends_a_bounded_number_of_messages_and_goes_on_behind_them(site: Site, queue: Queue) -> None:
    owe(site.state, 250)
    queue.run("sweep")
    sent = queue.take()
    assert len(sent) == 201
    for _, arguments in sent[:-1]:
        queue.run("drain", *arguments)
    queue.run("sweep", *sent[-1][1])
    assert len(queue.take()) == 51


def test_rows_that_stay_due_are_not_sent_over_and_over(site: Site, queue: Queue) -> None:
    owe(site.state, 3)
    queue.run("sweep")
    goes_on = queue.take()[-1][1]
    queue.run("sweep", *goes_on)
    assert queue.take() == []
    queue.run("sweep")
    assert len(queue.take()) == 4, "the next one begins anew"


def test_whoever_comes_second_is_looked_for_once_more(site: Site) -> None:
    first = sweeps.begin(site.state)
    assert first is not None
    assert sweeps.begin(site.state) is None
    assert sweeps.end(site.state, first), "somebody came after our look"
    second = sweeps.begin(site.state)
    assert second is not None
    assert sweeps.begin(site.state) is None
    again = sweeps.keep(site.state, second.nonce)
    assert again is not None
    assert not sweeps.end(site.state, again), "our look came after everybody"


def test_workers_are_woken_when_the_next_row_is_due(site: Site, queue: Queue) -> None:
    owe(site.state, 1)
    turn(site.state, models.WebhookEvent, due_at=datetime.now(UTC) + timedelta(seconds=3))
    queue.run("sweep")
    assert queue.take() == []
    wait_until(lambda: queue.take() == [("zoom_blueprint.sweep", [])])
    queue.run("sweep")
    assert Counter(task for task, _ in queue.take())["zoom_blueprint.drain"] == 1


def test_a_sweep_that_ends_wakes_for_the_next_row_too(site: Site, queue: Queue) -> None:
    owe(site.state, 1)
    queue.run("sweep")
    (_, row), (_, goes_on) = queue.take()
    queue.run("drain", *row)
    turn(site.state, models.WebhookEvent, due_at=datetime.now(UTC) + timedelta(seconds=3))
    queue.run("sweep", *goes_on)
    assert only(site.state, models.Duty, IS_SWEEP).claim is None
    wait_until(lambda: queue.take() == [("zoom_blueprint.sweep", [])])


def test_a_sweep_whose_message_was_lost_is_begun_by_another_one_after_its_claim(site: Site, queue: Queue) -> None:
    owe(site.state, 3)
    queue.run("sweep")
    lost = queue.take()[-1][1]
    queue.run("sweep")
    assert queue.take() == []
    turn(site.state, models.Duty, IS_SWEEP, due_at=LONG_AGO)
    queue.run("sweep")
    assert Counter(task for task, _ in queue.take())["zoom_blueprint.drain"] == 3
    queue.run("sweep", *lost)
    assert queue.take() == [], "found after all, it is no longer the one"


def test_a_broker_that_goes_away_in_the_middle_leaves_the_sweep_to_the_next(
    site: Site, queue: Queue, redis_server: RedisServer
) -> None:
    owe(site.state, 3)
    redis_server.stop()
    with pytest.raises(Exception, match="onnect"):
        queue.run("sweep")
    redis_server.start()
    queue.run("sweep")
    assert len(queue.take()) == 4


def test_other_workers_take_a_sweep_for_done(site: Site) -> None:
    now = LONG_AGO
    site.state.database.write(lambda session: duties.want(session, DutyName.SWEEP, "", now))
    assert drain.drain(site.state, "duty") == 1
    assert only(site.state, models.Duty, IS_SWEEP).due_at is None


def test_connections_that_nobody_tends_are_tended_again(site: Site, queue: Queue) -> None:
    site.connect()
    connection = site.connection()
    tended = (models.Duty.name == DutyName.TEND) & (models.Duty.subject == connection.id)
    before = only(site.state, models.Duty, tended).due_at
    queue.run("tend")
    assert only(site.state, models.Duty, tended).due_at == before, "what is planned stays so"
    turn(site.state, models.Duty, tended, due_at=None)
    queue.run("tend")
    site.drain()
    assert only(site.state, models.Duty, tended).due_at is not None


def test_the_daily_purge_is_wanted(site: Site, queue: Queue) -> None:
    is_purge = models.Duty.name == DutyName.PURGE
    turn(site.state, models.Duty, is_purge, due_at=None)
    queue.run("purge")
    assert only(site.state, models.Duty, is_purge).due_at is not None


def test_a_message_of_a_newer_release_is_let_go(site: Site, queue: Queue, caplog: pytest.LogCaptureFixture) -> None:
    queue.run("drain", "invoice", "1")
    (line,) = [record for record in caplog.records if record.levelname == "WARNING"]
    assert "'invoice'" in line.getMessage()
    assert line.exc_info is None
