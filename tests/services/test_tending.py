"""Tending: tokens are renewed before anybody waits, accounts are looked at, and lost webhooks do no lasting harm."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.fixtures.site import Site
from tests.races.fleet import together
from tests.services.looking import LONG_AGO, look, make_due, meeting_of, only, turn
from zoom_blueprint.services import connections, drain, endings, health, tending
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionReason, ConnectionStatus

HOUR = timedelta(hours=1)


def tend(site: Site) -> datetime | None:
    """Do what is due for ada's connection."""
    return tending.tend(site.state, only(site.state, models.Connection).id)


def duty(site: Site) -> models.Duty:
    """Return the duty to tend ada's connection."""
    return only(site.state, models.Duty, models.Duty.name == DutyName.TEND)


def refreshes(site: Site) -> int:
    """Return how often a token was renewed."""
    return int(site.simulator.token_stats()["refreshes"])


def ends_in(site: Site, minutes: int) -> None:
    """Let the access token end in so many minutes."""
    turn(site.state, models.Grant, expires_at=datetime.now(UTC) + timedelta(minutes=minutes))


def lists(site: Site, kind: str = "scheduled") -> int:
    """Return how often Zoom's list was asked for, to compare (``scheduled``) or to check (``upcoming``)."""
    return sum(call["request"]["query"]["type"] == kind for call in site.simulator.calls("list_meetings"))


def is_idle(site: Site, **changes: Any) -> None:
    """Let there have been no call for days, and a check just now."""
    now = datetime.now(UTC)
    turn(site.state, models.Connection, last_call_at=now - timedelta(days=3), checked_at=now, **changes)


def press_move(site: Site, booking: dict[str, Any], to: datetime) -> None:
    """Move a booking's meeting on the host's page at Zoom."""
    number = meeting_of(site, booking).zoom_meeting_id
    assert number is not None
    site.simulator.press("ada", number, "move", start=to.strftime("%Y-%m-%dT%H:%M"), duration=30)


def an_hour_later(site: Site) -> None:
    """Let the last comparison be more than an hour old, and the duty due."""
    turn(site.state, models.Connection, compared_at=datetime.now(UTC) - HOUR - timedelta(seconds=1))
    make_due(site.state, models.Duty, models.Duty.name == DutyName.TEND)


def test_connecting_has_the_account_checked_right_away_and_then_once_a_day(site: Site) -> None:
    assert only(site.state, models.Connection).checked_at is None
    site.drain()
    assert only(site.state, models.Connection).checked_at is not None
    assert (len(site.simulator.calls("me")), lists(site, "upcoming")) == (2, 1)  # one me belongs to the consent
    due_at = duty(site).due_at
    assert due_at is not None
    assert timedelta(hours=22) < due_at - datetime.now(UTC) <= timedelta(hours=24)
    make_due(site.state, models.Duty, models.Duty.name == DutyName.TEND)
    site.drain()
    assert len(site.simulator.calls("me")) == 2
    turn(site.state, models.Connection, checked_at=datetime.now(UTC) - timedelta(hours=25))
    make_due(site.state, models.Duty, models.Duty.name == DutyName.TEND)
    site.drain()
    assert len(site.simulator.calls("me")) == 3


def test_a_token_in_use_is_renewed_within_five_minutes_of_its_end(site: Site) -> None:
    site.booked()
    site.drain()
    ends_in(site, 6)
    tend(site)
    assert refreshes(site) == 0
    ends_in(site, 4)
    again_at = tend(site)
    assert refreshes(site) == 1
    assert again_at is not None
    assert timedelta(minutes=50) < again_at - datetime.now(UTC) <= timedelta(minutes=55)


def test_a_token_is_in_use_for_a_day_after_a_call_although_nothing_is_booked(site: Site) -> None:
    site.drain()
    is_idle(site)
    ends_in(site, 4)
    tend(site)
    assert refreshes(site) == 0
    turn(site.state, models.Connection, last_call_at=datetime.now(UTC) - timedelta(hours=23))
    tend(site)
    assert refreshes(site) == 1


