import json
import time
from typing import Any

import pytest

from tests.fixtures.waiting import wait_until
from tests.testing.app import App
from tests.testing.receiver import Received, Receiver
from zoom_blueprint.testing import sign_webhook
from zoom_blueprint.zoom_api.signature import verify


def events(receiver: Receiver, count: int) -> list[dict[str, Any]]:
    wait_until(lambda: len(receiver.posts) >= count, why=f"{count} webhooks")
    return [json.loads(post.body) for post in receiver.posts]


def assert_genuine(post: Received, secret: str) -> None:
    verify([secret], dict(post.headers), post.body, now=time.time(), tolerance=60)


def test_a_delivery_carries_zooms_headers_and_a_right_signature(connected: App, receiver: Receiver) -> None:
    connected.create(topic="Café")
    events(receiver, 1)
    post = receiver.posts[0]
    assert_genuine(post, connected.zoom.webhook_secret)
    assert post.headers["content-type"] == "application/json; charset=utf-8"
    assert post.headers["user-agent"] == "Zoom Marketplace/1.0a"
    assert post.headers["clientid"] == connected.zoom.client_id
    assert len(post.headers["x-zm-request-timestamp"]) == 10
    for name in ("x-zm-request-id", "x-zm-trackingid", "traceparent", "zm-trace-upstream"):
        assert post.headers[name]
    assert "Café".encode() in post.body


def test_creating_tells_with_an_integer_id(connected: App, receiver: Receiver) -> None:
    made = connected.create(topic="Intro call")
    event = events(receiver, 1)[0]
    assert event["event"] == "meeting.created"
    assert event["event_ts"] > 10**12
    assert event["payload"]["operator"] == "ada@example.com"
    shown = event["payload"]["object"]
    assert shown["id"] == made["id"]
    assert (shown["join_url"], shown["topic"]) == (made["join_url"], "Intro call")


def test_updating_tells_what_changed_and_what_it_was(connected: App, receiver: Receiver) -> None:
    made = connected.create(topic="Before")
    change = {"topic": "After", "settings": {"host_video": True}}
    connected.call("PATCH", f"/meetings/{made['id']}", json=change)
    payload = events(receiver, 2)[1]["payload"]
    assert payload["object"] == {"id": made["id"], **change}
    assert payload["old_object"] == {"id": made["id"], "topic": "Before", "settings": {"host_video": False}}
    assert isinstance(payload["time_stamp"], int)


def test_an_update_that_changes_nothing_tells_nothing(connected: App, receiver: Receiver) -> None:
    made = connected.create()
    connected.call("PATCH", f"/meetings/{made['id']}", json={"settings": {}})
    connected.call("DELETE", f"/meetings/{made['id']}")
    assert [event["event"] for event in events(receiver, 2)] == ["meeting.created", "meeting.deleted"]


def test_starting_and_ending_tell_with_a_string_id(connected: App, receiver: Receiver) -> None:
    made = connected.create()
    connected.zoom.press("ada", made["id"], "start")
    connected.zoom.press("ada", made["id"], "end")
    _, started, ended = events(receiver, 3)
    assert (started["event"], ended["event"]) == ("meeting.started", "meeting.ended")
    assert started["payload"]["object"]["id"] == str(made["id"])
    assert started["payload"]["object"]["start_time"] < made["start_time"]
    assert started["payload"]["object"]["host_email"] == "ada@example.com"
    assert ended["payload"]["object"]["end_time"] >= started["payload"]["object"]["start_time"]


def test_starting_twice_tells_once_and_a_new_instance_has_a_new_uuid(connected: App, receiver: Receiver) -> None:
    made = connected.create()
    for action in ("start", "start", "end", "end", "start"):
        connected.zoom.press("ada", made["id"], action)
    told = events(receiver, 4)
    assert [event["event"].split(".")[1] for event in told] == ["created", "started", "ended", "started"]
    uuids = [event["payload"]["object"]["uuid"] for event in told[1:]]
    assert uuids[0] == uuids[1] != uuids[2]


def test_moving_on_the_page_tells_like_an_update(connected: App, receiver: Receiver) -> None:
    made = connected.create()
    connected.zoom.press("ada", made["id"], "move", start="2040-03-01T12:30", duration=45)
    moved = events(receiver, 2)[1]
    assert moved["event"] == "meeting.updated"
    assert moved["payload"]["object"] == {"id": made["id"], "start_time": "2040-03-01T12:30:00Z", "duration": 45}


@pytest.mark.parametrize("way", ["revoke", "remove"])
def test_losing_the_app_tells_it(connected: App, receiver: Receiver, way: str) -> None:
    if way == "revoke":
        connected.revoke(connected.tokens["access_token"])
    else:
        connected.zoom.remove_app("ada", connected.zoom.client_id)
    event = events(receiver, 1)[0]
    assert event["event"] == "app_deauthorized"
    assert event["payload"]["client_id"] == connected.zoom.client_id
    assert event["payload"]["user_id"] == connected.zoom.users()[0]["id"]
    assert isinstance(event["payload"]["event_ts"], str)
    assert "event_ts" not in event
    assert connected.call("GET", "/users/me").status_code == 401


