"""HTTP in and out, no decisions: the host's pages and the nested public blueprint."""

from flask import Blueprint, abort, current_app

from zoom_blueprint.languages import said
from zoom_blueprint.web import (
    blocked,
    booking_for,
    booking_of_host,
    connect,
    dashboard,
    disconnect,
    embed,
    guide,
    health,
    limits,
    manage,
    moving,
    openapi,
    operations,
    pages,
    replies,
    requests_waiting,
    visitor,
    webhook,
)

_PUBLIC = "public"
_IDS = ("host", "event", "token", "booking_id", "block_id", "connection_id", "consent_id")


def add_routes(zoom: Blueprint) -> None:
    """Add all routes to a blueprint; the public ones sit in a nested blueprint without ambient authority."""
    public = Blueprint(_PUBLIC, __name__)
    public.before_request(limits.ensure_not_too_many_reads)
    for module in (
        dashboard,
        booking_of_host,
        requests_waiting,
        moving,
        booking_for,
        blocked,
        connect,
        disconnect,
        health,
    ):
        module.add_routes(zoom)
    for module in (visitor, pages, manage, webhook, embed, operations, guide, openapi):
        module.add_routes(public)
    zoom.register_blueprint(public)
    replies.add_handlers(zoom)
    zoom.url_value_preprocessor(_refuse_odd_addresses)

    @zoom.app_url_value_preprocessor
    def leave_public_pages_to_us(endpoint: str | None, values: object) -> None:
        # Runs before every before_request function, so the host app may set up its CSRFProtect in any order.
        del endpoint, values
        protection = current_app.extensions.get("csrf")
        if protection is not None:
            protection.exempt(public)


def _refuse_odd_addresses(endpoint: str | None, values: dict[str, str] | None) -> None:
    """Answer 404 to what no slug, id or token of ours can be, before a database is asked that cannot hold a NUL."""
    del endpoint
    found = [value for name, value in (values or {}).items() if name in _IDS]
    if any(not value.isascii() or not value.isprintable() for value in found):
        abort(404, said("There is nothing at this address. Check the link."))
