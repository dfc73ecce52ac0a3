"""Setting up Celery: what is registered where, what is refused, and what of the site's stays as it was."""

import ast
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from celery import Celery
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from tests.embedding.conftest import MakeApp
from tests.embedding.developer import FirstApp, code
from tests.fixtures.waiting import wait_until
from tests.house.tree import package_modules
from zoom_blueprint import ConfigurationError, ZoomBlueprint
from zoom_blueprint.services import drain
from zoom_blueprint.state import EXTENSION

OURS = {"zoom-sweep": 60, "zoom-tend": 3600, "zoom-purge": 86400}
TASKS = {f"zoom_blueprint.{name}" for name in ("drain", "sweep", "tend", "purge")}


def registered(app: Flask, zoom: ZoomBlueprint | None = None) -> ZoomBlueprint:
    """Register a blueprint on an app."""
    zoom = zoom or ZoomBlueprint()
    SQLAlchemy(app)
    app.register_blueprint(zoom, url_prefix="/zoom")
    return zoom


def celery_app() -> Celery:
    """Return a Celery app that is nobody else's."""
    return Celery("site", broker="memory://", set_as_current=False)


def seconds(celery_app: Celery) -> dict[str, float]:
    """Return how often beat sends what."""
    schedule = celery_app.conf.beat_schedule
    return {name: getattr(entry["schedule"], "total_seconds", lambda: 0)() for name, entry in schedule.items()}


def test_tasks_and_times_are_added_beside_those_of_the_site(make_app: MakeApp) -> None:
    celery, bystander = celery_app(), celery_app()
    theirs = {"report": {"task": "site.report", "schedule": 5.0}}
    celery.conf.beat_schedule = theirs
    registered(make_app()).init_celery(celery)
    assert seconds(celery) == {**OURS, "report": 0}
    assert celery.conf.beat_schedule["report"] == theirs["report"]
    assert {name for name in celery.tasks if name.startswith("zoom")} == TASKS
    assert {entry["task"] for name, entry in celery.conf.beat_schedule.items() if name in OURS} < TASKS
    assert not TASKS & set(bystander.tasks)
    assert bystander.conf.beat_schedule == {}
    assert all(celery.tasks[name].ignore_result for name in TASKS)


def test_a_schedule_that_the_site_sets_later_keeps_ours(make_app: MakeApp) -> None:
    celery = celery_app()
    registered(make_app()).init_celery(celery)
    celery.conf.beat_schedule = {
        "report": {"task": "site.report", "schedule": 5.0},
        "zoom-sweep": {"task": "zoom_blueprint.sweep", "schedule": 10.0},
    }
    celery.finalize()
    assert {*celery.conf.beat_schedule} == {*OURS, "report"}
    assert celery.conf.beat_schedule["zoom-sweep"]["schedule"] == 10.0, "the site's own wins"


def test_a_configuration_that_is_loaded_later_keeps_ours(make_app: MakeApp) -> None:
    celery = celery_app()
    registered(make_app()).init_celery(celery)
    assert seconds(celery) == OURS
    celery.config_from_object({"beat_schedule": {"report": {"task": "site.report", "schedule": 5.0}}})
    assert seconds(celery) == {**OURS, "report": 0}


@pytest.mark.parametrize("worker", ["thread", "off"])
def test_no_background_thread_runs_with_celery(make_app: MakeApp, worker: str) -> None:
    app = make_app(ZOOM_WORKER=worker)
    zoom = registered(app)
    with app.app_context():
        zoom.start_worker()
    zoom.init_celery(celery_app())
    with app.app_context():
        zoom.start_worker()
    app.test_client().get("/zoom/healthz")
    state = app.extensions[EXTENSION]
    state.work.start()
    threads = {f"zoom-{kind}" for kind in drain.KINDS}
    wait_until(lambda: not threads & {thread.name for thread in threading.enumerate()}, why="those before have ended")


def test_the_flask_app_is_the_one_named_or_the_current_or_the_only_one(make_app: MakeApp) -> None:
    zoom = ZoomBlueprint()
    one, other = make_app(), make_app()
    registered(one, zoom)
    zoom.init_celery(first := celery_app())
    assert set(first.tasks) > TASKS
    registered(other, zoom)
    with pytest.raises(ConfigurationError, match=r"init_celery\(celery_app, app\)"):
        zoom.init_celery(celery_app())
    with other.app_context():
        zoom.init_celery(second := celery_app())
    registered(third := make_app(), zoom)
    zoom.init_celery(celery_app(), third)
    assert set(second.tasks) > TASKS
    with pytest.raises(ConfigurationError, match="Register the blueprint first"):
        zoom.init_celery(celery_app(), make_app())


def test_a_celery_app_works_for_one_flask_app(make_app: MakeApp) -> None:
    celery = celery_app()
    registered(make_app()).init_celery(celery)
    with pytest.raises(ConfigurationError, match="one Celery app for each Flask app"):
        registered(make_app()).init_celery(celery)


def test_a_flask_app_leaves_its_work_to_one_celery_app(make_app: MakeApp) -> None:
    zoom = registered(make_app())
    zoom.init_celery(celery_app())
    with pytest.raises(ConfigurationError, match="Call init_celery once"):
        zoom.init_celery(celery_app())


def test_the_workers_of_the_readme_load_its_app(tmp_path: Path) -> None:
    app = FirstApp(tmp_path, f"sqlite:///{tmp_path / 'site.sqlite'}", CELERY_BROKER_URL="memory://")
    with (tmp_path / "app.py").open("a", encoding="utf-8") as file:
        file.write(code("## On many machines"))
    program = """
import app
celery_app = app.celery_app
celery_app.finalize()
print(*sorted(name for name in [*celery_app.tasks, *celery_app.conf.beat_schedule] if name.startswith("zoom")))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, **app.env},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert set(done.stdout.split()) == TASKS | {*OURS}


def test_without_celery_nothing_asks_for_it_until_it_is_set_up() -> None:
    program = """
import sys
sys.modules["celery"] = None  # as if it were not installed
from flask import Flask
from zoom_blueprint import ConfigurationError, ZoomBlueprint
assert not [name for name in sys.modules if name in ("kombu", "zoom_blueprint.work.celery")]
try:
    ZoomBlueprint().init_celery(None, Flask("site"))
except ConfigurationError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert "pip install 'zoom-blueprint[celery]'" in done.stdout


def test_no_message_is_given_a_time_of_its_own() -> None:
    """A broker repeats a message whose time lies beyond its visibility timeout; times stand in the rows."""
    calls = [
        (path.name, keyword.arg)
        for path in package_modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
    ]
    assert ("celery.py", "expires") in calls, "this looks where messages are sent"
    assert [found for found in calls if found[1] in {"eta", "countdown"}] == []
