"""Keep the copies of an event in the calendars of those who are invited and have an account here.

A copy has the id of its event and follows it; its owner's colour, reminders and the like stay. Who deleted a copy gets
it back only when invited anew.
"""

import sqlite3
from typing import Any

from zoom_blueprint.testing.simulator import users
from zoom_blueprint.testing.simulator.google import calendars, event_rows
from zoom_blueprint.testing.simulator.google.event_rows import Stored
from zoom_blueprint.testing.simulator.google.replies import GoogleRefusal
from zoom_blueprint.testing.simulator.world import Moment

_OWN = ("colorId", "reminders", "transparency", "visibility")


def follow(m: Moment, calendar: sqlite3.Row, before: Stored | None, after: Stored) -> None:
    """Let the copies be what their event has become."""
    was = guests(before)
    now = {} if after.is_gone else guests(after)
    for email in {**was, **now}:
        owner = users.find(m.db, email)
        if owner is None or owner["id"] == calendar["user_id"]:
            continue
        place = calendars.of_user(m, owner)[0]
        former = event_rows.find(m, place["id"], after.id)
        is_gone = former is not None and former.is_gone
        if email in now and not (is_gone and now[email].get("responseStatus") == "declined"):
            body = _seen_by(email, after.body, {} if former is None else former.body)
            event_rows.write(m, place["id"], body, after.meet_ready_at, calendar["id"])
        elif email not in now and not is_gone:
            cancelled = {**(former or after).body, "status": "cancelled"}
            event_rows.write(m, place["id"], cancelled, after.meet_ready_at, calendar["id"])


def change_own(m: Moment, calendar: sqlite3.Row, before: Stored, fields: dict[str, Any]) -> None:
    """Change what a copy's owner may; the rest is the organizer's."""
    if set(fields) - {*_OWN, "attendees"}:
        message = "Shared properties can only be changed by the organizer of the event."
        raise GoogleRefusal(403, "forbiddenForNonOrganizer", message, domain="calendar")
    own = {name: fields[name] for name in _OWN if name in fields}
    event_rows.write(m, calendar["id"], {**before.body, **own}, before.meet_ready_at, before.organized_in)


def guests(event: Stored | None) -> dict[str, dict[str, Any]]:
    """Return who is invited, by address in lower case, and not the organizer."""
    people = [] if event is None else event.body.get("attendees", [])
    return {one["email"].lower(): one for one in people if not one.get("organizer")}


def _seen_by(email: str, body: dict[str, Any], former: dict[str, Any]) -> dict[str, Any]:
    shared = {name: value for name, value in body.items() if name not in (*_OWN, "extendedProperties")}
    people = [_without_self(one) for one in body.get("attendees", [])]
    return {
        **shared,
        **{name: former[name] for name in _OWN if name in former},
        **{name: _without_self(body[name]) for name in ("creator", "organizer")},
        "attendees": [{**one, "self": True} if one["email"].lower() == email else one for one in people],
    }


def _without_self(person: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in person.items() if name != "self"}