def test_an_idle_connection_is_renewed_every_thirty_days_and_no_sooner(site: Site) -> None:
    is_idle(site)
    for days, expected in ((29, 0), (30, 1)):
        then = datetime.now(UTC) - timedelta(days=days)
        turn(site.state, models.Grant, expires_at=then + HOUR, refreshed_at=then)
        tend(site)
        assert refreshes(site) == expected


def test_the_daily_check_is_no_use_that_keeps_the_token_fresh_for_ever(site: Site) -> None:
    for _ in range(3):
        turn(site.state, models.Connection, checked_at=datetime.now(UTC) - timedelta(hours=25))
        tend(site)
        ends_in(site, 4)
        tend(site)
    assert refreshes(site) == 0


def test_the_first_call_after_idle_days_has_the_token_renewed_in_time(site: Site) -> None:
    site.drain()
    ends_in(site, 40)
    now = datetime.now(UTC)
    for at in (now, now + timedelta(seconds=30)):
        note = partial(connections.note_call, connection_id=site.connection().id, now=at)
        site.state.database.write(note)
    assert only(site.state, models.Connection).last_call_at == now  # at most one write a minute
    due_at = duty(site).due_at
    assert due_at is not None
    assert due_at - now == pytest.approx(timedelta(minutes=35), abs=timedelta(seconds=5))


def test_a_meeting_moved_or_deleted_in_zoom_is_followed_although_every_webhook_was_lost(site: Site) -> None:
    offered = site.slots()
    kept, moved, deleted = (
        site.booked(start=offered["slots"][place], token=offered["token"], key=f"attempt-{place}")
        for place in (0, 3, 6)
    )
    site.drain()
    site.simulator.knobs(webhook_hold=True)  # and never released
    to = datetime.fromisoformat(moved["start"]) + timedelta(days=1)
    press_move(site, moved, to)
    site.simulator.press("ada", meeting_of(site, deleted).zoom_meeting_id or 0, "delete")
    site.drain()
    assert look(site, moved)["start"] == moved["start"]  # nobody has told us
    looks, before = len(site.simulator.calls("get_meeting")), lists(site)
    an_hour_later(site)
    site.drain()
    assert datetime.fromisoformat(look(site, moved)["start"]) == to
    assert look(site, deleted)["status"] == "cancelled"
    assert look(site, kept)["start"] == kept["start"]
    assert lists(site) == before + 1
    assert len(site.simulator.calls("get_meeting")) == looks + 2  # what is as it was is not even looked at
    make_due(site.state, models.Duty, models.Duty.name == DutyName.TEND)
    site.drain()
    assert lists(site) == before + 1


def test_several_processes_compare_once_an_hour_between_them(site: Site) -> None:
    site.booked()
    site.drain()
    an_hour_later(site)
    before = lists(site)
    together(4, lambda _: tend(site))
    assert lists(site) == before + 1


def test_nothing_is_compared_without_meetings_to_come_and_none_that_follows_no_change(site: Site) -> None:
    site.drain()
    an_hour_later(site)
    site.drain()
    assert lists(site) == 0
    booking = site.booked()
    turn(site.state, models.Meeting, detached=True)
    site.simulator.press("ada", meeting_of(site, booking).zoom_meeting_id or 0, "delete")
    an_hour_later(site)
    tend(site)
    assert lists(site) == 0
    assert not meeting_of(site, booking).look_again


def test_a_list_that_fails_changes_nothing_and_is_not_asked_for_again_within_the_hour(site: Site) -> None:
    booking = site.booked()
    site.drain()
    an_hour_later(site)
    before = lists(site)
    site.simulator.fault(route="list_meetings", status=503)
    site.drain()
    make_due(site.state, models.Duty, models.Duty.name == DutyName.TEND)
    site.drain()
    assert lists(site) == before + 1
    assert look(site, booking)["status"] == "confirmed"
    assert not meeting_of(site, booking).look_again


