"""Zoom accounts on the dashboard: the question about another one, and the buttons for each of several."""

import re

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.services.looking import turn
from tests.web.asking import everything
from tests.web.browsing import Browser, words
from zoom_blueprint.services import connections
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionReason, ConnectionStatus


def press(browser: Browser, path: str, on: str = "/connection") -> str:
    """Press a button and return the text of the page on which the host ends."""
    answer = browser.press(path, on=on)
    assert answer.status_code == 303, answer.text
    return browser.read(answer.headers["Location"])


def asked(browser: Browser, user: str = "grace") -> str:
    """Sign in to Zoom as somebody else, and return the path of the question that follows."""
    answer = browser.get(browser.consent(user))
    assert answer.status_code == 302
    assert re.fullmatch(rf"{browser.base}/consents/[0-9a-f-]+", answer.headers["Location"])
    assert "zoom_consent=;" in answer.headers["Set-Cookie"]
    return answer.headers["Location"].removeprefix(browser.base)


def test_another_zoom_account_is_asked_about(site: Site) -> None:
    browser = Browser(site)
    path = asked(browser)
    page = browser.read(path)
    assert "This connection belongs to ada@" in page
    assert "just signed in to Zoom as grace@" in page
    assert "Choose the account to use" in browser.read("/connection"), "whoever goes elsewhere first finds it there"
    text = press(browser, f"{path}/change", on=path)
    assert "Zoom is now connected as Grace Hopper" in text
    assert "Choose the account" not in text
    assert site.connection().email.startswith("grace@")
    assert "nothing to decide any more" in browser.read(path)


def test_the_present_account_can_be_kept(site: Site) -> None:
    browser = Browser(site)
    path = asked(browser)
    assert "Nothing has changed" in press(browser, f"{path}/keep", on=path)
    assert site.connection().email.startswith("ada@")
    site.drain()
    assert [grant["user"] for grant in site.simulator.grants() if grant["live"]] == ["ada"]
    token = browser.csrf_token(f"/connections/{site.connection().id}/disconnect")
    late = browser.post(f"{path}/change", data={"csrf_token": token})
    assert late.status_code == 303
    assert "Nothing was changed" in browser.read("/connection")
    assert site.connection().email.startswith("ada@")


def test_a_change_that_zoom_does_not_let_through_can_be_tried_again(site: Site) -> None:
    browser = Browser(site)
    path = asked(browser)
    site.simulator.fault(route="me", status=503)
    text = press(browser, f"{path}/change", on=path)
    assert "Zoom did not answer as expected" in text
    assert "Which Zoom account?" in text
    assert "Zoom is now connected as Grace Hopper" in press(browser, f"{path}/change", on=path)


def test_the_gate_holds_for_a_change_of_accounts(site: Site) -> None:
    browser = Browser(site)
    path = asked(browser)
    site.zoom.may_connect(lambda host: "Zoom is part of the Pro plan.")
    assert "Zoom is part of the Pro plan." in press(browser, f"{path}/change", on=path)
    assert site.connection().email.startswith("ada@")


def test_a_question_and_its_buttons_are_for_one_host_and_need_a_csrf_token(site: Site) -> None:
    browser = Browser(site)
    path = asked(browser)
    reconnect = f"/connections/{site.connection().id}/reconnect"
    before = everything(site)
    for address in (f"{path}/change", f"{path}/keep", reconnect):
        assert browser.post(address).status_code == 400
        assert browser.get(address).status_code == 405
    other = Browser(site, "grace")
    token = other.csrf_token()
    assert other.get(path).status_code == 404
    for address in (f"{path}/change", f"{path}/keep", reconnect, "/consents/x/keep", "/connections/x/reconnect"):
        assert other.post(address, data={"csrf_token": token}).status_code == 404
    assert other.get("/consents/%00").status_code == 404
    other.sign_in("")
    assert other.get(path).status_code == 401
    assert everything(site) == before


def test_reconnecting_restores_the_row_that_was_asked_for(site: Site) -> None:
    browser = Browser(site)
    turn(site.state, models.Connection, status=ConnectionStatus.UNHEALTHY, reason=ConnectionReason.INTERRUPTED)
    before = site.connection()
    page = browser.get("/connection").text
    assert f"/connections/{before.id}/reconnect" in page
    assert "when the connection broke" in words(page)
    answer = browser.press(f"/connections/{before.id}/reconnect")
    assert answer.status_code == 303
    text = browser.come_back(site.simulator.consent(answer.headers["Location"], "ada"))
    assert "Zoom connected as Ada Lovelace" in text
    assert (site.connection().id, site.connection().status) == (before.id, ConnectionStatus.ACTIVE)


def test_several_accounts_have_a_card_each_with_their_own_buttons(make_site: MakeSite) -> None:
    site = make_site(ZOOM_CONNECTIONS_PER_HOST=2)
    browser = Browser(site)
    assert "Connect another Zoom account" not in browser.read("/connection")
    assert "Connect another Zoom account" in browser.connect()
    browser.connect("grace")
    page = browser.get("/connection").text
    text = words(page)
    assert text.count("Zoom is connected") == 2
    assert "Connect another Zoom account" not in text
    every = connections.all_of(site.state, "1")
    assert [f"/connections/{one.id}/disconnect" in page for one in every] == [True, True]
    assert "Disconnect ada@" in text
    assert "Disconnect grace@" in text


@pytest.mark.parametrize("status", [ConnectionStatus.UNHEALTHY, ConnectionStatus.INACTIVE])
def test_of_several_accounts_the_one_that_does_not_work_says_why(make_site: MakeSite, status: ConnectionStatus) -> None:
    site = make_site(ZOOM_CONNECTIONS_PER_HOST=2)
    site.connect()
    second = site.connect(zoom_user="grace")
    reason = ConnectionReason.LOST if status is ConnectionStatus.UNHEALTHY else ConnectionReason.DISCONNECTED
    turn(site.state, models.Connection, models.Connection.id == second.id, status=status, reason=reason)
    page = Browser(site).get("/connection").text
    assert f"/connections/{second.id}/reconnect" in page
    text = words(page)
    assert "Zoom is connected" in text
    if status is ConnectionStatus.UNHEALTHY:
        assert "Zoom no longer accepts our access. Press Reconnect Zoom." in text
    else:
        assert "A Zoom account is disconnected" in text
        assert "You disconnected Zoom." in text


def test_a_newer_question_or_answer_ends_the_older_question(site: Site) -> None:
    browser = Browser(site)
    first = asked(browser)
    second = asked(browser)
    assert "nothing to decide any more" in browser.read(first)
    assert browser.read("/connection").count("Choose the account to use") == 1
    assert "Nothing has changed" in press(browser, f"{second}/keep", on=second)
    third = asked(browser)
    assert "Zoom connected as Ada" in browser.connect("ada")
    assert "nothing to decide any more" in browser.read(third)
    site.drain()
    assert [grant["user"] for grant in site.simulator.grants() if grant["live"]] == ["ada"]
    assert site.connection().email.startswith("ada@")
