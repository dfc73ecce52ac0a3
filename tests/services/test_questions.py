"""Questions: who is connected as one Zoom user and signs in as another decides which of the two it is."""

import pytest

from tests.fixtures.site import Site
from tests.services.looking import look, make_due, rows, turn
from tests.services.test_consents import KEPT, expire, live, pursue, question
from zoom_blueprint.errors import ConnectError, NotFound
from zoom_blueprint.services import endings, settlements
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionReason, ConnectionStatus


def test_another_account_is_asked_about_and_nothing_changes_by_asking(site: Site) -> None:
    before = site.connection()
    asked = question(site)
    assert asked.connected_as == before.email
    assert asked.signed_in_as.startswith("grace@")
    assert site.connection() == before
    assert settlements.questions(site.state, "1") == [asked]
    assert settlements.questions(site.state, "2") == []
    assert live(site) == ["ada", "grace"]
    pursue(site)
    assert settlements.question(site.state, "1", asked.consent_id) == asked
    assert site.booked()["meeting_status"] == "ready"


@pytest.mark.parametrize("way", ["keep", "expiry"])
def test_keeping_the_account_gives_the_other_one_back(site: Site, way: str) -> None:
    before = site.connection()
    asked = question(site)
    if way == "keep":
        settlements.keep(site.state, "1", asked.consent_id)
    else:
        expire(site)
    assert settlements.questions(site.state, "1") == []
    pursue(site)
    assert live(site) == ["ada"]
    assert site.connection() == before
    for answer in (settlements.keep, settlements.change):
        with pytest.raises(ConnectError, match="has been answered, or has expired"):
            answer(site.state, "1", asked.consent_id)


def test_changing_the_account_ends_the_old_one_and_keeps_the_row(site: Site) -> None:
    before = site.connection()
    booking = site.booked()
    asked = question(site)
    after = settlements.change(site.state, "1", asked.consent_id)
    assert (after.id, after.status) == (before.id, ConnectionStatus.ACTIVE)
    assert after.email.startswith("grace@")
    site.simulator.fault(route="revoke", status=503)
    pursue(site)
    pursue(site)
    assert live(site) == ["grace"]
    assert rows(site.state, models.Consent, KEPT) == []
    make_due(site.state, models.Meeting)
    site.drain()
    assert site.connection().status is ConnectionStatus.ACTIVE, "the end of the old grant is no end of this one"
    assert look(site, booking)["status"] == "confirmed"
    names = {row.name for row in rows(site.state, models.LifecycleEvent)}
    assert {"zoom.disconnected", "zoom.connected"} <= names


def test_a_change_of_which_zoom_says_nothing_can_be_tried_again(site: Site) -> None:
    asked = question(site)
    site.simulator.fault(route="me", status=503)
    with pytest.raises(ConnectError, match="Nothing was changed"):
        settlements.change(site.state, "1", asked.consent_id)
    assert site.connection().email == asked.connected_as
    assert settlements.change(site.state, "1", asked.consent_id).email == asked.signed_in_as


def test_a_question_is_the_hosts_own(site: Site) -> None:
    asked = question(site)
    for act in (settlements.question, settlements.keep, settlements.change):
        for host_id, consent_id in (("2", asked.consent_id), ("1", "unknown")):
            with pytest.raises(NotFound):
                act(site.state, host_id, consent_id)
    assert settlements.questions(site.state, "1") == [asked]


def test_an_account_linked_elsewhere_meanwhile_is_not_taken_away_by_an_older_question(site: Site) -> None:
    asked = question(site)
    site.connect("grace")  # Zoom has ended the grant that ada was asked about
    with pytest.raises(ConnectError):
        settlements.change(site.state, "1", asked.consent_id)
    assert site.connection("ada").email == asked.connected_as
    assert site.connection("grace").status is ConnectionStatus.ACTIVE
    expire(site)
    pursue(site)
    assert live(site) == ["ada", "grace"]
    assert site.booked("grace/intro-call", tz="Europe/London")["meeting_status"] == "ready"


def test_a_disconnect_ends_the_question_about_it(site: Site) -> None:
    question(site)
    endings.disconnect(site.state, "1", site.connection().id)
    pursue(site)
    assert settlements.questions(site.state, "1") == []
    assert live(site) == []


def test_an_ailing_connection_is_asked_about_too(site: Site) -> None:
    turn(site.state, models.Connection, status=ConnectionStatus.UNHEALTHY, reason=ConnectionReason.LOST)
    assert question(site).signed_in_as.startswith("grace@")
