"""How long a host app with Flask-SQLAlchemy takes to start, without us and with us registered."""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping

from measure import record
from serving import HERE

ROUNDS = 9
_HOST = """
import json, sys, time
begin = time.perf_counter()
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
app = Flask("host")
app.config.update(json.loads(sys.argv[1]))
db = SQLAlchemy(app)
class Note(db.Model):
    id = db.Column(db.Integer, primary_key=True)
with app.app_context():
    db.create_all()
"""
_OURS = """
from zoom_blueprint import ZoomBlueprint
app.register_blueprint(ZoomBlueprint(), url_prefix="/zoom")
"""
_END = "\nprint((time.perf_counter() - begin) * 1000)"
_SETTINGS = {
    "SECRET_KEY": "benchmark",
    "ZOOM_PUBLIC_URL": "http://127.0.0.1",
    "ZOOM_CLIENT_ID": "benchmark",
    "ZOOM_CLIENT_SECRET": "benchmark",
    "ZOOM_WEBHOOK_SECRETS": "benchmark",
    "ZOOM_TOKEN_KEYS": "YmVuY2htYXJrLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0=",
}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="zoom-bench-") as folder:
        settings = json.dumps(_SETTINGS | {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder}/app.sqlite"})
        # With compiled files, as an installed package has them: in a folder of their own, made by the first rounds.
        environment = {**os.environ, "PYTHONPATH": str(HERE.parent), "PYTHONPYCACHEPREFIX": f"{folder}/compiled"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        _importing(settings, environment)


def _importing(settings: str, environment: Mapping[str, str]) -> None:
    def start(program: str) -> float:
        command = [sys.executable, "-c", program + _END, settings]
        done = subprocess.run(command, env=environment, capture_output=True, check=True, timeout=30)
        return float(done.stdout)

    differences, baselines, ours = [], [], []
    for number in range(ROUNDS + 1):
        host, both = start(_HOST), start(_HOST + _OURS)
        if number:
            baselines.append(host)
            ours.append(both)
            differences.append(both - host)
    record("import", ours=statistics.median(ours), baseline=statistics.median(baselines))
    record("import-difference", ours=statistics.median(differences), goal="≤ 60 ms")


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
