"""What the simulator answers to anybody, errors above all, judged by the tables."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.wire.answers_table import BODIES
from tests.wire.client import REDIRECT, Client
from tests.wire.judge import answer_faults, refusal_faults, token_refusal_faults
from tests.wire.shapes import faults
from zoom_blueprint.testing import Simulator

JSON = {"Accept": "application/json"}


@pytest.fixture
def client(zoom_simulator: Simulator) -> Client:
    """A plain client, connected by Ada."""
    zoom_simulator.set_app(redirect_uris=[REDIRECT])
    return Client(zoom_simulator).connect("ada")


def wrong_token(client: Client) -> None:
    client.tokens = {"access_token": "nonsense"}
    client.call("GET", "/users/me")


def expired_token(client: Client) -> None:
    client.zoom.advance(3600)
    client.call("GET", "/users/me")


def token_in_an_address(client: Client) -> None:
    query = {"access_token": client.tokens["access_token"]}
    requests.get(f"{client.zoom.api_url}/users/me", params=query, headers=JSON, timeout=10)


def missing_scope(client: Client) -> None:
    client.zoom.set_app(scopes=["user:read:user"])
    client.connect("ada").call("POST", "/users/me/meetings", json={})


def somebody_else(client: Client) -> None:
    client.call("GET", "/users/grace@example.com")


def nobody(client: Client) -> None:
    client.call("GET", "/users/nobody")


def broken_body(client: Client) -> None:
    client.call("POST", "/users/me/meetings", data=b"{")


def wrong_fields(client: Client) -> None:
    client.call("POST", "/users/me/meetings", json={"duration": 0, "settings": {"host_video": 3}})


def wrong_meeting_id(client: Client) -> None:
    client.call("GET", "/meetings/abc")


def wrong_occurrence(client: Client) -> None:
    made = client.create()
    client.call("DELETE", f"/meetings/{made['id']}", params={"occurrence_id": "1648194360000"})


def for_somebody_else(client: Client) -> None:
    client.call("POST", "/users/me/meetings", json={"schedule_for": "grace@example.com"})


def wrong_page(client: Client) -> None:
    client.call("GET", "/users/me/meetings", params={"next_page_token": "nonsense"})


def no_registration(client: Client) -> None:
    client.zoom.set_app(scopes=["meeting:write", "meeting:read"])
    client.connect("ada")
    client.call("POST", f"/meetings/{client.create()['id']}/registrants", json={"email": "b@example.com"})


def no_meeting(client: Client) -> None:
    for method in ("GET", "PATCH", "DELETE"):
        client.call(method, "/meetings/81234567890", json={"topic": "x"} if method == "PATCH" else None)


def webinar(client: Client) -> None:
    made = client.create()
    client.zoom.make_webinar(made["id"])
    client.call("GET", f"/meetings/{made['id']}")


def personal_meeting(client: Client) -> None:
    client.call("DELETE", f"/meetings/{client.call('GET', '/users/me').json()['pmi']}")


def may_not_host(client: Client) -> None:
    client.zoom.put_user("ada", type=4)
    client.call("POST", "/users/me/meetings", json={})
    client.call("GET", "/users/me/meetings")
    client.call("DELETE", "/meetings/81234567890")


def free_account(client: Client) -> None:
    client.zoom.set_app(scopes=["meeting:write", "meeting:read"])
    client.connect("ada")
    made = client.create()
    for action in ("start", "end"):
        client.zoom.press("ada", made["id"], action)
    client.zoom.put_user("ada", type=1)
    client.call("GET", f"/past_meetings/{made['id']}/participants")


def unknown_path(client: Client) -> None:
    client.call("GET", "/nothing/here")
    client.call("PUT", "/users/me")


@pytest.mark.parametrize(
    ("provoke", "status", "code"),
    [
        (wrong_token, 401, 124),
        (expired_token, 401, 124),
        (token_in_an_address, 401, 124),
        (missing_scope, 400, 4711),
        (somebody_else, 400, 4700),
        (nobody, 404, 1001),
        (broken_body, 400, 300),
        (wrong_fields, 400, 300),
        (wrong_meeting_id, 400, 300),
        (wrong_occurrence, 400, 300),
        (for_somebody_else, 400, 300),
        (wrong_page, 400, 300),
        (no_registration, 400, 300),
        (no_meeting, 404, 3001),
        (webinar, 400, 3000),
        (personal_meeting, 400, 3018),
        (may_not_host, 400, 3161),
        (free_account, 400, 200),
        (unknown_path, 404, 2300),
    ],
)
def test_each_refusal_is_in_zooms_catalogue(
    client: Client, provoke: Callable[[Client], None], status: int, code: int
) -> None:
    provoke(client)
    answers = [call for call in client.zoom.calls() if call["route"] not in ("authorize", "decide")]
    assert [fault for call in answers for fault in answer_faults(call)] == []
    last = answers[-1]["answer"]
    assert (last["status"], last["json"]["code"]) == (status, code)


def test_who_does_not_ask_for_json_gets_the_same_refusal_in_xml(client: Client) -> None:
    for accept in ("text/html", ""):
        answer = client.call("GET", "/meetings/81234567890", headers={"Accept": accept})
        assert answer.headers["Content-Type"].startswith("application/xml")
        said = "<code>3001</code><message>Meeting does not exist: 81234567890.</message>"
        assert f"<result>{said}</result>" in answer.text


def test_each_limit_speaks_and_counts_as_zooms_does(client: Client) -> None:
    zoom, meeting = client.zoom, client.create()
    changes = [client.call("PATCH", f"/meetings/{meeting['id']}", json={"topic": "x"}) for _ in range(100)]
    refused = [answer for answer in changes if answer.status_code == 429]
    zoom.knobs(host_daily_limit=0, rate_limits="free")
    refused += [answer for answer in (client.call("GET", "/users/me") for _ in range(12)) if answer.status_code == 429]
    zoom.knobs(rate_limits="off", account_daily_limit=1)
    refused += [client.call("GET", "/users/me/meetings") for _ in range(2)][1:]
    zoom.knobs(account_daily_limit=0, delete_seconds=2)
    others = [client.create()["id"] for _ in range(2)]
    client.delete_together(others, refused)
    assert {answer.status_code for answer in refused} == {429}
    assert [fault for answer in refused for fault in judged(answer)] == []
    assert len({answer.json()["message"] for answer in refused}) == 4


def judged(answer: requests.Response) -> list[str]:
    """Return what is wrong with a refusal as a client got it."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return refusal_faults(answer.status_code, headers, answer.json())


