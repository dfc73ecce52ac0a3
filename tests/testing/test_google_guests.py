"""An event stands in the calendars of its guests, and what they answer comes back, as the simulator plays it."""

from typing import Any

import pytest

from tests.testing.app import REDIRECT
from tests.testing.google_app import call, connect, reason
from tests.testing.receiver import Receiver
from zoom_blueprint.testing import Simulator

NINE, TEN, ELEVEN = ({"dateTime": f"2030-01-15T{hour}:00:00Z"} for hour in ("09", "10", "11"))
ADA, BOB = {"email": "ada@example.com"}, {"email": "bob@example.test"}
ID = "abcde12345"
EVENT: dict[str, Any] = {"summary": "Intro call", "start": NINE, "end": TEN, "attendees": [ADA, BOB]}
EVENTS, ONE = "/calendars/primary/events", f"/calendars/primary/events/{ID}"


def insert(google: Simulator, access: str, event: dict[str, Any] = EVENT, whom: str = "all") -> None:
    assert (
        call(google, access, "POST", EVENTS, json={**event, "id": ID}, params={"sendUpdates": whom}).status_code == 200
    )


def patch(google: Simulator, access: str, whom: str = "all", **changes: object) -> None:
    assert call(google, access, "PATCH", ONE, json=changes, params={"sendUpdates": whom}).status_code == 200


def told(google: Simulator) -> list[tuple[str, str]]:
    return [(one["kind"], one["email"]) for one in google.google.invitations()]


def test_an_event_stands_in_the_calendar_of_each_guest_with_an_account_and_follows(google: Simulator) -> None:
    access = connect(google)["access_token"]
    insert(google, access, {**EVENT, "colorId": "5", "extendedProperties": {"private": {"booking": "1"}}})
    (copy,) = google.google.events("ada")
    assert (copy["id"], copy["iCalUID"], copy["summary"]) == (ID, f"{ID}@google.com", "Intro call")
    assert copy["organizer"] == {"email": "grace@example.com"}
    assert [one["email"] for one in copy["attendees"] if one.get("self")] == ["ada@example.com"]
    assert {"colorId", "extendedProperties"}.isdisjoint(copy)
    patch(google, access, start=TEN, end=ELEVEN, location="https://example.test/j/1")
    (copy,) = google.google.events("ada")
    assert (copy["start"], copy["location"]) == (TEN, "https://example.test/j/1")
    assert call(google, access, "DELETE", ONE).status_code == 204
    assert [one["status"] for one in google.google.events("ada")] == ["cancelled"]


def test_who_is_not_invited_any_more_loses_the_event_and_gets_it_back_when_invited_anew(google: Simulator) -> None:
    access = connect(google)["access_token"]
    insert(google, access)
    patch(google, access, attendees=[BOB])
    assert [one["status"] for one in google.google.events("ada")] == ["cancelled"]
    patch(google, access, attendees=[BOB, ADA])
    assert [one["status"] for one in google.google.events("ada")] == ["confirmed"]


def test_google_mails_those_whom_the_call_wants_told(google: Simulator) -> None:
    access = connect(google)["access_token"]
    insert(google, access)
    patch(google, access, location="Room 1")
    patch(google, access, colorId="5")
    patch(google, access, attendees=[ADA, {"email": "eve@example.test"}])
    call(google, access, "DELETE", ONE, params={"sendUpdates": "all"})
    assert told(google) == [
        *(("invited", "ada@example.com"), ("invited", "bob@example.test")),
        *(("updated", "ada@example.com"), ("updated", "bob@example.test")),
        *(("cancelled", "bob@example.test"), ("invited", "eve@example.test")),
        *(("cancelled", "ada@example.com"), ("cancelled", "eve@example.test")),
    ]
    (moved, _) = google.google.invitations("updated")
    assert (moved["event"]["location"], moved["event"]["summary"]) == ("Room 1", "Intro call")


@pytest.mark.parametrize(("whom", "emails"), [("none", []), ("externalOnly", ["bob@example.test"])])
def test_google_mails_nobody_else(google: Simulator, whom: str, emails: list[str]) -> None:
    access = connect(google)["access_token"]
    insert(google, access, whom=whom)
    assert [one["email"] for one in google.google.invitations()] == emails
    odd = call(google, access, "DELETE", ONE, params={"sendUpdates": "some"})
    assert reason(odd) == (400, "invalid")


