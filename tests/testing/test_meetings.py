import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.testing.app import App


def test_a_new_meeting_has_zooms_fields_and_types(connected: App) -> None:
    meeting = connected.create(topic="Intro call", duration=30, timezone="Europe/Paris", agenda="ref 1")
    assert {name: meeting[name] for name in ("topic", "type", "status", "start_time", "duration", "timezone")} == {
        "topic": "Intro call",
        "type": 2,
        "status": "waiting",
        "start_time": "2040-01-15T09:00:00Z",
        "duration": 30,
        "timezone": "Europe/Paris",
    }
    assert isinstance(meeting["id"], int)
    assert len(str(meeting["id"])) == 11
    assert re.fullmatch(r"[A-Za-z0-9+/]{22}==", meeting["uuid"])
    assert re.fullmatch(r"[\w-]{22}", meeting["host_id"])
    assert meeting["host_email"] == "ada@example.com"
    assert meeting["creation_source"] == "open_api"
    assert meeting["settings"]["approval_type"] == 2
    assert meeting["settings"]["use_pmi"] is False


def test_defaults_are_zooms(connected: App) -> None:
    meeting = connected.call("POST", "/users/me/meetings", json={}).json()
    assert meeting["type"] == 2
    assert meeting["duration"] == 60
    assert meeting["timezone"] == "Europe/London"
    assert meeting["agenda"] == ""


def test_get_answers_as_create_did_with_a_fresh_start_link(connected: App) -> None:
    made = connected.create(topic="Intro call")
    connected.zoom.advance(1)
    got = connected.call("GET", f"/meetings/{made['id']}").json()
    assert got.pop("start_url") != made.pop("start_url")
    assert got == made


def test_zoom_makes_a_passcode_and_puts_it_into_the_join_link(connected: App) -> None:
    meeting = connected.create()
    assert re.fullmatch(r"\d{6}", meeting["password"])
    assert meeting["h323_password"] == meeting["pstn_password"] == meeting["password"]
    link = urlsplit(meeting["join_url"])
    assert link.path == f"/j/{meeting['id']}"
    assert parse_qs(link.query)["pwd"] == [meeting["encrypted_password"]]


def test_without_a_default_passcode_there_is_none(connected: App) -> None:
    meeting = connected.create(default_password=False)
    assert "password" not in meeting
    assert "pwd" not in meeting["join_url"]


def test_a_new_passcode_changes_the_join_link(connected: App) -> None:
    made = connected.create()
    connected.call("PATCH", f"/meetings/{made['id']}", json={"password": "abc123"})
    got = connected.call("GET", f"/meetings/{made['id']}").json()
    assert got["password"] == "abc123"
    assert got["join_url"] != made["join_url"]


