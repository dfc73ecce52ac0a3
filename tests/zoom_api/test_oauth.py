"""Consent address, code exchange, refresh, revoke: what is sent."""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.zoom_api import tables
from tests.zoom_api.standin import Standin, json_reply
from zoom_blueprint.errors import (
    ConfigurationError,
)
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
