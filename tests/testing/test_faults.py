import re
import threading
import time

import pytest
import requests

from tests.fixtures.waiting import wait_until
from tests.testing.app import App
from zoom_blueprint.testing import SimulatorError


def test_a_status_and_a_body_replace_the_answer_and_the_effect(connected: App) -> None:
    connected.zoom.fault(route="create_meeting", status=502, body="<html>Bad Gateway</html>")
    answer = connected.call("POST", "/users/me/meetings", json={})
    assert (answer.status_code, answer.text) == (502, "<html>Bad Gateway</html>")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert connected.zoom.meetings() == []


def test_a_status_may_come_after_the_effect(connected: App) -> None:
    connected.zoom.fault(route="create_meeting", status=500, effect=True)
    assert connected.call("POST", "/users/me/meetings", json={}).status_code == 500
    assert len(connected.zoom.meetings()) == 1


def test_a_fault_lasts_for_its_number_of_calls_on_its_route(connected: App) -> None:
    connected.zoom.fault(route="me", times=2, status=500)
    assert connected.call("GET", "/users/me/meetings").status_code == 200
    assert [connected.call("GET", "/users/me").status_code for _ in range(3)] == [500, 500, 200]


def test_faults_can_be_cancelled(connected: App) -> None:
    connected.zoom.fault(route="me", status=500)
    connected.zoom.clear_faults()
    assert connected.call("GET", "/users/me").status_code == 200


def test_headers_and_json_bodies_can_be_ordered(connected: App) -> None:
    body = {"code": 429, "message": "Too many."}
    connected.zoom.fault(route="list_meetings", status=429, body=body, headers={"Retry-After": "17"})
    answer = connected.call("GET", "/users/me/meetings")
    assert (answer.json(), answer.headers["Retry-After"]) == (body, "17")


@pytest.mark.parametrize(("drop", "meetings"), [("before", 0), ("after", 1)])
def test_a_dropped_connection_has_its_effect_or_not(connected: App, drop: str, meetings: int) -> None:
    connected.zoom.fault(route="create_meeting", drop=drop)
    with pytest.raises(requests.ConnectionError):
        connected.call("POST", "/users/me/meetings", json={})
    assert len(connected.zoom.meetings()) == meetings
    assert connected.zoom.calls("create_meeting")[0]["status"] is None


def test_a_refresh_whose_answer_is_lost_has_rotated_the_token(connected: App) -> None:
    connected.zoom.fault(route="token", drop="after")
    with pytest.raises(requests.ConnectionError):
        connected.refresh()
    assert connected.refresh().json()["error"] == "invalid_grant"


def test_an_answer_can_be_cut_short(connected: App) -> None:
    connected.zoom.fault(route="create_meeting", truncate=20)
    answer = connected.call("POST", "/users/me/meetings", json={})
    assert (answer.status_code, len(answer.content)) == (201, 20)
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_a_late_answer_holds_up_nobody_else(connected: App) -> None:
    connected.zoom.fault(route="me", delay=4)
    slow = threading.Thread(target=connected.call, args=("GET", "/users/me"))
    began = time.monotonic()
    slow.start()
    assert connected.call("GET", "/users/me/meetings").status_code == 200
    assert slow.is_alive()
    slow.join()
    assert time.monotonic() - began >= 4


@pytest.mark.parametrize(("plan", "meetings"), [({"delay": 4}, 0), ({"delay_after": 4}, 1)])
def test_a_client_that_gives_up_cannot_know_what_happened(
    connected: App, plan: dict[str, float], meetings: int
) -> None:
    connected.zoom.fault(route="create_meeting", **plan)
    headers = {"Authorization": f"Bearer {connected.tokens['access_token']}"}
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{connected.zoom.api_url}/users/me/meetings", json={}, headers=headers, timeout=0.3)
    wait_until(lambda: len(connected.zoom.meetings()) == meetings)
    assert connected.zoom.calls("create_meeting") == [], "it is not answered yet"
    wait_until(lambda: connected.zoom.calls("create_meeting"))
    assert len(connected.zoom.meetings()) == 1


