"""HTTP in and out, no decisions: the host's pages and the nested public blueprint."""

from flask import Blueprint, Response, abort, request
from flask.blueprints import BlueprintSetupState
from flask.sansio.app import App
from werkzeug.exceptions import HTTPException, default_exceptions

from zoom_blueprint.errors import ConfigurationError, ZoomBlueprintError
from zoom_blueprint.languages import said
from zoom_blueprint.store.crypto import SealBroken
from zoom_blueprint.web import routes
from zoom_blueprint.web.routes import later

_PUBLIC = "public"
_IDS = ("host", "event", "token", "booking_id", "block_id", "connection_id", "consent_id", "row_id", "delivery_id")
_API = "/api/v1/"


def add_routes(zoom: Blueprint) -> None:
    """Add all routes to a blueprint; the public ones sit in a nested blueprint without ambient authority."""
    public = Blueprint(_PUBLIC, __name__)
    public.before_request(later("limits.ensure_not_too_many_reads"))
    routes.add(zoom, routes.HOST_PAGES)
    routes.add(public, routes.PUBLIC)
    routes.add(public, routes.SELDOM)
    zoom.register_blueprint(public)
    _add_handlers(zoom)
    zoom.url_value_preprocessor(_refuse_odd_addresses)
    zoom.record_once(lambda setup: _leave_to_us(setup.app, public))


def _leave_to_us(app: App, public: Blueprint) -> None:
    """Keep the host app's ``CSRFProtect`` away from the public routes."""

    @app.url_value_preprocessor
    def exempt(endpoint: str | None, values: object) -> None:
        # Runs before every before_request function, so the host app may set up its CSRFProtect in any order.
        del endpoint, values
        protection = app.extensions.get("csrf")
        if protection is not None:
            protection.exempt(public)


def _add_handlers(zoom: Blueprint) -> None:
    """Answer our own errors, and HTTP errors of our routes, in our own ways."""
    zoom.register_error_handler(ZoomBlueprintError, later("replies.for_error"))
    zoom.register_error_handler(ConfigurationError, later("not_set_up.answer"))
    zoom.register_error_handler(SealBroken, later("replies.for_broken_seal"))
    # By number too: a handler for 404 of the host app would come before one of ours for every HTTPException.
    for_http_error = later("replies.for_http_error")
    for status in default_exceptions:
        zoom.register_error_handler(status, for_http_error)
    zoom.register_error_handler(HTTPException, for_http_error)
    zoom.register_error_handler(Exception, later("replies.leave_to_flask"))
    zoom.after_request(later("replies.finish"))
    zoom.record_once(_answer_what_has_no_route)


def _answer_what_has_no_route(setup: BlueprintSetupState) -> None:
    """Answer 404 and 405 below the API by ourselves: Flask asks no blueprint about addresses without a route."""
    prefix = (setup.url_prefix or "").rstrip("/")
    # Without a prefix, what else begins like this may be the host app's.
    below = (f"{prefix}{_API}",) if prefix else (f"{_API}hosts/", f"{_API}bookings/", f"{_API}actions/")
    for_no_route = later("replies.for_no_route")

    def answer() -> Response | None:
        if request.routing_exception is None:
            return None
        response: Response | None = for_no_route(request.routing_exception, prefix, below)
        return response

    setup.app.before_request(answer)


def _refuse_odd_addresses(endpoint: str | None, values: dict[str, str] | None) -> None:
    """Answer 404 to what no slug, id or token of ours can be, before a database is asked that cannot hold a NUL."""
    del endpoint
    for name, value in (values or {}).items():
        if name in _IDS and not (value.isascii() and value.isprintable()):
            abort(404, said("There is nothing at this address. Check the link."))
