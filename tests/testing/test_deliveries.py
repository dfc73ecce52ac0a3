import json
import threading
import time
from typing import Any

from tests.fixtures.waiting import wait_until
from tests.testing.app import App
from tests.testing.receiver import Receiver


def arrived(receiver: Receiver, count: int) -> None:
    wait_until(lambda: len(receiver.posts) >= count, why=f"{count} webhooks")


def test_a_failed_delivery_is_tried_again_after_5_20_and_60_minutes(connected: App, receiver: Receiver) -> None:
    receiver.statuses = [500, 503, 502, 500]
    connected.create()
    arrived(receiver, 1)
    for count, minutes in ((2, 5), (3, 20), (4, 60)):
        connected.zoom.settle()
        connected.zoom.advance(minutes * 60 - 5)
        connected.zoom.settle()
        assert len(receiver.posts) == count - 1
        connected.zoom.advance(5)
        arrived(receiver, count)
    connected.zoom.settle()
    delivery = connected.zoom.webhooks()[0]
    assert delivery["state"] == "failed"
    assert [attempt["status"] for attempt in delivery["attempts"]] == [500, 503, 502, 500]


def test_a_retry_has_the_same_body_and_request_id_and_a_signature_of_its_time(
    connected: App, receiver: Receiver
) -> None:
    connected.zoom.knobs(webhook_clock="simulated")
    receiver.statuses = [500]
    connected.create()
    arrived(receiver, 1)
    connected.zoom.settle()
    connected.zoom.advance(301)
    arrived(receiver, 2)
    first, second = receiver.posts
    assert first.body == second.body
    assert first.headers["x-zm-request-id"] == second.headers["x-zm-request-id"]
    assert first.headers["x-zm-signature"] != second.headers["x-zm-signature"]
    timestamps = [int(post.headers["x-zm-request-timestamp"]) for post in (first, second)]
    assert 301 <= timestamps[1] - timestamps[0] <= 310


def test_headers_tell_the_real_time_whatever_the_simulated_clock_says(connected: App, receiver: Receiver) -> None:
    connected.zoom.advance(3000)
    connected.create()
    arrived(receiver, 1)
    assert abs(int(receiver.posts[0].headers["x-zm-request-timestamp"]) - time.time()) < 60


def test_a_client_error_is_not_retried_unless_the_knob_says_so(connected: App, receiver: Receiver) -> None:
    receiver.statuses = [404, 404]
    connected.create()
    arrived(receiver, 1)
    connected.zoom.settle()
    connected.zoom.knobs(webhook_retry_4xx=True)
    connected.create()
    arrived(receiver, 2)
    connected.zoom.settle()
    assert [delivery["state"] for delivery in connected.zoom.webhooks()] == ["failed", "pending"]


def test_an_app_that_hangs_is_given_up_after_three_seconds_and_holds_up_no_other_meeting(
    connected: App, receiver: Receiver
) -> None:
    receiver.hang = threading.Event()
    connected.create()
    arrived(receiver, 1)
    hanging, receiver.hang = receiver.hang, None
    connected.create()
    slow, quick = wait_until(lambda: _when_the_second_has_arrived(connected))
    assert (slow["attempts"], quick["state"]) == ([], "delivered")
    given_up = wait_until(lambda: connected.zoom.webhooks()[0]["attempts"])
    hanging.set()
    assert given_up[0]["error"] == "ReadTimeout"


def _when_the_second_has_arrived(app: App) -> list[dict[str, Any]]:
    deliveries = app.zoom.webhooks()
    return deliveries if deliveries[1]["state"] == "delivered" else []


def test_an_address_where_nobody_listens_is_retried(connected: App, receiver: Receiver) -> None:
    connected.zoom.set_app(webhook_url="http://127.0.0.1:9/webhook")
    connected.create()
    connected.zoom.settle()
    delivery = connected.zoom.webhooks()[0]
    assert delivery["state"] == "pending"
    assert delivery["attempts"][0]["status"] is None


def test_events_of_one_meeting_arrive_in_order(connected: App, receiver: Receiver) -> None:
    made = connected.create(topic="0")
    for number in range(1, 10):
        connected.call("PATCH", f"/meetings/{made['id']}", json={"topic": str(number)})
    arrived(receiver, 10)
    topics = [json.loads(post.body)["payload"]["object"]["topic"] for post in receiver.posts]
    assert topics == [str(number) for number in range(10)]


def test_events_can_be_held_and_released_in_reverse(connected: App, receiver: Receiver) -> None:
    connected.zoom.knobs(webhook_hold=True)
    made = connected.create()
    connected.call("DELETE", f"/meetings/{made['id']}")
    connected.zoom.settle()
    assert receiver.posts == []
    assert connected.zoom.release_webhooks("reversed") == 2
    arrived(receiver, 2)
    names = [json.loads(post.body)["event"] for post in receiver.posts]
    assert names == ["meeting.deleted", "meeting.created"]


def test_held_events_can_be_shuffled_the_same_way_twice(connected: App, receiver: Receiver) -> None:
    orders = []
    for _ in range(2):
        connected.zoom.knobs(webhook_hold=True)
        for number in range(12):
            connected.zoom.send_webhook("made.up", payload={"n": number})
        connected.zoom.release_webhooks("shuffled", seed=7)
        arrived(receiver, 12)
        orders.append([json.loads(post.body)["payload"]["n"] for post in receiver.posts])
        receiver.posts.clear()
    assert orders[0] == orders[1] != sorted(orders[0])


def test_every_event_can_arrive_twice(connected: App, receiver: Receiver) -> None:
    connected.zoom.knobs(webhook_duplicates=1)
    connected.create()
    arrived(receiver, 2)
    first, second = receiver.posts
    assert first.body == second.body
    assert first.headers["x-zm-request-id"] == second.headers["x-zm-request-id"]


def test_events_can_be_late_by_up_to_some_seconds(connected: App, receiver: Receiver) -> None:
    connected.zoom.knobs(webhook_jitter=1000)
    for _ in range(10):
        connected.create()
    due = [delivery["due_at"] or 0 for delivery in connected.zoom.webhooks()]
    assert due != sorted(due)
    connected.zoom.advance(1001)
    arrived(receiver, 10)
