"""Keep the rows of events: what a calendar holds, and the order in which it changed."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from zoom_blueprint.testing.simulator.google import channels
from zoom_blueprint.testing.simulator.world import Moment


@dataclass(frozen=True)
class Stored:
    """An event as it is kept; ``change`` numbers all changes of this Google, so it orders them and makes the ETag.

    ``organized_in`` is the calendar that it is a copy from, when its owner is only invited.
    """

    calendar_id: str
    id: str
    change: int
    meet_ready_at: float | None
    body: dict[str, Any]
    organized_in: str | None = None

    @property
    def etag(self) -> str:
        """The ETag, in its quotes."""
        return f'"{self.change}"'

    @property
    def is_gone(self) -> bool:
        """Whether it was deleted."""
        return bool(self.body.get("status") == "cancelled")


def find(m: Moment, calendar_id: str, event_id: str) -> Stored | None:
    """Return what is kept under an id, a deleted event too."""
    asked = (calendar_id, event_id)
    row = m.db.execute("SELECT * FROM google_events WHERE calendar_id = ? AND id = ?", asked).fetchone()
    return None if row is None else _stored(row)


def of_calendar(m: Moment, calendar_id: str) -> list[Stored]:
    """Return what is kept of a calendar, series as they are, in the order of the last changes."""
    rows = m.db.execute("SELECT * FROM google_events WHERE calendar_id = ? ORDER BY change", (calendar_id,))
    return [_stored(row) for row in rows]


def write(
    m: Moment, calendar_id: str, body: dict[str, Any], ready_at: float | None, organized_in: str | None = None
) -> Stored:
    """Keep an event as it is from now on, and tell the channels of its calendar."""
    change = m.db.execute("SELECT COALESCE(MAX(change), 0) + 1 AS next FROM google_events").fetchone()["next"]
    row = (calendar_id, body["id"], change, ready_at, json.dumps(body), organized_in)
    m.db.execute("INSERT OR REPLACE INTO google_events VALUES (?, ?, ?, ?, ?, ?)", row)
    channels.tell(m, calendar_id)
    return Stored(calendar_id, body["id"], change, ready_at, body, organized_in)


def _stored(row: sqlite3.Row) -> Stored:
    return Stored(**{**dict(row), "body": json.loads(row["body"])})
