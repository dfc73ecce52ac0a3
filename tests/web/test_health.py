"""The health of a connection on its card, by a button, and as JSON."""

import json

import pytest

from tests.actions.programs import Program
from tests.fixtures.site import MakeSite, Site
from tests.services.looking import turn
from tests.web.browsing import Browser
from zoom_blueprint.services import endings
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionStatus

SECRET_COLUMNS = ("access_token", "refresh_token", "sealed", "client_secret")


def check(browser: Browser) -> str:
    """Press Check now and return the text of the page on which the host ends."""
    connection = browser.site.connection()
    answer = browser.press(f"/connections/{connection.id}/check", on="/connection")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{browser.base}/connection"
    return browser.read("/connection")


def test_the_card_shows_the_last_check_without_asking_zoom(site: Site) -> None:
    browser = Browser(site)
    calls = len(site.simulator.calls())
    page = browser.read("/connection")
    assert "Health check: not checked yet" in page
    assert len(site.simulator.calls()) == calls
    page = check(browser)
    assert "Zoom answered, and everything is fine." in page
    calls = len(site.simulator.calls())
    page = browser.read("/connection")
    assert "Health check: everything is fine" in page
    assert "May create meetings yes" in page
    assert "New or changed meetings left today 100 of 100" in page
    assert "May host meetings yes" in page
    assert len(site.simulator.calls()) == calls


def test_the_button_says_what_is_wrong_and_what_to_press(site: Site) -> None:
    browser = Browser(site)
    site.simulator.put_user("ada", status="inactive")
    page = check(browser)
    assert (
        page.count("Your Zoom account is not active. Ask your Zoom administrator, then press Check now.") == 2
    )  # answer, card
    assert "Zoom needs your attention" in page
    assert "Health check: 1 problem" in page
    assert "Check now" in page
    site.simulator.put_user("ada", status="active")
    assert "Zoom is connected" in check(browser)


def test_a_grant_of_another_zoom_app_brings_the_button_that_its_sentence_names(site: Site) -> None:
    browser = Browser(site)
    reconnect = f"/connections/{site.connection().id}/reconnect"
    assert reconnect not in browser.get("/").text
    turn(site.state, models.Connection, client_id="of another app")
    assert "Zoom was connected through another Zoom app. Press Reconnect Zoom." in browser.read("/connection")
    assert reconnect in browser.get("/").text
    assert reconnect in browser.get("/connection").text
    answer = browser.press(reconnect, on="/connection")
    assert answer.headers["Location"].startswith(site.simulator.oauth_url)


def test_silence_of_zoom_is_said_and_nothing_else_changes(site: Site) -> None:
    browser = Browser(site)
    check(browser)
    site.simulator.fault(route="me", status=503)
    page = check(browser)
    assert "Zoom did not answer when we last asked." in page
    assert "Zoom is connected" in page
    assert "Zoom account active" in page


def test_programs_of_the_host_read_the_same_as_json(site: Site) -> None:
    browser = Browser(site)
    check(browser)
    connection = site.connection()
    answer = browser.get(f"/connections/{connection.id}/health")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer.headers
    found = answer.json()
    assert (found["connection_id"], found["status"], found["token"]) == (connection.id, "active", "valid")
    assert (found["problems"], found["quota_left"], found["account_active"]) == ([], 100, True)
    assert len(found["permissions"]) == 6
    text = json.dumps(found)
    for secret in (*SECRET_COLUMNS, connection.email):
        assert secret not in text


def test_nobody_else_sees_or_checks_a_connection(site: Site) -> None:
    connection_id = site.connection().id
    calls = len(site.simulator.calls())
    stranger = Browser(site, "grace")
    answer = stranger.get(f"/connections/{connection_id}/health")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert stranger.press(f"/connections/{connection_id}/check").status_code == 404
    stranger.sign_in("")
    assert stranger.get(f"/connections/{connection_id}/health").status_code == 401
    assert stranger.post(f"/connections/{connection_id}/check").status_code == 401
    without_token = Browser(site).post(f"/connections/{connection_id}/check")
    assert without_token.status_code == 400
    assert Browser(site).get(f"/connections/{connection_id}/check").status_code == 405
    assert len(site.simulator.calls()) == calls


def test_a_cut_connection_has_no_section_and_its_button_explains(site: Site) -> None:
    browser = Browser(site)
    connection = site.connection()
    token = browser.csrf_token("/connection")
    endings.disconnect(site.state, "1", connection.id)
    answer = browser.post(f"/connections/{connection.id}/check", data={"csrf_token": token})
    assert answer.status_code == 303
    page = browser.read("/connection")
    assert "there is nothing to check" in page
    assert "Health check" not in page
    assert site.connection().status is ConnectionStatus.INACTIVE


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_each_of_several_accounts_has_its_own_section(make_site: MakeSite, database_kind: str) -> None:
    del database_kind
    site = make_site(ZOOM_CONNECTIONS_PER_HOST=2)
    browser = Browser(site)
    site.connect()
    site.connect(zoom_user="grace")
    text = browser.read("/connection")
    assert text.count("Health check: ") == 2
    assert "(ada@example.com)" in text
    assert "(grace@example.com)" in text


def test_zoom_is_not_asked_again_and_again_by_the_button_nor_by_programs_which_count_apart(make_site: MakeSite) -> None:
    site = make_site(ZOOM_LIMITS="2000 per minute")
    site.connect()
    program, browser, connection = Program(site), Browser(site), site.connection()
    one = {"connection": connection.id}
    assert [program.ask("get_health", one).status_code for _ in range(6)] == [200] * 6
    calls = len(site.simulator.calls())
    refused = program.ask("get_health")
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert len(site.simulator.calls()) == calls
    data = {"csrf_token": browser.csrf_token("/connection")}
    pressed = [browser.post(f"/connections/{connection.id}/check", data=data).status_code for _ in range(7)]
    assert pressed == [303] * 6 + [429]
