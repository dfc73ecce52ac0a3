"""Answer the client's calls of the Calendar API.

Source: https://developers.google.com/workspace/calendar/api/v3/reference
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, Response, request

from zoom_blueprint.testing.simulator import users
from zoom_blueprint.testing.simulator.google import (
    calendars,
    channels,
    events,
    free_busy,
    grants,
    invitations,
    listing,
    scopes,
)
from zoom_blueprint.testing.simulator.google.event_rows import Stored
from zoom_blueprint.testing.simulator.google.replies import GoogleRefusal, invalid, refuse
from zoom_blueprint.testing.simulator.replies import answer, no_content
from zoom_blueprint.testing.simulator.world import Moment, current_world

google_rest = Blueprint("google_rest", __name__, url_prefix="/google/calendar/v3")
google_rest.register_error_handler(GoogleRefusal, refuse)


@google_rest.get("/users/me/calendarList")
def list_calendars() -> Response:
    """Return one page of the calendars."""
    with _caller("list_calendars") as (m, user):
        return answer(listing.list_of_calendars(m, user, request.args))


@google_rest.post("/freeBusy")
def query_free_busy() -> Response:
    """Return when calendars are busy."""
    with _caller("query_free_busy") as (m, user):
        return answer(free_busy.query(m, user, _given()))


@google_rest.get("/calendars/<calendar_id>/events")
def list_events(calendar_id: str) -> Response:
    """Return one page of a calendar's events."""
    with _caller("list_events") as (m, user):
        return answer(listing.list_of_events(m, calendars.find(m, user, calendar_id), request.args))


@google_rest.post("/calendars/<calendar_id>/events")
def insert_event(calendar_id: str) -> Response:
    """Insert an event."""
    with _caller("insert_event") as (m, user):
        calendar = calendars.find(m, user, calendar_id)
        return _shown(m, events.insert(m, user, calendar, _event()))


@google_rest.get("/calendars/<calendar_id>/events/<event_id>")
def get_event(calendar_id: str, event_id: str) -> Response:
    """Return an event, a deleted one too."""
    with _caller("get_event") as (m, user):
        return _shown(m, events.find(m, calendars.find(m, user, calendar_id), event_id))


@google_rest.patch("/calendars/<calendar_id>/events/<event_id>")
def patch_event(calendar_id: str, event_id: str) -> Response:
    """Change an event, if it is still what ``If-Match`` says."""
    with _caller("patch_event") as (m, user):
        calendar, if_match = calendars.find(m, user, calendar_id), request.headers.get("If-Match")
        return _shown(m, events.patch(m, user, calendar, event_id, _event(), if_match=if_match))


@google_rest.delete("/calendars/<calendar_id>/events/<event_id>")
def delete_event(calendar_id: str, event_id: str) -> Response:
    """Delete an event."""
    with _caller("delete_event") as (m, user):
        events.delete(m, calendars.find(m, user, calendar_id), event_id, _notify())
        return no_content()


@google_rest.post("/calendars/<calendar_id>/events/watch")
def watch_events(calendar_id: str) -> Response:
    """Open a push channel."""
    with _caller("watch_events") as (m, user):
        return answer(channels.watch(m, user, calendars.find(m, user, calendar_id), _given()))


@google_rest.post("/channels/stop")
def stop_channel() -> Response:
    """End a push channel."""
    with _caller("stop_channel") as (m, user):
        channels.stop(m, user, _given())
        return no_content()


@contextmanager
def _caller(route: str) -> Iterator[tuple[Moment, sqlite3.Row]]:
    """Let in a call with a good token that allows the route."""
    with current_world().moment() as m:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise GoogleRefusal(401, "required", "Login Required")
        grant = grants.bearer(m, token.strip())
        scopes.check(route, grants.scopes_of(grant))
        _notify()
        yield m, users.found(m.db, grant["user_id"])


def _given() -> dict[str, Any]:
    try:
        body = json.loads(request.get_data())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise invalid("Parse Error", "parseError")
    return body


def _event() -> events.Given:
    return events.Given(_given(), request.args.get("conferenceDataVersion") == "1", _notify())


def _notify() -> str:
    return invitations.chosen(request.args.get("sendUpdates", "none"))


def _shown(m: Moment, event: Stored) -> Response:
    return answer(events.view(m, event), headers={"ETag": event.etag})
