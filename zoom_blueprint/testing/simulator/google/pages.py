"""Show people their Google calendars, and let them act there as they would at Google."""

import base64
import binascii
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zoom_blueprint.testing.simulator import times, users
from zoom_blueprint.testing.simulator.google import (
    agendas,
    calendars,
    client_app,
    event_times,
    events,
    grants,
    scopes,
)
from zoom_blueprint.testing.simulator.google.replies import GoogleRefusal, invalid
from zoom_blueprint.testing.simulator.people import Trouble
from zoom_blueprint.testing.simulator.world import Moment, current_world

google_pages = Blueprint("google_pages", __name__)
_ANSWERS = {"accept": "accepted", "maybe": "tentative", "decline": "declined"}
_REPEATS = ("DAILY", "WEEKLY")
_LONGEST = 7 * 24 * 60  # minutes


@google_pages.get("/users/<short>/google")
def account(short: str) -> str:
    """Show one of a user's calendars, and which client has access."""
    with _place(short) as (m, user, calendar):
        grant = grants.live(m.db, user["id"])
        return render_template(
            "google_account.html",
            user=user,
            name=users.full_name(user),
            calendar=calendar,
            calendars=calendars.of_user(m, user),
            days=agendas.days(m, calendar),
            client_id=client_app.get(m.db).client_id,
            allowed=None if grant is None else [scopes.in_words(scope) for scope in grants.scopes_of(grant)],
        )


@google_pages.post("/users/<short>/google/events")
def add(short: str) -> Response:
    """Put an event into a calendar: a single one, one of a whole day, or a series."""
    with _place(short) as (m, user, calendar):
        asked = _times(calendar, days=1 if "all_day" in request.form else 0)
        asked["summary"] = request.form.get("title", "").strip()
        if request.form.get("repeats") in _REPEATS:
            asked["recurrence"] = [f"RRULE:FREQ={request.form['repeats']};COUNT={request.form.get('count', '')}"]
        made = events.insert(m, user, calendar, events.Given(asked))
    return _back(short, calendar, made.id)


@google_pages.post("/users/<short>/google/events/<event_id>/move")
def move(short: str, event_id: str) -> Response:
    """Move an event, and let its guests know."""
    with _place(short) as (m, user, calendar):
        days = _days(events.find(m, calendar, event_id).body)
        events.patch(m, user, calendar, event_id, events.Given(_times(calendar, days=days)))
    return _back(short, calendar, event_id)


@google_pages.post("/users/<short>/google/events/<event_id>/to")
def put_elsewhere(short: str, event_id: str) -> Response:
    """Put an event into another calendar of its owner."""
    with _place(short) as (m, user, calendar):
        destination = calendars.find(m, user, request.form.get("to", ""))
        events.move(m, calendar, event_id, destination)
    return _back(short, destination, event_id)


@google_pages.post("/users/<short>/google/events/<event_id>/<any(delete, accept, maybe, decline):action>")
def act(short: str, event_id: str, action: str) -> Response:
    """Delete an event, or say whether one comes."""
    with _place(short) as (m, user, calendar):
        if action == "delete":
            events.delete(m, calendar, event_id)
        else:
            events.respond(m, calendar, event_id, user["email"], _ANSWERS[action])
    return _back(short, calendar, event_id)


@google_pages.post("/users/<short>/google/remove")
def remove_access(short: str) -> Response:
    """Take the client's access away, as on the page of one's Google account; nobody is told."""
    with _place(short) as (m, user, calendar):
        grant = grants.live(m.db, user["id"])
        if grant is None:
            raise Trouble("No such app", f"{users.full_name(user)} has given no access.", 404)
        grants.end(m, grant["id"], "removed by the user")
    return _back(short, calendar)


@google_pages.get("/calendar/event")
def event() -> Response:
    """Lead from an event's ``htmlLink`` to where it stands."""
    try:
        event_id, calendar_id = base64.urlsafe_b64decode(request.args.get("eid", "")).decode().split(" ")
    except (binascii.Error, ValueError):
        raise Trouble("No such event", "This link leads to no event.", 404) from None
    with current_world().moment() as m, _as_page():
        calendar = calendars.by_id(m, calendar_id)
        return _back(calendars.owner(m, calendar)["short"], calendar, event_id)


@contextmanager
def _place(short: str) -> Iterator[tuple[Moment, sqlite3.Row, sqlite3.Row]]:
    """Give the user of a page, and the calendar that it is about."""
    with current_world().moment() as m, _as_page():
        user = users.find(m.db, short)
        if user is None:
            raise Trouble("No such user", f"There is no user {short!r} here.", 404)
        yield m, user, calendars.find(m, user, request.args.get("calendar", "primary"))


@contextmanager
def _as_page() -> Iterator[None]:
    """Say on a page what Google says in JSON."""
    try:
        yield
    except GoogleRefusal as refusal:
        raise Trouble("Google Calendar says no", str(refusal), refusal.status) from None


def _back(short: str, calendar: sqlite3.Row, event_id: str = "") -> Response:
    query = {} if calendar["is_primary"] else {"calendar": calendar["id"]}
    anchor = f"event-{event_id}" if event_id else None
    return redirect(url_for("google_pages.account", short=short, _anchor=anchor, **query), 303)


def _days(body: dict[str, Any]) -> int:
    """Return how many whole days an event takes; 0 when it has a time."""
    found = [date.fromisoformat(body[name]["date"]) for name in ("start", "end") if "date" in body[name]]
    return (found[1] - found[0]).days if found else 0


def _times(calendar: sqlite3.Row, *, days: int) -> dict[str, Any]:
    """Read the form's start, in the calendar's zone, and its minutes, which whole days go without."""
    start, minutes = request.form.get("start", ""), request.form.get("minutes", "")
    if days:
        try:
            day = date.fromisoformat(start[:10])
        except ValueError:
            raise invalid("Invalid start time.") from None
        return {"start": {"date": day.isoformat()}, "end": {"date": (day + timedelta(days=days)).isoformat()}}
    if not (minutes.isascii() and minutes.isdigit() and 0 < int(minutes[:6]) <= _LONGEST):
        raise invalid(f"Minutes are a number from 1 to {_LONGEST}.")
    zone = calendar["timezone"]
    begins = {"dateTime": start, "timeZone": zone}
    instant = event_times.read({"start": begins, "end": begins}, zone).start
    return {"start": begins, "end": {"dateTime": times.utc(instant + int(minutes) * 60), "timeZone": zone}}
