"""The judge can say no, and says what about."""

import copy
import json
from typing import Any

import pytest

from tests.wire.answers_table import BODIES
from tests.wire.judge import (
    answer_faults,
    consent_faults,
    refusal_faults,
    request_faults,
    token_refusal_faults,
    webhook_faults,
)
from tests.wire.samples import CREATE, HEADERS, LIST, SECRET, STARTED, TOKEN
from tests.wire.shapes import Bool, Fields, Int, Items, Shape, Text, faults

DROP = object()


def changed(sample: Any, path: str, value: Any) -> Any:
    """Return a copy of a sample with one place in it set, or with DROP taken out."""
    result = copy.deepcopy(sample)
    *way, last = path.split("/")
    inner = result
    for step in way:
        inner = inner[int(step) if isinstance(inner, list) else step]
    if value is DROP:
        del inner[last]
    else:
        inner[last] = value
    return result


@pytest.mark.parametrize(
    ("value", "shape", "said"),
    [
        ("81234567890", Int(), "no whole number"),
        (True, Int(), "no whole number"),
        (0, Int(1), "less than 1"),
        (1441, Int(1, 1440), "more than 1440"),
        (4, Int(choices=(1, 2)), "none of"),
        (7, Text(), "no text"),
        ("ab", Text(longest=1), "2 characters"),
        ("tape", Text(choices=("none", "cloud")), "none of"),
        ("2030-01-15T09:00:00+01:00", Text(r"\S+Z"), "does not match"),
        ("a\nb", Text(r"a"), "does not match"),
        ("false", Bool(), "no boolean"),
        (0, Bool(), "no boolean"),
        (True, Bool(only=False), "must be False"),
        ({}, Items(Int()), "no array"),
        ([1, "2"], Items(Int()), "$[1]: '2' is no whole number"),
        ([1, 2], Items(Int(), most=1), "2 items"),
        ([], Items(Int(), fewest=1), "0 items"),
        ([], Fields(), "no object"),
        ({}, Fields({"id": Int()}), "$.id: missing"),
        ({"colour": 1}, Fields(), "$.colour: unknown field"),
        (None, Fields(), "no object"),
    ],
)
def test_each_way_of_being_wrong_is_named(value: object, shape: Shape, said: str) -> None:
    (fault,) = faults(value, shape)
    assert said in fault


def test_everything_wrong_is_named_at_once() -> None:
    shape = Fields({"id": Int(), "uuid": Text()}, {"settings": Fields({"use_pmi": Bool()})})
    found = faults({"id": "1", "settings": {"use_pmi": "no", "sparkles": 1}, "x": None}, shape)
    assert [fault.partition(":")[0] for fault in found] == [
        *("$.uuid", "$.id", "$.settings.use_pmi", "$.settings.sparkles", "$.x"),
    ]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("meetings/0/id", "81234567890", "$.meetings[0].id"),
        ("meetings/0/start_time", "2030-01-15T09:00:00+00:00", "$.meetings[0].start_time"),
        ("meetings/0/status", "waiting", "$.meetings[0].status: unknown field"),
        ("meetings/0/start_url", "https://zoom.us/s/1?zak=x", "$.meetings[0].start_url: unknown field"),
        ("meetings/0/agenda", "x" * 251, "251 characters"),
        ("next_page_token", None, "$.next_page_token"),
        ("total_records", DROP, "$.total_records: missing"),
    ],
)
def test_a_wrong_list_is_seen(path: str, value: object, said: str) -> None:
    assert faults(LIST, BODIES["list"]) == []
    (fault,) = faults(changed(LIST, path, value), BODIES["list"])
    assert said in fault


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("method", "PUT", "no such call"),
        ("path", "/v2/users/someone/meetings", "no such call"),
        ("request/query/access_token", "x", "a secret in an address"),
        ("request/headers/authorization", "Basic", "no Bearer"),
        ("request/headers/accept", "*/*", "accept"),
        ("request/headers/content-type", "text/plain", "content type"),
        ("request/json/type", 8, "body.type"),
        ("request/json/start_time", "2030-01-15T09:00:00", "body.start_time"),
        ("request/json/topic", "x" * 201, "201 characters"),
        ("request/json/agenda", "x" * 2001, "2001 characters"),
        ("request/json/duration", "30", "body.duration"),
        ("request/json/settings/use_pmi", True, "must be False"),
        ("request/json/settings/use_pmi", DROP, "body.settings.use_pmi: missing"),
        ("request/json/settings/sparkles", True, "body.settings.sparkles: unknown field"),
        ("request/json/password", "much too long", "13 characters"),
    ],
)
def test_a_wrong_request_is_seen(path: str, value: object, said: str) -> None:
    assert request_faults(CREATE) == []
    assert any(said in fault for fault in request_faults(changed(CREATE, path, value)))