def test_older_forms_of_the_deauthorization_can_be_had(connected: App, receiver: Receiver) -> None:
    connected.zoom.knobs(deauth_retention="false", deauth_event_ts="top")
    connected.revoke(connected.tokens["access_token"])
    event = events(receiver, 1)[0]
    assert event["payload"]["user_data_retention"] == "false"
    assert isinstance(event["event_ts"], int)
    assert "event_ts" not in event["payload"]


def test_apps_hear_only_of_their_own_users(connected: App, receiver: Receiver) -> None:
    grace = App(connected.zoom).connect("grace")
    made = grace.create()
    connected.zoom.remove_app("grace", connected.zoom.client_id)
    connected.zoom.press("grace", made["id"], "delete")
    connected.create()
    connected.zoom.settle()
    told = [event["event"] for event in events(receiver, 3)]
    assert sorted(told) == ["app_deauthorized", "meeting.created", "meeting.created"]


def test_the_address_is_challenged_on_demand(connected: App, receiver: Receiver) -> None:
    assert connected.zoom.validate_webhook() == {"ok": True, "status": 200, "error": None, "failures": 0}
    assert_genuine(receiver.posts[0], connected.zoom.webhook_secret)
    receiver.secret = "another"
    assert connected.zoom.validate_webhook()["ok"] is False


def test_the_address_is_challenged_every_72_hours(connected: App, receiver: Receiver) -> None:
    connected.zoom.advance(72 * 3600 + 1)
    assert events(receiver, 1)[0]["event"] == "endpoint.url_validation"


def test_six_failed_challenges_end_the_subscription(connected: App, receiver: Receiver) -> None:
    receiver.secret = "another"
    assert [connected.zoom.validate_webhook()["failures"] for _ in range(6)] == [1, 2, 3, 4, 5, 6]
    connected.create()
    assert connected.zoom.webhooks("meeting.created") == []
    receiver.secret = connected.zoom.webhook_secret
    assert connected.zoom.validate_webhook()["failures"] == 0
    connected.create()
    assert len(connected.zoom.webhooks("meeting.created")) == 1


def test_failed_challenges_may_end_it_sooner_or_never(connected: App, receiver: Receiver) -> None:
    receiver.secret = "another"
    connected.zoom.knobs(webhook_failed_challenges=1)
    connected.zoom.validate_webhook()
    connected.create()
    assert connected.zoom.webhooks("meeting.created") == []
    connected.zoom.knobs(webhook_failed_challenges=0)
    connected.create()
    assert len(connected.zoom.webhooks("meeting.created")) == 1


@pytest.mark.parametrize("event", ["user.deactivated", "user.deleted", "app_deauthorized"])
def test_events_about_people_can_be_sent(connected: App, receiver: Receiver, event: str) -> None:
    connected.zoom.send_webhook(event, user="grace")
    assert events(receiver, 1)[0]["event"] == event


def test_events_about_participants_can_be_sent(connected: App, receiver: Receiver) -> None:
    made = connected.create()
    connected.zoom.send_webhook("meeting.participant_joined", meeting_id=made["id"], participant={"user_name": "Bo"})
    joined = events(receiver, 2)[1]
    assert list(joined) == ["payload", "event_ts", "event"]
    assert joined["payload"]["object"]["participant"]["user_name"] == "Bo"
    assert joined["payload"]["object"]["id"] == str(made["id"])


def test_any_payload_can_be_sent_several_times(connected: App, receiver: Receiver) -> None:
    ids = connected.zoom.send_webhook("made.up", payload={"a": 1}, times=3)
    connected.zoom.settle()
    assert len(ids) == 3
    assert [event["payload"] for event in events(receiver, 3)] == [{"a": 1}] * 3


def test_forgeries_can_be_sent(connected: App, receiver: Receiver) -> None:
    connected.zoom.send_webhook("a", payload={}, secret="wrong", timestamp=1, headers={"x-zm-request-id": None})
    events(receiver, 1)
    headers = receiver.posts[0].headers
    assert headers["x-zm-request-timestamp"] == "1"
    assert "x-zm-request-id" not in headers
    assert headers["x-zm-signature"] == sign_webhook("wrong", receiver.posts[0].body, timestamp=1)["x-zm-signature"]


def test_raw_text_can_be_sent(connected: App, receiver: Receiver) -> None:
    connected.zoom.send_webhook(raw="[not json")
    wait_until(lambda: receiver.posts)
    assert receiver.posts[0].body == b"[not json"


def test_unknown_fields_can_be_added(connected: App, receiver: Receiver) -> None:
    connected.zoom.knobs(webhook_extra_fields=True)
    connected.create()
    event = events(receiver, 1)[0]
    assert {"x_new"} < set(event)
    assert "x_new_in_object" in event["payload"]["object"]


@pytest.mark.parametrize(("form", "kind"), [("numbers", int), ("texts", str)])
def test_meeting_ids_may_all_be_of_one_kind(connected: App, receiver: Receiver, form: str, kind: type) -> None:
    connected.zoom.knobs(webhook_ids=form)
    made = connected.create()
    connected.call("PATCH", f"/meetings/{made['id']}", json={"topic": "Other"})
    connected.zoom.press("ada", made["id"], "start")
    _, updated, started = (event["payload"] for event in events(receiver, 3))
    ids = [updated["object"]["id"], updated["old_object"]["id"], started["object"]["id"]]
    assert ids == [kind(made["id"])] * 3
