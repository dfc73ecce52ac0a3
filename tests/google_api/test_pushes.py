"""Channels: opened, told of each change over loopback, stopped, and known by their token alone."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.google_api.connecting import EVENT_ID, wanted
from tests.testing.receiver import Receiver, receiving
from zoom_blueprint.errors import BadSignature, GoogleNotFound, GoogleRejected, GoogleUnknown
from zoom_blueprint.google_api.client import GoogleClient
from zoom_blueprint.google_api.event_requests import Notify
from zoom_blueprint.google_api.payloads import Channel
from zoom_blueprint.google_api.pushes import Push
from zoom_blueprint.testing import Simulator
from zoom_blueprint.testing.google import GoogleControl

HEADERS = {
    "X-Goog-Channel-ID": "c-1",
    "X-Goog-Channel-Token": "hush",
    "X-Goog-Resource-ID": "r-1",
    "X-Goog-Resource-State": "exists",
    "X-Goog-Message-Number": "7",
}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def watch(client: GoogleClient, receiver: Receiver, channel_id: str = "c-1", seconds: int = 3600) -> Channel:
    return client.watch("primary", channel_id=channel_id, token="hush", address=receiver.url, seconds=seconds)


def test_a_channel_says_hello_and_then_tells_of_each_change(
    google: GoogleControl, client: GoogleClient, receiver: Receiver
) -> None:
    channel = watch(client, receiver)
    google.settle()
    client.insert("primary", wanted(), Notify.NOBODY)
    google.settle()
    google.delete_event("grace", EVENT_ID)
    google.settle()
    assert [post.body for post in receiver.posts] == [b""] * 3
    pushes = [Push.from_headers(dict(post.headers)) for post in receiver.posts]
    assert [(one.state, one.number) for one in pushes] == [("sync", 1), ("exists", 2), ("exists", 3)]
    assert [one.is_beginning for one in pushes] == [True, False, False]
    for one in pushes:
        assert (one.channel_id, one.resource_id) == ("c-1", channel.resource_id)
        one.verify("hush")


def test_a_stopped_channel_is_silent_and_cannot_be_stopped_again(
    google: GoogleControl, client: GoogleClient, receiver: Receiver
) -> None:
    channel = watch(client, receiver)
    client.stop(channel.id, channel.resource_id)
    google.settle()
    client.insert("primary", wanted(), Notify.NOBODY)
    google.settle()
    assert len(receiver.posts) == 1
    with pytest.raises(GoogleNotFound):
        client.stop(channel.id, channel.resource_id)


def test_a_channel_ends_when_it_said_so(
    zoom: Simulator, google: GoogleControl, client: GoogleClient, receiver: Receiver
) -> None:
    channel = watch(client, receiver, seconds=600)
    assert channel.expires_at is not None
    assert 590 < (channel.expires_at - datetime.fromtimestamp(zoom.now(), UTC)).total_seconds() <= 600
    zoom.advance(601)
    client.insert("primary", wanted(), Notify.NOBODY)
    google.settle()
    assert len(receiver.posts) == 1


def test_google_may_give_a_channel_less_time_than_asked_for(
    zoom: Simulator, client: GoogleClient, receiver: Receiver
) -> None:
    zoom.knobs(google_channel_seconds=60)
    channel = watch(client, receiver, seconds=3600)
    assert channel.expires_at is not None
    assert (channel.expires_at - datetime.fromtimestamp(zoom.now(), UTC)).total_seconds() <= 60


def test_a_channel_needs_an_id_of_its_own_and_a_safe_address(client: GoogleClient, receiver: Receiver) -> None:
    watch(client, receiver)
    with pytest.raises(GoogleRejected, match="not unique"):
        watch(client, receiver)
    with pytest.raises(GoogleRejected, match="HTTPS") as caught:
        client.watch("primary", channel_id="c-2", token="t", address="http://site.example.test/push", seconds=60)
    assert caught.value.reason == "push.webhookUrlNotHttps"


@pytest.mark.parametrize("missing", ["X-Goog-Channel-ID", "X-Goog-Resource-ID", "X-Goog-Resource-State"])
def test_a_push_without_a_header_is_not_googles(missing: str) -> None:
    headers = {name: value for name, value in HEADERS.items() if name != missing}
    with pytest.raises(BadSignature, match=missing.lower()):
        Push.from_headers(headers)
    with pytest.raises(BadSignature, match=missing.lower()):
        Push.from_headers({**headers, missing: "x" * 300})


@pytest.mark.parametrize("token", ["", "hus", "hush2", "hüsh"])
def test_a_push_is_known_by_its_token_alone(token: str) -> None:
    push = Push.from_headers({name.lower(): value for name, value in HEADERS.items()})
    push.verify("hush")
    assert "hush" not in repr(push)
    with pytest.raises(BadSignature, match="token"):
        push.verify(token)
    forged = Push.from_headers({**HEADERS, "X-Goog-Channel-Token": token})
    with pytest.raises(BadSignature, match="token"):
        forged.verify("hush")


def test_a_channel_without_a_token_takes_nothing() -> None:
    with pytest.raises(BadSignature, match="token"):
        Push.from_headers({**HEADERS, "X-Goog-Channel-Token": ""}).verify("")


def test_a_message_number_that_cannot_be_read_is_none() -> None:
    assert Push.from_headers({**HEADERS, "X-Goog-Message-Number": "many"}).number is None


def test_the_answer_about_another_channel_is_none(zoom: Simulator, client: GoogleClient, receiver: Receiver) -> None:
    """Its pushes could not be told from forged ones, and it may be somebody else's."""
    zoom.fault(route="watch_events", status=200, body={"id": "c-2", "resourceId": "r-2"})
    with pytest.raises(GoogleUnknown, match="another channel"):
        watch(client, receiver)