def test_tokens_come_in_zooms_form_from_code_and_refresh(client: Client) -> None:
    assert faults(client.tokens, BODIES["token"]) == []
    assert faults(client.refresh().json(), BODIES["token"]) == []


def test_each_refusal_of_a_token_is_as_zooms(client: Client) -> None:
    zoom, spent = client.zoom, client.tokens["refresh_token"]
    client.refresh()
    code = client.code("grace")
    answers = [
        client.refresh(spent),
        client.exchange("nonsense"),
        client.exchange(code, redirect_uri="http://127.0.0.1:9/other"),
        client.exchange(code, code_verifier="w" * 43),
        client.token(grant_type="password"),
        client.token(grant_type="account_credentials", account_id="nobody's"),
        client.token(secret="wrong", grant_type="refresh_token", refresh_token=spent),
        client.revoke("nonsense"),
    ]
    zoom.knobs(invalid_grant_reason=False)
    answers.append(client.refresh(spent))
    found = [fault for answer in answers for fault in token_refusal_faults(answer.status_code, answer.json())]
    assert found == []
    errors = [answer.json()["error"] for answer in answers]
    assert errors == [
        *("invalid_grant", "invalid_grant", "invalid_request", "invalid_grant", "unsupported_grant_type"),
        *("invalid_request", "invalid_client", "invalid_request", "invalid_grant"),
    ]


def test_real_values_not_only_masked_ones_keep_their_form(client: Client) -> None:
    for body in ({}, {"type": 1}, {"type": 3}, {"timezone": "Europe/Paris", "start_time": "2040-07-01T09:00:00"}):
        assert faults(client.create(**body), BODIES["create"]) == []
    series: dict[str, Any] = {"type": 8, "recurrence": {"type": 2, "end_times": 3}}
    made = client.create(start_time="2040-07-01T09:00:00Z", settings={"use_pmi": True}, **series)
    assert faults(made, BODIES["create"]) == []
    assert faults(client.call("GET", f"/meetings/{made['id']}").json(), BODIES["get"]) == []
    pages = [client.call("GET", "/users/me/meetings", params={"page_size": size}).json() for size in (2, 300)]
    assert [fault for page in pages for fault in faults(page, BODIES["list"])] == []
    client.zoom.put_user("ada", status="inactive")
    assert faults(client.call("GET", "/users/me").json(), BODIES["me"]) == []
    client.zoom.set_app(scopes=["user:read:settings"])
    client.zoom.put_user("ada", status="active")
    client.connect("ada")
    assert faults(client.call("GET", "/users/me/settings").json(), BODIES["user settings"]) == []
    assert faults(client.revoke(client.tokens["access_token"]).json(), BODIES["revoke"]) == []
