"""Consents: what Zoom gives is kept before anything else is asked, and ends in a connection or at Zoom again."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import HOSTS, TOKEN_KEY
from tests.fixtures.waiting import wait_until
from tests.services.looking import LONG_AGO, make_due, only, rows, turn
from zoom_blueprint.errors import ConnectError, NotFound, ZoomError
from zoom_blueprint.services import connections, consents, endings, pending_grants, rotation, settlements, tokens
from zoom_blueprint.services.placings import Question
from zoom_blueprint.store import models
from zoom_blueprint.store.crypto import Cipher
from zoom_blueprint.values import ConnectionStatus

DUTY = models.Duty.name == "consent"
KEPT = models.Consent.grant_sealed.is_not(None)


@pytest.fixture
def fresh(make_site: MakeSite) -> Site:
    """Serve a site where nobody is connected."""
    return make_site()


def live(site: Site) -> list[str]:
    """Return the Zoom users whose grants Zoom honours."""
    return sorted(grant["user"] for grant in site.simulator.grants() if grant["live"])


def pursue(site: Site) -> None:
    """Do what is owed to pending grants, as if its time had come."""
    make_due(site.state, models.Duty, DUTY)
    site.drain()


def expire(site: Site) -> None:
    """Let the time for every pending grant be over."""
    turn(site.state, models.Consent, KEPT, expires_at=datetime.now(UTC) - timedelta(seconds=1))


def question(site: Site, zoom_user: str = "grace") -> Question:
    """Sign in to Zoom as somebody else, and return what ada is asked."""
    with pytest.raises(consents.AnotherAccount) as asked:
        site.connect(zoom_user=zoom_user)
    return asked.value.question


def test_a_new_grant_is_kept_before_zoom_is_asked_whose_it_is(fresh: Site) -> None:
    fresh.simulator.fault(route="me", status=503)
    with pytest.raises(consents.NotYetKnown, match="this page will show it in a moment"):
        fresh.connect()
    consent = only(fresh.state, models.Consent)
    assert consent.grant_sealed is not None
    assert "access_token" not in consent.grant_sealed
    assert live(fresh) == ["ada"]
    assert only(fresh.state, models.Duty, DUTY).due_at <= datetime.now(UTC) + timedelta(seconds=30)  # type: ignore[operator]
    pursue(fresh)
    assert fresh.connection().status is ConnectionStatus.ACTIVE
    assert rows(fresh.state, models.Consent, KEPT) == []
    assert fresh.booked()["meeting_status"] == "ready"
    assert fresh.simulator.token_stats()["refreshes"] == 0


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 401, "body": {"code": 124, "message": "Invalid."}}])
def test_a_profile_that_comes_late_is_asked_for_again_and_again(fresh: Site, fault: dict[str, Any]) -> None:
    fresh.simulator.fault(route="me", times=3, **fault)
    with pytest.raises(ConnectError):
        fresh.connect()
    for _ in range(2):
        pursue(fresh)
        assert connections.current(fresh.state, "1") is None
        assert only(fresh.state, models.Duty, DUTY).due_at > datetime.now(UTC)  # type: ignore[operator]
    pursue(fresh)
    assert fresh.connection().status is ConnectionStatus.ACTIVE


def test_a_working_connection_survives_a_profile_that_comes_late(site: Site) -> None:
    before = site.connection()
    site.simulator.fault(route="me", status=503)
    with pytest.raises(consents.NotYetKnown):
        site.connect()
    pursue(site)
    assert (site.connection().id, site.connection().status) == (before.id, ConnectionStatus.ACTIVE)
    assert site.booked()["meeting_status"] == "ready"
    assert rows(site.state, models.LifecycleEvent, models.LifecycleEvent.name == "zoom.unhealthy") == []


def test_a_grant_that_nobody_owns_up_to_goes_back_to_zoom(fresh: Site) -> None:
    fresh.simulator.fault(route="me", status=503, times=9)
    with pytest.raises(consents.NotYetKnown):
        fresh.connect()
    fresh.simulator.fault(route="revoke", status=503)
    expire(fresh)
    pursue(fresh)
    assert len(rows(fresh.state, models.Consent, KEPT)) == 1, "Zoom has not confirmed: it is kept and tried again"
    pursue(fresh)
    assert live(fresh) == []
    assert rows(fresh.state, models.Consent, KEPT) == []
    assert only(fresh.state, models.Duty, DUTY).due_at is None


def test_a_grant_goes_back_even_when_its_access_token_is_too_old(fresh: Site) -> None:
    fresh.simulator.fault(route="me", status=503)
    with pytest.raises(consents.NotYetKnown):
        fresh.connect()
    fresh.simulator.advance(7200)
    fresh.simulator.fault(route="revoke", delay=0.01)  # refused, because the token is too old
    fresh.simulator.fault(route="revoke", status=503)  # with the new token, which is kept for the next time
    expire(fresh)
    pursue(fresh)
    assert live(fresh) == ["ada"]
    pursue(fresh)
    assert live(fresh) == []
    assert rows(fresh.state, models.Consent, KEPT) == []


def test_a_grant_that_zoom_does_not_take_back_is_forgotten_after_a_week(fresh: Site) -> None:
    fresh.simulator.fault(route="me", status=503)
    with pytest.raises(consents.NotYetKnown):
        fresh.connect()
    fresh.simulator.fault(route="revoke", status=503, times=9)
    turn(fresh.state, models.Consent, expires_at=LONG_AGO)
    consents.begin(fresh.state, "1")
    assert len(rows(fresh.state, models.Consent, KEPT)) == 1, "spent consents go, pending grants do not"
    pursue(fresh)
    assert rows(fresh.state, models.Consent, KEPT) == []


def test_a_permission_kept_back_is_named_and_the_grant_goes_back(fresh: Site) -> None:
    attempt = consents.begin(fresh.state, "1")
    address = fresh.simulator.consent(attempt.authorize_url, "ada", withhold=["user:read:user"])
    came_back = parse_qs(urlsplit(address).query)
    with pytest.raises(ConnectError, match="user:read:user"):
        consents.complete(
            fresh.state,
            HOSTS["ada"],
            nonce=came_back["state"][0],
            browser_secret=attempt.browser_secret,
            code=came_back["code"][0],
            error="",
        )
    pursue(fresh)
    asked = len(fresh.simulator.calls("me"))
    expire(fresh)
    pursue(fresh)
    assert live(fresh) == []
    assert len(fresh.simulator.calls("me")) == asked


def test_of_two_grants_of_one_user_that_come_together_the_one_that_zoom_honours_is_kept(fresh: Site) -> None:
    fresh.simulator.fault(route="me", delay_after=3)
    answers: list[object] = []

    def slow() -> None:
        try:
            answers.append(fresh.connect("ada"))
        except ConnectError as error:
            answers.append(error)

    first = threading.Thread(target=slow)
    first.start()
    wait_until(lambda: fresh.simulator.calls("token"))
    wait_until(lambda: not fresh.simulator.ask("GET", "faults")["faults"])
    second = fresh.connect("grace", zoom_user="ada")  # with which Zoom ends the first one
    first.join()
    assert isinstance(answers[0], ConnectError)
    assert connections.current(fresh.state, "1") is None
    assert tokens.with_zoom(fresh.state, second.id, lambda zoom: zoom.me()).email == second.email
    assert fresh.simulator.token_stats()["refreshes"] == 0


def test_a_reconnect_as_another_user_after_a_disconnect_is_no_question(site: Site) -> None:
    before = site.connection()
    endings.disconnect(site.state, "1", before.id)
    after = site.connect(zoom_user="grace")
    assert (after.id, after.email.partition("@")[0]) == (before.id, "grace")


def test_who_may_no_longer_connect_is_told_so_at_the_end(fresh: Site) -> None:
    attempt = consents.begin(fresh.state, "1")
    came_back = parse_qs(urlsplit(fresh.simulator.consent(attempt.authorize_url, "ada")).query)
    fresh.zoom.may_connect(lambda host: "Zoom is part of the Pro plan.")
    with pytest.raises(ConnectError, match="Pro plan"):
        consents.complete(
            fresh.state,
            HOSTS["ada"],
            nonce=came_back["state"][0],
            browser_secret=attempt.browser_secret,
            code=came_back["code"][0],
            error="",
        )
    assert fresh.simulator.calls("token") == []


def test_a_consent_can_only_restore_a_connection_of_its_host(site: Site) -> None:
    for host_id, connection_id in (("2", site.connection().id), ("1", "unknown")):
        with pytest.raises(NotFound):
            consents.begin(site.state, host_id, connection_id)


def test_what_is_pending_is_sealed_for_its_place_and_follows_the_keys(site: Site) -> None:
    asked = question(site)
    consent = only(site.state, models.Consent, KEPT)
    newest = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE="
    site.state.cipher = Cipher([newest, TOKEN_KEY])
    rotation.rotate(site.state)
    site.state.cipher = Cipher([newest])
    turned = only(site.state, models.Consent, models.Consent.id == consent.id)
    assert (turned.grant_sealed, turned.zoom_user_sealed) != (consent.grant_sealed, consent.zoom_user_sealed)
    assert settlements.change(site.state, "1", asked.consent_id).email == asked.signed_in_as


def test_no_token_stands_in_what_the_program_prints_of_a_pending_grant(site: Site) -> None:
    question(site)
    consent = only(site.state, models.Consent, KEPT)
    pending = pending_grants.read(site.state, consent.id)
    assert pending is not None
    for secret in (pending.tokens.access_token, pending.tokens.refresh_token):
        assert secret not in f"{pending!r} {consent!r} {consent.grant_sealed}"


def test_zoom_refusing_the_profile_is_an_error_of_zooms(fresh: Site) -> None:
    fresh.simulator.fault(route="me", status=503)
    with pytest.raises(consents.NotYetKnown):
        fresh.connect()
    fresh.simulator.fault(route="me", status=503)
    with pytest.raises(ZoomError):
        settlements.settle(fresh.state, only(fresh.state, models.Consent).id)


def test_a_pending_grant_of_another_zoom_app_is_forgotten_and_shown_to_nobody(fresh: Site) -> None:
    fresh.simulator.fault(route="me", status=503)
    with pytest.raises(consents.NotYetKnown):
        fresh.connect()
    calls = len(fresh.simulator.calls())
    fresh.state.config = replace(fresh.state.config, client_id="AnotherApp")
    pursue(fresh)
    assert len(fresh.simulator.calls()) == calls
    assert rows(fresh.state, models.Consent, KEPT) == []
