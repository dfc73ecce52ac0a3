"""Consent address, code exchange, refresh, revoke."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.google_api.connecting import CALLBACK, CHALLENGE, VERIFIER, code, exchange
from zoom_blueprint.errors import (
    ConfigurationError,
    GoogleClientRefused,
    GoogleError,
    GoogleGrantLost,
    GoogleRateLimited,
    GoogleRejected,
    GoogleUnknown,
)
from zoom_blueprint.google_api import scopes
from zoom_blueprint.google_api.oauth import Held, OAuthClient
from zoom_blueprint.google_api.payloads import TokenSet
from zoom_blueprint.google_api.scopes import Purpose
from zoom_blueprint.google_api.transport import Transport
from zoom_blueprint.testing import Simulator
from zoom_blueprint.testing.google import GoogleControl

CALENDAR = "https://www.googleapis.com/auth/calendar"
EVERY_CALL: dict[str, tuple[str, Callable[[OAuthClient], object]]] = {
    "exchange": ("google_token", lambda oauth: exchange(oauth, "4/0Amadeup")),
    "refresh": ("google_token", lambda oauth: oauth.refresh("1//0madeup")),
    "revoke": ("google_revoke", lambda oauth: oauth.revoke("1//0madeup")),
}
each_call = pytest.mark.parametrize("name", EVERY_CALL)


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def test_the_consent_address_asks_for_offline_access_to_what_is_needed_and_no_more(oauth: OAuthClient) -> None:
    url = oauth.authorize_url(state="s", verifier=VERIFIER, redirect_uri=CALLBACK, has_refresh_token=False)
    query = query_of(url)
    assert set(query.pop("scope").split()) == {
        "openid",
        "email",
        f"{CALENDAR}.events",
        f"{CALENDAR}.freebusy",
        f"{CALENDAR}.calendarlist.readonly",
    }
    assert query == {
        "response_type": "code",
        "client_id": "sim-0123456789.apps.googleusercontent.com",
        "redirect_uri": CALLBACK,
        "state": "s",
        "access_type": "offline",
        "prompt": "consent",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }


def test_who_holds_a_refresh_token_forces_no_consent(oauth: OAuthClient) -> None:
    url = oauth.authorize_url(state="s", verifier=VERIFIER, redirect_uri=CALLBACK, has_refresh_token=True)
    assert "prompt" not in query_of(url)
    assert query_of(url)["access_type"] == "offline"


@pytest.mark.parametrize(("state", "verifier"), [("", VERIFIER), ("s", "")])
def test_a_consent_without_state_or_verifier_is_refused(oauth: OAuthClient, state: str, verifier: str) -> None:
    with pytest.raises(ValueError, match="needed"):
        oauth.authorize_url(state=state, verifier=verifier, redirect_uri=CALLBACK, has_refresh_token=False)


def test_the_consent_page_of_google_itself_is_on_its_own_host(transport: Transport) -> None:
    oauth = OAuthClient("id", "secret", "https://oauth2.googleapis.com/", transport=transport)
    url = oauth.authorize_url(state="s", verifier=VERIFIER, redirect_uri=CALLBACK, has_refresh_token=False)
    assert url.startswith("https://accounts.google.com/o/oauth2/v2/auth?")


@pytest.mark.parametrize("value", ["", " \n", "two words", "sëcret"])
def test_credentials_that_cannot_be_some_name_their_key_and_not_themselves(transport: Transport, value: str) -> None:
    with pytest.raises(ConfigurationError, match="ZOOM_GOOGLE_CLIENT_SECRET") as caught:
        OAuthClient("id", value, "https://oauth2.googleapis.com", transport=transport)
    assert not value.strip() or value not in str(caught.value)
    with pytest.raises(ConfigurationError, match="ZOOM_GOOGLE_CLIENT_ID"):
        OAuthClient(value, "secret", "https://oauth2.googleapis.com", transport=transport)


def test_a_first_consent_brings_both_tokens_the_account_and_what_was_allowed(tokens: TokenSet) -> None:
    assert tokens.refresh_token is not None
    assert tokens.expires_in == 3599
    assert tokens.account is not None
    assert tokens.account.email == "grace@example.com"
    assert tokens.account.id.isdigit()
    assert scopes.missing(tokens.scopes) == ()


def test_secrets_travel_in_the_body_and_nowhere_else(zoom: Simulator, oauth: OAuthClient, tokens: TokenSet) -> None:
    oauth.refresh(str(tokens.refresh_token))
    exchanged, refreshed = zoom.calls("google_token")
    assert exchanged["request"]["form"].keys() == {
        *("grant_type", "code", "code_verifier", "redirect_uri", "client_id", "client_secret"),
    }
    assert refreshed["request"]["form"].keys() == {"grant_type", "refresh_token", "client_id", "client_secret"}
    for call in (exchanged, refreshed):
        assert (call["request"]["authorization"], call["request"]["query"]) == (None, {})


def test_a_scope_that_was_not_allowed_is_missing(zoom: Simulator, oauth: OAuthClient) -> None:
    found = exchange(oauth, code(zoom, oauth, withhold=(f"{CALENDAR}.freebusy",)))
    assert [(one.purpose, one.scope) for one in scopes.missing(found.scopes)] == [
        (Purpose.BUSY, f"{CALENDAR}.freebusy")
    ]


def test_wider_scopes_are_as_good(tokens: TokenSet) -> None:
    assert scopes.missing({"openid", CALENDAR}) == ()
    assert [one.purpose for one in scopes.missing(())] == list(Purpose)


def test_a_second_consent_without_a_refresh_token_keeps_the_one_of_the_same_account(
    zoom: Simulator, oauth: OAuthClient, tokens: TokenSet
) -> None:
    assert tokens.account is not None
    held = Held(tokens.account.id, str(tokens.refresh_token))
    again = exchange(oauth, code(zoom, oauth, has_refresh_token=True), held=held)
    assert again.refresh_token == tokens.refresh_token
    assert again.access_token != tokens.access_token


def test_a_refresh_token_of_another_account_is_never_taken_for_this_one(
    zoom: Simulator, oauth: OAuthClient, tokens: TokenSet
) -> None:
    of_ada = exchange(oauth, code(zoom, oauth, "ada"))
    assert of_ada.account is not None
    held = Held(of_ada.account.id, str(of_ada.refresh_token))
    with pytest.raises(GoogleGrantLost, match="no refresh token"):
        exchange(oauth, code(zoom, oauth, "grace", has_refresh_token=True), held=held)
    with pytest.raises(GoogleGrantLost, match="no refresh token"):
        exchange(oauth, code(zoom, oauth, "grace", has_refresh_token=True))


def test_a_forced_consent_brings_a_refresh_token_again(zoom: Simulator, oauth: OAuthClient, tokens: TokenSet) -> None:
    again = exchange(oauth, code(zoom, oauth))
    assert again.refresh_token not in (None, tokens.refresh_token)


def test_an_answer_that_does_not_say_whose_account_it_is_is_unknown(zoom: Simulator, oauth: OAuthClient) -> None:
    found = code(zoom, oauth)
    zoom.fault(route="google_token", status=200, body={"access_token": "ya29.a", "refresh_token": "1//0r"})
    with pytest.raises(GoogleUnknown, match="whose account"):
        exchange(oauth, found)


def test_a_code_is_good_once_for_its_verifier_and_for_ten_minutes(zoom: Simulator, oauth: OAuthClient) -> None:
    with pytest.raises(GoogleGrantLost):
        exchange(oauth, code(zoom, oauth), verifier="another-verifier-of-forty-three-characters-x")
    used = code(zoom, oauth)
    exchange(oauth, used)
    with pytest.raises(GoogleGrantLost):
        exchange(oauth, used)
    late = code(zoom, oauth)
    zoom.advance(601)
    with pytest.raises(GoogleGrantLost):
        exchange(oauth, late)


def test_a_refresh_keeps_the_refresh_token_unless_google_gives_another(
    zoom: Simulator, oauth: OAuthClient, tokens: TokenSet
) -> None:
    held = str(tokens.refresh_token)
    first = oauth.refresh(held)
    assert first.refresh_token == held
    assert first.access_token != tokens.access_token
    zoom.knobs(google_new_refresh_token=True)
    second = oauth.refresh(held)
    assert second.refresh_token not in (None, held)
    zoom.knobs(google_new_refresh_token=False)
    assert oauth.refresh(str(second.refresh_token)).refresh_token == second.refresh_token


def test_access_that_was_taken_away_is_a_lost_grant(
    google: GoogleControl, oauth: OAuthClient, tokens: TokenSet
) -> None:
    google.remove_app("grace")
    with pytest.raises(GoogleGrantLost, match="expired or revoked"):
        oauth.refresh(str(tokens.refresh_token))


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_a_revocation_ends_the_grant_by_either_token(
    zoom: Simulator, google: GoogleControl, oauth: OAuthClient, tokens: TokenSet, which: str
) -> None:
    oauth.revoke(getattr(tokens, which))
    (call,) = zoom.calls("google_revoke")
    assert call["request"]["form"].keys() == {"token", "client_id"}
    assert [grant["live"] for grant in google.grants()] == [False]
    with pytest.raises(GoogleGrantLost):
        oauth.refresh(str(tokens.refresh_token))
    with pytest.raises(GoogleGrantLost):
        oauth.revoke(getattr(tokens, which))


def test_a_wrong_client_is_told_from_a_lost_grant(google: GoogleControl, transport: Transport) -> None:
    for client_id, secret in ((google.client_id, "wrong"), ("nobody", google.client_secret)):
        oauth = OAuthClient(client_id, secret, google.oauth_url, transport=transport)
        with pytest.raises(GoogleClientRefused, match="ZOOM_GOOGLE_CLIENT_ID") as caught:
            oauth.refresh("1//0madeup")
        assert (caught.value.status, caught.value.reason) == (401, "invalid_client")


REFUSALS: list[tuple[int, dict[str, str], type[GoogleError]]] = [
    (400, {"error": "invalid_grant", "error_description": "Bad Request"}, GoogleGrantLost),
    (401, {"error": "invalid_grant"}, GoogleGrantLost),
    (400, {"error": "invalid_token"}, GoogleGrantLost),
    (401, {"error": "invalid_client"}, GoogleClientRefused),
    (401, {"error": "deleted_client"}, GoogleClientRefused),
    (400, {"error": "unauthorized_client"}, GoogleClientRefused),
    (400, {"error": "invalid_request"}, GoogleRejected),
    (403, {"error": "org_internal", "error_description": "only for members"}, GoogleRejected),
    (429, {"error": "rate_limit_exceeded"}, GoogleRateLimited),
    (429, {}, GoogleRateLimited),
    (500, {"error": "internal_failure"}, GoogleUnknown),
    (503, {"error": "temporarily_unavailable"}, GoogleUnknown),
    (400, {"message": "no error name"}, GoogleUnknown),
    (400, {"error": "A Name That No Server Gives"}, GoogleUnknown),
    (302, {"error": "invalid_grant"}, GoogleUnknown),
]


@each_call
@pytest.mark.parametrize(("status", "body", "kind"), REFUSALS)
def test_each_refusal_is_its_own_error(
    zoom: Simulator, oauth: OAuthClient, name: str, status: int, body: dict[str, str], kind: type[GoogleError]
) -> None:
    route, call = EVERY_CALL[name]
    zoom.fault(route=route, status=status, body=body)
    with pytest.raises(GoogleError) as caught:
        call(oauth)
    assert type(caught.value) is kind
    assert caught.value.status == status


@each_call
@pytest.mark.parametrize(
    "plan",
    [
        {"drop": "before"},
        {"drop": "after"},
        {"status": 200, "body": "<html>A page of a proxy.</html>"},
        {"status": 200, "body": "[]"},
        {"status": 200, "body": "[" * 5000},
        {"status": 204},
        {"status": 200, "body": '{"access_token": "ya29.a', "content_type": "application/json"},
    ],
    ids=["dropped before", "dropped after", "html", "a list", "deep", "no content", "cut"],
)
def test_no_clear_answer_is_unknown(zoom: Simulator, oauth: OAuthClient, name: str, plan: dict[str, object]) -> None:
    route, call = EVERY_CALL[name]
    zoom.fault(route=route, **plan)
    with pytest.raises(GoogleUnknown):
        call(oauth)
    assert len(zoom.calls(route)) == 1


def test_a_limit_tells_when_to_try_again(zoom: Simulator, oauth: OAuthClient) -> None:
    zoom.fault(route="google_token", status=429, body={}, headers={"Retry-After": "Tue, 15 Jan 2999 09:00:00 GMT"})
    with pytest.raises(GoogleRateLimited) as caught:
        oauth.refresh("1//0madeup")
    assert caught.value.retry_at is not None
    zoom.fault(route="google_token", status=429, body={})
    with pytest.raises(GoogleRateLimited) as caught:
        oauth.refresh("1//0madeup")
    assert caught.value.retry_at is None
