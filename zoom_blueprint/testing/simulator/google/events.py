"""Keep the events of calendars: insert, find, patch and delete them, and let guests know and answer.

Source: https://developers.google.com/workspace/calendar/api/v3/reference/events
"""

import base64
import re
import sqlite3
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from zoom_blueprint.testing.simulator import times
from zoom_blueprint.testing.simulator.google import calendars, conferences, copies, event_rows, event_times, invitations
from zoom_blueprint.testing.simulator.google.event_rows import Stored
from zoom_blueprint.testing.simulator.google.replies import GoogleRefusal, invalid, not_found
from zoom_blueprint.testing.simulator.world import Moment

_ID = re.compile(r"[a-v0-9]{5,1024}")
_TEXTS = ("summary", "description", "location", "transparency", "visibility", "colorId", "status", "eventType")
_OTHERS = ("reminders", "extendedProperties", "recurrence", "guestsCanModify")
_RESPONSES = ("needsAction", "accepted", "tentative", "declined")
_READ_ONLY = ("recurringEventId", "originalStartTime")


@dataclass(frozen=True)
class Given:
    """What a call brings along: the fields, whether conference data in them count, and which guests get a mail."""

    fields: dict[str, Any]
    with_conferences: bool = True
    notify: str = "all"


def insert(m: Moment, user: sqlite3.Row, calendar: sqlite3.Row, given: Given) -> Stored:
    """Keep a new event; an id that was ever used is refused."""
    _check_writable(calendar)
    event_id = given.fields.get("id") or uuid4().hex
    if not isinstance(event_id, str) or not _ID.fullmatch(event_id):
        raise invalid("Invalid resource id value.")
    if event_rows.find(m, calendar["id"], event_id) is not None:
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
    if before.organized_in is not None:
        return _patch_copy(m, user, calendar, before, given.fields)
    changed = {**before.body, **_own(given.fields), "sequence": before.body.get("sequence", 0) + 1}
    return _keep(m, user, calendar, changed, given, before)


def delete(m: Moment, calendar: sqlite3.Row, event_id: str, notify: str = "all") -> None:
    """Delete an event, or one instance of a series: it is cancelled from then on, and 410 the second time.

    Who is only invited declines by it, and the others keep the event.
    """
    _check_writable(calendar)
    before = find(m, calendar, event_id)
    if before.is_gone:
        raise GoogleRefusal(410, "deleted", "Resource has been deleted")
    if before.organized_in is not None:
        before = respond(m, calendar, event_id, calendars.owner(m, calendar)["email"], "declined")
    gone = {**before.body, "status": "cancelled"}
    if before.organized_in is not None:
        event_rows.write(m, calendar["id"], gone, before.meet_ready_at, before.organized_in)
    else:
        invitations.send(m, before, _write(m, calendar, gone, before), view(m, before), notify)


def move(m: Moment, calendar: sqlite3.Row, event_id: str, destination: sqlite3.Row) -> Stored:
    """Put an event into another calendar, which is its organizer then; it is cancelled where it was.

    Id and iCalUID stay. Source: https://developers.google.com/workspace/calendar/api/v3/reference/events/move
    """
    _check_writable(calendar)
    _check_writable(destination)
    before = find(m, calendar, event_id)
    if before.is_gone:
        raise not_found()
    if before.organized_in is not None or before.body["eventType"] != "default":
        raise GoogleRefusal(403, "cannotChangeOrganizer", "The organizer of the event cannot be changed.")
    if destination["id"] == calendar["id"]:
        raise invalid("The event is in this calendar already.")
    event_rows.write(m, calendar["id"], {**before.body, "status": "cancelled"}, before.meet_ready_at)
    organizer = {"email": destination["id"], "displayName": destination["summary"], "self": True}
    moved = {**before.body, "organizer": organizer, "sequence": before.body.get("sequence", 0) + 1}
    return _write(m, destination, moved, before)


