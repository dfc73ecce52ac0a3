"""What each answer of the OAuth endpoints becomes: tokens, or one error of the tree."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.zoom_api import tables
from tests.zoom_api.standin import Standin, drop, json_reply, reply
from tests.zoom_api.test_oauth import EVERY_CALL, TOKENS, VERIFIER, each_call
from zoom_blueprint.errors import (
    ZoomClientRefused,
    ZoomError,
    ZoomGrantLost,
    ZoomRateLimited,
    ZoomRejected,
    ZoomUnknown,
)
from zoom_blueprint.exchanges.adapters import LARGEST_BODY
from zoom_blueprint.zoom_api.oauth import OAuthClient
from zoom_blueprint.zoom_api.payloads import TokenSet


@pytest.mark.parametrize("name", ["exchange", "refresh"])
def test_the_token_set_is_what_zoom_sent(zoom: Standin, oauth: OAuthClient, name: str) -> None:
    zoom.will(TOKENS)
    tokens = EVERY_CALL[name](oauth)
    assert tokens == TokenSet(
        access_token="eyJaccessMadeUp.0.a",
        refresh_token="eyJrefreshMadeUp.0.r",
        expires_in=3599,
        scopes=frozenset({"meeting:delete:meeting", "meeting:read:meeting", "user:read:user"}),
        api_url="https://api.zoom.us",
    )


@pytest.mark.parametrize(
    "odd", [{"expires_in": "soon"}, {"expires_at": []}, {"expires_at": "x", "expires_in": []}, {"scope": 7}]
)
def test_new_tokens_are_not_lost_over_an_odd_field(zoom: Standin, oauth: OAuthClient, odd: dict[str, object]) -> None:
    zoom.will(json_reply(200, {**tables.TOKENS, **odd}))
    assert oauth.refresh("r").refresh_token == "eyJrefreshMadeUp.0.r"


@pytest.mark.parametrize("lost", ["access_token", "refresh_token"])
def test_an_answer_without_both_tokens_is_unknown(zoom: Standin, oauth: OAuthClient, lost: str) -> None:
    zoom.will(json_reply(200, {key: value for key, value in tables.TOKENS.items() if key != lost}))
    with pytest.raises(ZoomUnknown):
        oauth.refresh("eyJold")


@each_call
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {"reason": "Invalid Token!", "error": "invalid_grant"}),
        (400, {"error": "invalid_grant"}),
        (400, {"reason": "Invalid authorization code", "error": "invalid_grant"}),
        (401, {"error": "invalid_grant"}),
        (200, {"error": "invalid_grant"}),
        (401, {"reason": "Invalid Token!", "error": "invalid_request"}),
        (401, {"reason": "Invalid authorization code abcDEF0123456789abcDEF", "error": "invalid_request"}),
    ],
)
def test_a_lost_grant_is_told_by_the_error_member(
    zoom: Standin, oauth: OAuthClient, name: str, status: int, body: object
) -> None:
    zoom.will(json_reply(status, body))
    with pytest.raises(ZoomGrantLost) as caught:
        EVERY_CALL[name](oauth)
    assert (caught.value.status, caught.value.tracking_id) == (status, "v=2.0;clid=us02;rid=TEST_1")


@each_call
@pytest.mark.parametrize("status", [400, 401])
def test_a_wrong_client_is_no_lost_grant(zoom: Standin, oauth: OAuthClient, name: str, status: int) -> None:
    zoom.will(json_reply(status, {"reason": "Invalid client_id or client_secret", "error": "invalid_client"}))
    with pytest.raises(ZoomClientRefused, match=r"Invalid client_id or client_secret\. Check ZOOM_CLIENT_ID and"):
        EVERY_CALL[name](oauth)


@each_call
@pytest.mark.parametrize(
    "body",
    [
        {"error": "unsupported_grant_type"},
        {"reason": "Redirect URI mismatch.", "error": "invalid_request"},
        {"reason": "Account does not enabled the OAuth app type", "error": "invalid_request"},
    ],
)
def test_any_other_error_is_a_clear_no(zoom: Standin, oauth: OAuthClient, name: str, body: object) -> None:
    zoom.will(json_reply(400, body))
    with pytest.raises(ZoomRejected):
        EVERY_CALL[name](oauth)


@each_call
@pytest.mark.parametrize("body", [b"<html>slow down</html>", b'{"error":"invalid_grant"}'])
def test_a_429_is_a_rate_limit_whatever_it_says(zoom: Standin, oauth: OAuthClient, name: str, body: bytes) -> None:
    zoom.will(reply(429, body, "Retry-After: 5"))
    with pytest.raises(ZoomRateLimited) as caught:
        EVERY_CALL[name](oauth)
    assert caught.value.retry_at is not None


@each_call
@pytest.mark.parametrize(
    "answer",
    [
        drop,
        reply(500, b'{"error":"invalid_grant","reason":"Invalid Token!"}'),
        reply(502, b"<html>Bad Gateway</html>"),
        reply(403, b"<html>Forbidden</html>"),
        reply(401),
        reply(400, b"[]"),
        reply(400, b'{"error":["invalid_grant"]}'),
        reply(404, b'{"message":"no Route matched"}'),
        reply(200),
        reply(200, b"<html>Welcome</html>"),
        reply(200, b'{"access_token":"eyJ', "Content-Type: application/json"),
        reply(200, b"[" * 100_000),
        reply(200, b" " * (LARGEST_BODY + 1)),
        reply(204),
    ],
    ids=["drop", "500", "502", "403", "401", "list", "odd", "404", "empty", "html", "cut", "deep", "huge", "204"],
)
def test_an_unclear_answer_is_unknown_and_the_token_is_sent_once(
    zoom: Standin, oauth: OAuthClient, name: str, answer: bytes
) -> None:
    zoom.will(answer, TOKENS)
    with pytest.raises(ZoomUnknown):
        EVERY_CALL[name](oauth)
    assert len(zoom.received) == 1


@each_call
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(zoom: Standin, oauth: OAuthClient, name: str, status: int) -> None:
    zoom.will(reply(status, b"", "Location: /oauth/elsewhere"), TOKENS)
    with pytest.raises(ZoomUnknown):
        EVERY_CALL[name](oauth)
    assert len(zoom.received) == 1


def test_a_code_that_fits_no_form_is_unknown_and_not_sent(zoom: Standin, oauth: OAuthClient) -> None:
    with pytest.raises(ZoomUnknown):
        oauth.exchange(code="\ud800", verifier=VERIFIER, redirect_uri="https://site.example.test/zoom/callback")
    assert zoom.received == []


def test_a_revocation_that_is_not_confirmed_is_unknown(zoom: Standin, oauth: OAuthClient) -> None:
    zoom.will(json_reply(200, {"status": "pending"}))
    with pytest.raises(ZoomUnknown):
        oauth.revoke("eyJaccess")


def test_refreshes_in_many_threads_keep_their_tokens_apart(oauth: OAuthClient, zoom: Standin) -> None:
    for number in range(48):
        zoom.will(json_reply(200, {**tables.TOKENS, "access_token": f"a{number}", "refresh_token": f"r{number}"}))
    with ThreadPoolExecutor(12) as threads:
        found = list(threads.map(lambda number: oauth.refresh(f"old{number}"), range(48)))
    assert {tokens.access_token for tokens in found} == {f"a{number}" for number in range(48)}
    assert all(tokens.access_token[1:] == tokens.refresh_token[1:] for tokens in found)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    status=st.sampled_from([200, 400, 401, 403, 500]),
    body=st.dictionaries(
        st.sampled_from(["error", "reason", "access_token", "refresh_token", "expires_in", "expires_at", "scope"]),
        st.none() | st.integers() | st.text(max_size=8) | st.sampled_from(["invalid_grant", "eyJa"]) | st.just([1]),
    ),
)
def test_no_token_answer_raises_anything_but_an_error_of_the_tree(
    zoom: Standin, oauth: OAuthClient, status: int, body: dict[str, object]
) -> None:
    zoom.will(json_reply(status, body))
    try:
        tokens = oauth.refresh("eyJold")
    except ZoomError:
        return
    assert (status, tokens.refresh_token) == (200, body["refresh_token"])
