"""The page about a host's Zoom, and the line about it on the dashboard."""

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.services.looking import turn
from tests.services.test_queries import counted
from tests.web.browsing import Browser, words
from zoom_blueprint.services import endings
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionReason, ConnectionStatus


@pytest.fixture
def database_kind() -> str:
    """One database will do for what pages look like."""
    return "sqlite"


def test_the_page_says_how_zoom_stands_and_what_each_permission_is_for(site: Site) -> None:
    site.booked()
    site.drain()
    page = Browser(site).get("/connection").text
    text = words(page)
    assert "Zoom is connected Ada Lovelace ada@example.com" in text
    assert "Connected Disconnect" in text, "the button is the state, and the way out of it"
    assert "New or changed meetings left today 99 of 100" in text
    assert "Last notice from Zoom none yet" not in text
    assert "May delete meetings yes To delete the meeting when a booking is cancelled. meeting:delete:meeting" in text
    for action in ("check", "reconnect", "disconnect"):
        assert f"/connections/{site.connection().id}/{action}" in page
    assert 'aria-current="page">Zoom<' in page


def test_when_all_is_well_the_dashboard_has_one_line_about_it(site: Site) -> None:
    page = Browser(site).get("/").text
    assert "Zoom is connected ada@example.com Show the connection" in words(page)
    assert "/disconnect" not in page


@pytest.mark.parametrize(
    "amiss",
    [
        {"status": ConnectionStatus.UNHEALTHY, "reason": ConnectionReason.LOST},
        {"status": ConnectionStatus.INACTIVE, "reason": ConnectionReason.DEAUTHORIZED},
        {"client_id": "of another app"},
        {"missing_scopes": ["meeting:delete:meeting"]},
    ],
)
def test_what_is_wrong_has_its_card_and_its_button_on_the_dashboard(site: Site, amiss: dict[str, object]) -> None:
    connection = site.connection()
    turn(site.state, models.Connection, **amiss)
    for path in ("/", "/connection"):
        assert f"/connections/{connection.id}/reconnect" in Browser(site).get(path).text


def test_what_the_host_has_to_decide_stands_on_the_dashboard_though_zoom_works(make_site: MakeSite) -> None:
    site = make_site(ZOOM_CONNECTIONS_PER_HOST=2)
    second = site.connect(zoom_user="grace")
    site.booked()
    site.drain()
    site.connect()
    assert "Zoom is connected grace@example.com , ada@example.com Show the connection" in Browser(site).read("/")
    endings.disconnect(site.state, "1", second.id)
    assert "1 upcoming booking keeps a Zoom link of this account" in Browser(site).read("/")


def test_a_question_about_accounts_stands_on_the_dashboard(site: Site) -> None:
    browser = Browser(site)
    assert browser.get(browser.consent("grace")).status_code == 302
    assert "Choose the account to use" in browser.read("/")


def test_who_never_connected_finds_the_button_on_both_pages(make_site: MakeSite) -> None:
    browser = Browser(make_site())
    for path in ("/", "/connection"):
        assert "Connect Zoom to take bookings" in browser.read(path)
        assert 'action="/zoom/connect"' in browser.get(path).text


@pytest.mark.parametrize("path", ["/connection", "/"])
def test_the_page_takes_as_many_queries_with_three_accounts_as_with_one(make_site: MakeSite, path: str) -> None:
    site = make_site(ZOOM_CONNECTIONS_PER_HOST=3)
    site.connect()
    browser = Browser(site)
    browser.read(path)
    with counted(site) as few:
        browser.read(path)
    for user in ("grace", "mary"):
        site.simulator.put_user(user)
        site.connect(zoom_user=user)
    with counted(site) as many:
        browser.read(path)
    assert len(many) == len(few), many
