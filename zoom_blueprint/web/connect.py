"""Connecting Zoom: the button, and Zoom's answer."""

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.errors import ConnectError
from zoom_blueprint.services import connections, consents
from zoom_blueprint.state import State
from zoom_blueprint.values import Host
from zoom_blueprint.web import replies
from zoom_blueprint.web.signed_in import for_host, see_other

_COOKIE = "zoom_consent"


def add_routes(zoom: Blueprint) -> None:
    """Add the routes of a connection's beginning."""
    zoom.add_url_rule("/connect", view_func=connect, methods=["POST"])
    zoom.add_url_rule("/callback", view_func=callback)


@for_host
def connect(state: State, host: Host) -> AnyResponse:
    """Send the host to Zoom's consent page."""
    reason = connections.may_connect(state, host)
    if reason is not None:
        return replies.page("problem.html", 403, title="Zoom is not available to you", detail=reason)
    attempt = consents.begin(state, host.id)
    response = see_other(attempt.authorize_url)
    response.set_cookie(
        _COOKIE,
        attempt.browser_secret,
        max_age=consents.CONSENT_SECONDS,
        path=_cookie_path(state),
        secure=state.config.secure,
        httponly=True,
        samesite="Lax",
    )
    return response


@for_host
def callback(state: State, host: Host) -> AnyResponse:
    """Take Zoom's answer; whatever it is, the host ends on the dashboard with a sentence."""
    try:
        connection = consents.complete(
            state,
            host,
            nonce=request.args.get("state", ""),
            browser_secret=request.cookies.get(_COOKIE, ""),
            code=request.args.get("code", ""),
            error=request.args.get("error", ""),
        )
    except ConnectError as error:
        flash(str(error), "zoom-problem")
    else:
        flash(f"Zoom connected as {connection.name or connection.email}.", "zoom-success")
    response = redirect(f"{state.links.base}/")
    response.delete_cookie(_COOKIE, path=_cookie_path(state))
    return response


def _cookie_path(state: State) -> str:
    # As the browser sees it: a proxy may have taken a part of the path away before it reached us.
    return f"{urlsplit(state.links.base).path}/"
