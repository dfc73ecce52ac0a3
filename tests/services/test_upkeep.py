"""What is forgotten, and when."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.fixtures.site import Site
from tests.services.looking import look, meeting_of, rows, turn
from zoom_blueprint.events import LifecycleEvent
from zoom_blueprint.services import endings, upkeep
from zoom_blueprint.store import models


@pytest.fixture
def ended(site: Site) -> tuple[Site, dict[str, str]]:
    """A site whose booking is over, and whose host has disconnected."""

    @site.zoom.on("meeting.started")
    def crm(_: LifecycleEvent) -> None:
        """Be owed a delivery."""

    booking = site.booked()
    site.simulator.press("ada", meeting_of(site, booking).zoom_meeting_id or 0, "start")
    site.drain()
    endings.disconnect(site.state, "1", site.connection().id)
    site.drain()
    return site, booking


def purge_after(site: Site, days: int) -> upkeep.Purged:
    """Purge when both the connection and the booking ended so many days ago."""
    then = datetime.now(UTC) - timedelta(days=days)
    turn(site.state, models.Connection, ended_at=then)
    turn(site.state, models.Booking, starts_at=then - timedelta(minutes=30), ends_at=then)
    turn(site.state, models.LifecycleEvent, occurred_at=then - timedelta(hours=1))
    return upkeep.purge(site.state)


def test_a_meetings_data_is_forgotten_a_month_after_the_connection(ended: tuple[Site, dict[str, str]]) -> None:
    site, booking = ended
    join_url = site.simulator.meetings("ada")[0]["join_url"]
    dry = upkeep.purge(site.state, now=datetime.now(UTC) + timedelta(days=100), dry_run=True)
    assert (dry.meetings, meeting_of(site, booking).zoom_meeting_id is None) == (1, False)
    assert purge_after(site, 31).meetings == 1
    row = meeting_of(site, booking)
    kept = (row.zoom_meeting_id, row.topic, row.join_url_sealed, row.passcode_sealed, row.seen_start, row.started_at)
    assert set(kept) == {None}
    assert rows(site.state, models.LifecycleEvent) == []
    assert rows(site.state, models.Delivery) == []
    assert look(site, booking)["id"] == booking["id"]
    assert join_url not in str(look(site, booking))
    assert purge_after(site, 31) == upkeep.Purged(0, 0, 0)


def test_a_day_before_that_it_is_kept(ended: tuple[Site, dict[str, str]]) -> None:
    site, booking = ended
    assert purge_after(site, 29).meetings == 0
    assert meeting_of(site, booking).join_url_sealed is not None
    assert len(rows(site.state, models.LifecycleEvent)) >= 4


def test_a_host_who_is_connected_again_loses_nothing(ended: tuple[Site, dict[str, str]]) -> None:
    site, booking = ended
    site.connect()
    site.drain()
    assert purge_after(site, 31).meetings == 0
    assert meeting_of(site, booking).join_url_sealed is not None


def test_spent_webhook_events_and_attempts_go_and_owed_ones_stay(site: Site) -> None:
    site.simulator.send_webhook("user.updated", user="ada")
    site.simulator.settle()
    old = datetime.now(UTC) - timedelta(days=8)
    turn(site.state, models.WebhookEvent, received_at=old, due_at=datetime.now(UTC))
    assert upkeep.purge(site.state).webhook_events == 0
    turn(site.state, models.WebhookEvent, due_at=None)
    turn(site.state, models.Consent, expires_at=old)
    purged = upkeep.purge(site.state)
    assert (purged.webhook_events, purged.consents) == (1, 1)
    assert len(rows(site.state, models.Grant)) == 1
