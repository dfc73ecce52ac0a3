"""A site for benchmarks: one host in an SQLite file, with as many bookings as asked for, and no Zoom."""

import sqlite3
import tempfile
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.fernet import Fernet
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from zoom_blueprint import EventType, Host, Location, ZoomBlueprint
from zoom_blueprint.state import EXTENSION, State

EVENT = EventType(
    slug="call", title="Call", duration_minutes=15, step_minutes=15, notice_minutes=0, location=Location.PHONE
)


def make(bookings: int) -> tuple[State, Path]:
    """Return the state of a fresh site and its database file."""
    file = Path(tempfile.mkdtemp(prefix="zoom-bench-")) / "bench.sqlite"
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY="benchmark",
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{file}",
        ZOOM_PUBLIC_URL="http://localhost",
        ZOOM_CLIENT_ID="benchmark",
        ZOOM_CLIENT_SECRET="benchmark",
        ZOOM_WEBHOOK_SECRETS="benchmark",
        ZOOM_TOKEN_KEYS=Fernet.generate_key().decode(),
        ZOOM_WORKER="off",
    )
    SQLAlchemy(app)
    zoom = ZoomBlueprint()
    app.register_blueprint(zoom)
    with app.app_context():
        zoom.upgrade()
        zoom.hosts.put(Host(id="1", slug="ada", name="Ada", email="ada@example.com", time_zone="Europe/London"))
        zoom.event_types.put("1", EVENT)
    state: State = app.extensions[EXTENSION]
    _fill(file, bookings)
    return state, file


def _fill(file: Path, bookings: int) -> None:
    """Write past bookings straight into the file, a quarter of an hour each, the newest a month ago."""
    connection = sqlite3.connect(file)
    (event_type_id,) = connection.execute("SELECT id FROM zoom_event_type WHERE slug = 'call'").fetchone()
    newest = datetime.now(UTC).replace(tzinfo=None, microsecond=0) - timedelta(days=30)

    def rows() -> object:
        for number in range(bookings):
            start = newest - timedelta(minutes=15 * number)
            end = start + timedelta(minutes=15)
            times = [f"{moment:%Y-%m-%d %H:%M:%S}.000000" for moment in (start, end, start, end, start, start)]
            name = uuid.uuid4().hex
            person = ("B", "b@example.com", "UTC", "en", "")
            yield (name, "1", event_type_id, "confirmed", *times[:4], 0, name, "", *person, *times[4:])

    connection.executemany(
        "INSERT INTO zoom_booking (id, host_id, event_type_id, status, starts_at, ends_at, busy_start, busy_end,"
        " sequence, key, body_hmac, name, email, time_zone, locale, details_sealed, created_at, changed_at)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        rows(),
    )
    connection.execute("ANALYZE")
    connection.commit()
    connection.close()
