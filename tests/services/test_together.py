"""Rows that are worked on together: a bad one costs the others nothing, and nobody is told twice for another's sake."""

import json
import threading
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from tests.fixtures.site import MakeSite, Site
from tests.fixtures.waiting import wait_until
from tests.services import owing
from tests.services.looking import only, rows, turn
from tests.services.test_inbox import number_of
from tests.services.test_queries import counted
from zoom_blueprint.events import LifecycleEvent
from zoom_blueprint.services import claims, drain, inbox
from zoom_blueprint.store import models

MANY = 20


def hear(site: Site, number: int, count: int = 1, name: str = "meeting.updated") -> list[str]:
    """Have events about a meeting in the inbox, and return their ids in the order in which they came."""
    known = {row.id for row in rows(site.state, models.WebhookEvent)}
    for place in range(count):
        body = json.dumps({"event": name, "payload": {"object": {"id": number}, "n": [len(known), place]}}).encode()
        assert inbox.accept(site.state, body, name)
    new = [row for row in rows(site.state, models.WebhookEvent) if row.id not in known]
    return [row.id for row in sorted(new, key=lambda row: row.received_at)]


def outcome_of(site: Site, row_id: str) -> str | None:
    """Return what became of an event."""
    return only(site.state, models.WebhookEvent, models.WebhookEvent.id == row_id).outcome


def two_meetings(site: Site) -> tuple[int, int]:
    """Return the numbers of two meetings of ours, about which everything is done."""
    first, second = site.booked(), site.booked()
    site.drain()
    return number_of(site, first), number_of(site, second)


