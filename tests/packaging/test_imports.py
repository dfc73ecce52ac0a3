"""An app that registers the blueprint does not wait for what only requests, commands and the worker need."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import zoom_blueprint
from zoom_blueprint.services import drain
from zoom_blueprint.state import KINDS
from zoom_blueprint.web import routes

ROOT = Path(__file__).resolve().parents[2]
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
    "mcp",
    "pydantic",
    "zoom_blueprint.healths",
    "zoom_blueprint.facade.zoom",
    "zoom_blueprint.rates",
    "zoom_blueprint.scheduling.rules",
    "zoom_blueprint.store.models",
    "zoom_blueprint.services.bookings",
    "zoom_blueprint.services.drain",
    "zoom_blueprint.testing",
    "zoom_blueprint.zoom_api",
    "zoom_blueprint.exchanges",
    "zoom_blueprint.google_api",
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
        cwd=ROOT,
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
    others = {"requests", "authlib", "icalendar", "alembic", "celery", "limits", "prometheus_client", "redis", "mcp"}
    assert later.isdisjoint(others)


def test_the_tables_load_nothing_of_the_database_that_a_site_does_not_use(loaded: list[set[str]]) -> None:
    _, _, later = loaded
    assert "zoom_blueprint.store.models" in later
    assert "sqlalchemy.dialects.postgresql" not in later


def test_a_server_loads_what_visitors_ask_for_and_no_page_of_a_host() -> None:
    program = "import sys; from zoom_blueprint.web import routes; routes.load(); print(*sys.modules)"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, cwd=ROOT)
    names = done.stdout.split()
    assert {f"zoom_blueprint.web.{view.partition('.')[0]}" for _, _, view, *_ in routes.PUBLIC} <= set(names)
    assert "zoom_blueprint.web.dashboard" not in names
    assert "mcp" not in names, "whoever serves no AI agent pays nothing for them"
    seldom = {"web.guide", "services.purges", "services.endpoints", "services.endings", "services.channels"}
    assert {f"zoom_blueprint.{module}" for module in seldom}.isdisjoint(names)


@pytest.mark.parametrize("view", [view for _, _, view, *_ in (*routes.HOST_PAGES, *routes.PUBLIC, *routes.SELDOM)])
def test_there_is_a_view_behind_each_address(view: str) -> None:
    module, _, name = view.partition(".")
    assert callable(getattr(import_module(f"zoom_blueprint.web.{module}"), name))


def test_the_engine_knows_every_kind_of_work() -> None:
    assert set(KINDS) == set(drain.KINDS)


def test_every_public_name_is_there_and_no_other() -> None:
    assert all(getattr(zoom_blueprint, name) is not None for name in zoom_blueprint.__all__)
    assert set(zoom_blueprint.__all__) <= set(dir(zoom_blueprint))
    assert zoom_blueprint.ZoomMeeting.__module__ == "zoom_blueprint.zoom_api.payloads"
    assert not hasattr(zoom_blueprint, "Meeting"), "nor is what another name stands for"
