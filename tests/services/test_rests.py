"""Endpoints that keep us waiting: nobody else waits for them, they are asked less often, and nothing is lost."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from tests.fixtures.receivers import Receiver, answering
from tests.fixtures.site import MakeSite, Site
from tests.fixtures.waiting import wait_until
from tests.services.looking import Letters, rows, turn
from tests.services.telling import ADA, made
from zoom_blueprint.services import drain, endpoints, failures, postings, rests
from zoom_blueprint.store import models

MANY = 8
SECONDS = 1.5
IS_POSTED = models.Delivery.subscriber.startswith("endpoint:")


@pytest.fixture
def site(make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site that waits a second and a half for answers, and not ten."""
    monkeypatch.setattr(postings, "_SECONDS", SECONDS)
    made = make_site(ZOOM_ENDPOINTS_ON_LOOPBACK="on")
    made.connect()
    made.connect("grace")
    return made


@pytest.fixture
def hanging(receiver: Receiver) -> Receiver:
    """A receiver that takes messages and does not answer."""

    def hang(_: BaseHTTPRequestHandler) -> None:
        receiver.ends.wait(30)

    receiver.answer = hang
    return receiver


@pytest.fixture
def other() -> Iterator[Receiver]:
    """A receiver that answers at once."""
    made = Receiver()
    yield made
    made.close()


def book(site: Site, number: int, event: str = "ada/intro-call") -> list[str]:
    """Have several bookings, and return their ids."""
    slots = site.slots(event)
    return [
        site.booked(event, email=f"bob{place}@example.com", start=slots["slots"][2 * place], token=slots["token"])["id"]
        for place in range(number)
    ]


def owed(site: Site) -> list[models.Delivery]:
    """Return what endpoints have not got yet."""
    return [one for one in rows(site.state, models.Delivery, IS_POSTED) if one.outcome is None]


def told(receiver: Receiver) -> list[str]:
    """Return of which bookings a receiver was told, in order."""
    return [one.content["data"]["booking"]["id"] for one in receiver.messages]


def end_rest(site: Site) -> None:
    """Let the time pass for which an endpoint rests, and those who wait for it, but for none's next try."""
    now = datetime.now(UTC)
    turn(site.state, models.Endpoint, models.Endpoint.rests_until.is_not(None), rests_until=now)
    turn(site.state, models.Delivery, IS_POSTED, models.Delivery.last_error == failures.RESTS, due_at=now)
    turn(site.state, models.Delivery, IS_POSTED, models.Delivery.attempts > 0, due_at=now + timedelta(hours=1))


def in_hand(work: Callable[[], object]) -> threading.Thread:
    """Have something done beside the test."""
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_a_receiver_that_hangs_is_asked_once_and_the_others_have_their_turn(
    site: Site, hanging: Receiver, other: Receiver
) -> None:
    made(site, hanging)
    book(site, MANY)
    made(site, other, host="2")
    theirs = book(site, 1, "grace/intro-call")
    site.drain()
    assert len(hanging.messages) == 1
    assert told(other) == theirs
    found = owed(site)
    assert sorted(one.attempts for one in found) == [0] * (MANY - 1) + [1]
    now = datetime.now(UTC)
    assert all(one.due_at is not None and now < one.due_at < now + timedelta(seconds=10) for one in found)


def test_while_a_receiver_hangs_mails_leave(make_site: MakeSite, hanging: Receiver) -> None:
    site = make_site(ZOOM_ENDPOINTS_ON_LOOPBACK="on")
    letters = Letters(site)
    site.connect()
    made(site, hanging)
    book(site, 2)
    posting = in_hand(lambda: drain.drain(site.state, "posting", 1))
    wait_until(lambda: bool(hanging.messages))
    while drain.drain(site.state, "delivery"):
        pass
    assert len(letters.texts("bob0@")) == len(letters.texts("bob1@")) == 1
    assert len(hanging.messages) == 1
    hanging.ends.set()
    posting.join()


def test_after_the_rest_all_arrives_in_order_and_none_has_lost_a_try(site: Site, hanging: Receiver) -> None:
    endpoint, _ = made(site, hanging)
    ids = book(site, MANY)
    for _ in range(3):
        site.drain()
        end_rest(site)
    assert told(hanging) == ids[:3]
    hanging.answer = answering(204)
    site.drain()
    assert told(hanging) == ids
    turn(site.state, models.Delivery, IS_POSTED, models.Delivery.due_at.is_not(None), due_at=datetime.now(UTC))
    site.drain()
    assert sorted(told(hanging)) == sorted(ids + ids[:3])
    assert {one.outcome for one in rows(site.state, models.Delivery, IS_POSTED)} == {"arrived"}
    row = rows(site.state, models.Endpoint)[0]
    assert (row.id, row.rests_until, row.failing_since) == (endpoint.id, None, None)