def test_a_guests_answer_comes_back_to_the_organizer_with_a_new_etag_and_a_push(
    google: Simulator, receiver: Receiver
) -> None:
    access = connect(google)["access_token"]
    insert(google, access)
    channel = {"id": "c-1", "type": "web_hook", "address": receiver.url}
    call(google, access, "POST", f"{EVENTS}/watch", json=channel)
    listed = call(google, access, "GET", EVENTS).json()
    google.google.respond("ada", ID, "ada@example.com", "declined")
    google.google.settle()
    (changed,) = call(google, access, "GET", EVENTS, params={"syncToken": listed["nextSyncToken"]}).json()["items"]
    assert [one["responseStatus"] for one in changed["attendees"]] == ["declined", "needsAction"]
    assert changed["etag"] != listed["items"][0]["etag"]
    assert [post.headers["X-Goog-Resource-State"] for post in receiver.posts] == ["sync", "exists"]
    (copy,) = google.google.events("ada")
    assert [one["responseStatus"] for one in copy["attendees"]] == ["declined", "needsAction"]


def test_a_guest_who_deletes_the_copy_declines_and_the_event_stays(google: Simulator) -> None:
    access = connect(google)["access_token"]
    insert(google, access)
    google.google.delete_event("ada", ID)
    (event,) = google.google.events("grace")
    assert (event["status"], event["attendees"][0]["responseStatus"]) == ("confirmed", "declined")
    patch(google, access, start=TEN, end=ELEVEN)
    assert [one["status"] for one in google.google.events("ada")] == ["cancelled"]
    assert told(google)[-2:] == [("updated", "ada@example.com"), ("updated", "bob@example.test")]


def test_a_guest_changes_what_is_their_own_and_answers_and_nothing_else(google: Simulator) -> None:
    made = google.google.put_event("grace", **EVENT)["id"]
    access, path = connect(google, "ada")["access_token"], f"{EVENTS}/{made}"
    assert reason(call(google, access, "PATCH", path, json={"summary": "Mine"})) == (403, "forbiddenForNonOrganizer")
    answer = {"colorId": "7", "attendees": [{**ADA, "responseStatus": "tentative"}]}
    changed = call(google, access, "PATCH", path, json=answer).json()
    assert (changed["colorId"], changed["attendees"][0]["responseStatus"]) == ("7", "tentative")
    assert google.google.events("grace")[0]["attendees"][0]["responseStatus"] == "tentative"
    google.google.put_event("grace", id=made, summary="Second call")
    (copy,) = google.google.events("ada")
    assert (copy["summary"], copy["colorId"]) == ("Second call", "7")
    asked = {"timeMin": "2030-01-15T00:00:00Z", "timeMax": "2030-01-16T00:00:00Z", "items": [{"id": "primary"}]}
    assert call(google, access, "POST", "/freeBusy", json=asked).json()["calendars"]["primary"]["busy"] != []
    google.google.respond("grace", made, "ada@example.com", "declined")
    assert call(google, access, "POST", "/freeBusy", json=asked).json()["calendars"]["primary"]["busy"] == []


def test_the_organizer_declines_an_event_of_their_own(google: Simulator) -> None:
    made = google.google.put_event("grace", **EVENT)["id"]
    declined = google.google.respond("grace", made, "grace@example.com", "declined")
    own = {"email": "grace@example.com", "self": True, "organizer": True, "responseStatus": "declined"}
    assert declined["attendees"][2:] == [own]
    assert [one["email"] for one in google.google.events("ada")[0]["attendees"]][2:] == ["grace@example.com"]
    assert told(google) == [("invited", "ada@example.com"), ("invited", "bob@example.test")]


def test_one_of_a_series_is_declined_by_itself(google: Simulator) -> None:
    made = google.google.put_event("grace", **EVENT, recurrence=["RRULE:FREQ=DAILY;COUNT=3"])["id"]
    first, second, third = (f"{made}_2030011{day}T090000Z" for day in (5, 6, 7))
    google.google.delete_event("ada", second)
    access = connect(google)["access_token"]
    found = call(google, access, "GET", EVENTS, params={"singleEvents": "true"}).json()["items"]
    answers = {one["id"]: one["attendees"][0]["responseStatus"] for one in found}
    assert answers == {first: "needsAction", second: "declined", third: "needsAction"}
    google.google.delete_event("grace", third)
    assert [one["id"] for one in google.google.events("ada") if one["status"] == "cancelled"] == [second, third]


def test_copies_and_mails_survive_a_kill_and_not_a_reset() -> None:
    with Simulator() as zoom:
        zoom.google.set_client(redirect_uris=[REDIRECT])
        made = zoom.google.put_event("grace", **EVENT)["id"]
        zoom.kill()
        zoom.restart()
        zoom.google.delete_event("ada", made)
        assert zoom.google.events("grace")[0]["attendees"][0]["responseStatus"] == "declined"
        assert len(zoom.google.invitations()) == 2
        zoom.reset()
        assert (zoom.google.events("ada"), zoom.google.invitations()) == ([], [])
