"""Consent address, code exchange, refresh, revoke: what is sent, and what each answer becomes."""

import base64
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.zoom_api import tables
from tests.zoom_api.standin import Standin, drop, json_reply, reply
from zoom_blueprint.errors import (
    ConfigurationError,
    ZoomClientRefused,
    ZoomError,
    ZoomGrantLost,
    ZoomRateLimited,
    ZoomRejected,
    ZoomUnknown,
)
from zoom_blueprint.zoom_api.adapters import LARGEST_BODY
from zoom_blueprint.zoom_api.oauth import OAuthClient
from zoom_blueprint.zoom_api.transport import Transport

CALLBACK = "https://site.example.test/zoom/callback"
BASIC = "Basic " + base64.b64encode(b"client-id:client-secret").decode()
# The pair of RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
EVERY_CALL: dict[str, Callable[[OAuthClient], object]] = {
    "exchange": lambda oauth: oauth.exchange(code="code/+1", verifier=VERIFIER, redirect_uri=CALLBACK),
    "refresh": lambda oauth: oauth.refresh("eyJold+/="),
    "revoke": lambda oauth: oauth.revoke("eyJaccess+/="),
}
TOKENS = json_reply(200, tables.TOKENS)
each_call = pytest.mark.parametrize("name", EVERY_CALL)


def test_the_consent_address_asks_for_a_code_with_pkce_and_no_scope(oauth: OAuthClient, zoom: Standin) -> None:
    url = oauth.authorize_url(state="s-1", verifier=VERIFIER, redirect_uri=CALLBACK)
    assert url.startswith(f"{zoom.url}/oauth/authorize?")
    query = dict(parse_qsl(urlsplit(url).query))
    assert query.keys() == tables.AUTHORIZE_QUERY
    assert query == {
        "response_type": "code",
        "client_id": "client-id",
        "redirect_uri": CALLBACK,
        "state": "s-1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    assert zoom.received == []


@pytest.mark.parametrize(("state", "verifier"), [("", VERIFIER), ("s-1", "")])
def test_a_consent_without_state_or_verifier_is_refused(oauth: OAuthClient, state: str, verifier: str) -> None:
    with pytest.raises(ValueError, match="needed"):
        oauth.authorize_url(state=state, verifier=verifier, redirect_uri=CALLBACK)


def test_verifiers_are_fresh_and_as_long_as_the_standard_wants(oauth: OAuthClient) -> None:
    verifiers = {oauth.new_verifier() for _ in range(100)}
    assert len(verifiers) == 100
    assert all(43 <= len(one) <= 128 and one.replace("-", "").replace("_", "").isalnum() for one in verifiers)


def test_a_fresh_verifier_fits_its_challenge(oauth: OAuthClient) -> None:
    verifier = oauth.new_verifier()
    query = dict(parse_qsl(urlsplit(oauth.authorize_url(state="s", verifier=verifier, redirect_uri=CALLBACK)).query))
    expected = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    assert query["code_challenge"] == expected


def test_an_exchange_carries_code_and_verifier_in_the_form(zoom: Standin, oauth: OAuthClient) -> None:
    zoom.will(TOKENS)
    EVERY_CALL["exchange"](oauth)
    assert (zoom.only.method, zoom.only.target) == ("POST", "/oauth/token")
    assert zoom.only.form.keys() == tables.EXCHANGE_FORM
    assert zoom.only.form == {
        "grant_type": "authorization_code",
        "code": "code/+1",
        "code_verifier": VERIFIER,
        "redirect_uri": CALLBACK,
    }


def test_a_refresh_carries_the_token_in_the_form(zoom: Standin, oauth: OAuthClient) -> None:
    zoom.will(TOKENS)
    EVERY_CALL["refresh"](oauth)
    assert (zoom.only.method, zoom.only.target) == ("POST", "/oauth/token")
    assert zoom.only.form.keys() == tables.REFRESH_FORM
    assert zoom.only.form == {"grant_type": "refresh_token", "refresh_token": "eyJold+/="}


def test_a_revocation_carries_the_token_in_the_form(zoom: Standin, oauth: OAuthClient) -> None:
    zoom.will(json_reply(200, {"status": "success"}))
    oauth.revoke("eyJaccess+/=")
    assert (zoom.only.method, zoom.only.target) == ("POST", "/oauth/revoke")
    assert zoom.only.form.keys() == tables.REVOKE_FORM
    assert zoom.only.form == {"token": "eyJaccess+/="}


@each_call
def test_the_client_is_named_in_the_basic_header_alone(zoom: Standin, oauth: OAuthClient, name: str) -> None:
    zoom.will(json_reply(200, {**tables.TOKENS, "status": "success"}))
    EVERY_CALL[name](oauth)
    headers = zoom.only.headers
    assert headers["authorization"] == BASIC
    assert headers["accept"] == "application/json"
    assert headers["content-type"].startswith("application/x-www-form-urlencoded")
    assert headers["user-agent"].startswith("zoom-blueprint/")
    assert b"client" not in zoom.only.body


@each_call
def test_a_netrc_does_not_replace_the_client(
    zoom: Standin, oauth: OAuthClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "netrc").write_text("default login intruder password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    zoom.will(json_reply(200, {**tables.TOKENS, "status": "success"}))
    EVERY_CALL[name](oauth)
    assert zoom.only.headers["authorization"] == BASIC


def test_credentials_are_trimmed(zoom: Standin, transport: Transport) -> None:
    zoom.will(TOKENS)
    OAuthClient(" client-id\r\n", "\tclient-secret\n", f"{zoom.url}/oauth/", transport=transport).refresh("r")
    assert zoom.only.headers["authorization"] == BASIC
    assert zoom.only.target == "/oauth/token"


@pytest.mark.parametrize("value", ["", " \n", "two words", "sëcret", "a\x00b"])
def test_credentials_that_cannot_be_some_name_their_key_and_not_themselves(transport: Transport, value: str) -> None:
    with pytest.raises(ConfigurationError, match="ZOOM_CLIENT_SECRET") as caught:
        OAuthClient("client-id", value, "https://zoom.us/oauth", transport=transport)
    assert not value.strip() or value not in str(caught.value)
    with pytest.raises(ConfigurationError, match="ZOOM_CLIENT_ID"):
        OAuthClient(value, "client-secret", "https://zoom.us/oauth", transport=transport)


@pytest.mark.parametrize("name", ["exchange", "refresh"])
def test_the_token_set_is_what_zoom_sent(zoom: Standin, oauth: OAuthClient, name: str) -> None:
    zoom.will(TOKENS)
    tokens = EVERY_CALL[name](oauth)
    assert tokens == type(tokens)(  # type: ignore[call-arg]
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
    with pytest.raises(ZoomClientRefused, match="Invalid client_id or client_secret"):
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
        oauth.exchange(code="\ud800", verifier=VERIFIER, redirect_uri=CALLBACK)
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


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
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
