"""Keep the simulator's state in one SQLite file, so that it survives a restart and a killed process."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zoom_blueprint.testing.simulator.google import tables as google

_SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS apps (
    client_id TEXT PRIMARY KEY, client_secret TEXT NOT NULL, redirect_uris TEXT NOT NULL, scopes TEXT NOT NULL,
    webhook_url TEXT, webhook_secret TEXT NOT NULL,
    challenge_due_at REAL, challenge_failures INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS users (
    id TEXT PRIMARY KEY, short TEXT NOT NULL UNIQUE, first_name TEXT NOT NULL, last_name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE, timezone TEXT NOT NULL, type INTEGER NOT NULL, status TEXT NOT NULL,
    account_id TEXT NOT NULL, pmi INTEGER NOT NULL UNIQUE, created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS codes (
    digest TEXT PRIMARY KEY, client_id TEXT NOT NULL, user_id TEXT NOT NULL, redirect_uri TEXT NOT NULL,
    scopes TEXT NOT NULL, challenge TEXT, method TEXT, expires_at REAL NOT NULL, used_at REAL);
CREATE TABLE IF NOT EXISTS grants (
    id INTEGER PRIMARY KEY, client_id TEXT NOT NULL, user_id TEXT NOT NULL, scopes TEXT NOT NULL,
    created_at REAL NOT NULL, refreshes INTEGER NOT NULL DEFAULT 0, ended_at REAL, ended_reason TEXT);
CREATE UNIQUE INDEX IF NOT EXISTS one_live_grant ON grants (client_id, user_id) WHERE ended_at IS NULL;
CREATE TABLE IF NOT EXISTS tokens (
    digest TEXT PRIMARY KEY, grant_id INTEGER NOT NULL, kind TEXT NOT NULL, expires_at REAL NOT NULL, ended_at REAL);
CREATE INDEX IF NOT EXISTS tokens_of_grant ON tokens (grant_id);
CREATE TABLE IF NOT EXISTS meetings (
    id INTEGER PRIMARY KEY, user_id TEXT NOT NULL, uuid TEXT NOT NULL, start_time REAL, duration INTEGER NOT NULL,
    status TEXT NOT NULL, password TEXT NOT NULL, encrypted_password TEXT NOT NULL, fields TEXT NOT NULL,
    creation_source TEXT NOT NULL, created_at REAL NOT NULL, started_at REAL, ended_at REAL,
    expires_at REAL, deleted_at REAL);
CREATE INDEX IF NOT EXISTS meetings_of_user ON meetings (user_id, start_time);
CREATE TABLE IF NOT EXISTS participants (
    id INTEGER PRIMARY KEY, meeting_id INTEGER NOT NULL, instance TEXT NOT NULL, uuid TEXT NOT NULL,
    handle TEXT NOT NULL, name TEXT NOT NULL, user_id TEXT NOT NULL, email TEXT NOT NULL,
    joined_at REAL NOT NULL, left_at REAL);
CREATE INDEX IF NOT EXISTS participants_of_instance ON participants (instance);
CREATE TABLE IF NOT EXISTS registrants (
    id TEXT PRIMARY KEY, meeting_id INTEGER NOT NULL, email TEXT NOT NULL, first_name TEXT NOT NULL,
    last_name TEXT NOT NULL, status TEXT NOT NULL, created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS pages (
    token TEXT PRIMARY KEY, user_id TEXT NOT NULL, query TEXT NOT NULL, number INTEGER NOT NULL,
    expires_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS quotas (
    holder TEXT NOT NULL, label TEXT NOT NULL, day TEXT NOT NULL, used INTEGER NOT NULL,
    PRIMARY KEY (holder, label, day));
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY, client_id TEXT NOT NULL, event TEXT NOT NULL, lane TEXT NOT NULL,
    request_id TEXT NOT NULL, body BLOB NOT NULL, signing TEXT NOT NULL, state TEXT NOT NULL, due_at REAL NOT NULL,
    attempts TEXT NOT NULL DEFAULT '[]');
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (state, due_at);
CREATE TABLE IF NOT EXISTS faults (id INTEGER PRIMARY KEY, route TEXT NOT NULL, remaining INTEGER NOT NULL,
    plan TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS calls (id INTEGER PRIMARY KEY, entry TEXT NOT NULL);
"""
_TABLES = (
    *("apps", "users", "codes", "grants", "tokens", "meetings", "participants", "registrants", "pages", "quotas"),
    *("deliveries", "faults", "calls"),
    *google.TABLES,
)


class Store:
    """One connection, one writer at a time: every transaction is short and none waits for the network."""

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            path if path is not None else ":memory:",
            check_same_thread=False,
            isolation_level=None,
        )
        self._connection.row_factory = sqlite3.Row
        # Without fsync a commit still survives the death of the process, which is all that is promised here.
        schema = _SCHEMA + google.SCHEMA
        self._connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;" + schema)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the only connection; commit at the end, or undo everything when an exception passes through."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Wait for the transaction under way, then close the file."""
        with self._lock:
            self._connection.close()


def empty(db: sqlite3.Connection) -> None:
    """Delete every row except the settings."""
    for table in _TABLES:
        db.execute(f"DELETE FROM {table}")  # noqa: S608 - the names are the constants above
