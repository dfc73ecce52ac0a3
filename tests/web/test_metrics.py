"""Numbers for operators at /metrics: who may read them, and that they tell what really happened."""

import re
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import REGISTRY, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from tests.fixtures.servers import ROOT, Start, free_port
from tests.fixtures.site import MakeSite, Site, Visitor
from tests.fixtures.site_app import prepare
from tests.fixtures.waiting import wait_until
from tests.services.looking import Letters, cancel, make_due, meeting_of, turn
from tests.web.asking import wish
from zoom_blueprint.events import LifecycleEvent
from zoom_blueprint.services import drain, queues, tokens
from zoom_blueprint.store import models
from zoom_blueprint.store.base import Base
from zoom_blueprint.testing import Simulator

TOKEN = "a token of the tests"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
PREFIX = "zoom_blueprint_"
BOTH = pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
Numbers = Mapping[str, float]


def numbers(site: Visitor) -> Numbers:
    """Return the samples that are served now, by name and labels, without our prefix."""
    answer = site.get("/metrics", headers=BEARER)
    assert answer.status_code == 200, answer.text
    return samples(answer.text)


def samples(text: str) -> Numbers:
    """Return what stands in an answer; 0 for what was never counted."""
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name.removeprefix(PREFIX)}{{{labels}}}"] = sample.value
    return found


def rise(before: Numbers, after: Numbers, name: str) -> float:
    """Return by how much a number rose."""
    return after.get(name, 0) - before.get(name, 0)


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """Serve a site that shows its numbers."""
    made = make_site(ZOOM_METRICS_TOKEN=TOKEN)
    made.connect()
    return made


def test_without_a_token_there_is_nothing(make_site: MakeSite) -> None:
    site = make_site()
    for shown in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer None"}):
        assert site.get("/metrics", headers=shown).status_code == 404


@pytest.mark.parametrize("shown", [None, "", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer", "Bearer ü"])
def test_without_the_right_token_nothing_is_told(site: Site, shown: str | None) -> None:
    answer = site.get("/metrics", headers=None if shown is None else {"Authorization": shown.encode()})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert PREFIX not in answer.text


def test_the_numbers_are_kept_by_nobody_and_are_all_ours(site: Site) -> None:
    site.booked()
    answer = site.get("/metrics", headers={"Authorization": f"bearer {TOKEN}"})
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    assert lines
    assert all(line.startswith(PREFIX) for line in lines)
    wanted = {"Accept": "application/openmetrics-text; version=1.0.0"}
    assert site.get("/metrics", headers=BEARER | wanted).text.endswith("# EOF\n")


def test_bookings_are_counted_by_what_became_of_them(site: Site) -> None:
    before = numbers(site)
    fields = wish(site)
    path = "/api/v1/hosts/ada/intro-call/bookings"
    assert [site.post(path, data=fields).status_code for _ in range(2)] == [201, 201]
    assert site.post(path, data=fields | {"key": "another-key"}).status_code == 409
    assert site.post(path, data=fields | {"key": "another-key", "token": "junk"}).status_code == 422
    after = numbers(site)
    counted = {word: rise(before, after, f"confirmations_total{{outcome={word}}}") for word in ("confirmed", "error")}
    assert counted == {"confirmed": 1, "error": 0}
    for word in ("repeated", "taken", "stale"):
        assert rise(before, after, f"confirmations_total{{outcome={word}}}") == 1


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({}, "ok"),
        ({"status": 400, "body": {"code": 3161, "message": "no"}}, "refused"),
        ({"status": 429, "body": {"code": 429, "message": "slow down"}}, "rate_limited"),
        ({"status": 500}, "failed"),
        ({"drop": "after"}, "lost"),
    ],
)
def test_calls_to_zoom_are_counted_by_route_and_outcome(site: Site, fault: dict[str, object], outcome: str) -> None:
    before = numbers(site)
    if fault:
        site.simulator.fault(route="create_meeting", **fault)
    site.booked()
    labels = f"{{outcome={outcome},route=POST /users/me/meetings}}"
    after = numbers(site)
    assert rise(before, after, f"zoom_call_duration_seconds_count{labels}") == 1
    assert rise(before, after, f"zoom_call_duration_seconds_sum{labels}") > 0


def test_a_renewal_is_counted(site: Site) -> None:
    before = numbers(site)
    tokens.renew(site.state, site.connection().id)
    after = numbers(site)
    assert rise(before, after, "refreshes_total{outcome=renewed}") == 1
    assert rise(before, after, "zoom_call_duration_seconds_count{outcome=ok,route=POST /token}") == 1


def test_the_lag_of_webhooks_is_measured_from_two_instants(site: Site) -> None:
    booking = site.booked()
    site.drain()
    before = numbers(site)
    site.simulator.press("ada", meeting_of(site, booking).zoom_meeting_id or 0, "start")
    site.simulator.settle()
    turn(site.state, models.WebhookEvent, received_at=datetime.now(UTC) - timedelta(seconds=100))
    site.drain()
    after = numbers(site)
    for since in ("happened", "received"):
        assert rise(before, after, f"webhook_lag_seconds_count{{since={since}}}") == 1
    assert rise(before, after, "webhook_lag_seconds_sum{since=received}") >= 100


