"""Google's side of the simulator, asked as an app asks that knows Google's documents and nothing of ours."""

import re
from typing import Any

import pytest
import requests

from tests.testing.app import REDIRECT
from tests.testing.google_app import call, connect, reason
from tests.testing.receiver import Receiver
from zoom_blueprint.testing import Simulator, SimulatorError

NINE, TEN = {"dateTime": "2030-01-15T09:00:00Z"}, {"dateTime": "2030-01-15T10:00:00Z"}


def test_the_client_is_changed_by_field_and_nothing_else(google: Simulator) -> None:
    assert "client_secret" not in google.google.set_client(client_secret="another")
    wrongs: list[dict[str, object]] = [{"redirect_uris": "text"}, {"client_id": 7}, {"scopes": []}]
    for wrong in wrongs:
        with pytest.raises(SimulatorError):
            google.google.set_client(**wrong)


def test_a_call_needs_a_token(google: Simulator) -> None:
    url = f"{google.google.api_url}/users/me/calendarList"
    assert reason(requests.get(url, timeout=10)) == (401, "required")
    assert reason(call(google, "made-up", "GET", "/users/me/calendarList")) == (401, "authError")


EVENT: dict[str, Any] = {"start": NINE, "end": TEN}
ODD_EVENTS: list[tuple[object, str]] = [
    ([], "parseError"),
    ({}, "required"),
    ({"start": NINE}, "required"),
    ({"start": TEN, "end": NINE}, "timeRangeEmpty"),
    ({"start": {"date": "2030-01-15"}, "end": {"date": "2030-01-15"}}, "timeRangeEmpty"),
    ({"start": {"date": "2030-01-15"}, "end": TEN}, "invalid"),
    ({"start": {"dateTime": "2030-01-15T09:00:00"}, "end": TEN}, "required"),
    ({"start": {"dateTime": "soon"}, "end": TEN}, "invalid"),
    ({**EVENT, "id": "UPPER"}, "invalid"),
    ({**EVENT, "summary": 7}, "invalid"),
    ({**EVENT, "attendees": [{"email": "nobody"}]}, "invalid"),
    ({**EVENT, "conferenceData": {"createRequest": {"requestId": "r"}}}, "invalid"),
    ({**EVENT, "conferenceData": {"entryPoints": []}}, "invalid"),
]


@pytest.mark.parametrize(("event", "told"), ODD_EVENTS)
def test_an_event_that_is_none_is_refused(google: Simulator, event: object, told: str) -> None:
    access = connect(google)["access_token"]
    path = "/calendars/primary/events?conferenceDataVersion=1"
    assert reason(call(google, access, "POST", path, json=event)) == (400, told)
    assert google.google.events("grace") == []


def test_conference_data_count_only_for_who_says_so(google: Simulator) -> None:
    access = connect(google)["access_token"]
    event = {**EVENT, "conferenceData": {"createRequest": {"requestId": "r"}}}
    made = call(google, access, "POST", "/calendars/primary/events", json=event).json()
    assert "conferenceData" not in made


def test_an_etag_guards_a_change_only_for_who_sends_it(google: Simulator) -> None:
    access = connect(google)["access_token"]
    made = call(google, access, "POST", "/calendars/primary/events", json={**EVENT, "id": "abcde"})
    assert made.headers["ETag"] == made.json()["etag"]
    path = "/calendars/primary/events/abcde"
    stale = call(google, access, "PATCH", path, json={"summary": "a"}, headers={"If-Match": '"0"'})
    assert reason(stale) == (412, "conditionNotMet")
    assert call(google, access, "PATCH", path, json={"summary": "a"}, headers={"If-Match": "*"}).status_code == 200
    assert call(google, access, "PATCH", path, json={"summary": "b"}).json()["summary"] == "b"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"maxResults": "0"}, "invalid"),
        ({"maxResults": "many"}, "invalid"),
        ({"pageToken": "made-up"}, "invalid"),
        ({"syncToken": "x", "timeMin": "2030-01-15T09:00:00Z"}, "invalid"),
    ],
)
def test_a_list_that_is_asked_for_wrongly_is_refused(google: Simulator, query: dict[str, str], told: str) -> None:
    access = connect(google)["access_token"]
    google.google.put_event("grace", **EVENT)
    assert reason(call(google, access, "GET", "/calendars/primary/events", params=query)) == (400, told)


def test_a_list_shows_deleted_events_and_a_time_range_on_request(google: Simulator) -> None:
    access = connect(google)["access_token"]
    gone = google.google.put_event("grace", **EVENT)["id"]
    google.google.delete_event("grace", gone)
    google.google.put_event("grace", start={"date": "2031-01-01"}, end={"date": "2031-01-02"})

    def listed(**query: str) -> list[str]:
        found = call(google, access, "GET", "/calendars/primary/events", params=query).json()["items"]
        return [one["status"] for one in found]

    assert listed() == ["confirmed"]
    assert listed(showDeleted="true") == ["cancelled", "confirmed"]
    assert listed(timeMax="2030-06-01T00:00:00Z") == []
    assert reason(call(google, access, "GET", "/calendars/primary/events", params={"timeMin": "soon"})) == (
        400,
        "badRequest",
    )


def test_a_series_has_a_rule_that_is_played_here(google: Simulator) -> None:
    with pytest.raises(SimulatorError, match="FREQ=DAILY"):
        google.google.put_event("grace", **EVENT, recurrence=["RRULE:FREQ=YEARLY"])
    assert google.google.events("grace") == []