@pytest.mark.parametrize(
    "plan",
    [
        {"route": "nothing"},
        {"route": "me", "times": 0},
        {"route": "me", "stauts": 500},
        {"route": "me", "status": 99},
        {"route": "me", "drop": "later"},
        {"route": "me", "delay": "long"},
        {"route": "me", "headers": {"a": 1}},
        {"route": "me", "truncate": -1},
    ],
)
def test_a_mistyped_plan_is_refused(connected: App, plan: dict[str, object]) -> None:
    with pytest.raises(SimulatorError):
        connected.zoom.fault(**plan)


def test_a_mistyped_knob_is_refused(connected: App) -> None:
    for knobs in ({"declien": "stay"}, {"decline": "no"}, {"webhook_hold": 1}, {"host_daily_limit": True}):
        with pytest.raises(SimulatorError, match="knob"):
            connected.zoom.knobs(**knobs)


def test_calls_are_recorded_without_secrets(connected: App) -> None:
    connected.create(topic="Intro call", password="hush12")
    calls = connected.zoom.calls()
    assert [call["route"] for call in calls] == ["authorize", "decide", "token", "create_meeting"]
    create = calls[-1]
    assert (create["method"], create["path"], create["status"]) == ("POST", "/v2/users/me/meetings", 201)
    assert create["request"]["json"]["topic"] == "Intro call"
    assert create["request"]["json"]["password"] == "***"
    assert sorted(calls[2]["request"]["form"]) == ["code", "code_verifier", "grant_type", "redirect_uri"]
    assert connected.tokens["access_token"] not in repr(calls)


def test_both_sides_of_a_call_are_kept_with_secrets_masked_and_types_as_they_were(connected: App) -> None:
    made = connected.create(topic="Intro call")
    connected.call("GET", "/meetings/1")
    *_, token, create, missing = connected.zoom.calls()
    assert token["request"]["headers"]["authorization"] == "Basic"
    assert token["request"]["form"]["code"] == token["request"]["form"]["code_verifier"] == "***"
    assert token["answer"]["json"] == {**connected.tokens, "access_token": "***", "refresh_token": "***"}
    assert create["request"]["headers"]["authorization"] == "Bearer"
    shown = create["answer"]["json"]
    assert (shown["id"], shown["password"]) == (made["id"], "***")
    assert shown["join_url"] == made["join_url"].partition("?")[0] + "?pwd=***"
    assert shown["start_url"].endswith("?zak=***")
    assert create["answer"]["headers"]["x-zm-trackingid"].startswith("v=2.0;")
    assert missing["answer"]["json"]["code"] == 3001
    for secret in (made["password"], made["encrypted_password"], connected.tokens["refresh_token"]):
        assert secret not in repr(connected.zoom.calls())


def test_the_body_of_a_very_long_answer_is_not_kept(connected: App) -> None:
    connected.zoom.knobs(host_daily_limit=0)
    for _ in range(60):
        connected.create(agenda="x" * 250)
    connected.call("GET", "/users/me/meetings", params={"page_size": 300})
    (call,) = connected.zoom.calls("list_meetings")
    assert call["answer"]["json"] is None
    assert call["answer"]["size"] > 30_000


def test_a_fault_may_be_ordered_for_any_route_that_apps_call(connected: App) -> None:
    with pytest.raises(SimulatorError) as refused:
        connected.zoom.fault(route="nothing")
    routes = re.findall(r"\b[a-z_]+\b", str(refused.value).partition("one of ")[2].partition(".")[0])
    assert {"authorize", "decide", "token", "revoke", "me", "create_meeting", "list_meetings"} < set(routes)
    for route in routes:
        connected.zoom.fault(route=route, status=500)
    assert connected.exchange("x").status_code == 500
    assert requests.get(connected.authorize_url(), timeout=10).status_code == 500
