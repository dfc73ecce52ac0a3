"""Connecting Zoom as a host's browser does it, from the button to the sentence at the end."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, update

from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import HOSTS
from tests.services.looking import make_due
from tests.web.asking import everything
from tests.web.browsing import Browser
from zoom_blueprint import Host
from zoom_blueprint.services import connections
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionStatus

EXPIRED = "This connection attempt has expired. Press Connect Zoom again."


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """Serve a site whose hosts are not connected."""
    return make_site()


def test_one_click_and_one_yes_connect_zoom(site: Site) -> None:
    browser = Browser(site)
    text = browser.connect()
    assert "Zoom connected as Ada Lovelace" in text
    assert "Zoom is connected" in text
    assert site.connection().status is ConnectionStatus.ACTIVE
    assert site.connection().missing_scopes == ()
    assert "zoom_consent" not in browser.session.cookies


def test_the_consent_is_asked_for_with_pkce_and_a_state_and_without_scopes(site: Site) -> None:
    address = urlsplit(Browser(site).begin())
    asked = parse_qs(address.query)
    assert address._replace(query="").geturl() == f"{site.simulator.oauth_url}/authorize"
    assert set(asked) == {
        "response_type",
        "client_id",
        "redirect_uri",
        "state",
        "code_challenge",
        "code_challenge_method",
    }
    assert asked["redirect_uri"] == [f"{site.base}/callback"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["state"][0]) >= 43


def test_connecting_and_checking_make_no_meeting(site: Site) -> None:
    Browser(site).connect()
    site.drain()
    assert site.simulator.calls("create_meeting") == []


@pytest.mark.parametrize(
    ("public_url", "secure"), [("https://book.example.com", True), ("http://book.example.com", False)]
)
def test_the_cookie_of_a_consent_is_as_narrow_as_it_can_be(make_site: MakeSite, public_url: str, secure: bool) -> None:
    site = make_site(ZOOM_PUBLIC_URL=public_url, APPLICATION_ROOT="/shop", WTF_CSRF_ENABLED=False)
    client = site.app.test_client()
    answer = client.post("/zoom/connect", base_url=public_url, headers={"X-Host": "ada"})
    cookies = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("zoom_consent=")]
    parts = {part.strip() for part in cookies[0].split(";")}
    assert {"HttpOnly", "SameSite=Lax", "Path=/shop/zoom/", "Max-Age=600"} <= parts
    assert ("Secure" in parts) == secure
    assert not any(part.startswith("Domain") for part in parts)


def test_connecting_needs_a_csrf_token_and_a_post(site: Site) -> None:
    browser = Browser(site)
    browser.read("/")
    before = everything(site)
    for fields in ({}, {"csrf_token": ""}, {"csrf_token": "forged"}):
        answer = browser.post("/connect", data=fields)
        assert answer.status_code == 400
        assert "This page has expired" in answer.text
        assert "Set-Cookie" not in answer.headers or "zoom_consent" not in answer.headers["Set-Cookie"]
    assert browser.get("/connect").status_code == 405
    assert everything(site) == before


def test_a_csrf_token_of_another_browser_does_not_count(site: Site) -> None:
    stolen = Browser(site).csrf_token()
    browser = Browser(site, "grace")
    browser.read("/")
    assert browser.post("/connect", data={"csrf_token": stolen}).status_code == 400


def test_nobody_signed_in_is_asked_to_sign_in(site: Site) -> None:
    browser = Browser(site)
    address = browser.consent()
    browser.sign_in("")
    before = everything(site)
    for path in ("/", address, "/connections/x/disconnect", "/host/bookings/x/cancel"):
        assert browser.get(path).status_code == 401
    for path in ("/connect", "/connections/x/disconnect", "/host/bookings/x/cancel"):
        assert browser.post(path).status_code == 401
    assert everything(site) == before


def test_a_state_counts_once(site: Site) -> None:
    browser = Browser(site)
    address = browser.consent()
    cookies = browser.session.cookies.copy()
    browser.come_back(address)
    grants, calls = everything(site)["zoom_grant"], len(site.simulator.calls())
    browser.session.cookies.update(cookies)
    assert EXPIRED in browser.come_back(address)
    assert everything(site)["zoom_grant"] == grants
    assert len(site.simulator.calls()) == calls, "Zoom is not even asked"
    assert site.connection().status is ConnectionStatus.ACTIVE


def test_a_state_counts_only_in_the_browser_that_began(site: Site) -> None:
    """Else an attacker could have a victim finish the attacker's own consent."""
    address = Browser(site).consent()
    other = Browser(site)
    assert EXPIRED in other.come_back(address)
    third = Browser(site)
    third.begin()
    assert EXPIRED in third.come_back(address)
    assert everything(site)["zoom_connection"] == []


def test_a_state_counts_only_for_the_host_who_began(site: Site) -> None:
    browser = Browser(site)
    address = browser.consent()
    browser.sign_in("grace")
    assert EXPIRED in browser.come_back(address)
    assert everything(site)["zoom_connection"] == []
    browser.sign_in("ada")
    assert "Zoom connected as Ada Lovelace" in browser.come_back(address), "who has not come back before"


