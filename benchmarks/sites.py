"""A site for benchmarks: one host in a database of its own, with as many bookings as asked for, and no Zoom."""

import atexit
import base64
import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
from databases import file_of, plain
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select
from sqlalchemy.orm import Session

from zoom_blueprint import EventType, Host, Location, ZoomBlueprint
from zoom_blueprint.scheduling.timetables import Timetable
from zoom_blueprint.services import consents, hosts
from zoom_blueprint.state import EXTENSION, State
from zoom_blueprint.store import models
from zoom_blueprint.testing import Simulator

EVENT = EventType(
    slug="call", title="Call", duration_minutes=15, step_minutes=15, notice_minutes=0, location=Location.PHONE
)
OTHER_HOSTS = 100
DAYS = 30
CALENDAR_DAYS = 60
THREADS = 8
SETTINGS = {
    "SECRET_KEY": "benchmark",
    "ZOOM_PUBLIC_URL": "http://127.0.0.1",
    "ZOOM_CLIENT_ID": "benchmark",
    "ZOOM_CLIENT_SECRET": "benchmark",
    "ZOOM_WEBHOOK_SECRETS": "benchmark",
    "ZOOM_TOKEN_KEYS": base64.urlsafe_b64encode(b"benchmark".ljust(32, b"-")).decode(),
    "ZOOM_WORKER": "off",
}
_SQLITE = {
    "name": "printf('%08x%024x', {number}, n)",
    "moment": "strftime('%Y-%m-%d %H:%M:%S.000000', {seconds}, 'unixepoch')",
    "numbers": "WITH RECURSIVE some(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM some) SELECT n FROM some LIMIT {count}",
}
_POSTGRES = {
    "name": "lpad({number}::text, 8, '0') || lpad(to_hex(n), 24, '0')",
    "moment": "to_timestamp({seconds})",
    "numbers": "SELECT generate_series(0, {count} - 1) AS n",
}
_COLUMNS = (
    "id, host_id, event_type_id, status, starts_at, ends_at, busy_start, busy_end, sequence, key, body_hmac,"
    " name, email, time_zone, locale, details_sealed, created_at, changed_at"
)


def create_app(address: str, **settings: object) -> tuple[Flask, ZoomBlueprint]:
    """Return a host app on a database; nothing works in its background unless ``settings`` say so."""
    app = Flask(__name__)
    app.config.update({**SETTINGS, "SQLALCHEMY_DATABASE_URI": address, **settings})
    if not address.startswith("sqlite"):  # one for each thread, as the README says, and as raw views have
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": THREADS}
    SQLAlchemy(app)
    zoom = ZoomBlueprint()
    app.register_blueprint(zoom)
    return app, zoom


def make(
    bookings: int, *, upcoming: int = 0, address: str | None = None, event: EventType = EVENT, **settings: object
) -> tuple[State, str]:
    """Return the state of a fresh site and its database's address; an SQLite file goes when the program ends.

    Half of the bookings are the host's own, past ones; the others are still to come, with other hosts. ``upcoming`` of
    the host's own lie in the next ``DAYS``, none of which overlaps another.
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


def put_timetable(state: State, taken: Sequence[tuple[int, int]]) -> None:
    """Let the first host be busy by a calendar at Google, from seconds to before seconds of the coming days."""
    midnight = int(datetime.now(UTC).replace(hour=0, minute=0, second=0).timestamp())
    packed = Timetable((midnight + start, midnight + end) for start, end in taken).pack()

    def work(session: Session) -> None:
        now = datetime.now(UTC)
        link = dict.fromkeys(("client_id", "oauth_url", "api_url"), "benchmark")
        connection = models.Connection(host_id="1", provider="google", status="active", connected_at=now, **link)
        session.add(connection)
        session.flush()
        session.add(models.Timetable(host_id="1", connection_id=connection.id, packed=packed, asked_at=now))

    state.database.write(work)


def connect(state: State, zoom: Simulator) -> str:
    """Connect the first host, and return the connection's id."""
    attempt = consents.begin(state, "1")
    back = parse_qs(urlsplit(zoom.consent(attempt.authorize_url, "ada")).query)
    host = hosts.get(state, "1")
    secret, (nonce,), (code,) = attempt.browser_secret, back["state"], back["code"]
    consents.complete(state, host, nonce=nonce, browser_secret=secret, code=code, error="")
    return state.database.read(lambda session: session.scalars(select(models.Connection.id)).one())


def _fill(address: str, bookings: int, upcoming: int) -> None:
    """Have the database itself write bookings, which is quicker by far than to bring them there."""
    nine = int(datetime.now(UTC).replace(hour=9, minute=0, second=0).timestamp())
    parts = (
        (bookings // 2, "'1'", f"{nine} - {DAYS} * 86400 - n * 900"),
        (bookings - bookings // 2, f"CAST(2 + n % {OTHER_HOSTS} AS TEXT)", f"{nine} + n / {OTHER_HOSTS} * 900"),
        (upcoming, "'1'", f"{nine} + n % {DAYS} * 86400 + n / {DAYS} * 1800"),
    )
    if address.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(file_of(address))) as file:
            file.execute("PRAGMA synchronous=OFF")
            file.execute("PRAGMA cache_size=-500000")
            for number, part in enumerate(parts):
                file.execute(_insert(_SQLITE, number, *part))
            file.execute("ANALYZE")
            file.commit()
        return
    with psycopg.connect(plain(address), autocommit=True) as server:
        server.execute("SET session_replication_role = replica")  # no foreign key is looked up a million times
        for number, part in enumerate(parts):
            server.execute(_insert(_POSTGRES, number, *part))
        server.execute("VACUUM ANALYZE zoom_booking")


def _insert(dialect: Mapping[str, str], number: int, count: int, host: str, seconds: str) -> str:
    """Return what inserts so many bookings, with ``host`` and beginning at ``seconds``, which depend on ``n``."""
    name, numbers = dialect["name"].format(number=number), dialect["numbers"].format(count=count)
    begin, end = dialect["moment"].format(seconds=seconds), dialect["moment"].format(seconds=f"{seconds} + 900")
    return f"""
        INSERT INTO zoom_booking ({_COLUMNS})
        SELECT made.name, made.host_id, type.id, 'confirmed', begins, ends, begins, ends, 0, made.name, '',
               'B', 'b@example.com', 'UTC', 'en', '', begins, begins
        FROM (
            SELECT {name} AS name, {host} AS host_id, {begin} AS begins, {end} AS ends FROM ({numbers}) AS numbers
        ) AS made
        JOIN zoom_event_type AS type ON type.host_id = made.host_id AND type.slug = 'call'
    """
