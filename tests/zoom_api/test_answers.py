"""Which error each answer of the REST API becomes; the bodies are Zoom's, quoted from its pages and from logs."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.zoom_api import tables
from tests.zoom_api.standin import Standin, json_reply, reply
from tests.zoom_api.test_client import REQUEST
from zoom_blueprint.errors import (
    ZoomError,
    ZoomMeetingNotFound,
    ZoomRateLimited,
    ZoomRejected,
    ZoomScopeMissing,
    ZoomUnauthorized,
    ZoomUnknown,
)
from zoom_blueprint.exchanges.answers import Answer
from zoom_blueprint.zoom_api.answers import raise_for
from zoom_blueprint.zoom_api.client import ZoomClient
from zoom_blueprint.zoom_api.payloads import MeetingChange
from zoom_blueprint.zoom_api.transport import ZOOM

NOW = datetime(2030, 1, 15, 22, 30, tzinfo=UTC)
EVERY_CALL: dict[str, Callable[[ZoomClient], object]] = {
    "me": lambda client: client.me(),
    "create": lambda client: client.create(REQUEST),
    "get": lambda client: client.get(8),
    "update": lambda client: client.update(8, MeetingChange(duration=20)),
    "delete": lambda client: client.delete(8),
    "list": lambda client: list(client.list()),
    "start_url": lambda client: client.start_url(8),
}
XML = b'<?xml version="1.0"?><result><code>300</code><message>Validation Failed.</message></result>'
HTML = b"<!doctype html><title>502 Bad Gateway</title>"


def refused(
    status: int, body: object, headers: Mapping[str, str] | None = None, *, about_meeting: bool = True
) -> ZoomError:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = Answer(status, {"x-zm-trackingid": "v=2.0;rid=T", **(headers or {})}, content, ZOOM)
    with pytest.raises(ZoomError) as caught:
        raise_for(answer, now=NOW, about_meeting=about_meeting)
    return caught.value


@pytest.mark.parametrize("name", EVERY_CALL)
def test_every_call_raises_what_the_answer_stands_for(zoom: Standin, client: ZoomClient, name: str) -> None:
    zoom.will(json_reply(401, {"code": 124, "message": "Invalid access token."}))
    with pytest.raises(ZoomUnauthorized) as caught:
        EVERY_CALL[name](client)
    assert (caught.value.status, caught.value.code) == (401, 124)
    assert caught.value.tracking_id == "v=2.0;clid=us02;rid=TEST_1"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, {"code": 124, "message": "Access token is expired."}),
        (400, {"code": 124, "message": "Invalid access token."}),
        (401, {"code": 4700, "message": "Token cannot be empty."}),
        (400, {"code": 4700, "message": "Token cannot be empty."}),
        (401, HTML),
        (401, b""),
    ],
)
def test_a_token_that_is_not_accepted_is_unauthorized(status: int, body: object) -> None:
    assert type(refused(status, body)) is ZoomUnauthorized


@pytest.mark.parametrize("status", [400, 401, 403])
@pytest.mark.parametrize(
    ("body", "scopes"),
    [
        (
            {
                "code": 4711,
                "message": "Invalid access token, does not contain scopes:"
                "[meeting:update:meeting:admin, meeting:update:meeting].",
            },
            ("meeting:update:meeting:admin", "meeting:update:meeting"),
        ),
        ({"code": 4711, "message": "something new"}, ()),
        ({"code": 4700, "message": "Invalid access token, does not contain scopes."}, ()),
        (
            b'{"code":104,"message":"Invalid access token, does not contain scope:["user:read","user_profile"]."}',
            ("user:read", "user_profile"),
        ),
    ],
    ids=["4711", "4711 without names", "4700", "104 with bare quotes"],
)
def test_a_missing_scope_is_named(status: int, body: object, scopes: tuple[str, ...]) -> None:
    error = refused(status, body)
    assert isinstance(error, ZoomScopeMissing)
    assert error.scopes == scopes
    assert error.code in (104, 4700, 4711)


@pytest.mark.parametrize("status", [404, 400])
def test_code_3001_on_a_meeting_means_gone(status: int) -> None:
    assert type(refused(status, {"code": 3001, "message": "Meeting does not exist: 8."})) is ZoomMeetingNotFound


def test_code_3001_elsewhere_does_not_say_that_a_meeting_is_gone() -> None:
    assert type(refused(404, {"code": 3001, "message": "User missing"}, about_meeting=False)) is ZoomRejected


@pytest.mark.parametrize("name", ["get", "update", "delete", "start_url"])
def test_calls_about_a_meeting_tell_that_it_is_gone(zoom: Standin, client: ZoomClient, name: str) -> None:
    zoom.will(json_reply(404, {"code": 3001, "message": "Meeting 8 is not found or has expired."}))
    with pytest.raises(ZoomMeetingNotFound):
        EVERY_CALL[name](client)


@pytest.mark.parametrize("body", [HTML, b"", b"[]", {"message": "no Route matched"}, XML.replace(b"300", b"3001")])
def test_a_404_without_zooms_code_is_unknown(body: object) -> None:
    assert type(refused(404, body)) is ZoomUnknown


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, 3161), (400, 3000), (400, 3002), (400, 3018), (400, 200), (404, 1001), (404, 2300), (400, 300), (409, 1005)],
)
def test_any_other_code_is_a_clear_no(status: int, code: int) -> None:
    error = refused(status, {"code": code, "message": "No permission."})
    assert type(error) is ZoomRejected
    assert (error.status, error.code, error.tracking_id) == (status, code, "v=2.0;rid=T")


def test_a_validation_error_names_the_fields() -> None:
    body = {
        "code": 300,
        "message": "Validation Failed.",
        "errors": [{"field": "settings.approved_or_denied_countries_or_regions", "message": "Invalid field."}, 7],
    }
    assert "[settings.approved_or_denied_countries_or_regions: Invalid field.]" in str(refused(400, body))


@pytest.mark.parametrize("body", [HTML, XML, b"", b'{"code":300,"mess', b"[" * 100_000, b"\xff\xfe\x00", {"code": 300}])
@pytest.mark.parametrize("status", [500, 502, 503, 504, 599, 199, 600])
def test_a_server_error_is_unknown_whatever_it_says(status: int, body: object) -> None:
    assert type(refused(status, body)) is ZoomUnknown


@pytest.mark.parametrize(
    "body", [HTML, XML, b"", b"null", b"[" * 100_000], ids=["html", "xml", "empty", "null", "deep"]
)
@pytest.mark.parametrize("name", ["me", "create", "get", "list", "start_url"])
def test_a_success_that_cannot_be_read_is_unknown(zoom: Standin, client: ZoomClient, name: str, body: bytes) -> None:
    zoom.will(reply(200, body))
    with pytest.raises(ZoomUnknown) as caught:
        EVERY_CALL[name](client)
    assert (caught.value.status, caught.value.tracking_id) == (200, "v=2.0;clid=us02;rid=TEST_1")


def test_brackets_in_texts_are_no_depth() -> None:
    told = {"code": 300, "message": 'a "quoted" \\ backslash ' + "[{" * 500}
    assert type(refused(400, told)) is ZoomRejected


def test_many_objects_side_by_side_are_no_depth(zoom: Standin, client: ZoomClient) -> None:
    zoom.will(json_reply(200, tables.page(*[tables.LISTED] * 300)))
    assert len(list(client.list())) == 300


@pytest.mark.parametrize(("deep", "readable"), [(49, True), (51, False), (100_000, False)])
@pytest.mark.parametrize("brackets", ["[]", '{"a":}'])
def test_depth_has_a_bound(deep: int, readable: bool, brackets: str) -> None:
    inner = brackets[:-1] * deep + "0" + brackets[-1] * deep
    answer = Answer(200, {}, f'{{"a": {inner}}}'.encode(), ZOOM)
    assert (answer.json_object() is not None) is readable


@pytest.mark.parametrize("lost", ["id", "join_url"])
def test_a_created_meeting_without_id_or_link_is_unknown(zoom: Standin, client: ZoomClient, lost: str) -> None:
    zoom.will(json_reply(201, {key: value for key, value in tables.MEETING.items() if key != lost}))
    with pytest.raises(ZoomUnknown):
        client.create(REQUEST)


def test_the_limit_per_host_lasts_until_midnight_in_utc() -> None:
    text = (
        "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted for this "
        "particular user. You may resume these requests at GMT 00:00:00."
    )
    headers = {"x-ratelimit-category": "Light", "x-ratelimit-limit": "6000", "x-ratelimit-remaining": "5893"}
    error = refused(429, {"code": 429, "message": text}, headers)
    assert isinstance(error, ZoomRateLimited)
    assert error.retry_at == datetime(2030, 1, 16, tzinfo=UTC)


def test_the_limit_per_second_has_no_date() -> None:
    text = "You have reached the maximum per-second rate limit for this API. Try again later."
    error = refused(429, {"code": 429, "message": text}, {"x-ratelimit-type": "QPS"})
    assert isinstance(error, ZoomRateLimited)
    assert error.retry_at is None


@pytest.mark.parametrize("body", [HTML, b"", {"code": 124, "message": "x"}])
def test_a_429_of_any_body_is_a_rate_limit(body: object) -> None:
    error = refused(429, body, {"retry-after": "7"})
    assert isinstance(error, ZoomRateLimited)
    assert error.retry_at == NOW + timedelta(seconds=7)


def test_nothing_like_a_secret_is_quoted_from_zoom() -> None:
    secret = "eyJhbGciOiJIUzUxMiJ9.eyJ2ZXIiOjl9.c2lnbmF0dXJl"
    body = {"code": 300, "message": f"Bad token {secret}, sorry", "errors": [{"field": secret, "message": secret}]}
    assert not re.search(r"[A-Za-z0-9]{8,}", str(refused(400, body)).partition(" (Zoom's")[0].replace("refused", ""))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["code", "message", "errors", "field"]), inner),
    max_leaves=8,
)


@given(
    status=st.integers(100, 999),
    body=st.binary() | json_values.map(lambda value: json.dumps(value).encode()),
    headers=st.dictionaries(st.sampled_from(["retry-after", "x-ratelimit-type", "x-zm-trackingid"]), st.text()),
)
def test_no_answer_raises_anything_but_an_error_of_the_tree(status: int, body: bytes, headers: dict[str, str]) -> None:
    raised: ZoomError | None = None
    try:
        raise_for(Answer(status, headers, body, ZOOM), now=NOW, about_meeting=True)
    except ZoomError as error:
        raised = error
    assert (raised is None) == (200 <= status < 300)
    assert raised is None or raised.status == status
    assert not isinstance(raised, ZoomMeetingNotFound) or raised.code == 3001


@pytest.mark.parametrize(
    ("status", "code", "advice"),
    [
        (400, 3161, "ask the Zoom administrator for a licence"),
        (400, 1010, "reconnect Zoom"),
        (400, 300, "Change what Zoom names before you try again"),
        (404, 3001, "Make a new one"),
        (400, 4711, "Reconnect Zoom and allow it"),
        (401, 124, "reconnect Zoom"),
        (429, 429, "Wait"),
        (503, None, "Look at Zoom before you repeat the call"),
    ],
)
def test_every_error_says_what_to_do_and_carries_the_tracking_id(status: int, code: int | None, advice: str) -> None:
    error = refused(status, {"code": code, "message": "Zoom's own words."})
    assert advice in str(error)
    assert error.tracking_id == "v=2.0;rid=T"
    assert "tracking id: v=2.0;rid=T" in str(error)
