"""Webhooks of every shape: those that Zoom has not signed write nothing, and no signed one stops the work."""

import time
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import delete, update
from werkzeug.test import TestResponse

from tests.fixtures.site import Site
from tests.fuzz.asking import ask
from tests.fuzz.bodies import bodies, removal, removals
from tests.fuzz.headers import Delivery, forged, signed
from tests.fuzz.running import run
from tests.fuzz.watching import Stamp, watched
from tests.services.looking import meeting_of, only, rows, turn
from zoom_blueprint.services import drain
from zoom_blueprint.services.turns import DueModel
from zoom_blueprint.store import models

DAY = date(2030, 1, 15)
FORGED, SIGNED, REMOVALS = 2500, 750, 250


@pytest.fixture
def numbers(site: Site) -> list[int]:
    """Book one meeting that the events are about, and one that they are not about; return the first one's number."""
    offered = site.slots()
    ours = site.booked()
    site.booked(start=offered["slots"][4], token=offered["token"], email="other@example.com")
    site.drain()
    number = meeting_of(site, ours).zoom_meeting_id
    assert number is not None
    return [number]


@pytest.fixture
def stamp(site: Site, numbers: list[int]) -> Iterator[Stamp]:
    """Tell by its value whether any row has changed since."""
    del numbers  # booked before
    with watched(site) as stamp:
        yield stamp


def post(site: Site, case: Delivery) -> TestResponse:
    """Deliver a case now."""
    headers = case.headers(site.simulator.webhook_secret, int(time.time()))
    return ask(site, "/webhook", headers, body=case.body, method="POST")


def test_no_row_changes_unseen(site: Site, stamp: Stamp) -> None:
    """Else the tests below would hold for any app."""
    assert stamp() == stamp()
    seen = [stamp()]
    write = site.state.database.write
    write(lambda session: session.add(models.ZoomQuota(connection_id=site.connection().id, day=DAY, used=1)))
    seen.append(stamp())
    write(lambda session: session.execute(update(models.ZoomQuota).values(used=2)))
    seen.append(stamp())
    write(lambda session: session.execute(delete(models.ZoomQuota)))
    seen.append(stamp())
    assert len(set(map(str, seen))) == 4


def test_a_forged_webhook_is_refused_and_writes_nothing(
    site: Site, numbers: list[int], stamp: Stamp, times: float
) -> None:
    before = stamp()

    def check(case: Delivery) -> None:
        answer = post(site, case)
        assert 400 <= answer.status_code < 500, answer.text
        assert stamp() == before

    run(FORGED * times, forged(bodies(numbers)), check)


def work_off(site: Site) -> list[object]:
    """Apply what was stored and do all that follows; return what failed on the way or was left undone."""
    while sum(drain.drain(site.state, kind) for kind in drain.KINDS):
        pass
    found: list[object] = []
    queues: tuple[DueModel, ...] = (models.WebhookEvent, models.Meeting, models.Delivery)
    for model in queues:
        found += [(model.__tablename__, row.last_error) for row in rows(site.state, model, model.attempts > 0)]
        if found:  # so that the next case begins as this one did
            turn(site.state, model, attempts=0, due_at=None, last_error=None)
    events = models.WebhookEvent
    return [*found, *(row.name for row in rows(site.state, events, events.due_at.is_not(None)))]


def test_a_signed_webhook_of_any_content_is_worked_off_and_moves_nobody(
    site: Site, numbers: list[int], times: float
) -> None:
    def look() -> tuple[object, ...]:
        bookings = [(row.id, row.starts_at, row.status, row.sequence) for row in rows(site.state, models.Booking)]
        theirs = only(site.state, models.Meeting, models.Meeting.zoom_meeting_id != numbers[0])
        facts = (theirs.look_again, theirs.conflict, theirs.started_at, theirs.ended_at, theirs.wanted_version)
        return sorted(bookings), facts, site.connection().status

    before = look()

    def check(case: Delivery) -> None:
        answer = post(site, case)
        assert answer.status_code in {200, 400}, answer.text
        if answer.status_code == 200:
            assert work_off(site) == []
            assert look() == before

    run(SIGNED * times, signed(bodies(numbers)), check)
    assert all(meeting["status"] for meeting in site.simulator.meetings("ada"))


def test_a_signed_removal_at_any_time_is_worked_off(site: Site, times: float) -> None:
    """Whether it counts depends on its time; it never stays in the inbox."""

    def check(case: Delivery) -> None:
        answer = post(site, case)
        assert answer.status_code in {200, 400}, answer.text
        assert work_off(site) == []
        if site.connection().status != "active":
            assert rows(site.state, models.Grant) == []
            site.connect()

    user_id = str(site.simulator.grants()[0]["user_id"])
    beyond_all_years = removal(user_id, '"0001-01-01T00:00:00+23:59"')
    with_nul = removal("a\x00b", '"2030-01-15T09:00:00Z"')
    known = [Delivery(beyond_all_years, "right"), Delivery(with_nul, "right")]
    run(REMOVALS * times, signed(removals(user_id)), check, known=known)
