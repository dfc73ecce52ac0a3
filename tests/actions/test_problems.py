"""What goes wrong with an action: a code for programs, what happened, what to do, and whether a repeat helps."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.actions.programs import EVENT, Program, ahead
from tests.fixtures.site import Site
from tests.services.looking import turn
from zoom_blueprint import errors
from zoom_blueprint.actions import problems
from zoom_blueprint.actions.codes import Code
from zoom_blueprint.store import models

A_MEETING: dict[str, Any] = {"topic": "Kick-off", "start": ahead(days=3)}
ASKS_ZOOM: dict[str, dict[str, Any]] = {
    "create_meeting": A_MEETING,
    "get_meeting": {"meeting_id": 1},
    "update_meeting": {"meeting_id": 1, "topic": "x"},
    "list_meetings": {},
    "delete_meeting": {"meeting_id": 1},
    "get_user": {},
}


def problem(program: Program, action: str, sent: dict[str, Any], status: int, code: Code) -> dict[str, Any]:
    """Ask for an action and return why it was refused."""
    answer = program.ask(action, sent)
    found: dict[str, Any] = answer.json()
    assert (answer.status_code, found["code"]) == (status, code), answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert found["message"]
    assert found["remedy"]
    assert found["detail"] == f"{found['message']} {found['remedy']}"
    return found


@pytest.mark.parametrize("action", ASKS_ZOOM)
def test_a_lost_connection_is_told_by_the_words_of_its_health(program: Program, site: Site, action: str) -> None:
    turn(site.state, models.Connection, status="unhealthy", reason="lost")
    turn(site.state, models.Grant, lost_at=datetime.now(UTC))
    told = problem(program, action, ASKS_ZOOM[action], 409, Code.CONNECTION_LOST)
    health = program.did("get_health")
    assert health["healthy"] is False
    assert told["message"] in {one["sentence"] for one in health["problems"]}
    assert told["reconnect_url"] == health["reconnect_url"] == f"{site.state.links.base}/connection"


@pytest.mark.parametrize("action", [*ASKS_ZOOM, "get_health"])
def test_who_never_connected_is_told_to(site: Site, action: str) -> None:
    sent = ASKS_ZOOM.get(action, {})
    told = problem(Program(site, "grace"), action, sent, 409, Code.CONNECTION_LOST)
    assert "Connect Zoom" in told["message"]


def test_a_missing_permission_is_named(program: Program, site: Site) -> None:
    body = {"code": 4711, "message": "Invalid access token, does not contain scopes:[meeting:write:meeting]."}
    site.simulator.fault(route="create_meeting", status=400, body=body)
    told = problem(program, "create_meeting", A_MEETING, 403, Code.PERMISSION_DENIED)
    assert "meeting:write:meeting" in told["scopes"]
    assert told["reconnect_url"]


def test_a_short_limit_is_waited_out_and_a_long_one_says_until_when(program: Program, site: Site) -> None:
    site.simulator.fault(route="create_meeting", status=429, headers={"Retry-After": "1"})
    assert program.did("create_meeting", A_MEETING)["topic"] == "Kick-off"
    site.simulator.fault(route="create_meeting", status=429, headers={"Retry-After": "3600"})
    before = datetime.now(UTC)
    told = problem(program, "create_meeting", A_MEETING, 429, Code.RATE_LIMITED)
    assert told["retry"] is True
    assert datetime.fromisoformat(told["retry_at"]) > before + timedelta(minutes=59)


@pytest.mark.parametrize("start", ["2020-01-01T09:00:00Z", "2041-01-01T09:00:00", "2041-01-01T09:00:30Z", "tomorrow"])
def test_a_time_that_cannot_be_is_an_invalid_time(program: Program, start: str) -> None:
    told = problem(program, "create_meeting", {"topic": "x", "start": start}, 422, Code.INVALID_TIME)
    assert set(told["errors"]) == {"start"}


@pytest.mark.parametrize("start", ["15.1.2041", "2041-01-15 09:00", "tomorrow"])
def test_a_time_in_other_writing_is_told_how_it_is_written(program: Program, start: str) -> None:
    told = problem(program, "create_meeting", {"topic": "x", "start": start}, 422, Code.INVALID_TIME)
    assert told["message"] == "start: Write this time like 2030-01-15T09:00:00Z, or with an offset like +02:00."
    days = {"event": EVENT, "first_day": start, "last_day": "2041-01-16"}
    told = problem(program, "list_slots", days, 422, Code.INVALID_INPUT)
    assert told["errors"] == {"first_day": "Write this day like 2030-01-15."}


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "topic"),
        ({"topic": ""}, "topic"),
        ({"topic": "x" * 201}, "topic"),
        ({"duration_minutes": 0}, "duration_minutes"),
        ({"duration_minutes": "30"}, "duration_minutes"),
        ({"topik": "x"}, "topik"),
        ({"settings": [1]}, "settings"),
    ],
)
def test_a_bad_field_is_named(program: Program, sent: dict[str, Any], field: str) -> None:
    whole = {**A_MEETING, **sent} if sent else {"start": A_MEETING["start"]}
    told = problem(program, "create_meeting", whole, 422, Code.INVALID_INPUT)
    assert field in told["errors"]


def test_each_bad_field_is_named_at_once_in_words_for_whoever_does_not_know_our_types(program: Program) -> None:
    sent: dict[str, Any] = {"event": "", "name": "x" * 201, "email": 5, "guests": "bob@example.com", "answers": []}
    told = problem(program, "create_booking", {**sent, "locale": "x!", "city": "Paris"}, 422, Code.INVALID_INPUT)
    assert told["errors"] == {
        "event": "This may not be empty.",
        "start": "This is required.",
        "name": "Use at most 200 characters.",
        "email": "This has to be a text.",
        "guests": "This has to be a list.",
        "answers": "This has to be an object.",
        "locale": "This has to be a language, such as de or pt-BR.",
        "city": "There is no such field. Known are: event, start, name, email, time_zone, locale, answers, guests.",
    }
    assert all(f"{name}: {text}" in told["message"] for name, text in told["errors"].items())
    listed = {"type": "all", "page_size": 0, "connection": "é"}
    assert problem(program, "list_meetings", listed, 422, Code.INVALID_INPUT)["errors"] == {
        "type": "Choose one of: live, previous_meetings, scheduled, upcoming.",
        "page_size": "This has to be at least 1.",
        "connection": "This has to be the id of one of several Zoom accounts; without it the first that works.",
    }
    many = {"event": EVENT, "start": A_MEETING["start"], "name": "Bob", "email": "b@example.com", "guests": ["x", 1]}
    told = problem(program, "create_booking", {**many, "start": 1900000000}, 422, Code.INVALID_INPUT)
    assert told["errors"]["guests[1]"] == "This has to be a text."
    assert told["errors"]["start"].startswith("Write this time like 2030-01-15T09:00:00Z")
    told = problem(program, "create_booking", {**many, "guests": ["x"] * 11}, 422, Code.INVALID_INPUT)
    assert told["errors"] == {"guests": "Give at most 10."}


@pytest.mark.parametrize(
    ("sent", "errors"),
    [
        ({"last_day": "2041-01-01"}, {"last_day": "This is before the first day."}),
        ({"last_day": "2042-01-01"}, {"last_day": "Ask for at most 62 days at a time."}),
        ({"time_zone": "Mars"}, {"time_zone"}),
        ({"first_day": "1041-01-01"}, {"first_day", "last_day"}),
    ],
)
def test_days_that_cannot_be_are_named_by_the_fields_of_the_action(
    program: Program, sent: dict[str, str], errors: Any
) -> None:
    days = {"event": EVENT, "first_day": "2041-01-15", "last_day": "2041-01-16"}
    told = problem(program, "list_slots", {**days, **sent}, 422, Code.INVALID_INPUT)["errors"]
    assert (told if isinstance(errors, dict) else set(told)) == errors


def test_an_event_type_that_there_is_not_is_told_with_those_that_there_are(program: Program) -> None:
    days = {"event": "none", "first_day": "2041-01-15", "last_day": "2041-01-16"}
    person = {"event": "none", "start": A_MEETING["start"], "name": "Bob Byrne", "email": "bob@example.com"}
    for action, sent in (("list_slots", days), ("create_booking", person)):
        told = problem(program, action, sent, 404, Code.NOT_FOUND)
        assert told["message"] == "The host has no event type 'none'."
        assert EVENT in told["remedy"]
        assert "page" not in told["message"] + told["remedy"]


def test_what_is_not_there_is_not_found(program: Program, site: Site) -> None:
    problem(program, "get_meeting", {"meeting_id": 1}, 404, Code.MEETING_NOT_FOUND)
    problem(program, "get_meeting", {"meeting_id": 1, "connection": "nobodys"}, 404, Code.NOT_FOUND)
    problem(
        program,
        "list_slots",
        {"event": "none", "first_day": "2041-01-01", "last_day": "2041-01-02"},
        404,
        Code.NOT_FOUND,
    )
    site.connect("grace")
    theirs = site.booked("grace/intro-call")
    for action, sent in (("cancel_booking", {}), ("reschedule_booking", {"start": ahead(days=4)})):
        problem(program, action, {"booking_id": theirs["id"], **sent}, 404, Code.NOT_FOUND)


def test_a_taken_slot_and_an_ended_booking_are_told_apart(program: Program) -> None:
    start = program.slots()[0]
    person = {"event": EVENT, "start": start, "name": "Bob Byrne", "email": "bob@example.com"}
    made = program.did("create_booking", person)
    problem(program, "create_booking", {**person, "email": "carol@example.com"}, 409, Code.SLOT_TAKEN)
    program.did("cancel_booking", {"booking_id": made["id"]})
    again = {"booking_id": made["id"], "start": program.slots()[1]}
    problem(program, "reschedule_booking", again, 410, Code.BOOKING_ENDED)


def test_silence_of_zoom_is_unavailable_and_can_be_repeated(program: Program, site: Site) -> None:
    site.simulator.fault(route="list_meetings", status=503, times=9)
    assert problem(program, "list_meetings", {}, 502, Code.ZOOM_UNAVAILABLE)["retry"] is True


def test_every_error_that_an_action_can_raise_has_a_code_of_its_own() -> None:
    """Whatever is not known is our own fault, and nobody's input shall look like that."""
    families = {one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Exception)}
    leaves = {one for one in families if not any(one in other.__bases__ for other in families)}
    untold = {one.__name__ for one in leaves if not any(issubclass(one, known) for known, _ in problems.TOLD)}
    assert {name for name in untold if not name.startswith("Google")} == {
        "BadSignature",  # of webhooks
        "ConfigurationError",  # at the start
        "ConnectError",  # of consents
        "SiteRefused",  # of pages with a button
    }
