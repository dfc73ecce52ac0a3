"""``app_deauthorized``: what is theirs is wiped, once, and nothing that came after it."""

from datetime import UTC, datetime, timedelta

from tests.fixtures.site import Site
from tests.services.looking import look, meeting_of, rows
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
