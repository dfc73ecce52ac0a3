"""Webhooks that Zoom did not send, or not just now, and what it sends beside meetings."""

import json
import time

import pytest
from sqlalchemy import select

from tests.fixtures.site import Answer, MakeSite, Site
from tests.web.asking import everything
from tests.web.sockets import chunked, send
from zoom_blueprint.services.inbox import SUBSCRIBED
from zoom_blueprint.store import models
from zoom_blueprint.testing.signing import sign_webhook
from zoom_blueprint.zoom_api.signature import challenge_answer, sign

EVENT = {"event": "meeting.updated", "event_ts": 1, "payload": {"object": {"id": "12345678901"}}}
BODY = json.dumps(EVENT).encode()
TIMESTAMP, SIGNATURE = "x-zm-request-timestamp", "x-zm-signature"
CHALLENGE = json.dumps({"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}}).encode()


def signed(site: Site, body: bytes, **details: object) -> dict[str, str]:
    """Return the headers of a good delivery."""
    return sign_webhook(site.simulator.webhook_secret, body, **details)  # type: ignore[arg-type]  # as the tests need


def refused_as(site: Site, status: int, body: bytes, headers: dict[str, str]) -> None:
    """Expect an error that leaves all tables as they are."""
    before = everything(site)
    answer = site.post("/webhook", data=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert everything(site) == before


@pytest.mark.parametrize("missing", [TIMESTAMP, SIGNATURE])
def test_a_webhook_without_a_header_is_refused(shared_site: Site, missing: str) -> None:
    headers = signed(shared_site, BODY)
    del headers[missing]
    refused_as(shared_site, 403, BODY, headers)


@pytest.mark.parametrize(
    "change",
    [
        {SIGNATURE: "v0=" + "0" * 64},
        {SIGNATURE: ""},
        {SIGNATURE: "v0="},
        {SIGNATURE: "\xff" * 10},
        {TIMESTAMP: ""},
        {TIMESTAMP: "soon"},
        {TIMESTAMP: "1e9"},
        {TIMESTAMP: "-1"},
        {TIMESTAMP: "9" * 40},
    ],
)
def test_a_webhook_with_an_odd_header_is_refused(shared_site: Site, change: dict[str, str]) -> None:
    refused_as(shared_site, 403, BODY, signed(shared_site, BODY) | change)


def test_a_webhook_signed_with_another_secret_is_refused(shared_site: Site) -> None:
    refused_as(shared_site, 403, BODY, sign_webhook("somebody else's", BODY))


def test_a_webhook_whose_body_was_changed_is_refused(shared_site: Site) -> None:
    refused_as(shared_site, 403, BODY + b" ", signed(shared_site, BODY))


@pytest.mark.parametrize("ahead", [-301, -86_400, 305, 86_400])
def test_a_stale_or_future_webhook_is_refused(shared_site: Site, ahead: int) -> None:
    refused_as(shared_site, 403, BODY, signed(shared_site, BODY, timestamp=int(time.time()) + ahead))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"not json",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'"meeting.updated"',
        b"5",
        b"{}",
        b'{"event": null}',
        b'{"event": 5}',
        b'{"event": ""}',
        b'{"event": "with\\u0000nul"}',
        b'{"event": "' + b"x" * 300 + b'"}',
        b'{"event":' * 5000,
        b'{"event": "endpoint.url_validation"}',
        b'{"event": "endpoint.url_validation", "payload": {"plainToken": 5}}',
        b'{"event": "endpoint.url_validation", "payload": []}',
    ],
)
def test_a_signed_body_that_is_no_event_is_a_bad_request(shared_site: Site, body: bytes) -> None:
    refused_as(shared_site, 400, body, signed(shared_site, body))


def test_a_body_of_2_mib_is_refused_before_it_is_read(shared_site: Site) -> None:
    before = everything(shared_site)
    assert send(shared_site, "/webhook", [f"Content-Length: {2 << 20}"]).status == 413
    assert everything(shared_site) == before


def test_a_chunked_body_of_2_mib_is_refused_though_it_is_signed(shared_site: Site) -> None:
    before = everything(shared_site)
    body = BODY + b" " * (2 << 20)
    headers = [f"{name}: {value}" for name, value in signed(shared_site, body).items()]
    answer = send(shared_site, "/webhook", [*headers, "Transfer-Encoding: chunked"], *chunked(body, 1 << 16))
    assert answer.status == 413
    assert everything(shared_site) == before


def test_only_posts_are_taken(shared_site: Site) -> None:
    assert shared_site.get("/webhook").status_code == 405


def stored(site: Site) -> dict[str, str | None]:
    """Return names and outcomes of the stored events."""
    rows = site.state.database.read(lambda session: session.scalars(select(models.WebhookEvent)).all())
    return {row.name: row.outcome for row in rows}


def post(site: Site, event: object) -> Answer:
    """Post a signed event."""
    body = json.dumps(event).encode()
    return site.post("/webhook", data=body, headers=signed(site, body))


def test_an_unknown_event_is_stored_as_ignored(site: Site) -> None:
    for name in ("recording.completed", "something.new", "meeting.updated_" + "x" * 100):
        assert post(site, {"event": name, "payload": {"account_id": "a"}}).status_code == 200
    site.drain()
    assert set(stored(site).values()) == {"ignored"}
    assert len(stored(site)) == 3
    rows = site.state.database.read(lambda session: session.scalars(select(models.WebhookEvent)).all())
    assert {row.payload_sealed for row in rows} == {None}


def test_a_doubled_event_is_stored_once(site: Site) -> None:
    answers = [post(site, EVENT) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    rows = everything(site)["zoom_webhook_event"]
    assert len(rows) == 1
    site.drain()
    post(site, EVENT)
    site.drain()
    assert len(everything(site)["zoom_webhook_event"]) == 1


def test_events_with_odd_contents_are_stored_and_do_no_harm(site: Site) -> None:
    booking = site.booked()
    site.simulator.settle()
    before = everything(site)["zoom_booking"]
    objects: tuple[object, ...] = (None, {"id": []}, {"id": "9" * 18}, {"id": True}, {"id": -1}, {"id": 1.5})
    payloads: tuple[object, ...] = (None, [], "text", {}, *({"object": one} for one in objects))
    for name in (*SUBSCRIBED, "app_deauthorized"):
        for payload in payloads:
            assert post(site, {"event": name, "payload": payload}).status_code == 200
    site.drain()
    assert everything(site)["zoom_booking"] == before
    sealed = [row for row in everything(site)["zoom_webhook_event"] if "gAAAA" in row]
    assert [row for row in sealed if "meeting.created" not in row] == []  # but the one about the booking above
    assert site.connection().status == "active"
    assert booking["join_url"]


@pytest.mark.parametrize("number", [0, 1])
def test_the_challenge_is_answered_with_the_secret_that_signed_it(make_site: MakeSite, number: int) -> None:
    """While the secret is being changed both are set; Zoom expects the answer by the one it signed with."""
    secrets = ["the-new-secret", "the-old-secret"]
    site = make_site(ZOOM_WEBHOOK_SECRETS=secrets)
    answer = site.post("/webhook", data=CHALLENGE, headers=sign_webhook(secrets[number], CHALLENGE))
    assert answer.status_code == 200
    assert answer.json() == {"plainToken": "abc", "encryptedToken": challenge_answer(secrets[number], "abc")}
    assert everything(site)["zoom_webhook_event"] == []
    assert site.post("/webhook", data=BODY, headers=sign_webhook(secrets[number], BODY)).status_code == 200


def test_the_simulator_accepts_our_answer_to_its_challenge(site: Site) -> None:
    assert site.simulator.validate_webhook()["ok"]


def test_an_unsigned_challenge_is_refused(shared_site: Site) -> None:
    headers = {TIMESTAMP: str(int(time.time())), SIGNATURE: sign("", int(time.time()), CHALLENGE)}
    refused_as(shared_site, 403, CHALLENGE, headers)


def test_a_webhook_needs_no_csrf_token_and_sees_no_cookie(shared_site: Site) -> None:
    body = json.dumps({"event": "something.new"}).encode()
    answer = shared_site.post("/webhook", data=body, headers=signed(shared_site, body) | {"Cookie": "host=ada"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
