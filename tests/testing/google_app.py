"""An app that knows Google's documents, and nothing of ours."""

from typing import Any
from urllib.parse import urlencode

import requests

from tests.testing.app import CHALLENGE, REDIRECT, VERIFIER, answer_in
from zoom_blueprint.testing import Simulator

CALENDAR = "https://www.googleapis.com/auth/calendar"


def consent_url(zoom: Simulator, **changes: str | None) -> str:
    query: dict[str, str | None] = {
        "response_type": "code",
        "client_id": zoom.google.client_id,
        "redirect_uri": REDIRECT,
        "scope": f"openid email {CALENDAR}",
        "state": "st-1~x",
        "access_type": "offline",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **changes,
    }
    present = {name: value for name, value in query.items() if value is not None}
    return f"{zoom.google.oauth_url}/auth?{urlencode(present)}"


def token(zoom: Simulator, code: str, **changes: str) -> requests.Response:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
        "client_id": zoom.google.client_id,
        "client_secret": zoom.google.client_secret,
        **changes,
    }
    return requests.post(f"{zoom.google.oauth_url}/token", data=form, timeout=10)


def connect(zoom: Simulator, user: str = "grace") -> dict[str, Any]:
    return dict(token(zoom, answer_in(zoom.consent(consent_url(zoom), user))["code"]).json())


def call(zoom: Simulator, access: str, method: str, path: str, **options: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {access}", **options.pop("headers", {})}
    return requests.request(method, f"{zoom.google.api_url}{path}", headers=headers, timeout=10, **options)


def reason(answer: requests.Response) -> tuple[int, str]:
    error = answer.json()["error"]
    assert error["code"] == answer.status_code
    return answer.status_code, error["errors"][0]["reason"]
