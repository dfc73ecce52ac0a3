import base64

import pytest
import requests

from tests.testing.app import REDIRECT, VERIFIER, App, s256

INVALID_TOKEN = {"reason": "Invalid Token!", "error": "invalid_grant"}
INVALID_CODE = {"reason": "Invalid authorization code", "error": "invalid_grant"}


def test_a_code_brings_a_token_pair_with_zooms_fields(app: App) -> None:
    answer = app.exchange(app.code())
    tokens = answer.json()
    assert answer.status_code == 200
    assert set(tokens) == {"access_token", "token_type", "refresh_token", "expires_in", "scope", "api_url"}
    assert tokens["token_type"] == "bearer"
    assert tokens["expires_in"] == 3599
    assert tokens["api_url"] == app.zoom.url
    assert tokens["scope"].split() == sorted(tokens["scope"].split())
    assert "meeting:update:meeting" in tokens["scope"].split()


def test_tokens_are_as_long_as_zooms(connected: App) -> None:
    for kind in ("access_token", "refresh_token"):
        assert len(connected.tokens[kind]) >= 600
        assert connected.tokens[kind].count(".") == 2


def test_a_code_is_good_once(app: App) -> None:
    code = app.code()
    assert app.exchange(code).status_code == 200
    second = app.exchange(code)
    assert (second.status_code, second.json()) == (400, INVALID_CODE)


def test_a_code_is_good_for_five_minutes(app: App) -> None:
    code, late = app.code(), app.code()
    app.zoom.advance(295)
    assert app.exchange(code).status_code == 200
    app.zoom.advance(6)
    assert app.exchange(late).json() == INVALID_CODE


def test_a_wrong_verifier_is_an_invalid_grant(app: App) -> None:
    answer = app.exchange(app.code(), code_verifier="x" * 43)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_a_challenge_without_a_method_is_plain(app: App) -> None:
    plain = app.code(code_challenge=VERIFIER, code_challenge_method=None)
    hashed = app.code(code_challenge=s256(VERIFIER), code_challenge_method=None)
    assert app.exchange(plain).status_code == 200
    assert app.exchange(hashed).status_code == 400


def test_without_a_challenge_no_verifier_is_asked_for(app: App) -> None:
    code = app.code(code_challenge=None, code_challenge_method=None)
    assert app.token(grant_type="authorization_code", code=code, redirect_uri=REDIRECT).status_code == 200


def test_the_redirect_must_be_that_of_the_authorization(app: App) -> None:
    answer = app.exchange(app.code(), redirect_uri=f"{REDIRECT}/")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_refresh_rotates_both_tokens(connected: App) -> None:
    fresh = connected.refresh().json()
    assert fresh["access_token"] != connected.tokens["access_token"]
    assert fresh["refresh_token"] != connected.tokens["refresh_token"]
    assert fresh["scope"] == connected.tokens["scope"]


def test_a_refresh_token_used_twice_is_an_invalid_grant(connected: App) -> None:
    assert connected.refresh().status_code == 200
    second = connected.refresh()
    assert (second.status_code, second.json()) == (400, INVALID_TOKEN)


def test_reuse_does_not_end_the_chain_that_went_on(connected: App) -> None:
    fresh = connected.refresh().json()
    connected.refresh()
    assert connected.refresh(fresh["refresh_token"]).status_code == 200


def test_a_refresh_token_lives_ninety_days(connected: App) -> None:
    connected.zoom.advance(90 * 86400 - 60)
    assert connected.refresh().status_code == 200
    connected.zoom.advance(61)
    assert connected.refresh().json() == INVALID_TOKEN


def test_an_access_token_lives_an_hour(connected: App) -> None:
    connected.zoom.advance(3590)
    assert connected.call("GET", "/users/me").status_code == 200
    connected.zoom.advance(10)
    expired = connected.call("GET", "/users/me")
    assert (expired.status_code, expired.json()) == (401, {"code": 124, "message": "Access token is expired."})


@pytest.mark.parametrize(("position", "status"), [("valid", 200), ("revoked", 401)])
def test_the_old_access_token_after_a_refresh_is_a_knob(connected: App, position: str, status: int) -> None:
    connected.zoom.knobs(old_access_after_refresh=position)
    connected.refresh()
    assert connected.call("GET", "/users/me").status_code == status


