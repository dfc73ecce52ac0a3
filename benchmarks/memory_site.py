"""A site whose worker says how much memory is its own: Flask and Flask-SQLAlchemy, and us if there is a ``ZOOM_*``."""

import os
import re
from email.message import EmailMessage
from pathlib import Path

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

_PRIVATE = re.compile(r"^Private_\w+:\s+(\d+) kB", re.MULTILINE)
_zoom = {name: value for name, value in os.environ.items() if name.startswith("ZOOM_")}
app = Flask(__name__)
app.config.update(SECRET_KEY="benchmark", SQLALCHEMY_DATABASE_URI=os.environ["BENCH_DATABASE"], **_zoom)
db = SQLAlchemy(app)


@app.get("/memory")
def memory() -> dict[str, int]:
    """Return what nobody shares, in KiB, after a query of the site's own."""
    db.session.execute(db.text("SELECT 1"))
    return {"kib": sum(map(int, _PRIVATE.findall(Path("/proc/self/smaps_rollup").read_text())))}


if _zoom:
    from zoom_blueprint import ZoomBlueprint

    zoom = ZoomBlueprint()
    app.register_blueprint(zoom)

    @zoom.mailer
    def send(message: EmailMessage) -> None:
        """Let mails leave for nowhere."""
