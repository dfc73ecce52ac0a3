"""Keep the events of calendars: insert, find, patch and delete them, and tell the channels.

Source: https://developers.google.com/workspace/calendar/api/v3/reference/events
"""

import json
import re
import sqlite3
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from zoom_blueprint.testing.simulator import times
from zoom_blueprint.testing.simulator.google import channels, conferences, event_times
from zoom_blueprint.testing.simulator.google.replies import GoogleRefusal, invalid, not_found
from zoom_blueprint.testing.simulator.world import Moment

_ID = re.compile(r"[a-v0-9]{5,1024}")
_TEXTS = ("summary", "description", "location", "transparency", "visibility", "colorId", "status", "eventType")
_OTHERS = ("reminders", "extendedProperties", "recurrence", "guestsCanModify")
_READ_ONLY = ("recurringEventId", "originalStartTime")


@dataclass(frozen=True)
class Given:
    """What a call brings along: the fields, and whether conference data in them count."""

    fields: dict[str, Any]
    with_conferences: bool = True


@dataclass(frozen=True)
class Stored:
    """An event as it is kept; ``change`` numbers all changes of this Google, so it orders them and makes the ETag."""

    id: str
    change: int
    meet_ready_at: float | None
    body: dict[str, Any]

    @property
    def etag(self) -> str:
        """The ETag, in its quotes."""
        return f'"{self.change}"'

    @property
    def is_gone(self) -> bool:
        """Whether it was deleted."""
        return bool(self.body.get("status") == "cancelled")


def insert(m: Moment, user: sqlite3.Row, calendar: sqlite3.Row, given: Given) -> Stored:
    """Keep a new event; an id that was ever used is refused."""
    _check_writable(calendar)
    event_id = given.fields.get("id") or uuid4().hex
    if not isinstance(event_id, str) or not _ID.fullmatch(event_id):
        raise invalid("Invalid resource id value.")
    if _row(m, calendar, event_id) is not None:
        raise GoogleRefusal(409, "duplicate", "The requested identifier already exists.")
    person = {"email": user["email"], "self": True}
    made = {
        "id": event_id,
        "status": "confirmed",
        "created": times.utc(m.now),
        "sequence": 0,
        "eventType": "default",
        "iCalUID": f"{event_id}@google.com",
        "creator": person,
        "organizer": person,
        **_own(given.fields),
    }
    return _keep(m, user, calendar, made, given, None)


def patch(
    m: Moment, user: sqlite3.Row, calendar: sqlite3.Row, event_id: str, given: Given, *, if_match: str | None = None
) -> Stored:
    """Change the given fields; ``if_match`` is the ETag that it must have. A deleted event is not found."""
    _check_writable(calendar)
    before = find(m, calendar, event_id)
    if before.is_gone:
        raise not_found()
    if if_match not in (None, "*", before.etag):
        raise GoogleRefusal(412, "conditionNotMet", "Precondition Failed")
    changed = {**before.body, **_own(given.fields), "sequence": before.body.get("sequence", 0) + 1}
    return _keep(m, user, calendar, changed, given, before)


def delete(m: Moment, calendar: sqlite3.Row, event_id: str) -> None:
    """Delete an event, or one instance of a series: it is cancelled from then on, and 410 the second time."""
    _check_writable(calendar)
    before = find(m, calendar, event_id)
    if before.is_gone:
        raise GoogleRefusal(410, "deleted", "Resource has been deleted")
    _write(m, calendar, {**before.body, "status": "cancelled"}, before.meet_ready_at)


def find(m: Moment, calendar: sqlite3.Row, event_id: str) -> Stored:
    """Return an event, a deleted one too, or an instance of a series; GoogleRefusal when there never was one."""
    row = _row(m, calendar, event_id)
    if row is not None:
        return _stored(row)
    main = _row(m, calendar, event_id.partition("_")[0])
    found = {one.id: one for one in unfolded(m, calendar, _stored(main))} if main is not None else {}
    if event_id not in found:
        raise not_found()
    return found[event_id]


def everything(m: Moment, calendar: sqlite3.Row) -> list[Stored]:
    """Return what is kept of a calendar, series as they are, in the order of the last changes."""
    rows = m.db.execute("SELECT * FROM google_events WHERE calendar_id = ? ORDER BY change", (calendar["id"],))
    return [_stored(row) for row in rows]


