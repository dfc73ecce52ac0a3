"""Google's tokens: one renewal at a time, lost answers lose nothing, and nothing is given back that somebody uses."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.fixtures.google import connect_google, consent_google
from tests.fixtures.site import MakeSite, Site
from tests.races.fleet import together
from tests.services.google_accounts import GOOGLE, expire, grant, of_google, refreshes
from tests.services.looking import LONG_AGO, make_due, only, rows, turn
from tests.web.browsing import Browser
from zoom_blueprint.errors import GoogleUnknown, NotConnected
from zoom_blueprint.services import connections, consents, endings, pending_grants, providers, tokens
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionReason, ConnectionStatus, Provider


def ask(site: Site) -> int:
    """Ask Google for the calendars, and return how many there are."""
    return tokens.with_google(site.state, of_google(site).id, lambda google: len(list(google.calendars())))


def live(site: Site) -> list[str]:
    """Return the users whose grants Google honours."""
    return [one["user"] for one in site.simulator.google.grants() if one["live"]]


def test_many_who_need_a_token_at_once_renew_it_once(google_site: Site) -> None:
    site = google_site
    kept = tokens.fresh(site.state, of_google(site).id).tokens.refresh_token
    expire(site)
    site.simulator.fault(route="google_token", delay=0.5)
    assert together(8, lambda _: ask(site)) == [1] * 8
    assert refreshes(site) == 1
    assert tokens.fresh(site.state, of_google(site).id).tokens.refresh_token == kept


def test_a_token_that_google_rejects_is_renewed_once(google_site: Site) -> None:
    site = google_site
    site.simulator.google.refuse("list_calendars", "authError", 401)
    assert ask(site) == 1
    assert refreshes(site) == 1


def test_a_renewal_whose_answer_was_lost_is_repeated_and_ends_nothing(google_site: Site) -> None:
    site = google_site
    expire(site)
    site.simulator.fault(route="google_token", drop="after")
    assert ask(site) == 1
    expire(site)
    site.simulator.fault(route="google_token", drop="after", times=2)
    with pytest.raises(GoogleUnknown):
        ask(site)
    turn(site.state, models.Grant, lease_until=LONG_AGO)
    assert ask(site) == 1
    assert of_google(site).status is ConnectionStatus.ACTIVE


def test_access_that_google_took_back_after_a_lost_answer_is_lost_and_not_interrupted(google_site: Site) -> None:
    site = google_site
    expire(site)
    site.simulator.fault(route="google_token", drop="after")
    turn(site.state, models.Grant, lease="somebody who died", lease_until=LONG_AGO)
    site.simulator.google.remove_app("ada")
    with pytest.raises(NotConnected, match="Google no longer accepts our access"):
        ask(site)
    assert of_google(site).reason is ConnectionReason.LOST


def test_a_lost_answer_to_the_code_is_told_and_the_next_attempt_connects(make_google_site: MakeSite) -> None:
    site = make_google_site()
    browser = Browser(site)
    address = consent_google(browser)
    site.simulator.fault(route="google_token", drop="after")
    assert "Google did not answer as expected. Press Connect Google Calendar" in browser.come_back(address)
    assert connections.all_of(site.state, "1", Provider.GOOGLE) == []
    connect_google(site)
    assert ask(site) == 1
    assert live(site) == ["ada"]


def test_what_a_crash_left_of_an_attempt_is_put_into_its_place(make_google_site: MakeSite) -> None:
    site = make_google_site()
    attempt = consents.begin(site.state, "1", provider=Provider.GOOGLE)
    came_back = parse_qs(urlsplit(site.simulator.consent(attempt.authorize_url, "ada")).query)
    consent = only(site.state, models.Consent)
    side = providers.side(Provider.GOOGLE)
    granted = side.oauth(site.state).exchange(
        code=came_back["code"][0],
        verifier=site.state.cipher.open("zoom_consent", consent.id, "verifier", consent.verifier_sealed),
        redirect_uri=side.callback(site.state),
        kept=None,
    )
    pending_grants.put(site.state, consent.id, granted)
    make_due(site.state, models.Duty)
    site.drain()
    assert (of_google(site).email, of_google(site).status) == ("ada@example.com", ConnectionStatus.ACTIVE)
    assert ask(site) == 1


def test_a_grant_that_nobody_needs_is_forgotten_while_the_same_person_is_connected(make_google_site: MakeSite) -> None:
    """Google ends all tokens of a person by one: what is in use would end, too."""
    site = make_google_site()
    connect_google(site)
    consent_id = connect_google(site, user="grace").headers["Location"].rpartition("/")[2]
    connect_google(site, "grace")
    Browser(site).press(f"/consents/{consent_id}/keep", on=f"/consents/{consent_id}")
    make_due(site.state, models.Duty)
    site.drain()
    assert sorted(live(site)) == ["ada", "grace"]
    assert only(site.state, models.Consent, models.Consent.id == consent_id).grant_sealed is None


def test_a_question_nobody_answers_gives_the_other_access_back(make_google_site: MakeSite) -> None:
    site = make_google_site()
    connect_google(site)
    connect_google(site, user="grace")
    over = datetime.now(UTC) - timedelta(seconds=1)
    turn(site.state, models.Consent, models.Consent.grant_sealed.is_not(None), expires_at=over)
    make_due(site.state, models.Duty)
    site.drain()
    assert live(site) == ["ada"]
    assert ask(site) == 1


def test_two_hosts_who_bring_one_account_at_once_are_told_apart(make_google_site: MakeSite) -> None:
    site = make_google_site()
    browsers = [Browser(site, "ada"), Browser(site, "grace")]
    addresses = [consent_google(one, "ada") for one in browsers]
    texts = together(2, lambda place: browsers[place].come_back(addresses[place]))
    assert sorted("Google Calendar connected as ada@" in one for one in texts) == [False, True]
    assert sum("already linked to another host" in one for one in texts) == 1
    (row,) = rows(site.state, models.Connection, GOOGLE)
    site.drain()
    assert tokens.with_google(site.state, row.id, lambda google: len(list(google.calendars()))) == 1


def test_disconnecting_revokes_with_an_access_token_that_is_over_too(google_site: Site) -> None:
    site = google_site
    expire(site)
    assert grant(site).expires_at < datetime.now(UTC)
    assert endings.disconnect(site.state, "1", of_google(site).id).is_confirmed
    assert live(site) == []
    assert refreshes(site) == 0
    assert tokens.with_zoom(site.state, site.connection().id, lambda zoom: zoom.me().email) == "ada@example.com"