def test_an_update_is_204_without_body_or_content_type(connected: App) -> None:
    made = connected.create()
    answer = connected.call("PATCH", f"/meetings/{made['id']}", json={"topic": "Later"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert "Content-Type" not in answer.headers


def test_an_update_changes_what_it_names_and_nothing_else(connected: App) -> None:
    made = connected.create(topic="Before", agenda="kept", settings={"mute_upon_entry": True})
    change = {"start_time": "2040-02-01T10:00:00Z", "settings": {"host_video": True}}
    connected.call("PATCH", f"/meetings/{made['id']}", json=change)
    got = connected.call("GET", f"/meetings/{made['id']}").json()
    assert got["start_time"] == "2040-02-01T10:00:00Z"
    assert (got["topic"], got["agenda"], got["duration"]) == ("Before", "kept", 60)
    assert (got["settings"]["host_video"], got["settings"]["mute_upon_entry"]) == (True, True)
    assert got["join_url"] == made["join_url"]


def test_a_past_start_becomes_now_on_create_and_is_ignored_on_update(connected: App) -> None:
    made = connected.create(start_time="2001-01-01T00:00:00Z")
    assert made["start_time"] > "2025"
    connected.call("PATCH", f"/meetings/{made['id']}", json={"start_time": "2002-01-01T00:00:00Z"})
    assert connected.call("GET", f"/meetings/{made['id']}").json()["start_time"] == made["start_time"]


@pytest.mark.parametrize(
    ("start", "zone", "stored"),
    [
        ("2040-01-15T09:00:00Z", "Europe/Paris", "2040-01-15T09:00:00Z"),
        ("2040-01-15T09:00:00", "Europe/Paris", "2040-01-15T08:00:00Z"),
        ("2040-07-15T09:00:00", "Europe/Paris", "2040-07-15T07:00:00Z"),
        ("2040-07-15T09:00:00", None, "2040-07-15T08:00:00Z"),
        ("2040-07-15T09:00:00+05:00", None, "2040-07-15T09:00:00Z"),
        ("2040-07-15T09:00:00.500Z", None, "2040-07-15T09:00:00Z"),
        ("2040-07-15T09:00", "UTC", "2040-07-15T09:00:00Z"),
    ],
)
def test_start_times_are_read_as_zoom_reads_them(connected: App, start: str, zone: str | None, stored: str) -> None:
    body = {"start_time": start, **({"timezone": zone} if zone else {})}
    assert connected.create(**body)["start_time"] == stored


def test_an_offset_may_be_honoured(connected: App) -> None:
    connected.zoom.knobs(start_offsets="honoured")
    assert connected.create(start_time="2040-07-15T09:00:00+05:00")["start_time"] == "2040-07-15T04:00:00Z"


def test_a_local_start_on_update_counts_in_the_meetings_zone(connected: App) -> None:
    made = connected.create(timezone="America/New_York")
    connected.call("PATCH", f"/meetings/{made['id']}", json={"start_time": "2040-01-20T09:00:00"})
    assert connected.call("GET", f"/meetings/{made['id']}").json()["start_time"] == "2040-01-20T14:00:00Z"


def test_delete_is_204_and_then_3001(connected: App) -> None:
    meeting_id = connected.create()["id"]
    first = connected.call("DELETE", f"/meetings/{meeting_id}")
    assert (first.status_code, first.content) == (204, b"")
    for method in ("DELETE", "GET", "PATCH"):
        gone = connected.call(method, f"/meetings/{meeting_id}", json={} if method == "PATCH" else None)
        assert gone.status_code == 404
        assert gone.json() == {"code": 3001, "message": f"Meeting does not exist: {meeting_id}."}


def test_another_users_meeting_does_not_exist(connected: App) -> None:
    meeting_id = connected.create()["id"]
    grace = App(connected.zoom).connect("grace")
    assert grace.call("GET", f"/meetings/{meeting_id}").json()["code"] == 3001


def test_a_meeting_expires_thirty_days_after_its_date(connected: App) -> None:
    connected.zoom.knobs(access_lifetime=10**7)
    app = App(connected.zoom).connect()
    meeting_id = app.create(start_time="2001-01-01T00:00:00Z")["id"]
    app.zoom.advance(30 * 86400 - 60)
    assert app.call("GET", f"/meetings/{meeting_id}").status_code == 200
    app.zoom.advance(120)
    assert app.call("GET", f"/meetings/{meeting_id}").json()["code"] == 3001


def test_the_personal_meeting_cannot_be_deleted(connected: App) -> None:
    pmi = connected.call("GET", "/users/me").json()["pmi"]
    answer = connected.call("DELETE", f"/meetings/{pmi}")
    assert (answer.status_code, answer.json()) == (400, {"code": 3018, "message": "Not allowed to delete PMI."})


def test_me_has_zooms_fields(connected: App) -> None:
    me = connected.call("GET", "/users/me").json()
    assert (me["first_name"], me["last_name"], me["display_name"]) == ("Ada", "Lovelace", "Ada Lovelace")
    assert (me["email"], me["timezone"], me["type"]) == ("ada@example.com", "Europe/London", 2)
    assert re.fullmatch(r"[\w-]{22}", me["id"])
    assert re.fullmatch(r"[\w-]{22}", me["account_id"])
    assert me["status"] == "active"


def test_policy_of_the_account_overrules_settings_silently(connected: App) -> None:
    connected.zoom.knobs(locked_settings={"auto_recording": "cloud"})
    assert connected.create(settings={"auto_recording": "none"})["settings"]["auto_recording"] == "cloud"


def test_registration_needs_a_licence(connected: App) -> None:
    assert connected.create(settings={"approval_type": 0})["settings"]["approval_type"] == 0
    connected.zoom.put_user("ada", type=1)
    assert connected.create(settings={"approval_type": 0})["settings"]["approval_type"] == 2


def test_a_waiting_room_overrules_joining_before_the_host(connected: App) -> None:
    settings = connected.create(settings={"waiting_room": True, "join_before_host": True})["settings"]
    assert (settings["waiting_room"], settings["join_before_host"]) == (True, False)


def test_the_invitation_can_be_pasted(connected: App) -> None:
    connected.zoom.set_app(scopes=["meeting:write:meeting", "meeting:read:invitation"])
    app = App(connected.zoom).connect()
    made = app.create(topic="Intro call")
    text = app.call("GET", f"/meetings/{made['id']}/invitation").json()["invitation"]
    assert text.startswith("Ada Lovelace is inviting you to a scheduled Zoom meeting.\r\n")
    assert made["join_url"] in text


def test_a_running_meeting_can_be_ended_by_the_app(connected: App) -> None:
    connected.zoom.set_app(scopes=["meeting:write", "meeting:read"])
    app = App(connected.zoom).connect()
    meeting_id = app.create()["id"]
    app.zoom.press("ada", meeting_id, "start")
    assert app.call("GET", f"/meetings/{meeting_id}").json()["status"] == "started"
    assert app.call("PUT", f"/meetings/{meeting_id}/status", json={"action": "end"}).status_code == 204
    assert app.call("GET", f"/meetings/{meeting_id}").json()["status"] == "waiting"


def test_rare_settings_are_shown_if_they_were_given(connected: App) -> None:
    given = {"show_join_info": True, "waiting_room_options": {"mode": "follow_setting"}, "calendar_type": 2}
    made = connected.create(settings=given)
    assert given.items() <= made["settings"].items()
    assert not given.keys() & connected.create()["settings"].keys()
    path = f"/meetings/{made['id']}"
    assert connected.call("PATCH", path, json={"settings": {"show_join_info": False}}).status_code == 204
    assert connected.call("GET", path).json()["settings"]["show_join_info"] is True
