"""What is loaded at its first use is loaded whole, whoever else begins to load in the same moment."""

import json
import subprocess
import sys
from pathlib import Path

SETTINGS = {
    "SECRET_KEY": "a secret of the tests",
    "ZOOM_CLIENT_ID": "id",
    "ZOOM_CLIENT_SECRET": "secret",
    "ZOOM_WEBHOOK_SECRETS": "secret",
    "ZOOM_PUBLIC_URL": "https://www.example.com",
    "ZOOM_TOKEN_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
}
# A package may import a module of its own which imports the package: who enters there while another thread is halfway
# in from the other side gets a half of it. So nobody of ours begins to load while another does.
PROGRAM = """
import json, sys, threading
from importlib.machinery import PathFinder
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from zoom_blueprint import ZoomBlueprint
from zoom_blueprint.web import routes

is_halfway = threading.Event()
others = []


class Slow:
    def find_spec(self, name, path=None, target=None):
        if is_halfway.is_set() and name.startswith("zoom_blueprint."):
            others.append(name)
        if name != "flask_wtf":
            return None
        spec = PathFinder.find_spec(name, path)
        run = spec.loader.exec_module

        def pause_and_run(module):
            is_halfway.set()
            threading.Event().wait(0.5)
            is_halfway.clear()
            run(module)

        spec.loader.exec_module = pause_and_run
        return spec


app = Flask("host")
app.config.update(json.loads(sys.argv[1]))
SQLAlchemy(app)
zoom = ZoomBlueprint()
app.register_blueprint(zoom, url_prefix="/zoom")
sys.meta_path.insert(0, Slow())
loading = threading.Thread(target=routes.load)
loading.start()
is_halfway.wait()
app.extensions["zoom_blueprint"].work.start()
threading.Thread(target=lambda: zoom.bookings).start()
print(app.test_client().get("/zoom/guide").status_code, *others)
loading.join()
"""


def test_the_worker_and_a_visitor_who_come_while_views_are_loaded_get_whole_modules(tmp_path: Path) -> None:
    settings = SETTINGS | {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path}/site.db"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(settings)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert (done.stdout.strip(), "Traceback" in done.stderr) == ("200", False), done.stderr
