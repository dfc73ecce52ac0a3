"""What is forgotten, and when."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event

from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import HOSTS
from tests.services.looking import look, meeting_of, only, rows, turn
from zoom_blueprint.events import LifecycleEvent
from zoom_blueprint.services import addresses, duties, endings, upkeep
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.services.upkeep import Purged
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id
from zoom_blueprint.values import ConnectionStatus

NOW = datetime(2031, 5, 1, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def ended(site: Site) -> tuple[Site, dict[str, Any]]:
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


def end_at(site: Site, connection: datetime, booking: datetime) -> None:
    """Turn the clock's hands: the connection and the booking ended then."""
    turn(site.state, models.Connection, ended_at=connection)
    turn(site.state, models.Booking, starts_at=booking - timedelta(minutes=30), ends_at=booking)
    turn(site.state, models.LifecycleEvent, occurred_at=connection - timedelta(hours=1))


def add(site: Site, *made: Any) -> None:
    """Store rows, one after the other."""

    def work(session: Any) -> None:
        for row in made:
            session.add(row)
            session.flush()

    site.state.database.write(work)


def stay(site: Site, booking: dict[str, Any]) -> models.Attendance:
    """Return one stay in a booking's meeting."""
    row_id = new_id()
    return models.Attendance(
        id=row_id,
        meeting_id=meeting_of(site, booking).id,
        digest=row_id,
        name_sealed=site.state.cipher.seal("zoom_attendance", row_id, "name", "Bob"),
        is_host=False,
        joined_at=NOW,
    )


def webhook(digest: str, **values: Any) -> models.WebhookEvent:
    """Return an event that was applied."""
    return models.WebhookEvent(**{"digest": digest, "name": "meeting.updated", "received_at": NOW, **values})


def test_a_meetings_data_is_forgotten_a_month_after_the_connection(ended: tuple[Site, dict[str, Any]]) -> None:
    site, booking = ended
    join_url = site.simulator.meetings("ada")[0]["join_url"]
    then = NOW - timedelta(days=31)
    end_at(site, then, then)
    assert upkeep.purge(site.state, now=NOW, dry_run=True).meetings == 1
    assert meeting_of(site, booking).zoom_meeting_id is not None
    assert upkeep.purge(site.state, now=NOW).meetings == 1
    row = meeting_of(site, booking)
    kept = (row.zoom_meeting_id, row.topic, row.join_url_sealed, row.passcode_sealed, row.seen_start, row.started_at)
    assert set(kept) == {None}
    assert rows(site.state, models.LifecycleEvent) == []
    assert rows(site.state, models.Delivery) == []
    assert look(site, booking)["id"] == booking["id"]
    assert join_url not in str(look(site, booking))
    assert upkeep.purge(site.state, now=NOW) == Purged()


@pytest.mark.parametrize("later", ["connection", "booking"])
@pytest.mark.parametrize("days", [0, 30])
def test_a_meeting_is_kept_to_the_second_counted_from_the_later_end(make_site: MakeSite, later: str, days: int) -> None:
    site = make_site(ZOOM_RETENTION_DAYS=days)
    site.connect()
    booking = site.booked()
    endings.disconnect(site.state, "1", site.connection().id)
    last, earlier = NOW - timedelta(days=days), NOW - timedelta(days=900)
    end_at(site, *((last, earlier) if later == "connection" else (earlier, last)))
    for now, forgotten in ((NOW - SECOND, 0), (NOW, 0), (NOW + SECOND, 1)):
        assert upkeep.purge(site.state, now=now, dry_run=True).meetings == forgotten
        assert upkeep.purge(site.state, now=now).meetings == forgotten
        assert (meeting_of(site, booking).join_url_sealed is None) == bool(forgotten)


def test_a_meeting_that_was_given_up_loses_its_topic_too(site: Site) -> None:
    booking = site.booked()
    site.post(f"{booking['manage_url'].replace('/bookings/', '/api/v1/bookings/')}/cancel", data={"reason": ""})
    site.drain()
    endings.disconnect(site.state, "1", site.connection().id)
    end_at(site, NOW - timedelta(days=31), NOW - timedelta(days=31))
    upkeep.purge(site.state, now=NOW)
    assert meeting_of(site, booking).topic is None


def test_a_host_who_is_connected_again_loses_nothing(ended: tuple[Site, dict[str, Any]]) -> None:
    site, booking = ended
    site.connect()
    site.drain()
    turn(site.state, models.Booking, ends_at=NOW - timedelta(days=31))
    assert upkeep.purge(site.state, now=NOW).meetings == 0
    assert meeting_of(site, booking).join_url_sealed is not None