def test_what_may_stand_in_a_create_may_be_wrong_in_a_change() -> None:
    change = {**CREATE, "method": "PATCH", "path": "/v2/meetings/81234567890"}
    assert request_faults(change) == []
    for path in ("request/json/default_password", "request/json/settings/show_join_info"):
        (fault,) = request_faults(changed(change, path, True))
        assert "unknown field" in fault
        assert request_faults(changed(CREATE, path, True)) == []
    assert request_faults(changed(change, "request/json", {})) == ["change: an empty body"]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("request/form/scope", "user:read:user", "body.scope: unknown field"),
        ("request/form/redirect_uri", "https://example.com/", "body.redirect_uri: unknown field"),
        ("request/form/refresh_token", DROP, "missing"),
        ("request/form/client_id", "x", "credentials"),
        ("request/headers/authorization", "", "credentials"),
        ("request/query/refresh_token", "x", "a secret in an address"),
        ("request/headers/content-type", "application/json", "content type"),
    ],
)
def test_a_wrong_token_request_is_seen(path: str, value: object, said: str) -> None:
    assert request_faults(TOKEN) == []
    assert any(said in fault for fault in request_faults(changed(TOKEN, path, value)))


def test_a_scope_and_a_plain_challenge_on_the_authorize_link_are_seen() -> None:
    query = {
        "response_type": "code",
        "client_id": "x",
        "redirect_uri": "https://example.com/",
        "state": "s" * 22,
        "code_challenge": "c" * 43,
        "code_challenge_method": "S256",
    }
    call = {"method": "GET", "path": "/oauth/authorize", "request": {"query": query}}
    assert request_faults(call) == []
    assert request_faults(changed(call, "request/query/scope", "x")) == ["authorize: query.scope: unknown field"]
    for name, value in (("code_challenge_method", "plain"), ("state", '{"a": 1}'), ("redirect_uri", "http://a.b/")):
        assert len(request_faults(changed(call, f"request/query/{name}", value))) == 1


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("answer/headers/retry-after", "60", "retry-after must not be there"),
        ("answer/headers/x-ratelimit-remaining", "0", "x-ratelimit-remaining"),
        ("answer/headers/x-ratelimit-type", "QPS", "x-ratelimit-type must not be there"),
        ("answer/headers/x-zm-trackingid", DROP, "x-zm-trackingid: missing"),
        ("answer/headers/content-type", "text/html", "no JSON"),
        ("answer/json/code", "429", "$.code"),
        ("answer/json/message", "Slow down.", "none of the known limits"),
        ("answer/status", 200, "status 200 instead of 201"),
        ("answer/status", 204, "204 with a body"),
    ],
)
def test_a_wrong_answer_is_seen(path: str, value: object, said: str) -> None:
    assert answer_faults(CREATE) == []
    assert any(said in fault for fault in answer_faults(changed(CREATE, path, value)))


def test_refusals_that_zoom_does_not_know_are_seen() -> None:
    gone = {"code": 3001, "message": "Meeting does not exist: 81234567890."}
    assert refusal_faults(404, {}, gone) == []
    assert refusal_faults(400, {}, gone)
    assert refusal_faults(404, {}, {**gone, "message": "Gone."})
    assert refusal_faults(404, {}, {**gone, "errors": []})
    assert refusal_faults(400, {}, {"code": 300, "message": "Validation Failed."}) == ["errors and message disagree"]
    lost = {"reason": "Invalid Token!", "error": "invalid_grant"}
    assert token_refusal_faults(400, lost) == []
    assert token_refusal_faults(401, lost)
    assert token_refusal_faults(400, {**lost, "error": "invalid_request", "reason": "No."})


def test_a_consent_that_comes_back_otherwise_is_seen() -> None:
    asked = "https://zoom.us/oauth/authorize?redirect_uri=https%3A%2F%2Fexample.com%2Fback&state=abc"
    assert consent_faults(asked, "https://example.com/back?code=x&state=abc") == []
    assert consent_faults(asked, "https://example.com/back?error=access_denied&state=abc") == []
    assert consent_faults(asked, "https://example.com/back?code=x&state=abd") == ["the state is another"]
    assert len(consent_faults(asked, "https://example.net/back?code=x")) == 3


def test_the_vector_of_the_fact_sheet_is_genuine_and_a_rewritten_body_is_not() -> None:
    assert webhook_faults(SECRET, HEADERS, STARTED) == []
    rewritten = json.dumps(json.loads(STARTED)).encode()
    for secret, body in ((SECRET, rewritten), ("another", STARTED)):
        assert webhook_faults(secret, HEADERS, body) == ["meeting.started: the signature is not that of the raw body"]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("payload/object/id", 81234567890, "$.payload.object.id"),
        ("event_ts", 1893553445, "$.event_ts"),
        ("event_ts", DROP, "$.event_ts: missing"),
        ("payload/object/host_id", DROP, "$.payload.object.host_id: missing"),
        ("payload/colour", "blue", "$.payload.colour: unknown field"),
        ("event", "meeting.begun", "no event of Zoom's"),
    ],
)
def test_a_wrong_webhook_is_seen(path: str, value: object, said: str) -> None:
    body = json.dumps(changed(json.loads(STARTED), path, value)).encode()
    assert any(said in fault for fault in webhook_faults(SECRET, HEADERS, body))


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_a_webhook_without_one_of_its_headers_is_seen(name: str) -> None:
    fewer = {kept: value for kept, value in HEADERS.items() if kept != name}
    assert any(f"header {name.lower()}: missing" in fault for fault in webhook_faults(SECRET, fewer, STARTED))


def test_milliseconds_in_the_header_are_seen() -> None:
    headers = {**HEADERS, "x-zm-request-timestamp": "1893553446000"}
    assert any("x-zm-request-timestamp" in fault for fault in webhook_faults(SECRET, headers, STARTED))
