"""The way out of a connection: what it will do, and the button."""

from flask import Blueprint, flash
from werkzeug.wrappers import Response as AnyResponse

from zoom_blueprint.errors import NotFound
from zoom_blueprint.services import agendas, connections, endings
from zoom_blueprint.state import State
from zoom_blueprint.values import Connection, ConnectionStatus, Host
from zoom_blueprint.web import forms, replies
from zoom_blueprint.web.signed_in import for_host, see_other


def add_routes(zoom: Blueprint) -> None:
    """Add the routes of a connection's end."""
    zoom.add_url_rule("/connections/<connection_id>/disconnect", view_func=ask_disconnect)
    zoom.add_url_rule("/connections/<connection_id>/disconnect", view_func=disconnect, methods=["POST"])


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
    elif endings.disconnect(state, host.id, connection_id):
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
