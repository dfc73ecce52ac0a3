"""Alive and ready: what load balancers, deploy gates and monitors are told."""

import threading
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import make_url

from tests.fixtures.postgres import own_server
from tests.fixtures.site import Answer, MakeSite, Site, StartSite, served
from tests.fixtures.site_app import prepare
from tests.fixtures.waiting import wait_until
from tests.services.looking import Letters, turn
from zoom_blueprint.services import heartbeats, readiness
from zoom_blueprint.store import migrate, models
from zoom_blueprint.store.base import Base
from zoom_blueprint.store.tables import VERSION_TABLE
from zoom_blueprint.testing import Simulator

BOTH = pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
NAMES = ("database", "migrations", "due", "worker")


def checks(answer: Answer) -> dict[str, Any]:
    """Return the checks of an answer, which says the same by its status, and nothing else."""
    body = answer.json()
    assert set(body) == {"status", "checks"}
    assert tuple(body["checks"]) == NAMES
    is_ready = all(one["ok"] for one in body["checks"].values())
    assert (answer.status_code, body["status"]) == ((200, "ready") if is_ready else (503, "not ready"))
    assert ("Retry-After" in answer.headers) != is_ready
    assert answer.headers["Cache-Control"] == "no-store"
    assert all((one["advice"] is None) == one["ok"] for one in body["checks"].values())
    found: dict[str, Any] = body["checks"]
    return found


def troubles(answer: Answer) -> dict[str, str]:
    """Return what is not ok, and what to do about it."""
    return {name: one["advice"] for name, one in checks(answer).items() if not one["ok"]}


@BOTH
def test_a_site_at_work_is_ready(make_site: MakeSite) -> None:
    site = make_site()
    heartbeats.beat(site.state, "thread")
    found = checks(site.get("/readyz"))
    assert all(one["ok"] for one in found.values())
    assert (found["due"]["seconds"], found["database"]["seconds"]) == (0, None)
    assert found["worker"]["seconds"] >= 0


@BOTH
def test_a_site_without_a_worker_is_not_ready(make_site: MakeSite) -> None:
    site = make_site()
    assert list(troubles(site.get("/readyz"))) == ["worker"]
    site = make_site()
    heartbeats.beat(site.state, "thread")
    turn(site.state, models.WorkerHeartbeat, beat_at=datetime.now(UTC) - readiness.SILENT - timedelta(seconds=1))
    answer = site.get("/readyz")
    assert list(troubles(answer)) == ["worker"]
    assert checks(answer)["worker"]["seconds"] >= 151


@BOTH
@pytest.mark.parametrize("model", [models.Meeting, models.Delivery, models.WebhookEvent, models.Duty])
def test_work_that_nobody_does_is_found_in_each_queue(make_site: MakeSite, model: type[Base]) -> None:
    site = make_site()
    Letters(site)
    site.connect()
    site.booked()
    if model is models.WebhookEvent:
        site.simulator.press("ada", site.simulator.meetings("ada")[0]["id"], "start")
        site.simulator.settle()
    heartbeats.beat(site.state, "thread")
    turn(site.state, model, due_at=datetime.now(UTC) - readiness.LATE - timedelta(seconds=1))
    answer = site.get("/readyz")
    assert list(troubles(answer)) == ["due"]
    assert 301 <= checks(answer)["due"]["seconds"] < 400


@BOTH
@pytest.mark.parametrize(("revision", "words"), [("0001", "older"), ("base", "missing"), ("9999", "newer")])
def test_tables_of_another_release_are_named_with_what_to_do(make_site: MakeSite, revision: str, words: str) -> None:
    site = make_site()
    heartbeats.beat(site.state, "thread")
    if revision == "9999":
        turned = text(f"UPDATE {VERSION_TABLE} SET version_num = '{revision}'")
        site.state.database.write(lambda session: session.execute(turned))
    else:
        migrate.downgrade(site.state.database, revision)
    found = troubles(site.get("/readyz"))
    assert list(found) == ["migrations", "due", "worker"]
    assert words in found["migrations"]
    assert ("flask zoom upgrade" in found["migrations"]) == (words != "newer")


def test_a_database_that_was_stopped_is_told_at_once(zoom_simulator: Simulator) -> None:
    with ExitStack() as server:
        url = make_url(server.enter_context(own_server())).set(drivername="postgresql+psycopg")
        address = url.render_as_string(hide_password=False)
        prepare(address)
        with served({"SQLALCHEMY_DATABASE_URI": address}, zoom_simulator) as site:
            heartbeats.beat(site.state, "thread")
            assert troubles(site.get("/readyz")) == {}
            server.close()
            wait_until(lambda: site.get("/readyz").status_code == 503)
            answer = site.get("/readyz")
            assert list(troubles(answer)) == list(NAMES)
            assert "psycopg" not in answer.text
            assert site.get("/healthz").json() == {"status": "ok"}


def test_a_database_that_hangs_holds_up_nobody(site: Site) -> None:
    heartbeats.beat(site.state, "thread")
    let_go = threading.Event()

    def hang(*_: object) -> None:
        let_go.wait(60)

    event.listen(site.state.database.engine, "before_cursor_execute", hang)
    before = set(threading.enumerate())
    try:
        assert list(troubles(site.get("/readyz"))) == list(NAMES), "while the first question still waits"
        assert list(troubles(site.get("/readyz"))) == list(NAMES)
        asking = [thread for thread in set(threading.enumerate()) - before if thread.name == "zoom-readiness"]
        assert len(asking) == 1, "one question at a time, however often we are asked"
    finally:
        let_go.set()
    wait_until(lambda: site.get("/readyz").status_code == 200)


def test_asking_often_asks_the_database_once(site: Site) -> None:
    heartbeats.beat(site.state, "thread")
    asked: list[object] = []
    event.listen(site.state.database.engine, "begin", asked.append)
    assert {site.get("/readyz").status_code for _ in range(20)} == {200}
    assert len(asked) < 20


def test_being_alive_needs_no_database(site: Site) -> None:
    asked: list[object] = []
    event.listen(site.state.database.engine, "begin", asked.append)
    assert site.get("/healthz").json() == {"status": "ok"}
    assert asked == []


def test_monitors_are_never_too_many(make_site: MakeSite) -> None:
    site = make_site(ZOOM_READ_LIMITS="2 per hour")
    assert {site.get("/readyz").status_code for _ in range(5)} == {503}
    assert {site.get("/healthz").status_code for _ in range(5)} == {200}


def test_a_server_with_threads_becomes_ready_by_itself(start_site: StartSite) -> None:
    site = start_site()
    site.run()
    wait_until(lambda: site.get("/readyz").status_code == 200, 30)
