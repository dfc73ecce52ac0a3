"""The pages where a person looks after a Google account of the simulator."""

import re
from typing import Any

import pytest
import requests

from tests.testing.google_app import connect
from zoom_blueprint.testing import Simulator

EVENT: dict[str, Any] = {
    "summary": "Intro & more",
    "start": {"dateTime": "2030-01-15T14:00:00Z"},
    "end": {"dateTime": "2030-01-15T14:30:00Z"},
    "attendees": [{"email": "ada@example.com"}],
}


def page(google: Simulator, path: str) -> requests.Response:
    return requests.get(f"{google.url}/{path}", timeout=10)


def send(google: Simulator, path: str, **fields: str) -> requests.Response:
    return requests.post(f"{google.url}/users/{path}", data=fields, timeout=10)


def times(google: Simulator, calendar: str = "primary") -> list[tuple[Any, Any]]:
    return [(one["start"], one["end"]) for one in google.google.events("grace", calendar) if "start" in one]


def test_the_calendar_shows_what_comes_in_its_own_zone(google: Simulator) -> None:
    link = {"createRequest": {"requestId": "r", "conferenceSolutionKey": {"type": "hangoutsMeet"}}}
    google.google.put_event("grace", **EVENT, location="Room 1", conferenceData=link)
    google.google.put_event("grace", start={"date": "2030-01-15"}, end={"date": "2030-01-18"})
    google.google.put_event("grace", start={"date": "2020-01-15"}, end={"date": "2020-01-18"}, summary="Long ago")
    text = page(google, "users/grace/google").text
    for shown in ("Intro &amp; more", "Tuesday, 15 January 2030", "09:00 – 09:30", "Room 1", "ada@example.com"):
        assert shown in text
    assert re.search(r'href="https://meet.google.com/[a-z-]+"', text)
    assert "All day, until 17 January" in text
    assert "Long ago" not in text
    copy = page(google, "users/ada/google").text
    assert "14:00 – 14:30" in copy
    assert "New start" not in copy
    google.knobs(google_meet="pending")
    google.google.put_event("grace", start=EVENT["start"], end=EVENT["end"], conferenceData=link)
    assert "is making a Meet link" in page(google, "users/grace/google").text


def test_an_event_is_put_into_another_calendar_and_stays_the_same_one(google: Simulator) -> None:
    made = google.google.put_event("grace", **EVENT)
    assert "Put there" not in page(google, "users/grace/google").text
    team = google.google.put_calendar("grace", summary="Team")
    assert f'<option value="{team}">Team</option>' in page(google, "users/grace/google").text
    shown = send(google, f"grace/google/events/{made['id']}/to", to=team)
    assert "calendar=" in shown.url
    assert "Intro &amp; more" in shown.text
    (moved,) = google.google.events("grace", team)
    assert [moved[name] for name in ("id", "iCalUID", "status")] == [made["id"], made["iCalUID"], "confirmed"]
    assert moved["organizer"]["email"] == team
    assert [one["status"] for one in google.google.events("grace")] == ["cancelled"]
    (copy,) = google.google.events("ada")
    assert (copy["status"], copy["organizer"]["email"]) == ("confirmed", team)
    assert send(google, f"grace/google/events/{made['id']}/to", to=team).status_code == 404
    assert send(google, f"ada/google/events/{made['id']}/to", to=team).status_code == 404


def test_an_event_is_moved_and_keeps_its_zone_and_days(google: Simulator) -> None:
    made = google.google.put_event("grace", **EVENT)["id"]
    send(google, f"grace/google/events/{made}/move", start="2030-07-01T16:00", minutes="45")
    begin = {"dateTime": "2030-07-01T16:00", "timeZone": "America/New_York"}
    assert times(google) == [(begin, {"dateTime": "2030-07-01T20:45:00Z", "timeZone": "America/New_York"})]
    assert [one["kind"] for one in google.google.invitations()] == ["invited", "updated"]
    days = google.google.put_event("grace", start={"date": "2030-01-15"}, end={"date": "2030-01-18"})["id"]
    send(google, f"grace/google/events/{days}/move", start="2030-03-01")
    assert times(google)[-1] == ({"date": "2030-03-01"}, {"date": "2030-03-04"})


