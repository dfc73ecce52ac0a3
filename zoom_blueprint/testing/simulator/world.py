"""Hold what every request needs: the store, the clock, the server's own address and the bell of the sender."""

import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app

from zoom_blueprint.testing.simulator import apps, knobs, users
from zoom_blueprint.testing.simulator.store import Store, empty


@dataclass(frozen=True)
class Moment:
    """What one transaction sees of the world: its connection, both clocks and the switches."""

    db: sqlite3.Connection
    now: float  # simulated, in epoch seconds
    real_now: float
    knobs: knobs.Knobs
    origin: str
    secret: str

    @property
    def wire_now(self) -> float:
        """Return the time that webhooks carry; real by default, since receivers judge them by their own clock."""
        return self.now if self.knobs["webhook_clock"] == "simulated" else self.real_now


class World:
    """One simulated Zoom, used by every thread of the server."""

    def __init__(self, path: Path | None, origin: str) -> None:
        self.store = Store(path)
        self.origin = origin
        self.bell = threading.Event()
        self._app: tuple[str | None, dict[str, Any]] = (None, {})
        with self.store.transaction() as db:
            self._secret = _setting(db, "secret", secrets.token_hex(32))
            self._offset = float(_setting(db, "clock_offset", "0"))
            users.seed(db, self.now)

    @property
    def now(self) -> float:
        """Return the simulated time in epoch seconds."""
        return time.time() + self._offset

    @contextmanager
    def moment(self, *, quiet: bool = False) -> Iterator[Moment]:
        """Open a transaction; after the commit the sender looks for what was queued, unless ``quiet``."""
        with self.store.transaction() as db:
            real_now = time.time()
            yield Moment(db, real_now + self._offset, real_now, knobs.read(db), self.origin, self._secret)
        if not quiet:
            self.bell.set()

    def advance(self, seconds: float) -> float:
        """Move the simulated clock ahead (or back) and return the new time."""
        with self.store.transaction() as db:
            self._offset += seconds
            db.execute("UPDATE settings SET value = ? WHERE name = 'clock_offset'", (str(self._offset),))
        self.bell.set()
        return self.now

    def register_app(self, client_id: str | None, changes: dict[str, Any]) -> None:
        """Make an app the main one, with the given fields; what is not given stays as the state file has it."""
        self._app = (client_id, changes)
        with self.store.transaction() as db:
            self._register_app(db)

    def reset(self) -> None:
        """Be as new: the users and the app of the first start, the real time, all switches as delivered."""
        with self.store.transaction() as db:
            empty(db)
            db.execute("DELETE FROM settings WHERE name IN ('knobs', 'google_client', 'google_oldest_sync')")
            db.execute("UPDATE settings SET value = '0' WHERE name = 'clock_offset'")
            self._offset = 0.0
            users.seed(db, self.now)
            self._register_app(db)

    def _register_app(self, db: sqlite3.Connection) -> None:
        client_id, changes = self._app
        chosen = client_id or apps.main(db)
        apps.put(db, self.now, chosen, changes)
        apps.make_main(db, chosen)


def current_world() -> World:
    """Return the world of the request at hand."""
    world = current_app.extensions["zoom_simulator"]
    assert isinstance(world, World)  # noqa: S101 - tells the type checker
    return world


def _setting(db: sqlite3.Connection, name: str, first: str) -> str:
    db.execute("INSERT OR IGNORE INTO settings VALUES (?, ?)", (name, first))
    return str(db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()["value"])
