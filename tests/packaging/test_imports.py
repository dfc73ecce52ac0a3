"""An app that registers the blueprint does not wait for what only requests, commands and the worker need."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from zoom_blueprint.services import drain
from zoom_blueprint.state import KINDS
from zoom_blueprint.web import routes

SLOW = (
    "requests",
    "urllib3",
    "authlib",
    "icalendar",
    "dateutil",
    "babel",
    "pytz",
    "alembic",
    "mako",
    "limits",
    "cryptography",
    "wtforms",
    "flask_wtf",
    "msgspec",
    "smtplib",
    "email.headerregistry",
    "celery",
    "kombu",
    "prometheus_client",
    "redis",
    "zoom_blueprint.store.models",
    "zoom_blueprint.services.bookings",
    "zoom_blueprint.services.drain",
    "zoom_blueprint.testing",
    "pytest",
)
PROGRAM = """
import json, sys
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

def loaded():
    return sorted(set(sys.modules))

app = Flask("host")
app.config.update(json.loads(sys.argv[1]))
SQLAlchemy(app)
before = loaded()

from zoom_blueprint import ZoomBlueprint

zoom = ZoomBlueprint()
app.register_blueprint(zoom, url_prefix="/zoom")
after = loaded()
status = app.test_client().get("/zoom/guide").status_code
print(json.dumps([before, after, loaded(), status]))
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> list[set[str]]:
    """Return which modules a fresh process has loaded: before us, with us, and after a request."""
    config = {
        "SECRET_KEY": "a secret of the tests",
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path_factory.mktemp('imports') / 'app.sqlite'}",
        "ZOOM_CLIENT_ID": "id",
        "ZOOM_CLIENT_SECRET": "secret",
        "ZOOM_WEBHOOK_SECRETS": "secret",
        "ZOOM_PUBLIC_URL": "https://www.example.com",
        "ZOOM_TOKEN_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        "ZOOM_WORKER": "off",
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(config)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    *found, status = json.loads(done.stdout)
    assert status == 200
    return [set(one) for one in found]


@pytest.mark.parametrize("module", SLOW)
def test_registering_the_blueprint_does_not_load(module: str, loaded: list[set[str]]) -> None:
    before, after, _ = loaded
    assert module not in after - before


def test_a_page_loads_what_it_needs_and_nothing_that_speaks_with_others(loaded: list[set[str]]) -> None:
    _, _, later = loaded
    assert "zoom_blueprint.web.guide" in later
    assert later.isdisjoint({"requests", "authlib", "icalendar", "alembic", "celery", "prometheus_client", "redis"})


@pytest.mark.parametrize("view", [view for _, _, view, *_ in (*routes.HOST_PAGES, *routes.PUBLIC)])
def test_there_is_a_view_behind_each_address(view: str) -> None:
    module, _, name = view.partition(".")
    assert callable(getattr(import_module(f"zoom_blueprint.web.{module}"), name))


def test_the_engine_knows_every_kind_of_work() -> None:
    assert set(KINDS) == set(drain.KINDS)