def test_a_rest_is_as_long_as_it_has_failed_and_at_most_five_minutes(site: Site, hanging: Receiver) -> None:
    made(site, hanging)
    book(site, 3)
    for failing_for, pause in ((0, 3 * SECONDS), (60, 60), (3600, 300)):
        now = datetime.now(UTC)
        if failing_for:
            turn(site.state, models.Endpoint, failing_since=now - timedelta(seconds=failing_for))
            end_rest(site)
        site.drain()
        (row,) = rows(site.state, models.Endpoint)
        assert row.rests_until is not None
        assert abs((row.rests_until - now).total_seconds() - pause - SECONDS) < 5
    assert len(hanging.messages) == 3


def test_after_a_rest_one_tries_and_the_others_hear_of_it(
    site: Site, hanging: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(site, hanging)
    book(site, 4)
    site.drain()
    end_rest(site)
    goes_on = threading.Event()

    def answer_late(handler: BaseHTTPRequestHandler) -> None:
        goes_on.wait(30)
        answering(204)(handler)

    hanging.answer = answer_late
    monkeypatch.setattr(postings, "_SECONDS", 30)
    monkeypatch.setattr(rests, "_QUICK", timedelta(seconds=30))  # on a busy machine, too
    trying = in_hand(lambda: drain.drain(site.state, "posting", 1))
    wait_until(lambda: len(hanging.messages) == 2)
    while drain.drain(site.state, "posting"):
        pass
    assert len(hanging.messages) == 2
    goes_on.set()
    trying.join()
    site.drain()
    assert len(owed(site)) == 1


def test_who_answers_slowly_takes_turns_with_others(site: Site, receiver: Receiver, other: Receiver) -> None:
    made(site, receiver)
    book(site, MANY)

    def answer_slowly(handler: BaseHTTPRequestHandler) -> None:
        receiver.ends.wait(1.1)
        answering(204)(handler)

    receiver.answer = answer_slowly
    made(site, other, host="2")
    theirs = book(site, 1, "grace/intro-call")
    site.drain()
    assert len(receiver.messages) == 1
    assert told(other) == theirs
    (slow, _) = sorted(rows(site.state, models.Endpoint), key=lambda row: row.host_id)
    assert slow.failing_since is None
    assert slow.rests_until is not None


def test_who_fails_at_once_keeps_nobody_waiting_and_does_not_rest(site: Site, receiver: Receiver) -> None:
    made(site, receiver)
    receiver.answer = answering(500)
    ids = book(site, 3)
    site.drain()
    assert told(receiver) == ids
    assert rows(site.state, models.Endpoint)[0].rests_until is None


@pytest.mark.parametrize("how", ["another address", "switched on"])
def test_what_the_host_mends_is_sent_to_at_once(site: Site, hanging: Receiver, other: Receiver, how: str) -> None:
    endpoint, _ = made(site, hanging)
    ids = book(site, 3)
    site.drain()
    hanging.answer = answering(204)
    if how == "another address":
        endpoints.change(site.state, ADA, endpoint.id, other.url, ["booking.confirmed"])
    else:
        endpoints.enable(site.state, ADA, endpoint.id)
    site.drain()
    assert (told(other) or told(hanging)[1:]) == ids[1:]


def test_a_message_has_its_three_days_however_few_tries_others_have(make_site: MakeSite, receiver: Receiver) -> None:
    site = make_site(ZOOM_ENDPOINTS_ON_LOOPBACK="on", ZOOM_TRIES=2)
    site.connect()
    made(site, receiver)
    receiver.answer = answering(500)
    book(site, 1)
    for _ in range(postings.TRIES):
        site.drain()
        turn(site.state, models.Delivery, IS_POSTED, models.Delivery.due_at.is_not(None), due_at=datetime.now(UTC))
    (row,) = rows(site.state, models.Delivery, IS_POSTED)
    assert (len(receiver.messages), row.outcome, row.parked_at) == (postings.TRIES, "given up", None)
