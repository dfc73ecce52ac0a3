"""When to start the background threads: once a server runs the app, and never in commands or a reloader's parent."""

import os
import sys

import click
from flask import Flask

from zoom_blueprint.work.thread import ThreadEngine

_SERVERS = ("gunicorn.app.base", "uwsgi", "waitress.server", "mod_wsgi", "hypercorn.run", "uvicorn.server")


def start_when_served(app: Flask, engine: ThreadEngine) -> None:
    """Start at once in a server's process, else with the first request that it brings.

    A command of ``flask`` other than ``run`` is no server; tests that use the test client are none either.
    """
    if _is_serving(app):
        engine.start()

    @app.before_request
    def start() -> None:
        if not app.testing:
            engine.start()


def _is_serving(app: Flask) -> bool:
    context = click.get_current_context(silent=True)
    if context is not None and context.info_name == "run":
        return not app.debug or os.environ.get("WERKZEUG_RUN_MAIN") == "true"
    return context is None and any(name in sys.modules for name in _SERVERS)