@pytest.mark.parametrize(
    ("action", "response"), [("accept", "accepted"), ("maybe", "tentative"), ("decline", "declined")]
)
def test_a_guest_answers(google: Simulator, action: str, response: str) -> None:
    made = google.google.put_event("grace", **EVENT)["id"]
    assert "You: " in send(google, f"ada/google/events/{made}/{action}").text
    assert google.google.events("grace")[0]["attendees"][0]["responseStatus"] == response


def test_an_event_is_deleted(google: Simulator) -> None:
    made = google.google.put_event("grace", **EVENT)["id"]
    assert "No events from today on" in send(google, f"grace/google/events/{made}/delete").text
    again = send(google, f"grace/google/events/{made}/delete")
    assert (again.status_code, "has been deleted" in again.text) == (410, True)


def test_busy_events_are_added_single_whole_day_or_as_a_series(google: Simulator) -> None:
    team = google.google.put_calendar("grace", summary="Team", timezone="UTC")
    added = f"grace/google/events?calendar={team}"
    start = "2030-01-15T09:00"
    send(google, added, title="Lunch", start=start, minutes="60")
    send(google, added, title="Off", start=start, minutes="60", all_day="on")
    shown = send(google, added, title="Stand-up", start=start, minutes="15", repeats="DAILY", count="3").text
    assert shown.count("one of a series") == 3
    begin = {"dateTime": start, "timeZone": "UTC"}
    ends = [{"dateTime": f"2030-01-15T{end}:00Z", "timeZone": "UTC"} for end in ("10:00", "09:15")]
    off = ({"date": "2030-01-15"}, {"date": "2030-01-16"})
    assert times(google, team) == [(begin, ends[0]), off, (begin, ends[1])]
    assert times(google) == []
    assert "Lunch" in page(google, f"users/grace/google?calendar={team}").text
    assert "Lunch" not in page(google, "users/grace/google").text


@pytest.mark.parametrize(
    "form",
    [
        {"start": "soon", "minutes": "60"},
        {"start": "soon", "all_day": "on"},
        {"start": "2030-01-15T09:00", "minutes": "0"},
        {"start": "2030-01-15T09:00", "minutes": "²"},
        {"start": "2030-01-15T09:00", "minutes": "60", "repeats": "WEEKLY", "count": "0"},
    ],
)
def test_what_makes_no_event_is_said_and_makes_none(google: Simulator, form: dict[str, str]) -> None:
    answer = send(google, "grace/google/events", title="Odd", **form)
    assert (answer.status_code, "Google Calendar says no" in answer.text) == (400, True)
    assert google.google.events("grace") == []


def test_the_access_of_the_app_is_taken_away(google: Simulator) -> None:
    connect(google)
    assert google.google.client_id in page(google, "users/grace/google").text
    assert "No app has access" in send(google, "grace/google/remove").text
    assert [one["ended_reason"] for one in google.google.grants()] == ["removed by the user"]
    assert send(google, "grace/google/remove").status_code == 404


def test_an_events_link_leads_to_where_it_stands(google: Simulator) -> None:
    team = google.google.put_calendar("grace")
    for calendar, place in (("primary", ""), (team, f"?calendar={team}")):
        made = google.google.put_event("grace", calendar, **EVENT)
        answer = requests.get(made["htmlLink"], timeout=10)
        assert answer.history[0].headers["Location"].endswith(f"/users/grace/google{place}#event-{made['id']}")
        assert f'id="event-{made["id"]}"' in answer.text
    for nothing in ("?eid=", "?eid=!", "?eid=YSBi"):
        assert page(google, f"calendar/event{nothing}").status_code == 404


def test_accounts_of_nobody_are_404(google: Simulator) -> None:
    assert page(google, "users/nobody/google").status_code == 404
    assert page(google, "users/grace/google?calendar=none").status_code == 404
    assert send(google, "grace/google/events/none/accept").status_code == 404
    google.google.put_event("grace", start=EVENT["start"], end=EVENT["end"])
    assert page(google, "users/grace/google").text.count(">Decline<") == 0
