"""Host apps for the tests of embedding: made by hand, without a simulator, on an SQLite file."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from tests.fixtures.databases import SqliteFiles
from tests.fixtures.site_app import TOKEN_KEY, prepare
from zoom_blueprint.state import EXTENSION, State

MakeApp = Callable[..., Flask]


@pytest.fixture
def make_app(_sqlite_files: SqliteFiles) -> Iterator[MakeApp]:
    """Make apps with all settings and nothing registered: ``make_app(ZOOM_LIMITS="off")``."""
    made: list[Flask] = []

    def make(**settings: object) -> Flask:
        app = Flask(f"host_{len(made)}")
        app.config.update(
            SECRET_KEY=f"secret {len(made)}",
            SQLALCHEMY_DATABASE_URI=_sqlite_files.create(prepare),
            ZOOM_CLIENT_ID=f"client-{len(made)}",
            ZOOM_CLIENT_SECRET="secret",
            ZOOM_TOKEN_KEYS=TOKEN_KEY,
            ZOOM_WEBHOOK_SECRETS="secret",
            ZOOM_PUBLIC_URL="http://localhost",
            ZOOM_WORKER="off",
            ZOOM_READ_LIMITS="off",  # all these apps are one host's, and one client reads them
        )
        app.config.update(settings)
        made.append(app)
        return app

    yield make
    for app in made:
        state = app.extensions.get(EXTENSION)
        if isinstance(state, State) and "database" in vars(state):
            state.database.dispose()
        if "sqlalchemy" in app.extensions:
            with app.app_context():
                app.extensions["sqlalchemy"].engine.dispose()
