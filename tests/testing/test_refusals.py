from typing import Any
from xml.etree import ElementTree as ET

import pytest
import requests

from tests.testing.app import App, answer_in
from zoom_blueprint.testing import Simulator


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"topic": "x" * 201}, "topic"),
        ({"topic": 7}, "topic"),
        ({"agenda": "x" * 2001}, "agenda"),
        ({"duration": 0}, "duration"),
        ({"duration": 1441}, "duration"),
        ({"duration": "30"}, "duration"),
        ({"duration": True}, "duration"),
        ({"type": 4}, "type"),
        ({"start_time": "tomorrow"}, "start_time"),
        ({"start_time": "2040-13-01T09:00:00Z"}, "start_time"),
        ({"start_time": "2040-02-30T09:00:00"}, "start_time"),
        ({"start_time": 1893553446}, "start_time"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"password": "x" * 11}, "password"),
        ({"password": "sp ace"}, "password"),
        ({"default_password": "yes"}, "default_password"),
        ({"settings": []}, "settings"),
        ({"settings": {"host_video": "maybe"}}, "settings.host_video"),
        ({"settings": {"host_video": 1}}, "settings.host_video"),
        ({"settings": {"alternative_hosts": ["a@example.com"]}}, "settings.alternative_hosts"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_made(connected: App, body: dict[str, Any], field: str) -> None:
    answer = connected.call("POST", "/users/me/meetings", json=body)
    assert answer.status_code == 400
    assert (answer.json()["code"], answer.json()["message"]) == (300, "Validation Failed.")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert connected.zoom.meetings() == []


def test_every_wrong_field_is_named_at_once(connected: App) -> None:
    answer = connected.call(
        "POST", "/users/me/meetings", json={"topic": 1, "duration": 0, "settings": {"watermark": 3}}
    )
    assert {error["field"] for error in answer.json()["errors"]} == {"topic", "duration", "settings.watermark"}


def test_fields_at_their_limits_are_taken(connected: App) -> None:
    meeting = connected.create(topic="x" * 200, agenda="y" * 2000, duration=1440, password="z" * 10)
    assert (len(meeting["topic"]), len(meeting["agenda"]), meeting["duration"]) == (200, 2000, 1440)


def test_unknown_fields_are_ignored_and_unknown_choices_become_the_default(connected: App) -> None:
    settings = {"auto_recording": "tape", "audio": 5, "sparkles": True, "host_video": "true"}
    meeting = connected.create(colour="blue", settings=settings)
    assert "colour" not in meeting
    assert "sparkles" not in meeting["settings"]
    assert (meeting["settings"]["auto_recording"], meeting["settings"]["audio"]) == ("none", "both")
    assert meeting["settings"]["host_video"] is True


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"topic=x", b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(connected: App, body: bytes) -> None:
    answer = connected.call("POST", "/users/me/meetings", data=body)
    assert answer.status_code == 400
    assert answer.json() == {"code": 300, "message": "Request Body should be a valid JSON object."}


def test_scheduling_for_others_is_refused(connected: App) -> None:
    answer = connected.call("POST", "/users/me/meetings", json={"schedule_for": "grace@example.com"})
    assert (answer.status_code, answer.json()["code"]) == (400, 300)
    assert "schedule_for" in answer.json()["message"]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic abc", "nonsense", "Bearer é"])
def test_a_bad_bearer_is_401_and_124(app: App, header: str) -> None:
    headers: dict[str, str | bytes | None] = {"Accept": "application/json", "Authorization": header.encode()}
    answer = requests.get(f"{app.zoom.api_url}/users/me", headers=headers, timeout=10)
    assert (answer.status_code, answer.json()) == (401, {"code": 124, "message": "Invalid access token."})


def test_a_refresh_token_is_no_bearer(connected: App) -> None:
    headers = {"Authorization": f"Bearer {connected.tokens['refresh_token']}"}
    assert connected.call("GET", "/users/me", headers=headers).status_code == 401


def test_a_token_in_the_query_is_refused_with_its_own_words(connected: App) -> None:
    query = {"access_token": connected.tokens["access_token"]}
    answer = requests.get(f"{connected.zoom.api_url}/users/me", params=query, timeout=10)
    assert answer.status_code == 401
    assert answer.json()["code"] == 124
    assert "not supported as query parameter string" in answer.json()["message"]


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/users/me", "user:read:user"),
        ("POST", "/users/me/meetings", "meeting:write:meeting"),
        ("GET", "/users/me/meetings", "meeting:read:list_meetings"),
        ("GET", "/meetings/81234567890", "meeting:read:meeting"),
        ("PATCH", "/meetings/81234567890", "meeting:update:meeting"),
        ("DELETE", "/meetings/81234567890", "meeting:delete:meeting"),
    ],
)
def test_a_missing_scope_is_400_and_4711(app: App, method: str, path: str, scope: str) -> None:
    code = answer_in(app.zoom.consent(app.authorize_url(), withhold=[scope]))["code"]
    app.tokens = app.exchange(code).json()
    answer = app.call(method, path)
    assert answer.status_code == 400
    message = f"Invalid access token, does not contain scopes:[{scope}:admin, {scope}]."
    assert answer.json() == {"code": 4711, "message": message}


