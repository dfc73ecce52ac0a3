"""Signs of life of the processes that work off what is due."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from celery import Celery

from tests.fixtures.site import Site
from tests.services.looking import only, rows, turn
from zoom_blueprint.services import doctors, heartbeats, readiness, upkeep
from zoom_blueprint.store import models

DAY = timedelta(days=1)


def newest(site: Site) -> datetime | None:
    """Return when somebody last gave a sign of life, as the site's processes see it."""
    return site.state.database.read(lambda session: heartbeats.newest(site.state, session))


def test_a_process_has_one_row_however_often_it_beats(site: Site) -> None:
    assert newest(site) is None
    before = datetime.now(UTC)
    heartbeats.beat(site.state, "thread")
    first = only(site.state, models.WorkerHeartbeat)
    heartbeats.beat(site.state, "worker")
    second = only(site.state, models.WorkerHeartbeat)
    assert (first.id, first.kind, second.id, second.kind) == (first.id, "thread", first.id, "worker")
    assert before <= first.beat_at < second.beat_at
    assert newest(site) == second.beat_at


def test_where_celery_works_the_threads_of_a_web_process_that_has_just_begun_are_no_sign_of_life(site: Site) -> None:
    site.zoom.init_celery(Celery("site", broker="memory://", set_as_current=False))
    heartbeats.beat(site.state, "thread")
    assert newest(site) is None
    assert readiness.examine(site.state).checks.worker.ok is False
    heartbeats.beat(site.state, "celery")
    assert newest(site) is not None


@pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")
def test_a_forked_child_is_a_process_of_its_own(site: Site) -> None:
    heartbeats.beat(site.state, "thread")
    child = os.fork()
    if child == 0:
        try:
            heartbeats.beat(site.state, "thread")
        finally:
            os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert len({row.id for row in rows(site.state, models.WorkerHeartbeat)}) == 2


def test_the_daily_purge_forgets_processes_that_are_long_gone(site: Site) -> None:
    heartbeats.beat(site.state, "thread")
    now = datetime.now(UTC)
    turn(site.state, models.WorkerHeartbeat, beat_at=now - DAY)
    assert upkeep.purge(site.state, now=now).heartbeats == 0
    assert upkeep.purge(site.state, now=now + timedelta(seconds=1)).heartbeats == 1
    assert rows(site.state, models.WorkerHeartbeat) == []


def test_the_doctor_does_not_call_it_well_when_a_worker_of_its_own_is_silent(site: Site) -> None:
    def found() -> tuple[str, str | None]:
        (one,) = (one for one in doctors.examine(site.state).findings if one.name == "sign of life")
        return one.state, one.to_do

    assert found()[0] == "warn", "none has begun yet"
    heartbeats.beat(site.state, "worker")
    assert found() == ("ok", None)
    silent = datetime.now(UTC) - readiness.SILENT - timedelta(seconds=1)
    turn(site.state, models.WorkerHeartbeat, beat_at=silent)
    assert found() == ("bad", "Keep `flask zoom worker` running.")
