"""Real Celery workers behind a real Redis: every booking gets its one meeting, whatever becomes of messages."""

import re
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.fixtures.servers import Program
from tests.fixtures.waiting import wait_until
from tests.services.looking import look, make_due, only, rows
from tests.work.cluster import SECONDS, Cluster, MakeCluster, owe
from zoom_blueprint.services import sweeps
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.store import models


def book(cluster: Cluster, place: int = 0) -> dict[str, Any]:
    """Book the offered slot at a place in the list."""
    offered = cluster.programs.slots()
    slot = {"start": offered["slots"][place], "token": offered["token"], "key": f"attempt-{place}"}
    return cluster.programs.booked(**slot)


def ended(worker: Program) -> int:
    """Ask the worker alone to stop, as a supervisor does, and return its exit code."""
    worker.process.send_signal(signal.SIGTERM)
    return worker.process.wait(SECONDS)


def is_ready(cluster: Cluster, booking: dict[str, Any]) -> bool:
    """Tell whether a booking has its link."""
    return bool(look(cluster.programs, booking)["meeting_status"] == "ready")


def test_a_worker_makes_the_meeting_that_the_web_process_did_not_try(make_cluster: MakeCluster) -> None:
    cluster = make_cluster(ZOOM_FIRST_TRIES="0")
    web, worker = cluster.serve(), cluster.work()
    booking = book(cluster)
    wait_until(lambda: is_ready(cluster, booking), SECONDS, why="woken by the web process, without any beat")
    assert len(cluster.programs.simulator.meetings("ada")) == 1
    wait_until(lambda: re.search(r"drain\[.*succeeded", worker.output))
    wait_until(lambda: {row.kind for row in rows(cluster.state, models.WorkerHeartbeat)} == {"celery"})
    assert ended(worker) == 0
    assert "Traceback" not in web.output + worker.output


def test_a_booking_is_confirmed_while_the_broker_is_away_and_the_next_sweep_finds_it(make_cluster: MakeCluster) -> None:
    cluster = make_cluster(ZOOM_FIRST_TRIES="0")
    web = cluster.serve()
    cluster.redis.freeze()
    hanging = book(cluster, 0)
    cluster.redis.stop()
    away = book(cluster, 1)
    assert (hanging["status"], away["status"]) == ("confirmed", "confirmed")
    wait_until(lambda: "takes no messages" in web.output, SECONDS)
    assert {kind for kind, _ in sweeps.due(cluster.state, 100)} >= {"meeting"}
    web.kill()  # or it would send what it owes the broker
    cluster.redis.start()
    cluster.work()
    cluster.sweep()
    cluster.serve()
    wait_until(lambda: is_ready(cluster, hanging) and is_ready(cluster, away), SECONDS)
    assert len(cluster.programs.simulator.meetings("ada")) == 2
    assert web.output.count("takes no messages") == 1
    assert "Traceback" not in web.output


def test_a_worker_killed_in_the_middle_of_a_create_leaves_one_meeting(make_cluster: MakeCluster) -> None:
    cluster = make_cluster(ZOOM_FIRST_TRIES="0", ZOOM_CLAIM_SECONDS="20")
    zoom = cluster.programs.simulator
    cluster.serve()
    worker = cluster.work()
    zoom.fault(route="create_meeting", delay_after=8)
    booking = book(cluster)
    wait_until(lambda: zoom.meetings("ada"), SECONDS, why="Zoom has made it, and the answer is under way")
    worker.kill()
    cluster.work()
    make_due(cluster.state, models.Meeting)
    make_due(cluster.state, models.Duty, models.Duty.name == "sweep")
    cluster.sweep()
    wait_until(lambda: is_ready(cluster, booking), SECONDS)
    (meeting,) = zoom.meetings("ada")
    assert look(cluster.programs, booking)["join_url"] == meeting["join_url"]
    wait_until(lambda: zoom.calls("create_meeting"), SECONDS, why="Zoom's answer to the one that was killed is over")
    assert len(zoom.calls("create_meeting")) == 1


def test_a_stopped_worker_finishes_the_row_in_hand(make_cluster: MakeCluster) -> None:
    cluster = make_cluster(ZOOM_FIRST_TRIES="0")
    cluster.serve()
    worker = cluster.work()
    cluster.programs.simulator.fault(route="create_meeting", delay_after=3)
    with ThreadPoolExecutor(1) as pool:
        booked = pool.submit(book, cluster)
        wait_until(lambda: cluster.programs.simulator.meetings("ada"), SECONDS, why="the answer is under way")
        assert ended(worker) == 0
        assert is_ready(cluster, booked.result())


def test_a_backlog_longer_than_a_look_is_worked_off_by_one_message(make_cluster: MakeCluster) -> None:
    cluster = make_cluster()
    owe(cluster.state, 230)
    cluster.work()
    cluster.sweep()
    wait_until(lambda: {row.outcome for row in rows(cluster.state, models.WebhookEvent)} == {"wiped"}, SECONDS)
    sweep = models.Duty.name == DutyName.SWEEP
    wait_until(lambda: only(cluster.state, models.Duty, sweep).claim is None, why="the sweep was given back")
    assert only(cluster.state, models.Duty, sweep).due_at is None
