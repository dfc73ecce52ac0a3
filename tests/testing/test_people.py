from typing import Any

import pytest

from tests.testing.app import App
from tests.testing.receiver import Receiver
from zoom_blueprint.testing import Simulator, SimulatorError


def told(app: App, event: str) -> list[dict[str, Any]]:
    """Return the payloads of an event that apps were sent."""
    return [told["payload"] for told in app.events(event)]


def test_a_deactivated_user_is_inactive_and_only_the_profile_answers(connected: App, receiver: Receiver) -> None:
    connected.zoom.change_user("ada", status="inactive")
    assert connected.call("GET", "/users/me").json()["status"] == "inactive"
    refused = connected.call("GET", "/users/me/meetings")
    assert (refused.status_code, refused.json()["code"]) == (401, 124)
    connected.zoom.knobs(inactive_user="refused")
    assert connected.call("GET", "/users/me").status_code == 401
    connected.zoom.change_user("ada", status="active")
    assert connected.call("GET", "/users/me/meetings").status_code == 200
    (gone,), (back,) = told(connected, "user.deactivated"), told(connected, "user.activated")
    assert gone["object"]["id"] == back["object"]["id"] == connected.zoom.users()[0]["id"]
    assert told(connected, "user.updated") == []


def test_a_changed_user_is_told_of_with_the_new_values(connected: App, receiver: Receiver) -> None:
    connected.zoom.change_user("ada", first_name="Augusta", type=1)
    (payload,) = told(connected, "user.updated")
    shown = payload["object"]
    assert set(shown) == {"id", "email", "first_name", "last_name", "type"}
    assert (shown["first_name"], shown["type"]) == ("Augusta", 1)
    connected.zoom.change_user("ada", first_name="Augusta")
    connected.zoom.put_user("ada", first_name="Ada")
    assert len(told(connected, "user.updated")) == 1


def test_a_deleted_user_takes_grants_and_meetings_along(connected: App, receiver: Receiver) -> None:
    made = connected.create()
    connected.zoom.delete_user("ada")
    assert connected.call("GET", "/users/me").json()["code"] == 124
    assert connected.refresh().json()["error"] == "invalid_grant"
    assert [grant["live"] for grant in connected.zoom.grants()] == [False]
    assert [user["short"] for user in connected.zoom.users()] == ["grace"]
    assert [payload["object"]["email"] for payload in told(connected, "user.deleted")] == ["ada@example.com"]
    grace = App(connected.zoom).connect("grace")
    assert grace.call("GET", f"/meetings/{made['id']}").status_code == 404
    assert grace.call("GET", "/users/ada@example.com").json()["code"] == 1001


@pytest.mark.parametrize("fields", [{"short": "ada"}, {"short": "ann", "email": "ada@example.com"}])
def test_a_deleted_user_leaves_name_and_address_taken(zoom: Simulator, fields: dict[str, str]) -> None:
    zoom.delete_user("ada")
    with pytest.raises(SimulatorError):
        zoom.put_user(**fields)


def test_a_user_who_leaves_the_account_is_lost_to_its_apps(connected: App, receiver: Receiver) -> None:
    account = connected.zoom.users()[0]["account_id"]
    connected.zoom.disassociate_user("ada")
    assert connected.call("GET", "/users/me").status_code == 401
    assert [payload["account_id"] for payload in told(connected, "user.disassociated")] == [account]
    assert connected.zoom.users()[0]["account_id"] != account


def test_nobody_can_be_changed_who_is_not_there(zoom: Simulator) -> None:
    for act in (zoom.change_user, zoom.delete_user, zoom.disassociate_user):
        with pytest.raises(SimulatorError, match="no user"):
            act("nobody")


def test_the_settings_say_how_new_meetings_begin(app: App) -> None:
    app.zoom.set_app(scopes=["user:read:settings"])
    app.connect()
    app.zoom.knobs(require_passcode=False, locked_settings={"waiting_room": False})
    settings = app.call("GET", "/users/me/settings").json()
    assert settings["schedule_meeting"]["require_password_for_scheduling_new_meetings"] is False
    assert settings["in_meeting"] == {"waiting_room": False}


def test_tokens_to_begin_meetings_with_are_given_out(app: App) -> None:
    app.zoom.set_app(scopes=["user:read:zak", "user:read:token"])
    app.connect()
    tokens = [app.call("GET", path).json()["token"] for path in ("/users/me/zak", "/users/me/token")]
    assert all(len(token) > 500 for token in tokens)
    assert [call["answer"]["json"] for call in app.zoom.calls("user_zak")] == [{"token": "***"}]


def test_an_address_is_known_or_not(app: App) -> None:
    app.zoom.set_app(scopes=["user:read:email"])
    app.connect()
    known = {
        email: app.call("GET", "/users/email", params={"email": email}).json()["existed_email"]
        for email in ("grace@example.com", "nobody@example.com")
    }
    assert list(known.values()) == [True, False]