def test_a_state_counts_for_ten_minutes(site: Site) -> None:
    browser = Browser(site)
    address = browser.consent()
    consents = update(models.Consent).values(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    site.state.database.write(lambda session: session.execute(consents))
    assert EXPIRED in browser.come_back(address)
    browser.begin()
    rows = select(models.Consent.expires_at).where(models.Consent.used_at.is_(None))
    newest = site.state.database.read(lambda session: max(session.scalars(rows)))
    assert timedelta(minutes=9) < newest - datetime.now(UTC) <= timedelta(minutes=10)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "connections start from this page"),
        ("code=abc", "connections start from this page"),
        ("state=forged&code=abc", EXPIRED),
        ("state=%00&code=%00", EXPIRED),
        ("state={state}", "Zoom sent no authorization code"),
        ("state={state}&error=access_denied", "access was declined"),
        ("state={state}&error=server_error", "Zoom reported an error"),
        ("state={state}&error=<script>alert(1)</script>", "Zoom reported an error"),
        ("state={state}&code=forged", EXPIRED),
        ("state={state}&state=other&code=forged&error_description=secret", EXPIRED),
    ],
)
def test_every_other_ending_is_a_sentence_that_says_what_to_press(site: Site, query: str, sentence: str) -> None:
    browser = Browser(site)
    state = parse_qs(urlsplit(browser.begin()).query)["state"][0]
    text = browser.come_back(f"{site.base}/callback?{query.format(state=state)}")
    assert sentence in text
    assert "Connect Zoom" in text
    assert "alert(1)" not in text
    assert everything(site)["zoom_connection"] == []
    assert everything(site)["zoom_grant"] == []


def test_declining_on_zooms_page_is_told_as_that(site: Site) -> None:
    assert "access was declined" in Browser(site).connect(decision="decline")
    assert everything(site)["zoom_connection"] == []


def test_a_zoom_that_does_not_answer_is_told_as_that(site: Site) -> None:
    browser = Browser(site)
    site.simulator.fault(route="token", status=503, body="<html>gone fishing</html>", content_type="text/html")
    text = browser.connect()
    assert "Zoom did not answer as expected. Press Connect Zoom to try again." in text
    assert "fishing" not in text


def test_a_zoom_that_is_slow_to_say_who_connected_is_waited_for(site: Site) -> None:
    site.simulator.fault(route="me", status=503)
    browser = Browser(site)
    assert "this page will show it in a moment" in browser.connect()
    make_due(site.state, models.Duty)
    site.drain()
    assert "Zoom is connected" in browser.read("/")


def test_wrong_app_credentials_are_told_to_the_operator(site: Site) -> None:
    browser = Browser(site)
    address = browser.consent()
    site.simulator.set_app(client_secret="AnotherSecret0123456789ABCDEFGHI")
    assert "ZOOM_CLIENT_SECRET" in browser.come_back(address)


def test_a_zoom_user_of_another_host_is_refused_and_the_other_host_goes_on(site: Site) -> None:
    Browser(site).connect("ada")
    text = Browser(site, "grace").connect("ada")
    assert "already linked to another host" in text
    assert connections.current(site.state, HOSTS["grace"].id) is None
    assert site.connection("ada").status is ConnectionStatus.ACTIVE
    assert site.booked("ada/intro-call")["meeting_status"] == "ready"


def test_connecting_again_keeps_the_newest_tokens(site: Site) -> None:
    browser = Browser(site)
    browser.connect()
    first = site.connection()
    browser.connect()
    second = site.connection()
    assert (first.id, first.status) == (second.id, second.status)
    assert len(everything(site)["zoom_grant"]) == 1
    assert site.booked()["meeting_status"] == "ready"
    assert site.simulator.token_stats()["refreshes"] == 0


def test_scopes_that_were_withheld_are_named(site: Site) -> None:
    text = Browser(site).connect(withhold=["meeting:delete:meeting"])
    assert "Zoom did not give every permission" in text
    assert "the permission to delete meetings (meeting:delete:meeting). Press Reconnect Zoom" in text
    assert site.connection().missing_scopes == ("meeting:delete:meeting",)
    assert "did not give every permission" not in Browser(site).connect()
    assert site.connection().missing_scopes == ()


@pytest.mark.parametrize("answer", [False, "Zoom is part of the Pro plan."])
def test_a_host_who_may_not_connect_reads_why(site: Site, answer: bool | str) -> None:
    site.zoom.may_connect(lambda host: answer)
    browser = Browser(site)
    page = browser.get("/")
    assert 'action="/zoom/connect"' not in page.text
    shown = answer or "Your account does not include Zoom meetings."
    assert str(shown) in page.text


def test_the_gate_holds_for_the_button_too(site: Site) -> None:
    browser = Browser(site)
    token = browser.csrf_token()
    site.zoom.may_connect(lambda host: "Zoom is part of the Pro plan.")
    before = everything(site)
    answer = browser.post("/connect", data={"csrf_token": token})
    assert answer.status_code == 403
    assert "Zoom is part of the Pro plan." in answer.text
    assert everything(site) == before


def test_the_gate_is_asked_with_the_stored_host(site: Site) -> None:
    asked: set[str | None] = set()

    @site.zoom.may_connect
    def gate(host: Host) -> bool:
        asked.add(host.slug)
        return True

    Browser(site).begin()
    assert asked == {"ada"}


def test_a_host_who_keeps_the_profile_back_is_told_which_permission_is_missing(site: Site) -> None:
    text = Browser(site).connect(withhold=["user:read:user"])
    assert "Zoom did not give the permission" in text
    assert "user:read:user" in text
