"""A site for benchmarks: one host in a database of its own, with as many bookings as asked for, and no Zoom."""

import atexit
import base64
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
from databases import file_of, plain
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from zoom_blueprint import EventType, Host, Location, ZoomBlueprint
from zoom_blueprint.services import consents, hosts
from zoom_blueprint.state import EXTENSION, State
from zoom_blueprint.store import models
from zoom_blueprint.testing import Simulator

EVENT = EventType(
    slug="call", title="Call", duration_minutes=15, step_minutes=15, notice_minutes=0, location=Location.PHONE
)
OTHER_HOSTS = 100
_QUARTER = timedelta(minutes=15)
_SETTINGS = {
    "SECRET_KEY": "benchmark",
    "ZOOM_PUBLIC_URL": "http://127.0.0.1",
    "ZOOM_CLIENT_ID": "benchmark",
    "ZOOM_CLIENT_SECRET": "benchmark",
    "ZOOM_WEBHOOK_SECRETS": "benchmark",
    "ZOOM_TOKEN_KEYS": base64.urlsafe_b64encode(b"benchmark".ljust(32, b"-")).decode(),
    "ZOOM_WORKER": "off",
}
_COLUMNS = (
    "id, host_id, event_type_id, status, starts_at, ends_at, busy_start, busy_end, sequence, key, body_hmac,"
    " name, email, time_zone, locale, details_sealed, created_at, changed_at"
)


def create_app(address: str, **settings: object) -> tuple[Flask, ZoomBlueprint]:
    """Return a host app on a database; nothing works in its background unless ``settings`` say so."""
    app = Flask(__name__)
    app.config.update({**_SETTINGS, "SQLALCHEMY_DATABASE_URI": address, **settings})
    SQLAlchemy(app)
    zoom = ZoomBlueprint()
    app.register_blueprint(zoom)
    return app, zoom


def make(
    bookings: int, *, upcoming: int = 0, address: str | None = None, event: EventType = EVENT, **settings: object
) -> tuple[State, str]:
    """Return the state of a fresh site and its database's address; an SQLite file goes when the program ends.

    Half of the bookings are the host's own, past ones; the others are still to come, with other hosts. ``upcoming`` of
    the host's own lie in the next four weeks.
    """
    if address is None:
        folder = Path(tempfile.mkdtemp(prefix="zoom-bench-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        address = f"sqlite:///{folder / 'bench.sqlite'}"
    app, zoom = create_app(address, **settings)
    with app.app_context():
        zoom.upgrade()
        for number in range(1, OTHER_HOSTS + 2):
            host = Host(id=str(number), name="Ada", email="ada@example.com", time_zone="Europe/London")
            zoom.hosts.put(host)
            zoom.event_types.put(host.id, event)
    state: State = app.extensions[EXTENSION]
    _fill(address, bookings, upcoming)
    return state, address


def connect(state: State, zoom: Simulator) -> str:
    """Connect the first host, and return the connection's id."""
    attempt = consents.begin(state, "1")
    back = parse_qs(urlsplit(zoom.consent(attempt.authorize_url, "ada")).query)
    host = hosts.get(state, "1")
    secret, (nonce,), (code,) = attempt.browser_secret, back["state"], back["code"]
    consents.complete(state, host, nonce=nonce, browser_secret=secret, code=code, error="")
    return state.database.read(lambda session: session.scalars(select(models.Connection.id)).one())


def _bookings(bookings: int, upcoming: int) -> Iterator[tuple[str, datetime]]:
    """Yield the host's id and the start of each booking."""
    today = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0)
    for number in range(bookings // 2):
        yield "1", today - timedelta(days=30) - number * _QUARTER
    for number in range(bookings - bookings // 2):
        yield str(2 + number % OTHER_HOSTS), today + number // OTHER_HOSTS * _QUARTER
    for number in range(upcoming):
        yield "1", today + timedelta(days=number % 28) + number // 28 * 2 * _QUARTER


def _fill(address: str, bookings: int, upcoming: int) -> None:
    """Write bookings straight into the database."""

    def rows(events: dict[str, str], moment: Any) -> Iterator[tuple[object, ...]]:
        for number, (host_id, start) in enumerate(_bookings(bookings, upcoming)):
            begin, end, name = moment(start), moment(start + _QUARTER), f"{number:032x}"
            times = (begin, end, begin, end)
            person = ("B", "b@example.com", "UTC", "en", "")
            yield (name, host_id, events[host_id], "confirmed", *times, 0, name, "", *person, begin, begin)

    which = "SELECT host_id, id FROM zoom_event_type WHERE slug = 'call'"
    if address.startswith("sqlite"):
        file = sqlite3.connect(file_of(address))
        file.execute("PRAGMA synchronous=OFF")
        marks = ",".join("?" * len(_COLUMNS.split(",")))
        file.executemany(
            f"INSERT INTO zoom_booking ({_COLUMNS}) VALUES ({marks})",
            rows(dict(file.execute(which)), lambda start: f"{start:%Y-%m-%d %H:%M:%S}.000000"),
        )
        file.execute("ANALYZE")
        file.commit()
        file.close()
        return
    with psycopg.connect(plain(address), autocommit=True) as server:
        events = dict(server.execute(which).fetchall())
        with server.cursor() as cursor, cursor.copy(f"COPY zoom_booking ({_COLUMNS}) FROM STDIN") as copy:
            for row in rows(events, lambda start: start):
                copy.write_row(row)
        server.execute("VACUUM ANALYZE zoom_booking")