def test_after_a_disconnect_the_duty_ends_without_a_call(site: Site) -> None:
    site.booked()
    site.drain()
    connection_id = site.connection().id
    endings.disconnect(site.state, "1", connection_id)
    calls = len(site.simulator.calls())
    turn(site.state, models.Duty, models.Duty.name == DutyName.TEND, due_at=LONG_AGO)
    site.drain()
    assert len(site.simulator.calls()) == calls
    assert duty(site).due_at is None
    site.connect()
    site.drain()
    assert duty(site).due_at is not None


def test_an_error_of_zoom_makes_the_worker_come_back_with_growing_pauses(site: Site) -> None:
    site.simulator.fault(route="me", status=503, times=6)
    pauses, tries = [], []
    for _ in range(6):
        make_due(site.state, models.Duty, models.Duty.name == DutyName.TEND)
        began = datetime.now(UTC)
        site.drain()
        due_at = duty(site).due_at
        assert due_at is not None
        pauses.append((due_at - began).total_seconds())
        tries.append(duty(site).attempts)
    assert len(site.simulator.calls("me")) == 7  # one of them belongs to the consent
    assert min(pauses) > 2
    assert tries == [1, 2, 3, 4, 5, 6]  # from which the pauses grow
    make_due(site.state, models.Duty, models.Duty.name == DutyName.TEND)
    site.drain()
    assert (duty(site).attempts, duty(site).last_error) == (0, None)
    assert only(site.state, models.Connection).checked_at is not None


def test_a_lost_connection_waits_for_the_host_and_zoom_is_left_alone(site: Site) -> None:
    site.simulator.knobs(webhook_hold=True, old_access_after_refresh="revoked")
    site.simulator.remove_app("ada", site.simulator.client_id)
    again_at = tend(site)
    assert site.connection().reason is ConnectionReason.LOST
    assert again_at is not None
    assert again_at - datetime.now(UTC) > timedelta(hours=20)
    calls = len(site.simulator.calls())
    tend(site)
    assert len(site.simulator.calls()) == calls
    site.connect()
    due_at = duty(site).due_at
    assert due_at is not None
    assert due_at <= datetime.now(UTC)


def test_a_grant_of_another_zoom_app_is_left_alone_and_not_looked_at_all_the_time(site: Site) -> None:
    site.drain()
    turn(site.state, models.Connection, client_id="of another app", checked_at=None)
    calls = len(site.simulator.calls())
    again_at = tend(site)
    assert len(site.simulator.calls()) == calls
    assert again_at is not None
    assert again_at - datetime.now(UTC) > timedelta(hours=20)


def test_an_unhealthy_account_is_looked_at_every_hour_and_works_again_by_itself(site: Site) -> None:
    site.simulator.put_user("ada", status="inactive")
    again_at = tend(site)
    assert site.connection().reason is ConnectionReason.ACCOUNT_INACTIVE
    assert again_at is not None
    assert again_at - datetime.now(UTC) <= HOUR
    site.simulator.put_user("ada", status="active")
    turn(site.state, models.Connection, checked_at=datetime.now(UTC) - HOUR)
    tend(site)
    assert site.connection().status is ConnectionStatus.ACTIVE


def test_what_an_administrator_does_to_an_account_is_looked_at_when_zoom_tells_of_it(site: Site) -> None:
    site.drain()
    site.simulator.change_user("ada", status="inactive")
    site.drain()
    assert site.connection().reason is ConnectionReason.ACCOUNT_INACTIVE


def test_hosts_who_connected_together_do_not_wake_together(site: Site) -> None:
    health.check(site.state, site.connection().id)
    times = {tend(site) for _ in range(20)}
    assert None not in times
    found = sorted(at for at in times if at is not None)
    assert found[-1] - found[0] > timedelta(minutes=5)


def test_a_duty_of_a_connection_that_is_gone_ends(site: Site) -> None:
    assert tending.tend(site.state, "no such connection") is None
    assert drain.drain(site.state, "duty") >= 0