def test_many_webhooks_take_as_many_statements_as_two(site: Site) -> None:
    numbers = two_meetings(site)
    took = []
    for count in (1, MANY // 2):
        for number in numbers:
            hear(site, number, count)
        with counted(site) as statements:
            assert drain.drain(site.state, "inbox") == 2 * count
        took.append(len(statements))
    assert took[0] == took[1]


@pytest.mark.parametrize("bad", [0, MANY // 2, MANY - 1])
def test_a_webhook_that_cannot_be_read_costs_the_others_nothing(site: Site, bad: int) -> None:
    number, _ = two_meetings(site)
    ids = hear(site, number, MANY, "meeting.started")
    turn(site.state, models.WebhookEvent, models.WebhookEvent.id == ids[bad], payload_sealed="unreadable")
    assert drain.drain(site.state, "inbox") == MANY
    found = {row.id: row for row in rows(site.state, models.WebhookEvent, models.WebhookEvent.id.in_(ids))}
    assert [outcome_of(site, row_id) is None for row_id in ids] == [place == bad for place in range(MANY)]
    assert (found[ids[bad]].attempts, found[ids[bad]].claim) == (1, None)
    assert len(rows(site.state, models.LifecycleEvent, models.LifecycleEvent.name == "meeting.started")) == 1


def test_a_webhook_that_fails_while_it_is_applied_takes_back_none_of_the_others(make_site: MakeSite) -> None:
    site = make_site()
    site.connect()
    first, second = two_meetings(site)
    broken = only(site.state, models.Meeting, models.Meeting.zoom_meeting_id == second)
    turn(site.state, models.Booking, models.Booking.id == broken.booking_id, details_sealed="unreadable")
    good = hear(site, first, 2, "meeting.started")
    bad = hear(site, second, 1, "meeting.started")
    assert sum(iter(lambda: drain.drain(site.state, "inbox"), 0)) == 3
    assert [outcome_of(site, row_id) for row_id in (*good, *bad)] == ["applied", "known", None]
    started = {row.zoom_meeting_id: row.started_at is not None for row in rows(site.state, models.Meeting)}
    assert started == {first: True, second: False}


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_webhooks_about_others_do_not_wait_for_a_meeting_that_somebody_has_locked(site: Site) -> None:
    first, second = two_meetings(site)
    held, free = hear(site, first), hear(site, second)
    is_locked, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        def work(session: object) -> None:
            query = select(models.Meeting.id).where(models.Meeting.zoom_meeting_id == first).with_for_update()
            session.execute(query)  # type: ignore[attr-defined]  # a Session
            is_locked.set()
            assert may_end.wait(30)

        site.state.database.write(work)

    threads = [threading.Thread(target=hold)]
    threads[0].start()
    assert is_locked.wait(30)
    try:
        threads.append(threading.Thread(target=drain.drain, args=(site.state, "inbox")))
        threads[1].start()
        wait_until(lambda: outcome_of(site, free[0]) == "applied")
        assert outcome_of(site, held[0]) is None
    finally:
        may_end.set()
        for thread in threads:
            thread.join(30)
    assert outcome_of(site, held[0]) == "applied"


def test_many_calls_of_hooks_are_recorded_by_one_statement(make_site: MakeSite) -> None:
    site = make_site()
    calls: list[str] = []
    site.zoom.on("visitor.checked", subscriber="crm")(lambda event: calls.append(event.id))
    took = []
    for count in (2, MANY):
        owing.deliveries(site, "1", count)
        with counted(site) as statements:
            assert drain.drain(site.state, "delivery") == count
        took.append(len(statements))
    assert took[0] == took[1]
    assert len(set(calls)) == len(calls) == 2 + MANY
    assert {row.outcome for row in rows(site.state, models.Delivery)} == {"called"}


def test_a_hook_that_fails_among_many_is_called_again_alone(make_site: MakeSite) -> None:
    site = make_site()
    calls: list[str] = []

    @site.zoom.on("visitor.checked", subscriber="crm")
    def crm(event: LifecycleEvent) -> None:
        calls.append(event.id)
        if len(calls) == MANY // 2:
            raise RuntimeError("the CRM is away")

    owing.deliveries(site, "1", MANY)
    assert drain.drain(site.state, "delivery") == MANY
    (failed,) = rows(site.state, models.Delivery, models.Delivery.done_at.is_(None))
    assert (failed.attempts, failed.claim, failed.last_error) == (1, None, "RuntimeError")
    assert drain.drain(site.state, "delivery") == 0  # only after a pause
    turn(site.state, models.Delivery, models.Delivery.id == failed.id, due_at=datetime.now(UTC))
    assert drain.drain(site.state, "delivery") == 1
    assert calls.count(failed.event_id) == 2
    assert len(calls) == MANY + 1


def test_who_lost_a_claim_meanwhile_records_nothing_of_that_row(make_site: MakeSite) -> None:
    site = make_site()

    @site.zoom.on("visitor.checked", subscriber="crm")
    def crm(event: LifecycleEvent) -> None:
        delivery = models.Delivery
        turn(site.state, delivery, delivery.event_id == event.id, delivery.sequence == 7, claim="somebody else's")

    owing.deliveries(site, "1", 3)
    lost = rows(site.state, models.Delivery)[0].id
    turn(site.state, models.Delivery, models.Delivery.id == lost, sequence=7)
    while drain.drain(site.state, "delivery"):  # a slow machine gives some back
        pass
    found = {row.id: (row.outcome, row.claim) for row in rows(site.state, models.Delivery)}
    assert found.pop(lost) == (None, "somebody else's")
    assert list(found.values()) == [("called", None)] * 2


def test_no_mail_leaves_before_the_one_before_it_is_recorded(make_site: MakeSite) -> None:
    """Else a crash would send several again."""
    site = make_site()
    sent: list[EmailMessage] = []
    unrecorded: list[int] = []

    @site.zoom.mailer
    def mailer(message: EmailMessage) -> None:
        recorded = rows(site.state, models.Delivery, models.Delivery.outcome.startswith("sent"))
        unrecorded.append(len(sent) - len(recorded))
        sent.append(message)

    site.connect()
    for _ in range(3):
        site.booked()
    site.drain()
    assert len(unrecorded) >= 6
    assert set(unrecorded) == {0}


def test_rows_are_finished_together_only_where_nothing_was_wished_meanwhile(make_site: MakeSite) -> None:
    site = make_site()
    owing.meetings(site, owing.host(site, "2"), 3)
    now = datetime.now(UTC)
    ids = [row.id for row in rows(site.state, models.Meeting)]
    write = site.state.database.write
    held = write(lambda session: claims.take(session, models.Meeting, ids, now, 60, 100))
    write(lambda session: claims.wish(session, models.Meeting, models.Meeting.id == ids[0], now))
    assert write(lambda session: claims.finish_all(session, models.Meeting, held, now, {})) == set(ids)
    assert {row.id: row.due_at for row in rows(site.state, models.Meeting)} == {
        ids[0]: now,
        ids[1]: None,
        ids[2]: None,
    }