def find(m: Moment, calendar: sqlite3.Row, event_id: str) -> Stored:
    """Return an event, a deleted one too, or an instance of a series; GoogleRefusal when there never was one."""
    kept = event_rows.find(m, calendar["id"], event_id)
    if kept is not None:
        return kept
    main = event_rows.find(m, calendar["id"], event_id.partition("_")[0])
    found = {one.id: one for one in unfolded(m, calendar, main)} if main is not None else {}
    if event_id not in found:
        raise not_found()
    return found[event_id]


def unfolded(m: Moment, calendar: sqlite3.Row, event: Stored) -> list[Stored]:
    """Return the instances of a series, those that were changed left out; a single event is its own."""
    if event_times.rule(event.body) is None:
        return [event]
    shared = {name: value for name, value in event.body.items() if name != "recurrence"}
    found = []
    for stamp, at in event_times.series(event.body, calendar["timezone"]):
        instance_id = f"{event.id}_{stamp}"
        if event_rows.find(m, calendar["id"], instance_id) is None:
            extra = {"id": instance_id, "recurringEventId": event.id, "originalStartTime": at.body["start"]}
            found.append(replace(event, id=instance_id, body={**shared, **at.body, **extra}))
    return found


def view(m: Moment, event: Stored) -> dict[str, Any]:
    """Return what get and list show; of a deleted event, as Google promises, little more than its id."""
    head = {"kind": "calendar#event", "etag": event.etag, "id": event.id}
    if event.is_gone:
        return {**head, "status": "cancelled", **{name: event.body[name] for name in _READ_ONLY if name in event.body}}
    shown = {name: value for name, value in event.body.items() if name != "conferenceData"}
    eid = base64.urlsafe_b64encode(f"{event.id} {event.calendar_id}".encode()).decode()
    link = f"{m.origin}/calendar/event?eid={eid}"
    return {**head, "htmlLink": link, **shown, **conferences.view(m, event.body, event.meet_ready_at)}


def respond(m: Moment, calendar: sqlite3.Row, event_id: str, email: str, response: str) -> Stored:
    """Let an attendee answer an invitation, or the calendar's owner say whether they come themselves."""
    if response not in _RESPONSES:
        raise ValueError(f"'response' is one of {_RESPONSES}.")
    before = find(m, calendar, event_id)
    if before.organized_in is not None:
        respond(m, calendars.by_id(m, before.organized_in), event_id, email, response)
        return find(m, calendar, event_id)
    people = before.body.get("attendees", [])
    if email not in [one["email"] for one in people]:
        if email != calendars.owner(m, calendar)["email"]:
            raise LookupError(f"{email} is not invited.")
        people = [*people, {"email": email, "self": True, "organizer": True}]
    answered = [{**one, "responseStatus": response} if one["email"] == email else one for one in people]
    return _write(m, calendar, {**before.body, "attendees": answered}, before)


def _patch_copy(m: Moment, user: sqlite3.Row, calendar: sqlite3.Row, before: Stored, fields: dict[str, Any]) -> Stored:
    copies.change_own(m, calendar, before, fields)
    people = [one for one in fields.get("attendees", ()) if isinstance(one, dict) and one.get("email") == user["email"]]
    for own in people:
        respond(m, calendar, before.id, user["email"], str(own.get("responseStatus")))
    return find(m, calendar, before.id)


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
    after = event_rows.write(m, calendar["id"], {**body, **at.body, "updated": times.utc(m.now)}, ready_at)
    copies.follow(m, calendar, before, after)
    invitations.send(m, before, after, view(m, after), given.notify)
    return after


def _write(m: Moment, calendar: sqlite3.Row, body: dict[str, Any], before: Stored) -> Stored:
    after = event_rows.write(m, calendar["id"], body, before.meet_ready_at)
    copies.follow(m, calendar, before, after)
    return after


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
        is_self = one["email"] == user["email"]
        kept.append({**person, "self": True, "organizer": True} if is_self else person)
    return kept


def _check_writable(calendar: sqlite3.Row) -> None:
    if calendar["access_role"] not in ("owner", "writer"):
        raise GoogleRefusal(
            403, "requiredAccessLevel", "You need to have writer access to this calendar.", domain="calendar"
        )
