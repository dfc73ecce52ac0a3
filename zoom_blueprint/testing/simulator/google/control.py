"""Let tests look into Google's side and steer it: the JSON API below ``/__sim__/google``."""

import sqlite3
from dataclasses import asdict

from flask import Blueprint, Response, request

from zoom_blueprint.testing.simulator import users
from zoom_blueprint.testing.simulator.control import bad_input, given, missing, text
from zoom_blueprint.testing.simulator.google import (
    calendars,
    channels,
    client_app,
    event_rows,
    events,
    grants,
    invitations,
    listing,
)
from zoom_blueprint.testing.simulator.google.replies import GoogleRefusal, refuse
from zoom_blueprint.testing.simulator.replies import answer
from zoom_blueprint.testing.simulator.world import Moment, current_world

control_google = Blueprint("control_google", __name__, url_prefix="/__sim__/google")
control_google.register_error_handler(ValueError, bad_input)
control_google.register_error_handler(LookupError, missing)
control_google.register_error_handler(GoogleRefusal, refuse)


@control_google.put("/client")
def put_client() -> Response:
    """Change the client that is registered here."""
    with current_world().moment() as m:
        shown = asdict(client_app.put(m.db, given()))
        del shown["client_secret"]
        return answer(shown)


@control_google.get("/grants")
def list_grants() -> Response:
    """Return all grants, without tokens."""
    with current_world().moment() as m:
        return answer({"grants": grants.everything(m)})


@control_google.post("/<short>/remove-app")
def remove_app(short: str) -> Response:
    """Take the access away, as people do on the page of their Google account."""
    with current_world().moment() as m:
        grant = grants.live(m.db, users.found(m.db, short)["id"])
        if grant is None:
            raise LookupError("This user has not connected the client.")
        grants.end(m, grant["id"], "removed by the user")
        return answer({})


@control_google.route("/<short>/calendars", methods=["GET", "POST"])
def put_calendar(short: str) -> Response:
    """Return a user's calendars, after making or changing one."""
    with current_world().moment() as m:
        user = users.found(m.db, short)
        changed = calendars.put(m, user, given()) if request.method == "POST" else None
        return answer(
            {
                "calendars": [calendars.view(one) for one in calendars.of_user(m, user)],
                "id": None if changed is None else changed["id"],
            }
        )


@control_google.post("/<short>/calendars/<calendar_id>/remove")
def remove_calendar(short: str, calendar_id: str) -> Response:
    """Take a calendar off a user's list."""
    with current_world().moment() as m:
        calendars.remove(m, users.found(m.db, short), calendar_id)
        return answer({})


@control_google.get("/<short>/events")
def list_events(short: str) -> Response:
    """Return the events of a user's calendar, deleted ones too."""
    with current_world().moment() as m:
        _, calendar = _calendar(m, short)
        return answer({"events": [events.view(m, one) for one in event_rows.of_calendar(m, calendar["id"])]})


@control_google.post("/<short>/events")
def put_event(short: str) -> Response:
    """Insert an event as its owner does in Google, or change the one with the ``id``."""
    asked = given()
    with current_world().moment() as m:
        user, calendar = _calendar(m, short)
        event_id = asked.get("id")
        if event_id is None:
            made = events.insert(m, user, calendar, events.Given(asked))
        else:
            made = events.patch(m, user, calendar, event_id, events.Given(asked))
        return answer(events.view(m, made))


@control_google.post("/<short>/events/<event_id>/delete")
def remove_event(short: str, event_id: str) -> Response:
    """Delete an event as its owner does in Google."""
    with current_world().moment() as m:
        events.delete(m, _calendar(m, short)[1], event_id)
        return answer({})


@control_google.post("/<short>/events/<event_id>/to")
def move_event(short: str, event_id: str) -> Response:
    """Put an event into another calendar as its owner does in Google."""
    asked = given()
    with current_world().moment() as m:
        user, calendar = _calendar(m, short)
        destination = calendars.find(m, user, text(asked, "calendar"))
        return answer(events.view(m, events.move(m, calendar, event_id, destination)))


@control_google.post("/<short>/events/<event_id>/respond")
def respond(short: str, event_id: str) -> Response:
    """Let somebody who is invited answer."""
    asked = given()
    with current_world().moment() as m:
        _, calendar = _calendar(m, short)
        return answer(
            events.view(m, events.respond(m, calendar, event_id, text(asked, "email"), text(asked, "response")))
        )


@control_google.get("/invitations")
def list_invitations() -> Response:
    """Return what was mailed to guests."""
    with current_world().moment() as m:
        return answer({"invitations": invitations.everything(m)})


@control_google.get("/channels")
def list_channels() -> Response:
    """Return all channels and notifications."""
    with current_world().moment(quiet=True) as m:
        return answer(channels.everything(m))


@control_google.post("/forget-changes")
def forget_changes() -> Response:
    """Let every sync token be too old."""
    with current_world().moment() as m:
        listing.forget_changes(m)
        return answer({})


def _calendar(m: Moment, short: str) -> tuple[sqlite3.Row, sqlite3.Row]:
    user = users.found(m.db, short)
    return user, calendars.find(m, user, request.args.get("calendar", "primary"))
