"""Decide whether a REST call may go on: token, scope, rate and licence, in this order."""

import sqlite3

from flask import current_app, g, request

from zoom_blueprint.testing.simulator import grants, limits, scopes
from zoom_blueprint.testing.simulator.replies import Refusal
from zoom_blueprint.testing.simulator.world import Moment

_IN_QUERY = "Invalid access token, this access token is not supported as query parameter string."
_MAY_NOT_HOST = {
    "list_meetings": "Meeting hosting and scheduling capabilities are not allowed for your user account.",
    "delete_meeting": "Meeting hosting and scheduling capabilities are not allowed for your user account.",
}
_MAY_NOT_HOST_OR_SCHEDULE = "Your user account is not allowed meeting hosting and scheduling capabilities."


def authorized_user(m: Moment, route: str) -> sqlite3.Row:
    """Return the user whose access token the call carries, or raise the Refusal that Zoom would answer."""
    grant = _grant(m)
    missing = scopes.missing(route, grants.scopes_of(grant))
    if missing:
        message = f"Invalid access token, does not contain scopes:[{', '.join(missing)}]."
        raise Refusal(m.knobs["missing_scope_status"], 4711, message)
    user: sqlite3.Row = m.db.execute("SELECT * FROM users WHERE id = ?", (grant["user_id"],)).fetchone()
    seconds = current_app.extensions["zoom_simulator_seconds"]
    g.rate_headers = limits.count_account_call(m, seconds, user["account_id"], route)
    if route != "me" and user["type"] == 4:
        raise Refusal(400, 3161, _MAY_NOT_HOST.get(route, _MAY_NOT_HOST_OR_SCHEDULE))
    return user


def check_addressed_user(m: Moment, user_id: str) -> None:
    """Refuse a path that names anybody but ``me``, as Zoom does for tokens of a single user."""
    if user_id == "me":
        return
    if m.db.execute("SELECT 1 FROM users WHERE id = :id OR email = :id", {"id": user_id}).fetchone() is None:
        raise Refusal(404, 1001, f"User does not exist: {user_id}.")
    raise Refusal(400, 4700, "Invalid access token, does not contain scopes.")


def _grant(m: Moment) -> sqlite3.Row:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        message = _IN_QUERY if "access_token" in request.args else "Invalid access token."
        raise Refusal(401, 124, message)
    grant, wrong = grants.bearer(m, token.strip())
    if grant is None:
        raise Refusal(401, 124, m.knobs["token_message"] or wrong)
    return grant