def unfolded(m: Moment, calendar: sqlite3.Row, event: Stored) -> list[Stored]:
    """Return the instances of a series, those that were changed left out; a single event is its own."""
    if event_times.rule(event.body) is None:
        return [event]
    shared = {name: value for name, value in event.body.items() if name != "recurrence"}
    found = []
    for stamp, at in event_times.series(event.body, calendar["timezone"]):
        instance_id = f"{event.id}_{stamp}"
        if _row(m, calendar, instance_id) is None:
            extra = {"id": instance_id, "recurringEventId": event.id, "originalStartTime": at.body["start"]}
            found.append(Stored(instance_id, event.change, event.meet_ready_at, {**shared, **at.body, **extra}))
    return found


def view(m: Moment, event: Stored) -> dict[str, Any]:
    """Return what get and list show; of a deleted event, as Google promises, little more than its id."""
    head = {"kind": "calendar#event", "etag": event.etag, "id": event.id}
    if event.is_gone:
        return {**head, "status": "cancelled", **{name: event.body[name] for name in _READ_ONLY if name in event.body}}
    shown = {name: value for name, value in event.body.items() if name != "conferenceData"}
    link = f"{m.origin}/google/calendar/event?eid={event.id}"
    return {**head, "htmlLink": link, **shown, **conferences.view(m, event.body, event.meet_ready_at)}


def respond(m: Moment, calendar: sqlite3.Row, event_id: str, email: str, response: str) -> Stored:
    """Let an attendee answer an invitation."""
    before = find(m, calendar, event_id)
    people = before.body.get("attendees", [])
    if email not in [one["email"] for one in people]:
        raise LookupError(f"{email} is not invited.")
    answered = [{**one, "responseStatus": response} if one["email"] == email else one for one in people]
    return _write(m, calendar, {**before.body, "attendees": answered}, before.meet_ready_at)


def _keep(
    m: Moment, user: sqlite3.Row, calendar: sqlite3.Row, body: dict[str, Any], given: Given, before: Stored | None
) -> Stored:
    at = event_times.read(body, calendar["timezone"])
    if event_times.rule(body) is not None:
        next(event_times.series(body, calendar["timezone"]))  # refuses a rule that is not played here
    ready_at = None if before is None else before.meet_ready_at
    if "attendees" in given.fields:
        body["attendees"] = _attendees(given.fields["attendees"], user, before)
    asked = given.fields.get("conferenceData")
    if given.with_conferences and isinstance(asked, dict):
        former = None if before is None else before.body.get("conferenceData")
        body["conferenceData"], due = conferences.kept(m, calendar, asked, former)
        ready_at = due if body["conferenceData"] is not former else ready_at
    return _write(m, calendar, {**body, **at.body, "updated": times.utc(m.now)}, ready_at)


def _write(m: Moment, calendar: sqlite3.Row, body: dict[str, Any], ready_at: float | None) -> Stored:
    change = m.db.execute("SELECT COALESCE(MAX(change), 0) + 1 AS next FROM google_events").fetchone()["next"]
    row = (calendar["id"], body["id"], change, ready_at, json.dumps(body))
    m.db.execute("INSERT OR REPLACE INTO google_events VALUES (?, ?, ?, ?, ?)", row)
    channels.tell(m, calendar["id"])
    return Stored(body["id"], change, ready_at, body)


def _own(given: dict[str, Any]) -> dict[str, Any]:
    for name in _TEXTS:
        if not isinstance(given.get(name, ""), str):
            raise invalid(f"Invalid value for: {name}")
    return {name: given[name] for name in (*_TEXTS, *_OTHERS, "start", "end") if name in given}


def _attendees(given: Any, user: sqlite3.Row, before: Stored | None) -> list[dict[str, Any]]:
    if not isinstance(given, list) or not all(isinstance(one, dict) and "@" in str(one.get("email")) for one in given):
        raise invalid("Invalid attendee email.")
    known = {one["email"]: one for one in (before.body.get("attendees", []) if before else [])}
    kept = []
    for one in given:
        former = known.get(one["email"], {}).get("responseStatus", "needsAction")
        person = {"responseStatus": former, **one}
        kept.append({**person, "self": True} if one["email"] == user["email"] else person)
    return kept


def _check_writable(calendar: sqlite3.Row) -> None:
    if calendar["access_role"] not in ("owner", "writer"):
        raise GoogleRefusal(
            403, "requiredAccessLevel", "You need to have writer access to this calendar.", domain="calendar"
        )


def _row(m: Moment, calendar: sqlite3.Row, event_id: str) -> sqlite3.Row | None:
    found = m.db.execute("SELECT * FROM google_events WHERE calendar_id = ? AND id = ?", (calendar["id"], event_id))
    row: sqlite3.Row | None = found.fetchone()
    return row


def _stored(row: sqlite3.Row) -> Stored:
    return Stored(row["id"], row["change"], row["meet_ready_at"], json.loads(row["body"]))