def test_deliveries_are_counted_by_kind_of_subscriber(site: Site) -> None:
    Letters(site)

    @site.zoom.on("booking.confirmed", subscriber="crm")
    def crm(_: LifecycleEvent) -> None:
        raise ValueError("away")

    before = numbers(site)
    site.booked(guests="carol@example.com")
    site.drain()
    make_due(site.state, models.Delivery)
    site.drain()
    after = numbers(site)
    for subscriber, outcome in (("invitee", "sent"), ("guest", "sent"), ("host", "sent")):
        assert rise(before, after, f"deliveries_total{{outcome={outcome},subscriber={subscriber}}}") >= 1, subscriber
    assert rise(before, after, "deliveries_total{outcome=failed,subscriber=hook}") == 2
    assert rise(before, after, "drained_row_duration_seconds_count{kind=delivery,outcome=postponed}") == 2


@BOTH
def test_rows_are_counted_by_how_the_work_on_them_ended(make_site: MakeSite) -> None:
    site = make_site(ZOOM_METRICS_TOKEN=TOKEN, ZOOM_TRIES=2)
    site.connect()
    before = numbers(site)
    site.simulator.fault(route="create_meeting", status=500, times=9)
    site.booked()
    for _ in range(2):
        make_due(site.state, models.Meeting)
        site.drain()
    after = numbers(site)
    for outcome in ("postponed", "parked"):
        assert rise(before, after, f"drained_row_duration_seconds_count{{kind=meeting,outcome={outcome}}}") == 1
    assert after["parked_rows{kind=meeting}"] == 1
    assert rise(before, after, "drained_row_duration_seconds_count{kind=duty,outcome=done}") >= 1


@BOTH
def test_what_is_owed_is_read_from_the_database(site: Site) -> None:
    assert set(queues.QUEUES) == set(drain.KINDS)
    site.booked()
    site.drain()
    found = numbers(site)
    assert {found[f"due_rows{{kind={kind}}}"] for kind in drain.KINDS} == {0}
    turn(site.state, models.Meeting, due_at=datetime.now(UTC) - timedelta(seconds=500))
    found = numbers(site)
    assert found["due_rows{kind=meeting}"] == 1
    assert 500 <= found["oldest_due_seconds{kind=meeting}"] < 600
    assert found["parked_rows{kind=meeting}"] == 0


def test_no_number_is_about_anybody(site: Site) -> None:
    booking = site.booked()
    meeting = str(site.simulator.meetings("ada")[0]["id"])
    cancel(site, booking)
    make_due(site.state, models.Duty)
    site.drain()
    text = site.get("/metrics", headers=BEARER).text
    assert 'route="DELETE /meetings/{id}"' in text
    for secret in (booking["id"], meeting, "ada", "bob", "example.com", site.connection().id, TOKEN):
        assert secret not in text.lower()
    labels = {name for found in re.findall(r"\{([^}]*)\}", text) for name in re.findall(r'(\w+)="', found)}
    assert labels <= {"outcome", "route", "since", "kind", "subscriber", "le"}


def test_a_site_that_serves_its_own_numbers_has_ours_among_them(site: Site) -> None:
    before = samples(generate_latest(REGISTRY).decode())
    site.booked()
    after = samples(generate_latest(REGISTRY).decode())
    assert rise(before, after, "confirmations_total{outcome=confirmed}") == 1
    assert after["due_rows{kind=meeting}"] == 0


def test_a_database_without_our_tables_costs_the_gauges_only(site: Site) -> None:
    Base.metadata.drop_all(site.state.database.engine)
    found = numbers(site)
    assert "confirmations_total{outcome=confirmed}" in found
    assert not any(name.startswith("due_rows") for name in found)


def test_the_workers_of_a_server_are_counted_together(
    start_program: Start, database_copy: Callable[..., str], zoom_simulator: Simulator, tmp_path: Path
) -> None:
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    env = {
        "SQLALCHEMY_DATABASE_URI": database_copy(prepare),
        "ZOOM_PUBLIC_URL": origin,
        "ZOOM_METRICS_TOKEN": TOKEN,
        "ZOOM_WORKER": "off",
        "ZOOM_LIMITS": "off",  # one worker may take many turns before the other has its first
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        **zoom_simulator.config(),
    }
    server = [sys.executable, "-m", "gunicorn", "-w", "2", "-b", f"127.0.0.1:{port}", "tests.web.metered_app:app"]
    program = start_program(server, env=env, cwd=ROOT)
    program.wait_for(f"{origin}/zoom/healthz")
    refused = 0

    def both_have_counted() -> bool:
        nonlocal refused
        visitor = Visitor(f"{origin}/zoom")
        visitor.session.headers["Connection"] = "close"
        assert visitor.book("ada/visit", start="2031-01-01T00:00:00Z", token="junk").status_code == 422
        refused += 1
        return len(list(tmp_path.glob("counter_*.db"))) == 2

    wait_until(both_have_counted, 30, why="each of the two workers has counted")
    found = [numbers(Visitor(f"{origin}/zoom")) for _ in range(6)]
    counted = [sum(value for name, value in one.items() if name.startswith("confirmations_total")) for one in found]
    assert counted == [refused] * 6
    assert all("due_rows{kind=meeting}" in one for one in found)
