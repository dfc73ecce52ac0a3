"""Put the rooms of the simulator together as one Flask app."""

from flask import Flask, Response, g, render_template, request
from werkzeug.exceptions import MethodNotAllowed, NotFound

from zoom_blueprint.testing.simulator.consent import consent
from zoom_blueprint.testing.simulator.control import control
from zoom_blueprint.testing.simulator.control_people import control_people
from zoom_blueprint.testing.simulator.control_webhooks import control_webhooks
from zoom_blueprint.testing.simulator.google.consent import google_consent
from zoom_blueprint.testing.simulator.google.control import control_google
from zoom_blueprint.testing.simulator.google.oauth import google_oauth
from zoom_blueprint.testing.simulator.google.pages import google_pages
from zoom_blueprint.testing.simulator.google.rest import google_rest
from zoom_blueprint.testing.simulator.limits import Deletes, Seconds
from zoom_blueprint.testing.simulator.oauth import oauth
from zoom_blueprint.testing.simulator.pages import pages
from zoom_blueprint.testing.simulator.people import Trouble
from zoom_blueprint.testing.simulator.replies import Refusal, refused
from zoom_blueprint.testing.simulator.rest import rest
from zoom_blueprint.testing.simulator.rest_past import rest_past
from zoom_blueprint.testing.simulator.rest_registrants import rest_registrants
from zoom_blueprint.testing.simulator.rest_users import rest_users
from zoom_blueprint.testing.simulator.rooms import rooms
from zoom_blueprint.testing.simulator.wire import Wire
from zoom_blueprint.testing.simulator.world import World, current_world

_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
_UNKNOWN = Refusal(404, 2300, "This API endpoint is not recognized.")


def create_app(world: World) -> Flask:
    """Return the app that answers for one world."""
    app = Flask(__name__)
    app.extensions["zoom_simulator"] = world
    app.extensions["zoom_simulator_seconds"] = Seconds()
    app.extensions["zoom_simulator_deletes"] = Deletes()
    zooms = (oauth, consent, rest, rest_users, rest_past, rest_registrants)
    googles = (google_oauth, google_consent, google_rest, google_pages, control_google)
    for blueprint in (*zooms, *googles, pages, rooms, control, control_people, control_webhooks):
        app.register_blueprint(blueprint)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(MethodNotAllowed, _no_such_method)
    app.register_error_handler(Refusal, _refuse)
    app.after_request(_add_rate_headers)
    app.register_error_handler(Trouble, _trouble)
    app.after_request(_protect)
    app.wsgi_app = Wire(app, app.wsgi_app, world)  # type: ignore[method-assign]  # Flask's own way to add a layer
    return app


def _trouble(trouble: Trouble) -> tuple[str, int]:
    return render_template("message.html", title=trouble.title, text=trouble.text), trouble.status


def _refuse(refusal: Refusal) -> Response:
    """Answer a REST call with Zoom's code and message."""
    with current_world().moment(quiet=True) as m:
        return refused(refusal, m.knobs["xml_errors"])


def _add_rate_headers(response: Response) -> Response:
    """Tell what is left of the account's limits, where they are counted."""
    for name, value in g.get("rate_headers", {}).items():
        response.headers.setdefault(name, value)
    return response


def _no_such_method(error: MethodNotAllowed) -> Response | MethodNotAllowed:
    return _refuse(_UNKNOWN) if request.path.startswith("/v2/") else error


def _not_found(error: NotFound) -> Response | tuple[str, int]:
    if request.path.startswith("/v2/"):
        return _refuse(_UNKNOWN)
    return render_template("message.html", title="Page not found", text="There is nothing at this address."), 404


def _protect(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    if response.mimetype != "text/css":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