def test_the_log_since_a_connection_ended_stays(ended: tuple[Site, dict[str, Any]]) -> None:
    site, _ = ended
    then = NOW - timedelta(days=31)
    end_at(site, then, NOW)
    turn(site.state, models.LifecycleEvent, models.LifecycleEvent.name == "zoom.connected", occurred_at=then + SECOND)
    upkeep.purge(site.state, now=NOW)
    about_zoom = rows(site.state, models.LifecycleEvent, models.LifecycleEvent.booking_id.is_(None))
    assert [entry.name for entry in about_zoom] == ["zoom.connected"]


def test_spent_webhook_events_go_after_a_week_and_owed_ones_stay(site: Site) -> None:
    add(site, webhook("spent"), webhook("owed", due_at=NOW))
    week = NOW + timedelta(days=7)
    assert upkeep.purge(site.state, now=week).webhook_events == 0
    assert upkeep.purge(site.state, now=week + SECOND).webhook_events == 1
    assert only(site.state, models.WebhookEvent).digest == "owed"


def test_spent_attempts_go_after_a_day_but_never_one_that_holds_a_grant(site: Site) -> None:
    site.state.database.write(lambda session: session.execute(delete(models.Consent)))
    consent = {"browser_hash": "b", "host_id": "1", "verifier_sealed": "v", "expires_at": NOW}
    add(site, models.Consent(state_hash="1", **consent), models.Consent(state_hash="2", grant_sealed="g", **consent))
    day = NOW + timedelta(days=1)
    assert upkeep.purge(site.state, now=day).connection_attempts == 0
    assert upkeep.purge(site.state, now=day + SECOND).connection_attempts == 1
    assert only(site.state, models.Consent).grant_sealed == "g"


def test_counters_go_when_they_count_no_more(site: Site) -> None:
    counted = {"connection_id": site.connection().id, "used": 5}
    add(site, *(models.ZoomQuota(day=date(2031, 4, day), **counted) for day in (27, 28, 29, 30)))
    add(site, *(models.RateCounter(key=key, hits=1, expires_at=at) for key, at in (("a", NOW), ("b", NOW - SECOND))))
    purged = upkeep.purge(site.state, now=NOW)
    assert (purged.daily_counts, purged.rate_counters) == (2, 1)
    assert {row.day.day for row in rows(site.state, models.ZoomQuota, models.ZoomQuota.used == 5)} == {29, 30}
    assert len(rows(site.state, models.RateCounter, models.RateCounter.key.in_(("a", "b")))) == 1


def test_duties_of_an_ended_connection_go_and_those_in_work_stay(site: Site) -> None:
    site.state.database.write(lambda session: session.execute(delete(models.Duty)))
    mine = site.connection().id

    def want(session: Any) -> None:
        for name, subject in ((DutyName.TEND, mine), (DutyName.CONSENT, "done"), (DutyName.CONSENT, "owed")):
            duties.want(session, name, subject, NOW)
        duties.want(session, DutyName.PURGE, "", NOW)

    site.state.database.write(want)
    turn(site.state, models.Duty, models.Duty.subject == "done", due_at=None)
    assert upkeep.purge(site.state, now=NOW).duties == 1
    turn(site.state, models.Connection, status=ConnectionStatus.INACTIVE)
    turn(site.state, models.Duty, models.Duty.subject == mine, claim="somebody")
    assert upkeep.purge(site.state, now=NOW).duties == 0
    turn(site.state, models.Duty, models.Duty.subject == mine, claim=None)
    assert upkeep.purge(site.state, now=NOW).duties == 1
    assert {row.subject for row in rows(site.state, models.Duty)} == {"", "owed"}


def test_what_outlived_its_connection_goes_at_the_next_purge(ended: tuple[Site, dict[str, Any]]) -> None:
    """As when a webhook was applied at the very moment of the disconnection."""
    site, booking = ended
    add(site, stay(site, booking), webhook("late", connection_id=only(site.state, models.Connection).id))
    turn(site.state, models.WebhookEvent, models.WebhookEvent.digest == "late", payload_sealed="x")
    purged = upkeep.purge(site.state, now=NOW)
    assert (purged.stays, purged.webhook_contents) == (1, 1)
    assert rows(site.state, models.Attendance) == []
    assert only(site.state, models.WebhookEvent, models.WebhookEvent.digest == "late").payload_sealed is None


