"""An app as others write them: it knows Zoom's documents and nothing of the simulator's insides."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from zoom_blueprint.testing import Simulator

REDIRECT = "http://127.0.0.1:9/zoom/callback"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@dataclass
class App:
    """One registered app with at most one token pair."""

    zoom: Simulator
    tokens: dict[str, Any] = field(default_factory=dict)

    def authorize_url(self, **changes: str | None) -> str:
        """Return the link behind a Connect button; None leaves a parameter out."""
        query: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.zoom.client_id,
            "redirect_uri": REDIRECT,
            "state": "st-1~x",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **changes,
        }
        present = {name: value for name, value in query.items() if value is not None}
        return f"{self.zoom.oauth_url}/authorize?{urlencode(present)}"

    def code(self, user: str = "ada", **changes: str | None) -> str:
        """Return the code that a person's consent brings."""
        return answer_in(self.zoom.consent(self.authorize_url(**changes), user))["code"]

    def token(self, *, secret: str | None = None, **form: str) -> requests.Response:
        """Call the token endpoint with the Basic header."""
        pair = f"{self.zoom.client_id}:{secret or self.zoom.client_secret}".encode()
        headers = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        return requests.post(f"{self.zoom.oauth_url}/token", data=form, headers=headers, timeout=10)

    def exchange(self, code: str, **changes: str) -> requests.Response:
        """Exchange a code."""
        form = {"redirect_uri": REDIRECT, "code_verifier": VERIFIER, **changes}
        return self.token(grant_type="authorization_code", code=code, **form)

    def refresh(self, token: str | None = None) -> requests.Response:
        """Refresh, without keeping the answer."""
        return self.token(grant_type="refresh_token", refresh_token=token or self.tokens["refresh_token"])

    def revoke(self, token: str) -> requests.Response:
        """Call the revoke endpoint, with the credentials in the body."""
        form = {"token": token, "client_id": self.zoom.client_id, "client_secret": self.zoom.client_secret}
        return requests.post(f"{self.zoom.oauth_url}/revoke", data=form, timeout=10)

    def connect(self, user: str = "ada") -> "App":
        """Go through the consent and keep the tokens."""
        self.tokens = self.exchange(self.code(user)).json()
        return self

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        """Call the REST API with the access token."""
        headers = {"Authorization": f"Bearer {self.tokens['access_token']}", "Accept": "application/json"}
        headers.update(options.pop("headers", {}))
        options = {"timeout": 10, **options}
        return requests.request(method, f"{self.zoom.api_url}{path}", headers=headers, **options)

    def create(self, **body: Any) -> Any:
        """Create a meeting and return the answer's body."""
        answer = self.call("POST", "/users/me/meetings", json={"start_time": "2040-01-15T09:00:00Z", **body})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def events(self, name: str | None = None) -> list[dict[str, Any]]:
        """Return the bodies of the webhooks sent to the app, all or those of one event."""
        return [json.loads(delivery["body"]) for delivery in self.zoom.webhooks(name)]


def answer_in(location: str) -> dict[str, str]:
    """Return the parameters of a redirect."""
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def s256(verifier: str) -> str:
    """Return the PKCE challenge of a verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