def test_free_busy_joins_what_touches_and_cuts_what_sticks_out(google: Simulator) -> None:
    access = connect(google)["access_token"]
    for start, end in (("09:00", "10:00"), ("10:00", "11:00"), ("09:30", "09:45"), ("13:00", "15:00")):
        times: dict[str, Any] = {
            "start": {"dateTime": f"2030-01-15T{start}:00Z"},
            "end": {"dateTime": f"2030-01-15T{end}:00Z"},
        }
        google.google.put_event("grace", **times)
    asked = {"timeMin": "2030-01-15T09:15:00Z", "timeMax": "2030-01-15T14:00:00Z", "items": [{"id": "primary"}]}
    found = call(google, access, "POST", "/freeBusy", json=asked).json()["calendars"]["primary"]["busy"]
    assert [(one["start"][11:16], one["end"][11:16]) for one in found] == [("09:15", "11:00"), ("13:00", "14:00")]
    many = {**asked, "items": [{"id": str(number)} for number in range(51)]}
    found = call(google, access, "POST", "/freeBusy", json=many).json()["calendars"]
    assert {one["errors"][0]["reason"] for one in found.values()} == {"tooManyCalendarsRequested"}
    for odd in ({}, {**asked, "items": "primary"}, {**asked, "timeMin": "soon"}):
        assert call(google, access, "POST", "/freeBusy", json=odd).status_code == 400


def test_who_is_invited_can_answer(google: Simulator) -> None:
    event = google.google.put_event("grace", **EVENT, attendees=[{"email": "bob@example.test"}])
    answered = google.google.respond("grace", event["id"], "bob@example.test", "declined")
    assert answered["attendees"] == [{"email": "bob@example.test", "responseStatus": "declined"}]
    people = [*answered["attendees"], {"email": "eve@example.test"}]
    changed = google.google.put_event("grace", id=event["id"], attendees=people)
    assert [one["responseStatus"] for one in changed["attendees"]] == ["declined", "needsAction"]
    with pytest.raises(SimulatorError, match="not invited"):
        google.google.respond("grace", event["id"], "nobody@example.test", "accepted")


def test_calendars_are_made_changed_and_taken_away(google: Simulator) -> None:
    team = google.google.put_calendar("ada", summary="Team")
    google.google.put_calendar("ada", id=team, access_role="reader")
    assert [one["accessRole"] for one in google.google.calendars("ada")] == ["owner", "reader"]
    google.google.remove_calendar("ada", team)
    assert [one["id"] for one in google.google.calendars("ada")] == ["ada@example.com"]
    for wrong in ({"id": team}, {"timezone": "Mars"}, {"access_role": "king"}):
        with pytest.raises(SimulatorError):
            google.google.put_calendar("ada", **wrong)


def test_a_push_that_fails_is_sent_again(google: Simulator, receiver: Receiver) -> None:
    access = connect(google)["access_token"]
    receiver.statuses = [503, 404]
    channel = {"id": "c-1", "type": "web_hook", "address": receiver.url, "token": "hush"}
    call(google, access, "POST", "/calendars/primary/events/watch", json=channel)
    google.google.settle()
    google.advance(10)
    google.google.settle()
    (push,) = google.google.pushes()
    assert ([one["status"] for one in push["attempts"]], push["state"]) == ([503, 404], "failed")
    assert len(receiver.posts) == 2
    sent = receiver.posts[0].headers
    assert sent["X-Goog-Channel-Token"] == "hush"
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} .* GMT", sent["X-Goog-Channel-Expiration"])
    assert [one["stopped_at"] for one in google.google.channels()] == [None]


@pytest.mark.parametrize(
    "change", [{"id": ""}, {"id": "x" * 65}, {"token": "x" * 257}, {"type": "mail"}, {"address": None}]
)
def test_a_channel_that_is_none_is_refused(google: Simulator, receiver: Receiver, change: dict[str, object]) -> None:
    access = connect(google)["access_token"]
    channel = {"id": "c-1", "type": "web_hook", "address": receiver.url, **change}
    assert call(google, access, "POST", "/calendars/primary/events/watch", json=channel).status_code == 400
    assert google.google.channels() == []


def test_what_google_keeps_survives_a_kill_and_not_a_reset() -> None:
    with Simulator() as zoom:
        zoom.google.set_client(redirect_uris=[REDIRECT])
        access = connect(zoom)["access_token"]
        zoom.google.put_event("grace", **EVENT)
        zoom.kill()
        zoom.restart()
        assert len(call(zoom, access, "GET", "/calendars/primary/events").json()["items"]) == 1
        zoom.reset()
        assert zoom.google.events("grace") == []
        assert zoom.google.grants() == []
        assert call(zoom, access, "GET", "/calendars/primary/events").status_code == 401


def test_googles_answers_look_like_googles_and_calls_keep_no_secret(google: Simulator) -> None:
    tokens = connect(google)
    answer = call(google, tokens["access_token"], "GET", "/users/me/calendarList")
    assert "x-zm-trackingid" not in answer.headers
    known = repr(google.calls())
    for secret in (tokens["access_token"], tokens["refresh_token"], tokens["id_token"], google.google.client_secret):
        assert secret not in known
    assert [one["route"] for one in google.calls()] == [
        *("google_authorize", "google_decide", "google_token", "list_calendars"),
    ]
