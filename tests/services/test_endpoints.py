"""Endpoints: programs of a host are told of what they want to know, each message signed, until it arrives."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.fixtures.receivers import Receiver, answering
from tests.fixtures.site import MakeSite, Site
from tests.services.looking import Letters, cancel, make_due, rows, turn
from tests.services.telling import ADA, BOOKED, is_from_us, made, owed, row
from tests.services.test_queries import counted, request
from zoom_blueprint.errors import NotFound
from zoom_blueprint.events import EndpointPayload, LifecycleEvent, for_programs
from zoom_blueprint.services import bookings, endpoints, postings
from zoom_blueprint.store import models
from zoom_blueprint.values import DisabledReason


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """A site that sends to this machine, whose host ``ada`` is connected to Zoom."""
    made = make_site(ZOOM_ENDPOINTS_ON_LOOPBACK="on")
    made.connect()
    return made


def test_a_program_is_told_of_what_it_wants_to_know_and_sees_that_it_is_from_us(site: Site, receiver: Receiver) -> None:
    _, secret = made(site, receiver)
    booking = site.booked()
    site.drain()
    cancel(site, booking)
    site.drain()
    assert receiver.types() == list(BOOKED)
    first, last = receiver.messages
    assert all(is_from_us(one, secret) for one in receiver.messages)
    assert not is_from_us(first, made(site, receiver)[1])
    assert first.path == "/hooks?from=zoom"
    told = first.content["data"]["booking"]
    assert (told["id"], told["name"], told["start"]) == (booking["id"], "Bob Byrne", booking["start"])
    assert first.content["data"]["host_id"] == ADA
    assert last.content["data"]["booking"]["ended_reason"] == "invitee"
    assert first.headers["webhook-id"] != last.headers["webhook-id"]
    assert {one.outcome for one in rows(site.state, models.Delivery)} == {"arrived"}


def test_another_hosts_programs_are_told_nothing(site: Site, receiver: Receiver) -> None:
    site.connect("grace")
    made(site, receiver, host="2")
    site.booked()
    site.drain()
    assert receiver.types() == []


@pytest.mark.parametrize("takes", ["the short way", "approval"])
def test_an_endpoint_made_a_moment_ago_misses_no_booking(site: Site, receiver: Receiver, takes: str) -> None:
    site.booked()  # what can be booked is known from now on, without any endpoint
    made(site, receiver, for_programs)
    if takes == "approval":
        turn(site.state, models.EventType, approval=True)
        turn(site.state, models.Host, revision=models.Host.revision + 1)
    site.booked(email="eve@example.com")
    site.drain()
    assert ("booking.requested" if takes == "approval" else "booking.confirmed") in receiver.types()


def test_a_confirmation_asks_no_more_where_there_is_no_endpoint_and_once_where_there_is(
    site: Site, receiver: Receiver
) -> None:
    numbers = []
    for place in range(2):
        bookings.confirm(site.state, request(site, 2 * place))
        wish = request(site, 2 * place + 1)
        with counted(site) as statements:
            bookings.confirm(site.state, wish)
        numbers.append(sum("zoom_endpoint" in one and "zoom_event_type" not in one for one in statements))
        made(site, receiver)
    assert numbers == [0, 1]


def test_what_does_not_arrive_is_sent_again_under_the_same_id_and_a_new_time(site: Site, receiver: Receiver) -> None:
    endpoint, secret = made(site, receiver)
    receiver.answer = answering(500)
    site.booked()
    for pause in postings.PAUSES:
        before = datetime.now(UTC)
        site.drain()
        due_at = owed(site).due_at
        assert due_at is not None
        assert abs(due_at - before - pause) < timedelta(seconds=30)
        assert owed(site).last_error == "it answered 500"
        make_due(site.state, models.Delivery)
    site.drain()
    assert (owed(site).due_at, owed(site).outcome, owed(site).parked_at) == (None, "given up", None)
    assert len(receiver.messages) == len(postings.PAUSES) + 1
    assert len({one.headers["webhook-id"] for one in receiver.messages}) == 1
    assert len({one.body for one in receiver.messages}) == 1
    assert is_from_us(receiver.messages[-1], secret)
    assert endpoints.get(site.state, ADA, endpoint.id).failing_since is not None
    receiver.answer = answering(200, b"thanks")
    site.booked(email="eve@example.com")
    site.drain()
    assert row(site).failing_since is None
    assert sum(postings.PAUSES, timedelta()) > postings.FAILING_FOR


def test_who_asks_us_to_wait_is_waited_for_within_a_day(site: Site, receiver: Receiver) -> None:
    made(site, receiver)
    receiver.answer = answering(429, Retry_After="3600")
    site.booked()
    site.drain()
    due_at = owed(site).due_at
    assert due_at is not None
    assert timedelta(minutes=59) < due_at - datetime.now(UTC) <= timedelta(hours=1)
    receiver.answer = answering(503, Retry_After="99999999")
    make_due(site.state, models.Delivery)
    site.drain()
    due_at = owed(site).due_at
    assert due_at is not None
    assert timedelta(hours=23) < due_at - datetime.now(UTC) <= timedelta(days=1)


def test_who_is_gone_is_sent_nothing_more_and_the_host_is_told(make_site: MakeSite, receiver: Receiver) -> None:
    site = make_site(ZOOM_ENDPOINTS_ON_LOOPBACK="on")
    letters = Letters(site)
    site.connect()
    made(site, receiver)
    told: list[str] = []

    @site.zoom.on("endpoint.disabled")
    def pager(event: LifecycleEvent) -> None:
        assert isinstance(event.payload, EndpointPayload)
        told.append(event.payload.endpoint.site)

    receiver.answer = answering(410)
    first = site.booked()
    site.drain()
    site.drain()
    assert row(site).disabled_reason == DisabledReason.GONE
    mails = [text for text in letters.texts("ada@") if "takes no more messages" in text]
    assert len(mails) == 1
    assert f"/zoom/endpoints/{row(site).id}" in mails[0]
    assert "hooks" not in mails[0]
    assert told == [f"http://127.0.0.1:{receiver.port}"]
    cancel(site, first)
    site.booked(email="eve@example.com")
    site.drain()
    assert len(receiver.messages) == 1
    endpoints.enable(site.state, ADA, row(site).id)
    receiver.answer = answering(204)
    site.booked(email="zoe@example.com")
    site.drain()
    assert receiver.types()[1:] == ["booking.confirmed"]


def test_who_takes_nothing_for_three_days_is_sent_nothing_more(make_site: MakeSite, receiver: Receiver) -> None:
    site = make_site(ZOOM_ENDPOINTS_ON_LOOPBACK="on")
    letters = Letters(site)
    site.connect()
    made(site, receiver)
    receiver.answer = answering(500)
    site.booked()
    site.booked(email="eve@example.com")
    site.drain()
    failing_since = row(site).failing_since
    assert failing_since is not None
    turn(site.state, models.Endpoint, failing_since=failing_since - postings.FAILING_FOR + timedelta(minutes=5))
    make_due(site.state, models.Delivery, models.Delivery.subscriber.startswith("endpoint:"))
    site.drain()
    assert row(site).disabled_at is None
    turn(site.state, models.Endpoint, failing_since=failing_since - postings.FAILING_FOR)
    make_due(site.state, models.Delivery, models.Delivery.subscriber.startswith("endpoint:"))
    site.drain()
    assert (row(site).disabled_reason, row(site).disabled_at is None) == ("failing", False)
    found = rows(site.state, models.Delivery, models.Delivery.subscriber.startswith("endpoint:"))
    assert sorted(one.outcome or "" for one in found) == ["given up", "nothing is sent there"]
    assert sum("for three days" in text for text in letters.texts("ada@")) == 1


def test_while_secrets_change_both_sign_for_a_day(site: Site, receiver: Receiver) -> None:
    endpoint, old = made(site, receiver)
    _, new = endpoints.rotate(site.state, ADA, endpoint.id)
    site.booked()
    site.drain()
    assert all(is_from_us(receiver.messages[-1], secret) for secret in (old, new))
    turn(site.state, models.Endpoint, former_until=datetime.now(UTC))
    site.booked(email="eve@example.com")
    site.drain()
    assert is_from_us(receiver.messages[-1], new)
    assert not is_from_us(receiver.messages[-1], old)
    _, newest = endpoints.rotate(site.state, ADA, endpoint.id)
    assert len({old, new, newest}) == 3


def test_what_changes_is_followed_by_what_is_owed_and_what_is_removed_gets_nothing(
    site: Site, receiver: Receiver
) -> None:
    endpoint, _ = made(site, receiver)
    site.booked()
    endpoints.change(site.state, ADA, endpoint.id, receiver.url.replace("hooks", "moved"), ["booking.cancelled"])
    site.drain()
    assert [one.path for one in receiver.messages] == ["/moved?from=zoom"]
    booking = site.booked(email="eve@example.com")
    site.drain()
    cancel(site, booking)
    endpoints.remove(site.state, ADA, endpoint.id)
    site.drain()
    assert len(receiver.messages) == 1
    outcomes = {one.event_name: one.outcome for one in rows(site.state, models.Delivery)}
    assert outcomes["booking.cancelled"] == "no such endpoint any more"


def test_a_test_is_sent_at_once_and_says_what_came_of_it(site: Site, receiver: Receiver) -> None:
    endpoint, secret = made(site, receiver)
    assert postings.test(site.state, ADA, endpoint.id) == postings.Posted(204, None)
    assert receiver.types() == [postings.TEST]
    assert is_from_us(receiver.messages[0], secret)
    receiver.answer = answering(500)
    assert postings.test(site.state, ADA, endpoint.id) == postings.Posted(500, "it answered 500")
    assert row(site).failing_since is None
    with pytest.raises(NotFound):
        postings.test(site.state, "2", endpoint.id)
