"""Connecting Zoom: the button, Zoom's answer, and the way out."""

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.errors import ConnectError, NotFound
from zoom_blueprint.services import agendas, connections, consents
from zoom_blueprint.state import State
from zoom_blueprint.values import Connection, ConnectionStatus, Host
from zoom_blueprint.web import forms, replies
from zoom_blueprint.web.signed_in import for_host, see_other

_COOKIE = "zoom_consent"


def add_routes(zoom: Blueprint) -> None:
    """Add the routes of a connection's beginning and end."""
    zoom.add_url_rule("/connect", view_func=connect, methods=["POST"])
    zoom.add_url_rule("/callback", view_func=callback)
    zoom.add_url_rule("/connections/<connection_id>/disconnect", view_func=ask_disconnect)
    zoom.add_url_rule("/connections/<connection_id>/disconnect", view_func=disconnect, methods=["POST"])


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


@for_host
def ask_disconnect(state: State, host: Host, connection_id: str) -> AnyResponse:
    """Say what disconnecting will do, and ask."""
    connection = _own(state, host, connection_id)
    linked = [booking for booking in agendas.upcoming(state, host.id) if booking.join_url]
    return replies.page(
        "disconnect.html",
        host=host,
        connection=connection,
        linked=len(linked),
        retention_days=state.config.retention_days,
        form=forms.ActionForm(),
    )


@for_host
def disconnect(state: State, host: Host, connection_id: str) -> AnyResponse:
    """Cut the link."""
    if _own(state, host, connection_id).status is ConnectionStatus.INACTIVE:
        flash("Zoom was disconnected already.", "zoom-success")
    elif connections.disconnect(state, host.id, connection_id):
        flash("Zoom is disconnected, and Zoom has confirmed it.", "zoom-success")
    else:
        flash(
            "Zoom is disconnected here, but Zoom has not confirmed it. To be sure, remove the app in the "
            "Zoom App Marketplace under Manage, Added Apps.",
            "zoom-problem",
        )
    return see_other(f"{state.links.base}/")


def _own(state: State, host: Host, connection_id: str) -> Connection:
    connection = connections.current(state, host.id)
    if connection is None or connection.id != connection_id:
        raise NotFound("There is no such connection.")
    return connection


def _cookie_path(state: State) -> str:
    # As the browser sees it: a proxy may have taken a part of the path away before it reached us.
    return f"{urlsplit(state.links.base).path}/"
