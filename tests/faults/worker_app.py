"""The app of the tests for ``flask --app``, with its settings in the environment."""

import os

from flask import Flask

from tests.fixtures import site_app


def create_app() -> Flask:
    """Return the app."""
    app, _ = site_app.create_app(
        {name: value for name, value in os.environ.items() if name.startswith(("ZOOM_", "SQLALCHEMY_"))}
    )
    return app
