import pytest

from tests.testing.app import App, answer_in
from zoom_blueprint.testing import Simulator, SimulatorError


def test_an_invalid_grant_may_come_without_a_reason(connected: App) -> None:
    connected.zoom.knobs(invalid_grant_reason=False)
    assert connected.refresh("nonsense").json() == {"error": "invalid_grant"}


def test_a_missing_scope_may_be_a_403(app: App) -> None:
    app.zoom.knobs(missing_scope_status=403)
    location = app.zoom.consent(app.authorize_url(), withhold=["user:read:user"])
    app.tokens = app.exchange(answer_in(location)["code"]).json()
    answer = app.call("GET", "/users/me")
    assert (answer.status_code, answer.json()["code"]) == (403, 4711)


def test_the_words_about_a_bad_token_may_differ(connected: App) -> None:
    connected.zoom.knobs(token_message="Access token has expired.")
    connected.zoom.advance(3600)
    answer = connected.call("GET", "/users/me")
    assert answer.json() == {"code": 124, "message": "Access token has expired."}


def test_lifetimes_can_be_set(app: App) -> None:
    app.zoom.knobs(access_lifetime=60, refresh_lifetime=120)
    app.connect()
    assert app.tokens["expires_in"] == 60
    app.zoom.advance(61)
    assert app.call("GET", "/users/me").status_code == 401
    app.zoom.advance(60)
    assert app.refresh().status_code == 400


def test_an_account_may_do_without_passcodes(connected: App) -> None:
    connected.zoom.knobs(require_passcode=False)
    assert "password" not in connected.create()


def test_all_switches_are_shown_and_reset(zoom: Simulator) -> None:
    delivered = zoom.knobs()
    assert zoom.knobs(decline="stay", host_daily_limit=5) == {**delivered, "decline": "stay", "host_daily_limit": 5}
    zoom.reset()
    assert zoom.knobs() == delivered


def test_an_app_can_be_changed_while_it_runs(connected: App) -> None:
    shown = connected.zoom.set_app(scopes=["user:read:user"], webhook_url="http://127.0.0.1:9/")
    assert (shown["scopes"], shown["webhook_url"]) == (["user:read:user"], "http://127.0.0.1:9/")
    assert connected.connect().tokens["scope"] == "user:read:user"


def test_a_mistyped_app_is_refused(zoom: Simulator) -> None:
    for fields in ({"redirect_uri": "x"}, {"redirect_uris": "x"}, {"webhook_secret": 5}, {"client_secret": None}):
        with pytest.raises(SimulatorError):
            zoom.set_app(**fields)
