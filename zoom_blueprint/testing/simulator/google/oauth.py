"""Answer the client's calls to Google's token and revoke endpoints.

Source: https://developers.google.com/identity/protocols/oauth2/web-server
"""

import base64
import binascii
import hmac
from typing import Any
from urllib.parse import unquote

from flask import Blueprint, Response, request

from zoom_blueprint.testing.simulator.google import client_app, grants
from zoom_blueprint.testing.simulator.google.replies import GoogleTokenRefusal, refuse
from zoom_blueprint.testing.simulator.replies import answer
from zoom_blueprint.testing.simulator.world import Moment, current_world

google_oauth = Blueprint("google_oauth", __name__, url_prefix="/google/oauth")
google_oauth.register_error_handler(GoogleTokenRefusal, refuse)


@google_oauth.post("/token")
def google_token() -> Response:
    """Exchange a code, or use a refresh token."""
    with current_world().moment() as m:
        _authenticate(m)
        return answer(_grant(m))


@google_oauth.post("/revoke")
def google_revoke() -> Response:
    """End the grant that a token belongs to; no client has to say who it is, the token is enough."""
    with current_world().moment() as m:
        grants.revoke(m, request.values.get("token", ""))
        return answer({})


def _grant(m: Moment) -> dict[str, Any]:
    grant_type = request.form.get("grant_type")
    if grant_type == "authorization_code":
        asked = (request.form.get(name, "") for name in ("code", "redirect_uri", "code_verifier"))
        return grants.exchange(m, *asked)
    if grant_type == "refresh_token":
        return grants.refresh(m, request.form.get("refresh_token", ""))
    raise GoogleTokenRefusal("unsupported_grant_type", f"Invalid grant_type: {grant_type or ''}")


def _authenticate(m: Moment) -> None:
    client_id, client_secret = _credentials()
    app = client_app.get(m.db)
    if client_id != app.client_id:
        raise GoogleTokenRefusal("invalid_client", "The OAuth client was not found.", 401)
    if not hmac.compare_digest(app.client_secret.encode(), client_secret.encode(errors="backslashreplace")):
        raise GoogleTokenRefusal("invalid_client", "Unauthorized", 401)


def _credentials() -> tuple[str, str]:
    """Return client id and secret from the form, or else from the Basic header; Google takes both."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if "client_id" in request.form or scheme.lower() != "basic":
        return request.form.get("client_id", ""), request.form.get("client_secret", "")
    try:
        client_id, _, client_secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote(client_id), unquote(client_secret)
