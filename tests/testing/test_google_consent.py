"""Google's consent page and token endpoint, as the simulator plays them."""

import base64

import pytest
import requests

from tests.testing.app import REDIRECT, answer_in
from tests.testing.google_app import connect, consent_url, token
from zoom_blueprint.testing import Simulator


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"client_id": "nobody"}, "invalid_client"),
        ({"redirect_uri": f"{REDIRECT}/more"}, "redirect_uri_mismatch"),
        ({"redirect_uri": None}, "redirect_uri_mismatch"),
        ({"response_type": "token"}, "response_type=code"),
        ({"scope": None}, "Missing required parameter: scope"),
        ({"code_challenge_method": "S512"}, "code_challenge_method"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_wrong_link_is_a_page_and_no_redirect(
    google: Simulator, change: dict[str, str | None], told: str, method: str
) -> None:
    form = {"user": "ada", "decision": "allow"} if method == "POST" else None
    url = consent_url(google, **change)
    answer = requests.request(method, url, data=form, timeout=10, allow_redirects=False)
    assert answer.status_code in (400, 401)
    assert told in answer.text


def test_the_page_names_client_permissions_and_accounts_and_shows_hostile_input_as_text(google: Simulator) -> None:
    page = requests.get(consent_url(google, state='"><script>alert(1)</script>'), timeout=10)
    for text in (google.google.client_id, "See which Google account you use", "Grace Hopper"):
        assert text in page.text
    assert "<script" not in page.text


def test_a_person_may_cancel(google: Simulator) -> None:
    answer = answer_in(google.consent(consent_url(google), "ada", decision="decline"))
    assert answer == {"error": "access_denied", "state": "st-1~x"}


def test_a_post_without_an_account_or_a_decision_is_refused(google: Simulator) -> None:
    for form in ({"decision": "allow"}, {"user": "nobody", "decision": "allow"}, {"user": "ada"}):
        answer = requests.post(consent_url(google), data=form, timeout=10, allow_redirects=False)
        assert answer.status_code == 400


def test_only_an_offline_consent_that_is_the_first_or_forced_brings_a_refresh_token(google: Simulator) -> None:
    def brings(**changes: str | None) -> bool:
        code = answer_in(google.consent(consent_url(google, **changes), "ada"))["code"]
        return "refresh_token" in token(google, code).json()

    assert not brings(access_type=None)
    google.google.remove_app("ada")
    assert brings()
    assert not brings()
    assert brings(prompt="consent")


def test_a_client_may_say_who_it_is_in_the_header_too(google: Simulator) -> None:
    refresh = connect(google)["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": refresh}
    url = f"{google.google.oauth_url}/token"
    pair = f"{google.google.client_id}:{google.google.client_secret}".encode()
    good = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
    assert requests.post(url, data=form, headers=good, timeout=10).status_code == 200
    for header in ("Basic !", "Basic bm8=", "Bearer x"):
        answer = requests.post(url, data=form, headers={"Authorization": header}, timeout=10)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_odd_token_requests_are_told_in_the_words_of_the_standard(google: Simulator) -> None:
    code = answer_in(google.consent(consent_url(google), "ada"))["code"]
    assert token(google, code, redirect_uri="https://other.test").json()["error"] == "redirect_uri_mismatch"
    assert token(google, code, grant_type="password").json()["error"] == "unsupported_grant_type"
    assert token(google, code, code_verifier="").json()["error"] == "invalid_grant"
    assert token(google, code).status_code == 200
