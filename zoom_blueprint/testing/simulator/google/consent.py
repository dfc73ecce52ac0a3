"""Ask a person on Google's consent page whether the client may act for them.

Source: https://developers.google.com/identity/protocols/oauth2/web-server#creatingclient
"""

import sqlite3
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit, urlunsplit

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from zoom_blueprint.testing.simulator import users
from zoom_blueprint.testing.simulator.google import client_app, grants, scopes
from zoom_blueprint.testing.simulator.people import Trouble, remember_user, signed_in_user
from zoom_blueprint.testing.simulator.world import Moment, current_world

google_consent = Blueprint("google_consent", __name__, url_prefix="/google/oauth")
_PASSED_ON = (
    *("response_type", "client_id", "redirect_uri", "state", "scope", "code_challenge", "code_challenge_method"),
    *("access_type", "prompt"),
)


@google_consent.get("/auth")
def google_authorize() -> str:
    """Show what the client asks for; whatever is wrong with the link is told here and never redirected."""
    with current_world().moment() as m:
        _check(m, request.args)
        user = signed_in_user(m)
        asked = _asked(request.args)
        return render_template(
            "google_consent.html",
            client_id=request.args["client_id"],
            redirect_host=urlsplit(request.args["redirect_uri"]).netloc,
            scopes=[(scope, scopes.in_words(scope)) for scope in asked],
            optional=[scope for scope in asked if scope not in scopes.ALWAYS],
            users=[(row["short"], f"{users.full_name(row)} ({row['email']})") for row in users.everyone(m.db)],
            chosen=user["short"] if user else "",
            passed_on={name: request.args[name] for name in _PASSED_ON if name in request.args},
        )


@google_consent.post("/auth")
def google_decide() -> BaseResponse:
    """Send the person back to the client, with a code or without."""
    asked = request.values
    with current_world().moment() as m:
        _check(m, asked)
        user = users.find(m.db, asked.get("user", "")) if "user" in asked else signed_in_user(m)
        if user is None:
            raise Trouble("Choose an account", "Say who you are signed in as: there is no such user here.")
        if asked.get("decision") not in ("allow", "decline"):
            raise Trouble("Allow or cancel", "The form was sent without a decision. Go back and press a button.")
        if asked["decision"] == "decline":
            return remember_user(_back(asked, error="access_denied"), user)
        return remember_user(_allowed(m, user, asked), user)


def _allowed(m: Moment, user: sqlite3.Row, asked: Mapping[str, str]) -> BaseResponse:
    withheld = set(request.values.getlist("withhold")) - set(scopes.ALWAYS)
    allowed = [scope for scope in _asked(asked) if scope not in withheld]
    is_first = grants.live(m.db, user["id"]) is None
    code = grants.issue_code(
        m,
        user,
        redirect_uri=asked["redirect_uri"],
        allowed=allowed,
        challenge=asked.get("code_challenge") or None,
        method=asked.get("code_challenge_method") or None,
        gives_refresh=asked.get("access_type") == "offline" and (is_first or "consent" in asked.get("prompt", "")),
    )
    return _back(asked, code=code, scope=" ".join(scopes.in_full(scope) for scope in allowed))


def _back(asked: Mapping[str, str], **answer: str) -> BaseResponse:
    parts = urlsplit(asked["redirect_uri"])
    if "state" in asked:
        answer["state"] = asked["state"]
    query = "&".join(part for part in (parts.query, urlencode(answer)) if part)
    return redirect(urlunsplit(parts._replace(query=query)), 302)


def _asked(asked: Mapping[str, str]) -> list[str]:
    return list(dict.fromkeys(asked.get("scope", "").split()))


def _check(m: Moment, asked: Mapping[str, str]) -> None:
    app = client_app.get(m.db)
    if asked.get("client_id") != app.client_id:
        raise Trouble("Error 401: invalid_client", "The OAuth client was not found.", 401)
    if asked.get("redirect_uri") not in app.redirect_uris:
        address = asked.get("redirect_uri") or "none"
        raise Trouble(
            "Error 400: redirect_uri_mismatch", f"This redirect address is not registered for the client: {address}"
        )
    if asked.get("response_type") != "code":
        raise Trouble("Error 400: invalid_request", "The link must say response_type=code.")
    if not _asked(asked):
        raise Trouble("Error 400: invalid_request", "Missing required parameter: scope.")
    if asked.get("code_challenge_method", "plain") not in ("plain", "S256"):
        raise Trouble("Error 400: invalid_request", "code_challenge_method is S256 or plain.")