def test_authorizing_again_ends_the_earlier_grant(app: App) -> None:
    first = App(app.zoom).connect()
    second = App(app.zoom).connect()
    assert first.call("GET", "/users/me").status_code == 401
    assert first.refresh().json() == INVALID_TOKEN
    assert second.call("GET", "/users/me").status_code == 200
    assert app.zoom.token_stats()["valid_refresh_chains"] == 1


def test_another_users_grant_is_left_alone(app: App) -> None:
    ada, grace = App(app.zoom).connect("ada"), App(app.zoom).connect("grace")
    assert ada.call("GET", "/users/me").json()["email"] == "ada@example.com"
    assert grace.call("GET", "/users/me").json()["email"] == "grace@example.com"


def test_a_wrong_secret_is_an_invalid_client(app: App) -> None:
    answer = app.token(secret="wrong", grant_type="refresh_token", refresh_token="x")
    assert answer.status_code == 400
    assert answer.json() == {"reason": "Invalid client_id or client_secret", "error": "invalid_client"}


def test_an_invalid_client_may_be_a_401(app: App) -> None:
    app.zoom.knobs(invalid_client_status=401)
    assert app.token(secret="wrong", grant_type="refresh_token", refresh_token="x").status_code == 401


def test_a_garbled_basic_header_is_an_invalid_client(app: App) -> None:
    for header in ("Basic", "Basic !!!", f"Basic {base64.b64encode(b'no colon').decode()}", "Basic /w=="):
        answer = requests.post(f"{app.zoom.oauth_url}/token", headers={"Authorization": header}, timeout=10)
        assert answer.json()["error"] == "invalid_client"


def test_a_wrong_client_does_not_burn_the_code(app: App) -> None:
    code = app.code()
    app.token(secret="wrong", grant_type="authorization_code", code=code)
    assert app.exchange(code).status_code == 200


def test_credentials_may_be_in_the_body(connected: App) -> None:
    form = {
        "grant_type": "refresh_token",
        "refresh_token": connected.tokens["refresh_token"],
        "client_id": connected.zoom.client_id,
        "client_secret": connected.zoom.client_secret,
    }
    assert requests.post(f"{connected.zoom.oauth_url}/token", data=form, timeout=10).status_code == 200


def test_a_refresh_token_in_the_query_is_not_read(connected: App) -> None:
    answer = requests.post(
        f"{connected.zoom.oauth_url}/token",
        params={"grant_type": "refresh_token", "refresh_token": connected.tokens["refresh_token"]},
        auth=(connected.zoom.client_id, connected.zoom.client_secret),
        timeout=10,
    )
    assert answer.json()["error"] == "invalid_grant"


def test_an_unknown_grant_type_is_told(app: App) -> None:
    answer = app.token(grant_type="password")
    assert (answer.status_code, answer.json()) == (400, {"error": "unsupported_grant_type"})


def test_revoking_ends_both_tokens(connected: App) -> None:
    answer = connected.revoke(connected.tokens["access_token"])
    assert (answer.status_code, answer.json()) == (200, {"status": "success"})
    assert connected.call("GET", "/users/me").status_code == 401
    assert connected.refresh().json() == INVALID_TOKEN


def test_revoking_an_unknown_token_is_refused(connected: App) -> None:
    assert connected.revoke("nonsense").status_code == 400
    assert connected.call("GET", "/users/me").status_code == 200


def test_another_apps_code_and_token_are_worth_nothing(connected: App) -> None:
    zoom = connected.zoom
    zoom.set_app(client_id="Other", client_secret="other-secret", redirect_uris=[REDIRECT])
    form = {"grant_type": "refresh_token", "refresh_token": connected.tokens["refresh_token"]}
    stolen = requests.post(f"{zoom.oauth_url}/token", data=form, auth=("Other", "other-secret"), timeout=10)
    assert stolen.json() == INVALID_TOKEN
    assert connected.refresh().status_code == 200


def test_the_statistics_count_refreshes_and_chains(connected: App) -> None:
    connected.tokens = connected.refresh().json()
    connected.refresh()
    stats = connected.zoom.token_stats()
    assert stats["refreshes"] == 2
    assert stats["valid_refresh_chains"] == 1
    assert stats["grants"][0]["valid_access_tokens"] == 3


def test_neither_inspection_nor_state_file_holds_a_token(connected: App) -> None:
    zoom = connected.zoom
    told = "".join(zoom.ask("GET", what).__repr__() for what in ("grants", "calls", "webhooks", "token-stats", "app"))
    for secret in (connected.tokens["access_token"], connected.tokens["refresh_token"], zoom.client_secret):
        assert secret not in told
