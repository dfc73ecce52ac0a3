"""The least that takes a webhook with the same promise: a plain view with the raw driver; nothing of ours.

The signature over the raw bytes in constant time, the window of its timestamp, the event's name, and one durable insert
of the encrypted body, unless its digest is known.
"""

import hashlib
import hmac
import json
import os
import sqlite3
import threading
import time
from datetime import UTC, datetime
from typing import Any

import psycopg
from cryptography.fernet import Fernet
from flask import Flask, Response, request

_ADDRESS = os.environ["BENCH_RAW_DATABASE"]
_IS_SQLITE = not _ADDRESS.startswith("postgresql")
_SECRET = b"benchmark"
_TOLERANCE = 300
_TABLE = """
CREATE TABLE event (
    digest TEXT PRIMARY KEY, name TEXT NOT NULL, received_at {time} NOT NULL, payload TEXT NOT NULL, due_at {time}
);
CREATE INDEX event_due ON event (due_at)
"""
_INSERT = "INSERT INTO event VALUES (?, ?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING"

app = Flask(__name__)
app.secret_key = "benchmark"  # every site has one, and Flask opens a session for each request then
_fernet = Fernet(Fernet.generate_key())
_mine = threading.local()
# The driver alone would sleep while another thread writes: without this, SQLite takes a fraction as many.
_turn = threading.Lock()


def _connection() -> Any:
    """Return this thread's connection; each statement is a transaction."""
    found = getattr(_mine, "connection", None)
    if found is None:
        if _IS_SQLITE:
            found = sqlite3.connect(_ADDRESS, timeout=15, isolation_level=None)
            found.execute("PRAGMA journal_mode=WAL")
            found.execute("PRAGMA synchronous=FULL")
        else:
            found = psycopg.connect(_ADDRESS, autocommit=True)
        _mine.connection = found
    return found


def prepare() -> None:
    """Make the table."""
    for statement in _TABLE.format(time="TEXT" if _IS_SQLITE else "TIMESTAMPTZ").split(";"):
        _connection().execute(statement)


@app.get("/healthz")
def healthz() -> str:
    return "ok"


@app.post("/webhook")
def receive() -> Response:
    body = request.get_data()
    timestamp = request.headers.get("x-zm-request-timestamp", "")
    given = request.headers.get("x-zm-signature", "")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > _TOLERANCE:
        return Response(status=403)
    message = b"v0:" + timestamp.encode() + b":" + body
    signature = "v0=" + hmac.new(_SECRET, message, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(signature.encode(), given.encode()):
        return Response(status=403)
    now = datetime.now(UTC)
    moment = now.isoformat() if _IS_SQLITE else now
    row = (
        hashlib.sha256(body).hexdigest(),
        json.loads(body)["event"],
        moment,
        _fernet.encrypt(body).decode(),
        moment,
    )
    if _IS_SQLITE:
        with _turn:
            _connection().execute(_INSERT, row)
    else:
        _connection().execute(_INSERT.replace("?", "%s"), row)
    return Response('{"status":"stored"}', mimetype="application/json")
