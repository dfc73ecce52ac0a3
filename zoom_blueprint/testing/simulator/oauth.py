"""Answer an app's calls to the token and revoke endpoints.

Source: https://developers.zoom.us/docs/integrations/oauth/ and the page "OAuth error messages".
"""

import base64
import binascii
import hmac
import sqlite3
from typing import Any
from urllib.parse import unquote

from flask import Blueprint, Response, request

from zoom_blueprint.testing.simulator import apps, grants, removal, users
from zoom_blueprint.testing.simulator.replies import TokenRefusal, answer
from zoom_blueprint.testing.simulator.world import Moment, current_world

oauth = Blueprint("oauth", __name__, url_prefix="/oauth")


@oauth.post("/token")
def token() -> Response:
    """Exchange a code, rotate a refresh token, or give a server its token."""
    with current_world().moment() as m:
        return answer(_grant(m, _authenticated_app(m)))


@oauth.post("/revoke")
def revoke() -> Response:
    """End the grant that a token belongs to; the app hears of it by webhook as well."""
    with current_world().moment() as m:
        grant = grants.of_token(m, _authenticated_app(m), request.form.get("token", ""))
        removal.remove_app(m, grant, "revoked by the app")
        return answer({"status": "success"})


@oauth.post("/data/compliance")
def data_compliance() -> Response:
    """Accept the notice that older apps still send after a removal, some of them without credentials."""
    return answer({"status": "success"})


@oauth.errorhandler(TokenRefusal)
def refuse(refusal: TokenRefusal) -> Response:
    """Answer with the ``reason`` and ``error`` of Zoom's token endpoint."""
    return answer(refusal.body, refusal.status)


def _grant(m: Moment, app: sqlite3.Row) -> dict[str, Any]:
    """Read grant parameters from body or query, but secrets from the body only."""
    grant_type = request.values.get("grant_type")
    if grant_type == "authorization_code":
        return grants.exchange(
            m,
            app,
            code=request.values.get("code", ""),
            redirect_uri=request.values.get("redirect_uri", ""),
            verifier=request.values.get("code_verifier", ""),
        )
    if grant_type == "refresh_token":
        return grants.refresh(m, app, request.form.get("refresh_token", ""))
    if grant_type in ("account_credentials", "client_credentials"):
        return grants.account_token(m, app, _account(m, grant_type))
    raise TokenRefusal("unsupported_grant_type", None)


def _account(m: Moment, grant_type: str) -> str:
    """Return the account a server speaks for; client credentials name none and get the first there is."""
    known = [str(user["account_id"]) for user in users.everyone(m.db)]
    asked = known[0] if grant_type == "client_credentials" else request.values.get("account_id", "")
    if asked not in known:
        raise TokenRefusal("invalid_request", "Invalid Account Id")
    return asked


def _authenticated_app(m: Moment) -> sqlite3.Row:
    client_id, client_secret = _credentials()
    app = apps.find(m.db, client_id)
    if app is None or not hmac.compare_digest(
        app["client_secret"].encode(), client_secret.encode(errors="backslashreplace")
    ):
        raise TokenRefusal(
            "invalid_client",
            "Invalid client_id or client_secret",
            m.knobs["invalid_client_status"],
        )
    return app


def _credentials() -> tuple[str, str]:
    """Return client id and secret from the Basic header (RFC 6749 §2.3.1), or else from the form."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return request.form.get("client_id", ""), request.form.get("client_secret", "")
    try:
        pair = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    client_id, _, client_secret = pair.partition(":")
    return unquote(client_id), unquote(client_secret)
