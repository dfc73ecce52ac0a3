"""Grants: refreshed once, lost for good only when the row says so, and gone after a disconnect."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from tests.fixtures.site import Site
from tests.fixtures.waiting import wait_until
from tests.services.looking import LONG_AGO, cancel, look, make_due, meeting_of, only, rows, turn
from zoom_blueprint.errors import NotConnected, ZoomUnknown
from zoom_blueprint.services import endings, tokens
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionReason, ConnectionStatus


def expire(site: Site) -> None:
    """Let the access token be too old."""
    turn(site.state, models.Grant, expires_at=LONG_AGO)


def ask(site: Site) -> str:
    """Make one harmless call to Zoom as ada."""
    return tokens.with_zoom(site.state, site.connection().id, lambda zoom: zoom.me()).email


def losses(site: Site) -> int:
    """Return how often the loss of a grant was recorded."""
    return len(rows(site.state, models.LifecycleEvent, models.LifecycleEvent.name == "zoom.unhealthy"))


@pytest.mark.parametrize("fault", [{"drop": "before"}, {"status": 503}, {"status": 200, "body": "<html>"}])
def test_a_refresh_without_a_clear_answer_is_tried_once_more(site: Site, fault: dict[str, object]) -> None:
    expire(site)
    site.simulator.fault(route="token", **fault)
    assert ask(site)
    assert site.simulator.token_stats()["refreshes"] == 1


def test_a_refresh_that_zoom_never_answers_leaves_the_grant_for_later(site: Site) -> None:
    expire(site)
    site.simulator.fault(route="token", drop="before", times=2)
    with pytest.raises(ZoomUnknown):
        ask(site)
    assert only(site.state, models.Grant).lease_until is None
    assert ask(site)
    assert only(site.state, models.Grant).lease is None
    assert site.connection().status is ConnectionStatus.ACTIVE


def test_a_rejected_access_token_is_refreshed_and_the_call_repeated(site: Site) -> None:
    site.simulator.fault(route="me", status=401, body={"code": 124, "message": "Invalid access token."})
    assert ask(site)
    assert site.simulator.token_stats()["refreshes"] == 1


def test_who_lost_the_race_for_a_refresh_takes_the_tokens_of_the_winner(site: Site) -> None:
    expire(site)
    before = only(site.state, models.Grant)
    old = {
        "refresh_token_sealed": before.refresh_token_sealed,
        "access_token_sealed": before.access_token_sealed,
        "expires_at": before.expires_at,
    }
    site.simulator.fault(route="token", delay=1)
    answers: list[str] = []
    loser = threading.Thread(target=lambda: answers.append(ask(site)))
    loser.start()
    wait_until(lambda: only(site.state, models.Grant).lease is not None)
    # Its lease has run out, in the eyes of another process, which refreshes and stores the new pair.
    turn(site.state, models.Grant, lease_until=LONG_AGO)
    assert ask(site)
    loser.join()
    assert len(answers) == 1
    assert only(site.state, models.Grant).refresh_token_sealed != old["refresh_token_sealed"]
    assert losses(site) == 0
    assert site.simulator.token_stats()["valid_refresh_chains"] == 1


def test_a_reconnect_restores_the_same_row_and_links_what_waited(site: Site) -> None:
    offered = site.slots()
    request = {"start": offered["slots"][0], "token": offered["token"]}
    # The grant is lost at the very call that would have made the link.
    site.simulator.knobs(webhook_hold=True, old_access_after_refresh="revoked")
    site.simulator.remove_app("ada", site.simulator.client_id)
    booking = site.booked(**request)
    assert booking["meeting_status"] == "coming"
    assert booking["meeting_reason"] == "It takes a little longer than usual."  # kind words for the invitee
    row = meeting_of(site, booking)
    assert (row.reason, row.due_at) == ("not_connected", None)
    before = site.connection()
    site.connect()
    after = site.connection()
    assert (after.id, after.status) == (before.id, ConnectionStatus.ACTIVE)
    assert len(rows(site.state, models.Connection)) == 1
    site.drain()
    assert look(site, booking)["meeting_status"] == "ready"


def test_after_a_disconnect_nobody_calls_zoom_and_a_reconnect_catches_up(site: Site) -> None:
    kept, dropped = (
        site.booked(),
        site.booked(start=site.slots()["slots"][3], token=site.slots()["token"], key="second-key"),
    )
    assert endings.disconnect(site.state, "1", site.connection().id).is_confirmed
    assert rows(site.state, models.Grant) == []
    assert site.simulator.token_stats()["valid_refresh_chains"] == 0
    calls = len(site.simulator.calls())
    cancel(site, dropped)
    make_due(site.state, models.Meeting)
    site.drain()
    assert len(site.simulator.calls()) == calls
    assert len(site.simulator.meetings("ada")) == 2
    site.connect()
    site.drain()
    left = {meeting["id"] for meeting in site.simulator.meetings("ada")}
    assert left == {meeting_of(site, kept).zoom_meeting_id, meeting_of(site, dropped).zoom_meeting_id}
    assert look(site, kept)["meeting_status"] == "ready"
    assert site.simulator.calls("delete_meeting") == [], "what was cancelled while nobody was connected is left alone"


@pytest.mark.parametrize("moment", [{"delay": 1}, {"delay_after": 1}])
def test_a_disconnect_while_a_refresh_is_under_way_leaves_no_grant_at_zoom(
    site: Site, moment: dict[str, float]
) -> None:
    expire(site)
    site.simulator.fault(route="token", **moment)
    raised: list[type[BaseException]] = []

    def refresh() -> None:
        try:
            ask(site)
        except NotConnected as error:
            raised.append(type(error))

    refreshing = threading.Thread(target=refresh)
    refreshing.start()
    wait_until(lambda: only(site.state, models.Grant).lease is not None)
    endings.disconnect(site.state, "1", site.connection().id)
    refreshing.join()
    assert raised == [NotConnected]
    assert site.simulator.token_stats()["valid_refresh_chains"] == 0
    assert rows(site.state, models.Grant) == []


def test_a_refresh_from_before_a_disconnect_does_no_harm_to_the_grant_after_it(site: Site) -> None:
    expire(site)
    site.simulator.fault(route="token", delay=1)

    refreshing = threading.Thread(target=ask, args=(site,))
    refreshing.start()
    wait_until(lambda: only(site.state, models.Grant).lease is not None)
    later = datetime.now(UTC) + timedelta(hours=1)
    turn(site.state, models.Grant, expires_at=later)  # so that the disconnect revokes without a refresh
    endings.disconnect(site.state, "1", site.connection().id)
    site.connect()
    fresh = only(site.state, models.Grant).refresh_token_sealed
    refreshing.join()
    assert only(site.state, models.Grant).refresh_token_sealed == fresh
    assert (site.connection().status, losses(site)) == (ConnectionStatus.ACTIVE, 0)
    assert ask(site)


def test_a_connection_that_ails_is_used_all_the_same(site: Site) -> None:
    """Why it was called unhealthy may be over: only a lost grant is beyond use."""
    turn(site.state, models.Connection, status=ConnectionStatus.UNHEALTHY, reason=ConnectionReason.SCOPES)
    expire(site)
    assert ask(site)
    assert site.connection().reason is ConnectionReason.SCOPES


def test_an_idle_connection_can_be_renewed_before_its_time(site: Site) -> None:
    before = only(site.state, models.Grant).refresh_token_sealed
    tokens.renew(site.state, site.connection().id)
    assert only(site.state, models.Grant).refresh_token_sealed != before
    tokens.fresh(site.state, site.connection().id, margin=timedelta(minutes=5))
    assert site.simulator.token_stats()["refreshes"] == 1


def test_a_late_pair_of_another_account_goes_back_to_zoom(site: Site) -> None:
    """The account was changed while Zoom still had a refresh of the old one in hand, and its end was not confirmed."""
    expire(site)
    site.simulator.fault(route="token", delay_after=2)
    refreshing = threading.Thread(target=ask, args=(site,))
    refreshing.start()
    wait_until(lambda: site.simulator.token_stats()["refreshes"] == 1)
    turn(site.state, models.Grant, expires_at=datetime.now(UTC) + timedelta(hours=1))
    site.simulator.fault(route="revoke", status=503)
    endings.disconnect(site.state, "1", site.connection().id)
    site.connect(zoom_user="grace")
    refreshing.join()
    assert [grant["user"] for grant in site.simulator.grants() if grant["live"]] == ["grace"]
    assert ask(site)