def test_a_dry_run_counts_what_the_real_one_then_forgets(make_site: MakeSite) -> None:
    site = make_site(ZOOM_BOOKING_RETENTION_DAYS=3)
    site.connect()
    first = site.booked()
    other = site.booked(start=site.slots()["slots"][2], token=site.slots()["token"], email="carol@example.com")
    site.drain()
    connection = site.connection().id
    add(site, models.ZoomQuota(connection_id=connection, day=date(2020, 1, 1), used=1))
    add(site, models.RateCounter(key="old", hits=1, expires_at=NOW - SECOND))
    add(site, models.KnownAddress(digest="old", confirmed_at=NOW - timedelta(days=366)))
    add(site, models.WorkerHeartbeat(id="old", kind="thread", beat_at=NOW - timedelta(days=2)))
    long_ago = {"begun_at": NOW - timedelta(days=2), "until": NOW - timedelta(days=2)}
    add(site, models.ActionCall(host_id="1", key="old", body="x", action="create_meeting", **long_ago))
    of_tally = {"host_id": "1", "event_type_id": "x", "step": "opened", "site": "", "campaign": "", "count": 1}
    add(site, models.Tally(day=date(2020, 1, 1), **of_tally))
    of_key = {"prefix": "zbk_", "digest": "x", "actions": [], "created_at": NOW - timedelta(days=99)}
    add(site, models.ApiKey(host_id="1", name="CRM", revoked_at=NOW - timedelta(days=31), **of_key))
    in_calendar = {"host_id": "1", "connection_id": connection, "event_id": "x"}
    add(site, models.CalendarEvent(booking_id=first["id"], **in_calendar))
    a_notice = {"host_id": "1", "payload_sealed": "x", "occurred_at": NOW - timedelta(days=31)}
    add(site, models.LifecycleEvent(name="endpoint.disabled", **a_notice))
    addresses.ask(site.state, HOSTS["ada"], "carol@example.com", "en", datetime.now(UTC))
    endings.disconnect(site.state, "1", connection)
    add(site, stay(site, first), stay(site, other))
    add(site, webhook("old", received_at=NOW - timedelta(days=8)))
    add(site, webhook("newer", received_at=NOW - timedelta(days=4), payload_sealed="x", connection_id=connection))
    turn(site.state, models.WebhookEvent, models.WebhookEvent.digest.not_in(("old", "newer")), due_at=None)
    then = NOW - timedelta(days=31)
    end_at(site, then, then)
    site.state.database.write(lambda session: duties.want(session, DutyName.TEND, connection, NOW))
    dry = upkeep.purge(site.state, now=NOW, dry_run=True)
    assert dry == upkeep.purge(site.state, now=NOW, batch=1)
    assert 0 not in vars(dry).values()
    assert (dry.stays, dry.meetings, dry.bookings) == (2, 2, 2)
    assert upkeep.purge(site.state, now=NOW) == Purged()
    assert str(dry).startswith("2 stays, ")


@pytest.fixture
def commits(site: Site) -> Callable[[], int]:
    """Count the transactions that were committed so far."""
    seen: list[object] = []
    event.listen(site.state.database.engine, "commit", seen.append)
    return lambda: len(seen)


def test_a_purge_of_many_rows_runs_in_several_short_transactions(site: Site, commits: Callable[[], int]) -> None:
    add(site, *(webhook(str(number), received_at=NOW - timedelta(days=8)) for number in range(25)))
    before = commits()
    assert upkeep.purge(site.state, now=NOW, batch=500).webhook_events == 25
    usual = commits() - before
    add(site, *(webhook(str(number), received_at=NOW - timedelta(days=8)) for number in range(25)))
    before = commits()
    assert upkeep.purge(site.state, now=NOW, batch=10).webhook_events == 25
    assert commits() - before == usual + 2  # of 10, 10 and 5


def test_a_purge_takes_500_rows_at_a_time(site: Site, commits: Callable[[], int]) -> None:
    counters = [models.RateCounter(key=str(number), hits=1, expires_at=NOW) for number in range(1001)]
    site.state.database.write(lambda session: session.add_all(counters))
    later = NOW + SECOND
    before = commits()
    assert upkeep.purge(site.state, now=later).rate_counters >= 1001
    many = commits() - before
    before = commits()
    upkeep.purge(site.state, now=later)
    assert many == commits() - before + 2
