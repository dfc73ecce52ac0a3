"""Every event that the simulator knows how to send, judged by the tables."""

from collections.abc import Iterator

import pytest

from tests.testing.receiver import Receiver, receiving
from tests.wire.client import REDIRECT, Client
from tests.wire.judge import webhook_faults
from tests.wire.webhooks_table import EVENTS
from zoom_blueprint.testing import Simulator


@pytest.fixture
def receiver(zoom_simulator: Simulator) -> Iterator[Receiver]:
    """The webhook address of an app that Ada has connected."""
    with receiving() as receiver:
        receiver.secret = zoom_simulator.webhook_secret
        zoom_simulator.set_app(redirect_uris=[REDIRECT], webhook_url=receiver.url)
        yield receiver
        zoom_simulator.set_app(webhook_url=None)


def judged(receiver: Receiver) -> list[str]:
    """Return what is wrong with anything that arrived, as it came over the socket."""
    posts = list(receiver.posts)
    return [fault for post in posts for fault in webhook_faults(receiver.secret, dict(post.headers), post.body)]


def test_each_event_of_zooms_arrives_as_documented(zoom_simulator: Simulator, receiver: Receiver) -> None:
    zoom, client = zoom_simulator, Client(zoom_simulator).connect("ada")
    made = client.create(topic="Café")
    number = made["id"]
    client.call("PATCH", f"/meetings/{number}", json={"topic": "Thé", "settings": {"host_video": True}})
    zoom.press("ada", number, "start")
    zoom.join(number, "Bob", email="bob@example.org")
    zoom.join(number, email="ada@example.com")
    zoom.leave(number, "Bob")
    zoom.press("ada", number, "end")
    client.call("DELETE", f"/meetings/{number}")
    zoom.recover(number)
    client.call("DELETE", f"/meetings/{number}")
    zoom.delete_forever(number)
    series = client.create(type=8, recurrence={"type": 1, "end_times": 3})
    first, second, _ = (one["occurrence_id"] for one in series["occurrences"])
    path = f"/meetings/{series['id']}"
    client.call("PATCH", path, params={"occurrence_id": first}, json={"duration": 30})
    client.call("DELETE", path, params={"occurrence_id": second})
    client.call("DELETE", path)
    for status in ("inactive", "active"):
        zoom.change_user("ada", status=status)
    zoom.change_user("ada", first_name="Augusta")
    zoom.validate_webhook()
    zoom.remove_app("ada", zoom.client_id)
    Client(zoom).connect("ada")
    zoom.disassociate_user("ada")
    Client(zoom).connect("grace")
    zoom.delete_user("grace")
    zoom.settle()
    assert judged(receiver) == []
    assert {delivery["event"] for delivery in zoom.webhooks()} == set(EVENTS)


def test_the_older_forms_of_a_removal_are_known_too(zoom_simulator: Simulator, receiver: Receiver) -> None:
    for retention, place in (("true", "payload"), ("false", "top"), ("omitted", "both")):
        zoom_simulator.knobs(deauth_retention=retention, deauth_event_ts=place)
        client = Client(zoom_simulator).connect("ada")
        client.revoke(client.tokens["access_token"])
    zoom_simulator.settle()
    assert len(receiver.posts) == 3
    assert judged(receiver) == []


def test_a_retry_is_the_same_event_signed_anew(zoom_simulator: Simulator, receiver: Receiver) -> None:
    zoom_simulator.knobs(webhook_clock="simulated")
    client = Client(zoom_simulator).connect("ada")
    receiver.statuses = [500, 503, 502]
    client.create()
    zoom_simulator.settle()
    for minutes in (5, 20, 60):
        zoom_simulator.advance(minutes * 60 + 1)
        zoom_simulator.settle()
    assert judged(receiver) == []
    assert len(receiver.posts) == 4
    assert len({post.body for post in receiver.posts}) == 1
    assert len({post.headers["x-zm-request-id"] for post in receiver.posts}) == 1
    assert len({post.headers["x-zm-signature"] for post in receiver.posts}) == 4


def test_what_the_simulator_adds_on_purpose_is_seen_by_the_judge(zoom_simulator: Simulator, receiver: Receiver) -> None:
    zoom_simulator.knobs(webhook_extra_fields=True)
    Client(zoom_simulator).connect("ada").create()
    zoom_simulator.send_webhook("meeting.started", secret="another", payload={})
    zoom_simulator.settle()
    found = judged(receiver)
    for said in ("$.x_new: unknown field", "$.payload.object.x_new_in_object: unknown", "the signature is not"):
        assert any(said in fault for fault in found)
