"""Grants of whole accounts, for servers without users."""

from tests.testing.app import App
from tests.testing.receiver import Receiver
from zoom_blueprint.testing import Simulator


def server(zoom: Simulator) -> App:
    """Return an app that acts for the account of Ada and Grace."""
    app = App(zoom)
    app.tokens = app.token(grant_type="account_credentials", account_id=zoom.users()[0]["account_id"]).json()
    return app


def test_a_server_gets_an_access_token_and_nothing_to_refresh(zoom: Simulator) -> None:
    tokens = server(zoom).tokens
    assert set(tokens) == {"access_token", "token_type", "expires_in", "scope", "api_url"}
    assert all(scope.endswith(":admin") for scope in tokens["scope"].split())
    client = App(zoom).token(grant_type="client_credentials")
    assert (client.status_code, "refresh_token" in client.json()) == (200, False)


def test_a_server_of_an_unknown_account_is_refused(zoom: Simulator) -> None:
    answer = App(zoom).token(grant_type="account_credentials", account_id="nobody's")
    assert (answer.status_code, answer.json()) == (400, {"reason": "Invalid Account Id", "error": "invalid_request"})


def test_a_server_names_its_users_and_cannot_say_me(zoom: Simulator, receiver: Receiver) -> None:
    app = server(zoom)
    assert app.call("GET", "/users/me").json()["code"] == 1001
    grace = zoom.users()[1]
    assert app.call("GET", f"/users/{grace['id']}").json()["email"] == "grace@example.com"
    made = app.call("POST", "/users/grace@example.com/meetings", json={"topic": "By a server"})
    assert made.json()["host_id"] == grace["id"]
    assert app.call("DELETE", f"/meetings/{made.json()['id']}").status_code == 204
    assert len(app.events("meeting.created")) == 1
    zoom.disassociate_user("grace")
    assert app.call("GET", f"/users/{grace['id']}").json()["code"] == 1010


def test_a_servers_earlier_token_lives_on_unless_the_knob_says_otherwise(zoom: Simulator) -> None:
    first = server(zoom)
    path = "/users/ada@example.com"
    second = server(zoom)
    assert [app.call("GET", path).status_code for app in (first, second)] == [200, 200]
    zoom.knobs(old_access_after_refresh="revoked")
    third = server(zoom)
    assert [app.call("GET", path).status_code for app in (first, second, third)] == [401, 401, 200]
    assert [grant["user"] for grant in zoom.grants()] == [None]
