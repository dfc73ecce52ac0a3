"""``app_deauthorized``: what is theirs is wiped, once, and nothing that came after it."""

from datetime import UTC, datetime, timedelta

from tests.fixtures.site import Site
from tests.services.looking import Letters, look, make_due, meeting_of, rows, turn
from zoom_blueprint.services import endings
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionStatus


def told(site: Site, name: str) -> int:
    """Return how often an event was recorded."""
    return len(rows(site.state, models.LifecycleEvent, models.LifecycleEvent.name == name))


def test_removing_the_app_in_zoom_wipes_tokens_and_profile_once(site: Site) -> None:
    booking = site.booked()
    site.simulator.knobs(webhook_duplicates=2)
    site.simulator.remove_app("ada", site.simulator.client_id)
    site.drain()
    connection = site.connection()
    assert (connection.status, connection.email, connection.name) == (ConnectionStatus.INACTIVE, "", "")
    assert rows(site.state, models.Grant) == []
    assert told(site, "zoom.deauthorized") == 1
    assert look(site, booking)["status"] == "confirmed"
    assert meeting_of(site, booking).zoom_meeting_id is not None


def test_the_host_is_told_once_where_to_tell_their_invitees(site: Site) -> None:
    letters = Letters(site)
    booking = site.booked()
    site.drain()
    letters.sent.clear()
    site.simulator.knobs(webhook_duplicates=2)
    site.simulator.remove_app("ada", site.simulator.client_id)
    site.drain()
    (text,) = letters.texts("ada@example.com")
    assert f"{site.base}/connections/{site.connection().id}/notice" in text
    assert letters.texts("bob@example.com") == [], "until the host says so"
    assert look(site, booking)["join_url"] == booking["join_url"]


def test_a_host_who_has_connected_again_meanwhile_gets_no_mail(site: Site) -> None:
    letters = Letters(site)
    now = datetime.now(UTC)
    endings.deauthorize(site.state, site.simulator.grants()[0]["user_id"], now)
    turn(site.state, models.Delivery, due_at=now + timedelta(hours=1))
    site.connect()
    make_due(site.state, models.Delivery)
    site.drain()
    assert letters.sent == []


def test_the_notice_itself_is_not_kept(site: Site) -> None:
    site.simulator.remove_app("ada", site.simulator.client_id)
    site.drain()
    (notice,) = rows(site.state, models.WebhookEvent, models.WebhookEvent.name == "app_deauthorized")
    assert (notice.payload_sealed, notice.outcome) == (None, "applied")


def test_a_notice_from_before_the_present_grant_is_ignored(site: Site) -> None:
    zoom_user = site.simulator.grants()[0]["user_id"]
    before = datetime.now(UTC) - timedelta(minutes=5)
    notice = {"user_id": zoom_user, "deauthorization_time": before.isoformat()}
    site.simulator.send_webhook("app_deauthorized", payload=notice)
    site.drain()
    assert site.connection().status is ConnectionStatus.ACTIVE
    assert site.simulator.token_stats()["valid_refresh_chains"] == 1


def test_our_own_disconnect_comes_back_as_a_notice_that_changes_nothing(site: Site) -> None:
    endings.disconnect(site.state, "1", site.connection().id)
    site.connect()
    site.drain()
    assert site.connection().status is ConnectionStatus.ACTIVE
    assert (told(site, "zoom.disconnected"), told(site, "zoom.deauthorized")) == (1, 0)


def test_a_notice_about_a_stranger_is_fine(site: Site) -> None:
    site.simulator.send_webhook("app_deauthorized", payload={"user_id": "NobodyWeKnow0000000000"})
    site.simulator.send_webhook("app_deauthorized", payload={})
    site.simulator.send_webhook("meeting.deleted", payload={"object": {"id": "9" * 40}})
    site.drain()
    assert site.connection().status is ConnectionStatus.ACTIVE
    assert all(row.outcome and row.due_at is None for row in rows(site.state, models.WebhookEvent))
