from typing import Any
from urllib.parse import quote

import pytest
import requests

from tests.testing.app import App
from tests.testing.receiver import Receiver
from zoom_blueprint.testing import SimulatorError


def person(event: dict[str, Any]) -> dict[str, Any]:
    """Return the participant an event tells of."""
    found: dict[str, Any] = event["payload"]["object"]["participant"]
    return found


def running(app: App) -> int:
    """Return the id of a meeting that has begun."""
    meeting_id: int = app.create(topic="Intro call")["id"]
    app.zoom.press("ada", meeting_id, "start")
    return meeting_id


def test_of_a_guest_apps_hear_the_name_and_of_a_user_who_it_is(connected: App, receiver: Receiver) -> None:
    meeting_id = running(connected)
    connected.zoom.join(meeting_id, "Bob Byrne", email="bob@example.org")
    connected.zoom.join(meeting_id, email="ada@example.com")
    guest, host = (person(event) for event in connected.events("meeting.participant_joined"))
    assert (guest["user_name"], guest["id"], guest["participant_user_id"], guest["email"]) == ("Bob Byrne", "", "", "")
    ada = connected.zoom.users()[0]["id"]
    assert (host["user_name"], host["id"], host["participant_user_id"]) == ("Ada Lovelace", ada, ada)
    assert host["email"] == "ada@example.com"
    assert guest["participant_uuid"] != host["participant_uuid"]
    assert guest["user_id"] != host["user_id"]
    assert "leave_time" not in guest


def test_who_leaves_is_told_with_time_and_reason(connected: App, receiver: Receiver) -> None:
    meeting_id = running(connected)
    joined = connected.zoom.join(meeting_id, "Bob")
    connected.zoom.join(meeting_id, "Eve")
    connected.zoom.leave(meeting_id, "Bob")
    (event,) = connected.events("meeting.participant_left")
    left = person(event)
    assert event["payload"]["object"]["id"] == str(meeting_id)
    assert (left["user_name"], left["participant_uuid"]) == ("Bob", joined["uuid"])
    assert left["leave_reason"].startswith("Bob left the meeting.")
    assert left["leave_time"].endswith("Z")
    present = {who["name"]: who["left_at"] is None for who in connected.zoom.participants(meeting_id)}
    assert present == {"Bob": False, "Eve": True}


def test_the_end_sends_everybody_home_first(connected: App, receiver: Receiver) -> None:
    meeting_id = running(connected)
    connected.zoom.join(meeting_id, "Bob")
    connected.zoom.press("ada", meeting_id, "end")
    names = [event["event"].partition(".")[2] for event in connected.events()]
    assert names == ["created", "started", "participant_joined", "participant_left", "ended"]
    assert person(connected.events("meeting.participant_left")[0])["leave_reason"].endswith("Host ended the meeting.")


def test_nobody_gets_into_a_meeting_that_is_not_running_or_out_of_one_without_being_in(connected: App) -> None:
    meeting_id = connected.create()["id"]
    with pytest.raises(SimulatorError, match="start it first"):
        connected.zoom.join(meeting_id, "Bob")
    connected.zoom.press("ada", meeting_id, "start")
    with pytest.raises(SimulatorError, match="Nobody"):
        connected.zoom.leave(meeting_id, "Bob")
    with pytest.raises(SimulatorError, match="no meeting"):
        connected.zoom.join(1, "Bob")


def test_a_guest_comes_and_goes_on_the_page_behind_the_join_link(connected: App, receiver: Receiver) -> None:
    made = connected.create()
    address, _, query = made["join_url"].partition("?")
    assert "Join as a guest" not in requests.get(made["join_url"], timeout=10).text
    connected.zoom.press("ada", made["id"], "start")
    page = requests.post(f"{address}/join?{query}", data={"name": "Bob & Co"}, timeout=10)
    assert "Bob &amp; Co" in page.text
    page = requests.post(f"{address}/leave?{query}", data={"name": "Bob & Co"}, timeout=10)
    assert "Bob &amp; Co" not in page.text
    assert requests.post(f"{address}/leave?{query}", data={"name": "Bob & Co"}, timeout=10).status_code == 400
    assert requests.post(f"{address}/join", data={"name": "Eve"}, timeout=10).status_code == 403
    assert len(connected.events("meeting.participant_left")) == 1


def test_past_meetings_tell_who_was_there_by_id_and_uuid(app: App) -> None:
    app.zoom.set_app(
        scopes=["meeting:write:meeting", "meeting:read:past_meeting", "meeting:read:list_past_participants"]
    )
    app.connect()
    meeting_id = app.create(topic="Intro call")["id"]
    assert app.call("GET", f"/past_meetings/{meeting_id}").json()["code"] == 3001
    app.zoom.press("ada", meeting_id, "start")
    app.zoom.join(meeting_id, email="ada@example.com")
    app.zoom.press("ada", meeting_id, "end")
    past = app.call("GET", f"/past_meetings/{meeting_id}").json()
    assert (past["id"], past["topic"], past["participants_count"]) == (meeting_id, "Intro call", 1)
    participants = f"/past_meetings/{meeting_id}/participants"
    assert app.call("GET", participants).json()["participants"] == []
    app.zoom.press("ada", meeting_id, "start")
    for name in ("Bob", "Eve"):
        app.zoom.join(meeting_id, name)
    app.zoom.press("ada", meeting_id, "end")
    uuid = app.call("GET", f"/past_meetings/{meeting_id}").json()["uuid"]
    twice = quote(quote(uuid, safe=""), safe="")
    listed = app.call("GET", f"/past_meetings/{twice}/participants").json()
    assert [one["name"] for one in listed["participants"]] == ["Bob", "Eve"]
    app.zoom.put_user("ada", type=1)
    refused = app.call("GET", participants)
    assert (refused.status_code, refused.json()["code"]) == (400, 200)


def test_instances_and_personal_links_are_given(app: App) -> None:
    app.zoom.set_app(scopes=["meeting:write", "meeting:read"])
    made = app.connect().create()
    path = f"/meetings/{made['id']}/invite_links"
    links = app.call("POST", path, json={"attendees": [{"name": "Bob"}], "ttl": 60})
    assert (links.status_code, links.json()) == (201, {"attendees": [{"name": "Bob", "join_url": made["join_url"]}]})
    assert app.call("POST", path, json={"attendees": ["Bob"]}).json()["code"] == 300
    for action in ("start", "end"):
        app.zoom.press("ada", made["id"], action)
    (instance,) = app.call("GET", f"/past_meetings/{made['id']}/instances").json()["meetings"]
    assert instance["uuid"] == made["uuid"]
