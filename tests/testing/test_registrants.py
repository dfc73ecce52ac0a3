import pytest

from tests.testing.app import App

SCOPES = ["meeting:write", "meeting:read"]
BOB = {"email": "bob@example.com", "first_name": "Bob"}


@pytest.fixture
def registering(app: App) -> App:
    """An app that may do everything with registrants."""
    app.zoom.set_app(scopes=SCOPES)
    return app.connect()


def test_a_meeting_without_registration_says_so(registering: App) -> None:
    made = registering.create()
    for method in ("GET", "POST"):
        answer = registering.call(method, f"/meetings/{made['id']}/registrants", json=BOB)
        message = f"Registration has not been enabled for this meeting: {made['id']}."
        assert (answer.status_code, answer.json()) == (400, {"code": 300, "message": message})


def test_who_registers_gets_a_link_at_once_or_after_approval(registering: App) -> None:
    for approval, links in ((0, True), (1, False)):
        made = registering.create(settings={"approval_type": approval})
        path = f"/meetings/{made['id']}/registrants"
        answer = registering.call("POST", path, json=BOB)
        assert answer.status_code == 201
        assert ("join_url" in answer.json()) is links
        if not links:
            decision = {"action": "approve", "registrants": [{"id": answer.json()["registrant_id"]}]}
            assert registering.call("GET", path).json()["registrants"] == []
            assert registering.call("PUT", f"{path}/status", json=decision).status_code == 204
        (listed,) = registering.call("GET", path).json()["registrants"]
        assert (listed["email"], listed["status"]) == ("bob@example.com", "approved")


def test_a_registration_needs_an_address_and_a_name(registering: App) -> None:
    path = f"/meetings/{registering.create(settings={'approval_type': 0})['id']}/registrants"
    answer = registering.call("POST", path, json={"email": "bob", "first_name": ""})
    assert {error["field"] for error in answer.json()["errors"]} == {"email", "first_name"}
    assert registering.call("PUT", f"{path}/status", json={"action": "maybe"}).json()["code"] == 300


def test_a_basic_host_cannot_ask_for_registration(registering: App) -> None:
    registering.zoom.put_user("ada", type=1)
    made = registering.create(settings={"approval_type": 0})
    assert made["settings"]["approval_type"] == 2
