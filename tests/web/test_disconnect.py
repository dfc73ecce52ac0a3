"""Disconnecting, and what a host's pages do with ids of others."""

from tests.fixtures.site import Site, api
from tests.web.asking import everything
from tests.web.browsing import Browser
from zoom_blueprint.values import ConnectionStatus


def test_disconnecting_asks_first_and_then_gives_everything_back(site: Site) -> None:
    browser = Browser(site)
    site.booked()
    path = f"/connections/{site.connection().id}/disconnect"
    before = everything(site)
    assert "Disconnect" in browser.read(path)
    assert everything(site) == before, "a GET changes nothing"
    answer = browser.press(path, on=path)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{site.base}/connection")
    assert "Zoom is disconnected, and Zoom has confirmed it." in browser.read("/")
    assert site.connection().status is ConnectionStatus.INACTIVE
    assert everything(site)["zoom_grant"] == []
    assert not any(grant["live"] for grant in site.simulator.grants())
    assert site.get("/api/v1/hosts/ada/intro-call").status_code == 404


def test_a_zoom_that_does_not_confirm_is_told_as_that(site: Site) -> None:
    browser = Browser(site)
    site.simulator.fault(route="revoke", status=500)
    path = f"/connections/{site.connection().id}/disconnect"
    browser.press(path, on=path)
    assert "Zoom has not confirmed it" in browser.read("/")
    assert everything(site)["zoom_grant"] == []


def test_disconnecting_needs_a_csrf_token(site: Site) -> None:
    browser = Browser(site)
    browser.read("/")
    before = everything(site)
    answer = browser.post(f"/connections/{site.connection().id}/disconnect")
    assert answer.status_code == 400
    assert "This page has expired" in answer.text
    assert everything(site) == before


def test_ids_of_other_hosts_are_not_found(site: Site) -> None:
    booking = site.booked()
    site.connect("grace", "grace")
    grace = Browser(site, "grace")
    token = grace.csrf_token(f"/connections/{site.connection('grace').id}/disconnect")
    before = everything(site)
    for path in (
        f"/connections/{site.connection().id}/disconnect",
        f"/connections/{site.connection().id}/notice",
        f"/host/bookings/{booking['id']}/cancel",
        "/connections/nothing/disconnect",
        "/connections/nothing/notice",
        "/host/bookings/nothing/cancel",
        "/host/bookings/%00/cancel",
        "/connections/%00/disconnect",
    ):
        assert grace.get(path).status_code == 404
        assert grace.post(path, data={"csrf_token": token}).status_code == 404
    assert everything(site) == before


def test_the_trash_icon_asks_first_and_then_cancels_in_both_places(site: Site) -> None:
    booking = site.booked()
    ada = Browser(site)
    path = f"/host/bookings/{booking['id']}/cancel"
    before = everything(site)
    assert "Bob Byrne" in ada.read(path)
    assert everything(site) == before
    answer = ada.press(path, on=path, reason="I am ill")
    assert answer.status_code == 303
    assert "The booking with Bob Byrne is cancelled." in ada.read("/")
    site.drain()
    assert site.simulator.meetings("ada") == []
    assert site.get(api(booking)).json()["status"] == "cancelled"
    assert "I am ill" in site.get(booking["manage_url"]).text


def test_cancelling_needs_a_csrf_token(site: Site) -> None:
    booking = site.booked()
    ada = Browser(site)
    ada.read("/")
    before = everything(site)
    assert ada.post(f"/host/bookings/{booking['id']}/cancel").status_code == 400
    assert everything(site) == before


def test_looking_around_changes_nothing(site: Site) -> None:
    """Scanners of mails and browsers' previews follow every link."""
    booking = site.booked()
    ada = Browser(site)
    manage = booking["manage_url"].removeprefix(site.base)
    ada.read("/")
    before = everything(site)
    for path in (
        "/",
        "/guide",
        "/book/ada/intro-call",
        f"/book/ada/intro-call?start={booking['start']}",
        f"{manage}?new=1",
        f"{manage}?move=1",
        f"/connections/{site.connection().id}/disconnect",
        f"/connections/{site.connection().id}/notice",
        f"/host/bookings/{booking['id']}/cancel",
        "/callback",
    ):
        assert ada.get(path).status_code in (200, 302), path
        ada.session.head(f"{ada.base}{path}", timeout=30, allow_redirects=False)
    for path in ("/reschedule", "/cancel"):
        assert ada.get(manage + path).status_code == 405
    assert everything(site) == before