def test_classic_scopes_open_the_same_routes(app: App) -> None:
    app.zoom.set_app(scopes=["meeting:write", "meeting:read", "user:read"])
    app.connect()
    meeting_id = app.create()["id"]
    assert app.call("GET", "/users/me").status_code == 200
    assert app.call("GET", "/users/me/meetings").status_code == 200
    assert app.call("PATCH", f"/meetings/{meeting_id}", json={}).status_code == 204
    assert app.call("DELETE", f"/meetings/{meeting_id}").status_code == 204


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE", "LIST"])
def test_an_unassigned_user_may_not_host(connected: App, method: str) -> None:
    connected.zoom.put_user("ada", type=4)
    path = "/users/me/meetings" if method in ("POST", "LIST") else "/meetings/81234567890"
    answer = connected.call(
        "GET" if method == "LIST" else method, path, json={} if method in ("POST", "PATCH") else None
    )
    assert (answer.status_code, answer.json()["code"]) == (400, 3161)
    assert connected.call("GET", "/users/me").json()["type"] == 4


def test_a_path_names_me_and_nobody_else(connected: App) -> None:
    unknown = connected.call("GET", "/users/nobody")
    assert (unknown.status_code, unknown.json()) == (404, {"code": 1001, "message": "User does not exist: nobody."})
    grace = connected.call("POST", "/users/grace@example.com/meetings", json={})
    assert (grace.status_code, grace.json()["code"]) == (400, 4700)


def test_a_meeting_id_is_a_number(connected: App) -> None:
    answer = connected.call("GET", "/meetings/abc")
    assert (answer.status_code, answer.json()) == (400, {"code": 300, "message": "Invalid meeting ID."})


def test_an_unknown_endpoint_is_2300(connected: App) -> None:
    answer = connected.call("GET", "/nothing/here")
    assert (answer.status_code, answer.json()["code"]) == (404, 2300)


def test_errors_are_xml_for_clients_that_do_not_accept_json(connected: App) -> None:
    accepted: tuple[str | None, ...] = ("text/html", None)
    for accept in accepted:
        answer = connected.call("POST", "/users/me/meetings", json={"topic": 1}, headers={"Accept": accept})
        assert answer.headers["Content-Type"].startswith("application/xml")
        root = ET.fromstring(answer.text)
        assert root.findtext("code") == "300"
        assert root.findtext("errors/error/field") == "topic"


def test_errors_are_json_for_clients_that_accept_anything(connected: App) -> None:
    assert connected.call("GET", "/meetings/1", headers={"Accept": "*/*"}).json()["code"] == 3001


def test_errors_may_be_xml_unless_json_is_named(connected: App) -> None:
    connected.zoom.knobs(xml_errors="strict")
    answer = connected.call("GET", "/meetings/1", headers={"Accept": "*/*"})
    assert answer.headers["Content-Type"].startswith("application/xml")


def test_every_answer_carries_a_tracking_id(connected: App) -> None:
    for path in ("/users/me", "/meetings/1", "/nothing"):
        assert connected.call("GET", path).headers["x-zm-trackingid"].startswith("v=2.0;clid=us02;rid=WEB_")


def test_an_unknown_method_of_a_known_path_is_2300_as_well(connected: App) -> None:
    answer = connected.call("DELETE", "/users/me/meetings")
    assert (answer.status_code, answer.json()["code"]) == (404, 2300)


def test_the_notice_of_deleted_data_is_still_taken(zoom: Simulator) -> None:
    answer = requests.post(f"{zoom.oauth_url}/data/compliance", json={"compliance_completed": True}, timeout=10)
    assert answer.status_code == 200
