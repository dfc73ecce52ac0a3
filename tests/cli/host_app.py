"""A host app for the command line: ``flask --app tests.cli.host_app …``, with its settings in the environment."""

import os
import threading

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue
from werkzeug.middleware.proxy_fix import ProxyFix

from tests.fixtures import site_app


def create_app() -> Flask:
    """Return the app of the tests with the environment's settings; ``/threads`` names what runs in its process."""
    settings: dict[str, object] = {
        name: value for name, value in os.environ.items() if name.startswith(("ZOOM_", "SQLALCHEMY_"))
    }
    app, zoom = site_app.create_app(settings)
    if os.environ.get("BEHIND_A_PROXY"):
        app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]  # as Flask's documents do it

    @zoom.on("booking.confirmed", subscriber="file")
    def note(event: object) -> None:
        with open(os.environ["TOLD"], "a", encoding="utf-8") as file:  # noqa: PTH123 - one write, appended
            file.write("told\n")

    @app.get("/threads")
    def threads() -> ResponseReturnValue:
        return jsonify([thread.name for thread in threading.enumerate()])

    @app.cli.command("threads")
    def show_threads() -> None:
        print("threads:", [thread.name for thread in threading.enumerate()])  # noqa: T201 - a command prints

    return app
