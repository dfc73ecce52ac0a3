"""Connecting Google Calendar as a host's browser does it, from the button to the sentence at the end."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.fixtures.google import connect_google, consent_google
from tests.fixtures.site import MakeSite, Site
from tests.services.looking import only, rows, turn
from tests.web.browsing import Browser
from zoom_blueprint.google_api.scopes import ASKED
from zoom_blueprint.services import connections, tokens
from zoom_blueprint.store import models
from zoom_blueprint.values import Connection, ConnectionStatus, Provider


@pytest.fixture
def site(make_google_site: MakeSite) -> Site:
    """Serve a site whose hosts are not connected."""
    return make_google_site()


def of_google(site: Site) -> Connection:
    found = connections.current(site.state, "1", Provider.GOOGLE)
    assert found is not None
    return found


def read(site: Site, location: str, who: str = "ada") -> str:
    return Browser(site, who).read(location.removeprefix(site.base))


def test_one_click_and_one_yes_connect_google(site: Site) -> None:
    browser = Browser(site)
    assert "Google Calendar connected as ada@" in browser.come_back(consent_google(browser))
    found = of_google(site)
    assert (found.status, found.provider, found.missing_scopes) == (ConnectionStatus.ACTIVE, Provider.GOOGLE, ())
    assert "google_consent" not in browser.session.cookies
    calendars = tokens.with_google(site.state, found.id, lambda google: list(google.calendars()))
    assert [one.is_primary for one in calendars] == [True]


def test_the_consent_is_asked_for_with_pkce_offline_and_the_least_scopes(site: Site) -> None:
    answer = Browser(site).press("/google/connect")
    address = urlsplit(answer.headers["Location"])
    asked = parse_qs(address.query)
    assert address._replace(query="").geturl() == f"{site.simulator.google.oauth_url}/auth"
    assert asked["redirect_uri"] == [f"{site.base}/google/callback"]
    assert asked["scope"] == [" ".join(ASKED)]
    assert asked["code_challenge_method"] == ["S256"]
    assert (asked["access_type"], asked["prompt"]) == (["offline"], ["consent"])


def test_who_says_no_is_told_how_to_try_again(site: Site) -> None:
    browser = Browser(site)
    text = browser.come_back(consent_google(browser, decision="decline"))
    assert "Google Calendar was not connected, because access was declined." in text
    assert connections.all_of(site.state, "1", Provider.GOOGLE) == []


def test_a_site_without_the_keys_says_nothing_of_google(make_site: MakeSite) -> None:
    browser = Browser(make_site())
    answer = browser.press("/google/connect")
    assert answer.status_code == 404
    assert "Google" not in answer.text
    assert "Google" not in browser.come_back(f"{browser.base}/google/callback?state=x&code=y")


def test_both_providers_can_be_connected_at_the_same_time(site: Site) -> None:
    browser = Browser(site)
    to_google, to_zoom = consent_google(browser), browser.consent()
    assert "Zoom connected as Ada Lovelace" in browser.come_back(to_zoom)
    assert "Google Calendar connected as ada@" in browser.come_back(to_google)
    assert (site.connection().provider, site.connection().status) == (Provider.ZOOM, ConnectionStatus.ACTIVE)
    found = of_google(site)
    assert found.id != site.connection().id


def test_an_answer_of_one_provider_ends_no_attempt_at_the_other(site: Site) -> None:
    browser = Browser(site)
    of_zoom = browser.consent()
    browser.session.cookies.set("google_consent", browser.session.cookies["zoom_consent"])
    astray = of_zoom.replace("/callback", "/google/callback")
    assert "This connection attempt has expired. Press Connect Google Calendar again." in browser.come_back(astray)
    assert "Zoom connected as Ada Lovelace" in browser.come_back(of_zoom)


def test_a_second_consent_of_the_same_person_needs_no_page_and_keeps_the_lasting_token(site: Site) -> None:
    connect_google(site)
    first = of_google(site)
    asked = parse_qs(urlsplit(Browser(site).press("/google/connect").headers["Location"]).query)
    assert "prompt" not in asked
    before = tokens.fresh(site.state, first.id).tokens.refresh_token
    connect_google(site)
    after = of_google(site)
    assert after.id == first.id
    assert after.connected_at > first.connected_at
    assert tokens.fresh(site.state, after.id).tokens.refresh_token == before


def test_lasting_access_that_google_gave_once_and_we_lost_is_asked_for_anew(site: Site) -> None:
    connect_google(site, "grace")
    turn(site.state, models.Connection, models.Connection.provider == "google", zoom_user_id="somebody else")
    browser = Browser(site, "grace")
    again = browser.get(consent_google(browser))
    assert parse_qs(urlsplit(again.headers["Location"]).query)["prompt"] == ["consent"]
    back = browser.get(site.simulator.consent(again.headers["Location"], "grace"))
    assert "/consents/" in back.headers["Location"], "another person than before: asked first"


def test_signing_in_as_somebody_else_is_a_question_first_and_the_answer_no_changes_nothing(site: Site) -> None:
    connect_google(site)
    before = of_google(site)
    answer = connect_google(site, user="grace")
    text = read(site, answer.headers["Location"])
    assert "This connection belongs to ada@" in text
    assert "you just signed in to Google as grace@" in text
    consent_id = answer.headers["Location"].rpartition("/")[2]
    browser = Browser(site)
    assert browser.press(f"/consents/{consent_id}/keep", on=f"/consents/{consent_id}").status_code == 303
    assert "given back to Google" in browser.read("/connection")
    site.drain()
    assert of_google(site) == before
    assert [one["user"] for one in site.simulator.google.grants() if one["live"]] == ["ada"]


def test_the_answer_yes_changes_the_account_and_gives_the_other_one_back(site: Site) -> None:
    connect_google(site)
    site.drain()
    before = of_google(site)
    consent_id = connect_google(site, user="grace").headers["Location"].rpartition("/")[2]
    browser = Browser(site)
    browser.press(f"/consents/{consent_id}/change", on=f"/consents/{consent_id}")
    assert "Google Calendar is now connected as grace@" in browser.read("/connection")
    site.drain()
    after = of_google(site)
    assert (after.email.partition("@")[0], after.status) == ("grace", ConnectionStatus.ACTIVE)
    assert after.id != before.id, "events in the other calendar stay those of the connection that was cut"
    left = [one["calendar_id"].partition("@")[0] for one in site.simulator.google.channels() if not one["stopped_at"]]
    assert left == ["grace"], "nobody hears any more of what happens in the other calendar"
    assert [one["user"] for one in site.simulator.google.grants() if one["live"]] == ["grace"]


def test_a_second_host_cannot_take_an_account_and_harms_its_owner_by_nothing(site: Site) -> None:
    connect_google(site)
    found = of_google(site)
    other = Browser(site, "grace")
    address = consent_google(other, "ada", withhold=["https://www.googleapis.com/auth/calendar.events"])
    assert "This Google account is already linked to another host here." in other.come_back(address)
    site.drain()
    assert connections.all_of(site.state, "2", Provider.GOOGLE) == []
    assert [one["user"] for one in site.simulator.google.grants() if one["live"]] == ["ada"]
    now = of_google(site)
    assert (now.status, now.missing_scopes) == (ConnectionStatus.ACTIVE, ())
    assert tokens.with_google(site.state, found.id, lambda google: list(google.calendars()))


def test_the_hosts_hook_may_refuse_google_too(site: Site) -> None:
    site.zoom.may_connect(lambda host: False)
    answer = Browser(site).press("/google/connect", on="/host/blocked-times")
    assert answer.status_code == 403
    assert "Google Calendar is not available to you" in answer.text


def test_disconnecting_asks_wipes_and_revokes(site: Site) -> None:
    browser = Browser(site)
    browser.connect()
    connect_google(site)
    found = of_google(site)
    text = browser.read(f"/connections/{found.id}/disconnect")
    assert "Disconnect Google Calendar?" in text
    assert "Zoom" not in text.partition("What happens")[2].partition("Keep")[0]
    browser.press(f"/connections/{found.id}/disconnect", on=f"/connections/{found.id}/disconnect")
    assert "Google Calendar is disconnected, and Google has confirmed it." in browser.read("/connection")
    row = only(site.state, models.Connection, models.Connection.provider == "google")
    assert (row.status, row.zoom_user_id, row.email) == (ConnectionStatus.INACTIVE, None, "")
    assert [one.connection_id for one in rows(site.state, models.Grant)] == [site.connection().id]
    assert not any(one["live"] for one in site.simulator.google.grants())
    assert site.connection().status is ConnectionStatus.ACTIVE
