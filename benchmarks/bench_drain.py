"""Rows worked off in a second by one thread: webhooks about known meetings, and deliveries to a hook.

The baseline is the least loop that keeps the same promise with the raw driver: claim a row by a nonce, read and decrypt
it, do what it says in one UPDATE, and finish the claim, in two durable transactions. Of a hook that posts what it is
told to a server the baseline is the same posts in a bare loop of requests.
"""

import contextlib
import sys
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import psycopg
import requests
import webhooks
from cryptography.fernet import Fernet
from databases import KINDS, databases, file_of, plain
from measure import record
from serving import serve
from sites import make

from zoom_blueprint import LifecycleEvent
from zoom_blueprint.events import ConnectionPayload, EventName
from zoom_blueprint.services import drain, inbox, journal, snapshots
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionStatus

ROWS = 400
_MEETINGS = 40
_BOOKINGS = 80
_key = Fernet(Fernet.generate_key())


def main(kinds: list[str]) -> None:
    with serve("hello:app") as port:
        for kind in kinds or KINDS:
            with databases(kind) as new:
                _measure(kind, new, _Receiver(port))


def _measure(kind: str, new: Callable[[], str], receiver: "_Receiver") -> None:
    state, _ = make(_BOOKINGS, address=new())
    _meet(state)
    raw = _Raw(kind, new())
    told = state.hooks.told[EventName.ZOOM_RECOVERED]
    found: dict[str, list[float]] = {"raw": [], "inbox": [], "delivery": [], "posts": [], "delivery-by-http": []}
    for number in range(3):
        for name, fill, work in (
            ("raw", raw.fill, raw.work),
            ("inbox", partial(_tell, state, number), lambda: drain.drain(state, "inbox")),
            ("delivery", partial(_owe, state), lambda: drain.drain(state, "delivery")),
            ("posts", receiver.fill, receiver.work),
            ("delivery-by-http", partial(_owe, state), lambda: drain.drain(state, "delivery")),
        ):
            told["crm"] = receiver.tell if name == "delivery-by-http" else _hook
            fill()
            found[name].append(_rate(work))
    middle = {name: sorted(rates)[1] for name, rates in found.items()}
    for name in ("inbox", "delivery"):
        record(f"drain-{name}", ours=middle[name], baseline=middle["raw"], unit="/s", goal="≥ 1,000/s", database=kind)
    record(
        "drain-delivery-by-http", ours=middle["delivery-by-http"], baseline=middle["posts"], unit="/s", database=kind
    )


def _rate(work: Callable[[], int]) -> float:
    begun, done = time.perf_counter(), 0
    while some := work():
        done += some
    if done != ROWS:
        raise RuntimeError(f"{done} of {ROWS} rows were worked on.")
    return done / (time.perf_counter() - begun)


def _meet(state: State) -> None:
    """Let the site's first bookings have meetings in Zoom, over one connection."""
    state.hooks.told[EventName.ZOOM_RECOVERED] = {"crm": _hook}
    now = datetime.now(UTC)

    def work(session: Any) -> None:
        connection = models.Connection(
            host_id="1",
            status=ConnectionStatus.ACTIVE,
            zoom_user_id="uLoRgfbbTayCX6r2Q_qQsQ",
            email="ada@example.com",
            client_id="benchmark",
            oauth_url="https://zoom.us/oauth",
            api_url="https://api.zoom.us/v2",
            connected_at=now,
        )
        session.add(connection)
        session.flush()
        for number, booking in enumerate(session.query(models.Booking).limit(_MEETINGS)):
            session.add(
                models.Meeting(
                    booking_id=booking.id,
                    host_id="1",
                    connection_id=connection.id,
                    zoom_meeting_id=81000000000 + number,
                )
            )

    state.database.write(work)


def _hook(event: LifecycleEvent) -> None:
    """Be told."""


def _tell(state: State, turn: int) -> None:
    for number in range(ROWS):
        body = webhooks.body(turn * ROWS + number, meeting=81000000000 + number % _MEETINGS)
        inbox.accept(state, body, "meeting.updated", f"account{number % 8}")


def _owe(state: State) -> None:
    now = datetime.now(UTC)

    def work(session: Any) -> None:
        payload = ConnectionPayload(connection=snapshots.connection(session.query(models.Connection).one()))
        for _ in range(ROWS):
            journal.record(state, session, EventName.ZOOM_RECOVERED, payload, now=now)

    state.database.write(work)


class _Receiver:
    """A server that is told by HTTP."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}/hello"
        self._session = requests.Session()
        self._left = 0

    def tell(self, event: LifecycleEvent) -> None:
        self._session.post(self._url, json={"id": event.id}, timeout=10).raise_for_status()

    def fill(self) -> None:
        self._left = ROWS

    def work(self) -> int:
        """Post once."""
        if self._left:
            self._left -= 1
            self._session.post(self._url, json={"id": uuid.uuid4().hex}, timeout=10).raise_for_status()
            return 1
        return 0


class _Raw:
    """The least loop."""

    def __init__(self, kind: str, address: str) -> None:
        self.is_sqlite = kind == "sqlite"
        if self.is_sqlite:
            import sqlite3

            self.connection: Any = sqlite3.connect(file_of(address), isolation_level=None)
            self.connection.execute("PRAGMA journal_mode=WAL")
            self.connection.execute("PRAGMA synchronous=FULL")
        else:
            self.connection = psycopg.connect(plain(address))
        self._run("CREATE TABLE meeting (number INTEGER PRIMARY KEY, looks INTEGER NOT NULL)")
        self._run("CREATE TABLE event (id TEXT PRIMARY KEY, payload TEXT, due_at TEXT, claim TEXT)")
        self._run("CREATE INDEX event_due ON event (due_at)")
        for number in range(_MEETINGS):
            self._run("INSERT INTO meeting VALUES (?, 0)", number)
        self.connection.commit()

    def _run(self, statement: str, *values: object) -> Any:
        return self.connection.execute(statement if self.is_sqlite else statement.replace("?", "%s"), values)

    def fill(self) -> None:
        if self.is_sqlite:
            self._run("BEGIN IMMEDIATE")
        for number in range(ROWS):
            sealed = _key.encrypt(webhooks.body(number)).decode()
            self._run("INSERT INTO event VALUES (?, ?, ?, NULL)", uuid.uuid4().hex, sealed, _now())
        self.connection.commit()

    def work(self) -> int:
        """Work on one row."""
        lock = "" if self.is_sqlite else " FOR UPDATE SKIP LOCKED"
        nonce = uuid.uuid4().hex
        if self.is_sqlite:
            self._run("BEGIN IMMEDIATE")
        row = self._run(
            "UPDATE event SET claim = ?, due_at = ? WHERE id ="
            f" (SELECT id FROM event WHERE due_at <= ? ORDER BY due_at LIMIT 1{lock}) RETURNING id, payload",
            nonce,
            _now(60),
            _now(),
        ).fetchone()
        self.connection.commit()
        if row is None:
            return 0
        payload = _key.decrypt(row[1].encode())
        if self.is_sqlite:
            self._run("BEGIN IMMEDIATE")
        self._run("UPDATE meeting SET looks = looks + 1 WHERE number = ?", len(payload) % _MEETINGS)
        self._run("UPDATE event SET claim = NULL, due_at = NULL WHERE id = ? AND claim = ?", row[0], nonce)
        self.connection.commit()
        return 1


def _now(seconds: int = 0) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(sys.argv[1:])
