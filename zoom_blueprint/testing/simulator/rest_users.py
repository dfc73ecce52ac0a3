"""Answer an app's REST calls about people.

Source: Zoom's OpenAPI for users (March 2026).
"""

from flask import Blueprint, Response, request

from zoom_blueprint.testing.simulator import minting, users, views
from zoom_blueprint.testing.simulator.bearer import about_caller, about_user
from zoom_blueprint.testing.simulator.replies import answer

rest_users = Blueprint("rest_users", __name__, url_prefix="/v2/users")


@rest_users.get("/email")
def email_exists() -> Response:
    """Tell whether somebody here has the address in the query."""
    with about_caller("email_exists") as m:
        return answer({"existed_email": users.find(m.db, request.args.get("email", "")) is not None})


@rest_users.get("/<user_id>")
def me(user_id: str) -> Response:
    """Return the user's profile."""
    with about_user("me", user_id) as (m, user):
        return answer(views.person(m, user))


@rest_users.get("/<user_id>/settings")
def user_settings(user_id: str) -> Response:
    """Return how the user's new meetings begin: passcode, waiting room, joining before the host."""
    with about_user("user_settings", user_id) as (m, _):
        return answer(views.account_settings(m))


@rest_users.get("/<user_id>/zak")
def user_zak(user_id: str) -> Response:
    """Return a token with which a Meeting SDK begins meetings as the user; nothing here takes it."""
    with about_user("user_zak", user_id) as (_, user):
        return answer({"token": minting.opaque_token(uid=user["id"], type="zak")})


@rest_users.get("/<user_id>/token")
def user_token(user_id: str) -> Response:
    """Return a token of the user's as ``/zak`` does, in its older place."""
    with about_user("user_token", user_id) as (_, user):
        return answer({"token": minting.opaque_token(uid=user["id"], type="token")})
