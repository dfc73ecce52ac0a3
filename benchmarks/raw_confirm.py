"""The least that confirms a booking with the same promise: a plain view with the raw driver; nothing of ours.

The host's row is the lock; then the idempotency key with an HMAC of the body, the overlap check, the booking with its
personal fields sealed, one row of owed work, and one durable commit.
"""

import hashlib
import hmac
import json
import os
import sqlite3
import threading
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from cryptography.fernet import Fernet
from flask import Flask, Response, request

_ADDRESS = os.environ["BENCH_RAW_DATABASE"]
_IS_SQLITE = not _ADDRESS.startswith("postgresql")
_MARK = "?" if _IS_SQLITE else "%s"
_KEY = b"benchmark"
_QUARTER = timedelta(minutes=15)
_TABLES = """
CREATE TABLE host (id TEXT PRIMARY KEY, revision INTEGER NOT NULL);
CREATE TABLE booking (
    id TEXT PRIMARY KEY, host_id TEXT NOT NULL REFERENCES host (id), starts_at {time} NOT NULL, ends_at {time} NOT NULL,
    key TEXT NOT NULL, body_hmac TEXT NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL, details TEXT NOT NULL,
    UNIQUE (host_id, key)
);
CREATE INDEX booking_times ON booking (host_id, ends_at);
CREATE TABLE owed (id TEXT PRIMARY KEY, booking_id TEXT NOT NULL REFERENCES booking (id), due_at {time} NOT NULL);
CREATE INDEX owed_due ON owed (due_at)
"""

app = Flask(__name__)
_fernet = Fernet(Fernet.generate_key())
_mine = threading.local()


def _sql(text: str) -> str:
    return text.replace("?", _MARK)


_LOCK = _sql("UPDATE host SET revision = revision + 1 WHERE id = ?")
_KNOWN = _sql("SELECT id, body_hmac, starts_at FROM booking WHERE host_id = ? AND key = ?")
_OVERLAP = _sql("SELECT 1 FROM booking WHERE host_id = ? AND ends_at > ? AND starts_at < ? LIMIT 1")
_INSERT = _sql("INSERT INTO booking VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
_OWE = _sql("INSERT INTO owed VALUES (?, ?, ?)")


def _connection() -> Any:
    """Return this thread's connection, with nothing begun."""
    found = getattr(_mine, "connection", None)
    if found is None:
        if _IS_SQLITE:
            found = sqlite3.connect(_ADDRESS, timeout=15, isolation_level=None)
            found.execute("PRAGMA journal_mode=WAL")
            found.execute("PRAGMA synchronous=FULL")
            found.execute("PRAGMA foreign_keys=ON")
        else:
            found = psycopg.connect(_ADDRESS)
        _mine.connection = found
    return found


def prepare(bookings: int) -> None:
    """Make the tables, with one host that has half of the bookings, and a hundred that have the others."""
    connection = _connection()
    for statement in _TABLES.format(time="TEXT" if _IS_SQLITE else "TIMESTAMPTZ").split(";"):
        connection.execute(statement)
    if _IS_SQLITE:
        connection.execute("BEGIN")
    cursor = connection.cursor()
    cursor.executemany(_sql("INSERT INTO host VALUES (?, 0)"), [(str(number),) for number in range(1, 102)])
    today = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0)
    rows = []
    for number in range(bookings):
        own = number < bookings // 2
        start = today - timedelta(days=30) - number * _QUARTER if own else today + number // 100 * _QUARTER
        name = f"{number:032x}"
        host = "1" if own else str(2 + number % 100)
        rows.append((name, host, _moment(start), _moment(start + _QUARTER), name, "", "B", "b@example.com", ""))
    cursor.executemany(_INSERT, rows)
    connection.commit()
    if _IS_SQLITE:
        connection.execute("ANALYZE")
    else:
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE booking")
    connection.close()
    del _mine.connection


def _moment(value: datetime) -> Any:
    return value.strftime("%Y-%m-%d %H:%M:%S") if _IS_SQLITE else value


@app.get("/healthz")
def healthz() -> str:
    return "ok"


@app.post("/<host>/bookings")
def book(host: str) -> Response:
    form = request.form
    start = datetime.fromisoformat(form["start"])
    digest = hmac.new(_KEY, request.get_data(as_text=False) or repr(sorted(form.items())).encode(), hashlib.sha256)
    answer, status = _write(host, form, start, digest.hexdigest())
    return Response(json.dumps(answer), status, mimetype="application/json")


def _write(host: str, form: Any, start: datetime, digest: str) -> tuple[dict[str, str], int]:
    """Run the transaction."""
    connection = _connection()
    begin, end = _moment(start), _moment(start + _QUARTER)
    if _IS_SQLITE:
        connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(_LOCK, (host,))
        known = connection.execute(_KNOWN, (host, form["key"])).fetchone()
        if known is not None:
            connection.rollback()
            is_same = hmac.compare_digest(known[1], digest)
            return ({"id": known[0], "start": form["start"]}, 201) if is_same else ({"title": "reused"}, 422)
        if connection.execute(_OVERLAP, (host, begin, end)).fetchone() is not None:
            connection.rollback()
            return {"title": "taken"}, 409
        booking_id = uuid.uuid4().hex
        details = json.dumps({"answers": {}, "guests": [], "name": form["name"], "email": form["email"]})
        sealed = _fernet.encrypt(details.encode()).decode()
        row = (booking_id, host, begin, end, form["key"], digest, form["name"], form["email"], sealed)
        connection.execute(_INSERT, row)
        connection.execute(_OWE, (uuid.uuid4().hex, booking_id, _moment(datetime.now(UTC))))
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    return {
        "id": booking_id,
        "status": "confirmed",
        "start": form["start"],
        "end": end if _IS_SQLITE else end.isoformat(),
    }, 201
