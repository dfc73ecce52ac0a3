"""A client of Zoom's that knows its documents, the requests library and the simulator's handle, and nothing else."""

import threading
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from zoom_blueprint.testing import Simulator

REDIRECT = "http://127.0.0.1:9/back"
# RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
_WAIT = 10


class Client:
    """One app and the tokens it was given last."""

    def __init__(self, zoom: Simulator) -> None:
        self.zoom = zoom
        self.tokens: dict[str, Any] = {}

    def code(self, user: str) -> str:
        """Return the code of a consent."""
        asked = {
            "response_type": "code",
            "client_id": self.zoom.client_id,
            "redirect_uri": REDIRECT,
            "state": "s",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        came_back = self.zoom.consent(f"{self.zoom.oauth_url}/authorize?{urlencode(asked)}", user)
        return parse_qs(urlsplit(came_back).query)["code"][0]

    def connect(self, user: str) -> "Client":
        """Get tokens for a user and keep them."""
        self.tokens = self.exchange(self.code(user)).json()
        return self

    def exchange(self, code: str, **changes: str) -> requests.Response:
        """Trade a code."""
        form = {"redirect_uri": REDIRECT, "code_verifier": VERIFIER, **changes}
        return self.token(grant_type="authorization_code", code=code, **form)

    def refresh(self, token: str = "") -> requests.Response:
        """Trade a refresh token, the kept one or another."""
        return self.token(grant_type="refresh_token", refresh_token=token or self.tokens["refresh_token"])

    def token(self, *, secret: str = "", **form: str) -> requests.Response:
        """Ask the token endpoint."""
        pair = (self.zoom.client_id, secret or self.zoom.client_secret)
        return requests.post(f"{self.zoom.oauth_url}/token", data=form, auth=pair, timeout=_WAIT)

    def revoke(self, token: str) -> requests.Response:
        """Ask the revoke endpoint."""
        pair = (self.zoom.client_id, self.zoom.client_secret)
        return requests.post(f"{self.zoom.oauth_url}/revoke", data={"token": token}, auth=pair, timeout=_WAIT)

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        """Ask the REST API."""
        bearer = {"Authorization": f"Bearer {self.tokens['access_token']}", "Accept": "application/json"}
        headers = bearer | options.pop("headers", {})
        return requests.request(method, f"{self.zoom.api_url}{path}", headers=headers, timeout=_WAIT, **options)

    def create(self, **body: Any) -> Any:
        """Create a meeting, in 2040 unless another start is given."""
        answer = self.call("POST", "/users/me/meetings", json={"start_time": "2040-01-15T09:00:00Z", **body})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def delete_together(self, meetings: list[int], refused: list[requests.Response]) -> None:
        """Delete meetings at the same time, and add the answers that are refusals to a list."""

        def delete(number: int) -> None:
            answer = self.call("DELETE", f"/meetings/{number}")
            if answer.status_code != 204:
                refused.append(answer)

        threads = [threading.Thread(target=delete, args=(number,)) for number in meetings]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
