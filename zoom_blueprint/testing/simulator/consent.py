"""Ask a person on the consent page whether an app may act for them.

Source: https://developers.zoom.us/docs/integrations/end-user-auth/
"""

import sqlite3
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit, urlunsplit

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from zoom_blueprint.testing.simulator import apps, grants, scopes, users
from zoom_blueprint.testing.simulator.people import Trouble, remember_user, signed_in_user
from zoom_blueprint.testing.simulator.world import Moment, current_world

consent = Blueprint("consent", __name__, url_prefix="/oauth")
_PASSED_ON = ("response_type", "client_id", "redirect_uri", "state", "code_challenge", "code_challenge_method")


@consent.get("/authorize")
def authorize() -> str:
    """Show what the app asks for; whatever is wrong with the link is told here and never redirected."""
    with current_world().moment() as m:
        app = _checked_app(m, request.args)
        user = signed_in_user(m)
        return render_template(
            "consent.html",
            client_id=app["client_id"],
            redirect_host=urlsplit(request.args["redirect_uri"]).netloc,
            scopes=[(scope, scopes.in_words(scope)) for scope in apps.scopes_of(app)],
            optional=apps.scopes_of(app),
            users=[(row["short"], f"{users.full_name(row)} ({row['email']})") for row in users.everyone(m.db)],
            chosen=user["short"] if user else "",
            connected=user is not None and grants.live(m.db, app["client_id"], user["id"]) is not None,
            passed_on={name: request.args[name] for name in _PASSED_ON if name in request.args},
        )


@consent.post("/authorize")
def decide() -> BaseResponse:
    """Send the person back to the app, with a code or without."""
    asked = request.values
    with current_world().moment() as m:
        app = _checked_app(m, asked)
        user = users.find(m.db, asked.get("user", "")) if "user" in asked else signed_in_user(m)
        if user is None:
            raise Trouble("Choose a user", "Say who you are signed in as: there is no such user here.")
        if asked.get("decision") not in ("allow", "decline"):
            raise Trouble(
                "Allow or decline", "The form was sent without a decision. Go back and press one of the buttons."
            )
        if asked["decision"] == "decline":
            response = _declined(m, asked)
        else:
            response = _allowed(m, app, user, asked)
        return remember_user(response, user)


def _allowed(m: Moment, app: sqlite3.Row, user: sqlite3.Row, asked: Mapping[str, str]) -> BaseResponse:
    withheld = set(request.values.getlist("withhold"))
    code = grants.issue_code(
        m,
        app,
        user,
        redirect_uri=asked["redirect_uri"],
        scopes=[scope for scope in apps.scopes_of(app) if scope not in withheld],
        challenge=asked.get("code_challenge") or None,
        method=asked.get("code_challenge_method") or None,
    )
    return _back(asked, code=code)


def _declined(m: Moment, asked: Mapping[str, str]) -> BaseResponse:
    """Do one of the things that Zoom may do; its documents do not say which."""
    if m.knobs["decline"] == "no_code":
        return _back(asked)
    if m.knobs["decline"] == "stay":
        return Response(
            render_template(
                "message.html", title="Declined", text="The app was not connected. You may close this page."
            )
        )
    return _back(asked, error="access_denied")


def _back(asked: Mapping[str, str], **answer: str) -> BaseResponse:
    """Return to the redirect address, with the state exactly as it came."""
    parts = urlsplit(asked["redirect_uri"])
    if "state" in asked:
        answer["state"] = asked["state"]
    query = "&".join(part for part in (parts.query, urlencode(answer)) if part)
    return redirect(urlunsplit(parts._replace(query=query)), 302)


def _checked_app(m: Moment, asked: Mapping[str, str]) -> sqlite3.Row:
    app = apps.find(m.db, asked.get("client_id", ""))
    if app is None:
        raise Trouble("Invalid client (4,702)", "No app with this client_id is registered here.")
    if not _is_registered(m, app, asked.get("redirect_uri", "")):
        address = asked.get("redirect_uri", "") or "none"
        raise Trouble("Invalid redirect (4,700)", f"This redirect address is not registered for the app: {address}")
    if "scope" in asked:
        raise Trouble(
            "Invalid scope (4,711)", "Zoom takes no scope parameter: the app's registration names its scopes."
        )
    if asked.get("response_type") != "code":
        raise Trouble("Invalid response type", "The link must say response_type=code.")
    if asked.get("code_challenge_method", "plain") not in ("plain", "S256"):
        raise Trouble("Invalid code challenge", "code_challenge_method is S256 or plain.")
    return app


def _is_registered(m: Moment, app: sqlite3.Row, address: str) -> bool:
    known = apps.redirects(app)
    if m.knobs["redirect_match"] == "prefix":
        return any(address.startswith(prefix) for prefix in known)
    return address in known
