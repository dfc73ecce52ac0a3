"""Lost grants: a real revocation is told from a refresh that went wrong, and what comes late is not lost."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.fixtures.waiting import wait_until
from tests.races.fleet import together
from tests.services.looking import LONG_AGO, Letters, look, only, rows, turn
from tests.services.test_grants import ask, expire, losses
from zoom_blueprint.errors import NotConnected, ZoomRejected, ZoomUnknown
from zoom_blueprint.services import grants
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionReason, ConnectionStatus


@pytest.mark.parametrize("drops", [("after",), ("after", "before")])
def test_a_refresh_whose_answer_was_lost_is_told_from_a_revocation(site: Site, drops: tuple[str, ...]) -> None:
    """Zoom has rotated, and the new pair was lost on its way: nobody has taken anything back."""
    expire(site)
    for drop in drops:
        site.simulator.fault(route="token", drop=drop)
    if len(drops) == 2:
        with pytest.raises(ZoomUnknown):
            ask(site)
        assert site.connection().status is ConnectionStatus.ACTIVE
    with pytest.raises(NotConnected):
        ask(site)
    assert site.connection().status is ConnectionStatus.UNHEALTHY
    assert site.connection().reason is ConnectionReason.INTERRUPTED
    assert only(site.state, models.Grant).lost_at is not None


def test_a_clear_no_to_a_refresh_keeps_the_grant_and_its_trace(site: Site) -> None:
    expire(site)
    site.simulator.fault(route="token", status=400, body={"reason": "odd", "error": "invalid_scope"})
    with pytest.raises(ZoomRejected):
        ask(site)
    assert only(site.state, models.Grant).lease is None
    site.simulator.fault(route="token", drop="after")
    site.simulator.fault(route="token", status=400, body={"reason": "odd", "error": "invalid_scope"})
    with pytest.raises(ZoomRejected):
        ask(site)
    with pytest.raises(NotConnected):
        ask(site)
    assert site.connection().reason is ConnectionReason.INTERRUPTED


def test_who_dies_while_refreshing_leaves_no_revocation_behind(site: Site) -> None:
    expire(site)
    held = only(site.state, models.Grant)
    refresh_token = grants.open_tokens(site.state, held).refresh_token
    turn(site.state, models.Grant, lease="somebody who died", lease_until=LONG_AGO)
    site.state.oauth.refresh(refresh_token)  # what they had begun took effect
    with pytest.raises(NotConnected):
        ask(site)
    assert site.connection().reason is ConnectionReason.INTERRUPTED


def test_who_comes_back_late_with_the_new_pair_makes_the_connection_work_again(make_site: MakeSite) -> None:
    site = make_site()
    letters = Letters(site)
    site.connect()
    slots = site.slots()
    expire(site)
    site.simulator.fault(route="token", delay_after=2)
    answers: list[str] = []
    late = threading.Thread(target=lambda: answers.append(ask(site)))
    late.start()
    wait_until(lambda: site.simulator.token_stats()["refreshes"] == 1)
    turn(site.state, models.Grant, lease_until=LONG_AGO)
    booking = site.booked(start=slots["slots"][0], token=slots["token"])
    assert site.connection().reason is ConnectionReason.INTERRUPTED
    assert booking["meeting_status"] == "coming"
    late.join()
    assert len(answers) == 1
    assert (site.connection().status, site.connection().reason) == (ConnectionStatus.ACTIVE, None)
    assert len(rows(site.state, models.LifecycleEvent, models.LifecycleEvent.name == "zoom.recovered")) == 1
    site.drain()
    assert look(site, booking)["meeting_status"] == "ready"
    assert len(letters.texts("ada@example.com")) == 2, "one alarm, one about the booking"
    assert site.simulator.token_stats()["valid_refresh_chains"] == 1


def test_who_is_refused_while_another_refreshes_waits_for_them(site: Site) -> None:
    """The other one took over our lease, and the refresh token with it: nothing is lost."""
    expire(site)
    version = only(site.state, models.Grant).refresh_token_sealed
    site.simulator.fault(
        route="token", delay=1, status=400, body={"reason": "Invalid Token!", "error": "invalid_grant"}
    )
    answers: list[str] = []
    slow = threading.Thread(target=lambda: answers.append(ask(site)))
    slow.start()
    wait_until(lambda: only(site.state, models.Grant).lease is not None)
    turn(site.state, models.Grant, lease_until=LONG_AGO)
    site.simulator.fault(route="token", delay_after=3)
    other = threading.Thread(target=lambda: answers.append(ask(site)))
    other.start()
    slow.join()
    other.join()
    assert len(answers) == 2
    assert only(site.state, models.Grant).refresh_token_sealed != version
    assert losses(site) == 0
    assert site.simulator.token_stats()["refreshes"] == 1


def test_a_new_pair_outlives_a_database_that_is_away_for_a_moment(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    expire(site)
    site.simulator.fault(route="token", delay_after=1)
    answers: list[str] = []
    refreshing = threading.Thread(target=lambda: answers.append(ask(site)))
    refreshing.start()
    wait_until(lambda: site.simulator.token_stats()["refreshes"] == 1)
    engine = site.state.database.engine
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE zoom_grant RENAME TO zoom_grant_away")
    wait_until(lambda: "tokens wait for it" in caplog.text)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE zoom_grant_away RENAME TO zoom_grant")
    refreshing.join()
    assert len(answers) == 1
    assert site.simulator.token_stats()["refreshes"] == 1
    assert ask(site)


def test_losses_within_a_day_are_mailed_once(make_site: MakeSite) -> None:
    site = make_site()
    letters = Letters(site)
    site.simulator.knobs(webhook_hold=True)
    for hours, mails in ((0, 1), (0, 1), (23, 1), (25, 2)):
        site.connect()
        if hours:
            turn(site.state, models.Connection, told_at=datetime.now(UTC) - timedelta(hours=hours))
        site.simulator.remove_app("ada", site.simulator.client_id)
        expire(site)
        with pytest.raises(NotConnected):
            ask(site)
        site.drain()
        assert len(letters.texts("ada@example.com")) == mails
    assert losses(site) == 4, "hooks are always told"


def test_a_lost_grant_is_told_once_and_bookings_wait_with_a_reason(make_site: MakeSite) -> None:
    site = make_site()
    letters = Letters(site)
    site.connect()
    offered = site.slots()
    site.simulator.knobs(webhook_hold=True)
    site.simulator.remove_app("ada", site.simulator.client_id)
    expire(site)

    def fail(_: int) -> None:
        with pytest.raises(NotConnected):
            ask(site)

    together(4, fail)
    assert losses(site) == 1
    connection = site.connection()
    assert (connection.status, connection.reason) == (ConnectionStatus.UNHEALTHY, ConnectionReason.LOST)
    site.drain()
    assert len(letters.texts("ada@")) == 1
    assert "econnect" in letters.texts("ada@")[0]
    refused = site.book(start=offered["slots"][0], token=offered["token"])
    assert refused.status_code == 404  # nothing is offered that could have no link
