"""Change or delete one occurrence of a recurring meeting."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from zoom_blueprint.testing.simulator import events, outbox, recurrences
from zoom_blueprint.testing.simulator.replies import Refusal
from zoom_blueprint.testing.simulator.world import Moment

_SERIES = 8


def update(m: Moment, user: sqlite3.Row, meeting: sqlite3.Row, name: str, given: Mapping[str, Any]) -> None:
    """Change start and duration of one occurrence; what else may be given is taken and not kept."""
    before = _one(m, meeting, name)
    kept = {}
    if given.get("start_time", 0) > m.now:
        kept["start"] = given["start_time"]
    if "duration" in given:
        kept["duration"] = given["duration"]
    _keep(m, meeting, name, kept)
    fresh = m.db.execute("SELECT * FROM meetings WHERE id = ?", (meeting["id"],)).fetchone()
    event = events.occurrence_updated(m, user, meeting, before, _one(m, fresh, name))
    outbox.tell(m, user, event, lane=str(meeting["id"]))


def delete(m: Moment, user: sqlite3.Row, meeting: sqlite3.Row, name: str) -> None:
    """Delete one occurrence; the series goes on."""
    one = _one(m, meeting, name)
    _keep(m, meeting, name, {"status": "deleted"})
    outbox.tell(m, user, events.meeting_deleted(m, meeting, user, occurrence=one), lane=str(meeting["id"]))


def _one(m: Moment, meeting: sqlite3.Row, name: str) -> dict[str, Any]:
    fields = json.loads(meeting["fields"])
    every = recurrences.of(meeting, fields, m.now, previous=True) if fields["type"] == _SERIES else []
    for one in every:
        if one["occurrence_id"] == name and one["status"] == "available":
            return one
    raise Refusal(400, 300, "Invalid parameter: occurrence_id.")


def _keep(m: Moment, meeting: sqlite3.Row, name: str, kept: dict[str, Any]) -> None:
    fields = json.loads(meeting["fields"])
    changed = fields.setdefault("occurrences", {})
    changed[name] = {**changed.get(name, {}), **kept}
    m.db.execute("UPDATE meetings SET fields = ? WHERE id = ?", (json.dumps(fields), meeting["id"]))
