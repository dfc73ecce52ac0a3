"""Disconnecting: what is wiped, what stays, what Zoom is asked, and what is left in the files."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from tests.fixtures.site import MakeSite, Site
from tests.services.looking import cancel, look, meeting_of, move, only, rows, turn
from tests.store.files import content_of
from zoom_blueprint.errors import ConnectError
from zoom_blueprint.events import ConnectionPayload, LifecycleEvent
from zoom_blueprint.services import consents, endings, journal, settlements
from zoom_blueprint.store import models
from zoom_blueprint.store.sqlite_files import sqlite_path
from zoom_blueprint.values import ConnectionReason, ConnectionStatus

on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])
EVE = "Eve who came to listen"


@pytest.fixture
def lived_in(site: Site) -> dict[str, Any]:
    """Return a booking whose meeting was held, with somebody in it, and of which Zoom has told."""
    booking = site.booked()
    site.drain()
    meeting_id = meeting_of(site, booking).zoom_meeting_id
    assert meeting_id is not None
    site.simulator.press("ada", meeting_id, "start")
    site.simulator.join(meeting_id, EVE)
    site.simulator.leave(meeting_id, EVE)
    site.drain()
    assert only(site.state, models.Attendance).name_sealed
    return booking


def secrets_of(site: Site) -> set[str]:
    """Return what a wipe has to take away, as it stands in the database."""
    connection, grant = only(site.state, models.Connection), only(site.state, models.Grant)
    found = {connection.zoom_user_id, connection.zoom_account_id, connection.email, connection.name}
    found |= {grant.access_token_sealed, grant.refresh_token_sealed}
    found |= {one.payload_sealed for one in rows(site.state, models.WebhookEvent)}
    found |= {one.name_sealed for one in rows(site.state, models.Attendance)}
    found |= {one.payload_sealed for one in about_zoom(site)}
    return {one for one in found if one} - {"ada@example.com", "Ada Lovelace"}  # the host app's own words


def about_zoom(site: Site) -> list[models.LifecycleEvent]:
    """Return the log's entries about connections."""
    return [one for one in rows(site.state, models.LifecycleEvent) if one.name.startswith("zoom.")]


def payloads(site: Site) -> Iterator[ConnectionPayload]:
    """Return what the log says of connections."""
    for one in about_zoom(site):
        payload = site.state.database.read(partial(read_event, site, one.id)).payload
        assert isinstance(payload, ConnectionPayload)
        yield payload


def read_event(site: Site, event_id: str, session: Session) -> LifecycleEvent:
    """Return an event of the log."""
    return journal.read(site.state, session, event_id)


def test_everything_of_zooms_is_wiped_and_the_bookings_stay(site: Site, lived_in: dict[str, Any]) -> None:
    before = only(site.state, models.Connection)
    assert any(one.connection.email for one in payloads(site))
    assert endings.disconnect(site.state, "1", before.id).is_confirmed
    row = only(site.state, models.Connection)
    assert (row.status, row.reason) == (ConnectionStatus.INACTIVE, ConnectionReason.DISCONNECTED)
    emptied = (row.zoom_user_id, row.zoom_account_id, row.health, row.checked_at, row.last_call_at, row.last_webhook_at)
    assert set(emptied) == {None}
    assert (row.name, row.email, row.time_zone, row.missing_scopes) == ("", "", "", [])
    assert rows(site.state, models.Grant) == []
    assert rows(site.state, models.Attendance) == []
    site.drain()  # of the revocation Zoom tells us too
    assert {one.payload_sealed for one in rows(site.state, models.WebhookEvent)} == {None}
    for one in payloads(site):
        assert (one.connection.name, one.connection.email, one.connection.time_zone) == ("", "", "")
    meeting = meeting_of(site, lived_in)
    assert meeting.detached
    assert (meeting.started_at, meeting.ended_at) == (None, None), "that is attendance too"
    assert meeting.topic
    assert meeting.zoom_meeting_id
    seen = look(site, lived_in)
    assert (seen["status"], seen["join_url"]) == ("confirmed", lived_in["join_url"])


@on_sqlite
def test_what_was_wiped_is_gone_from_the_database_files(site: Site, lived_in: dict[str, Any]) -> None:
    address = str(site.state.database.engine.url)
    secrets = secrets_of(site)
    assert len(secrets) >= 7
    before = content_of(address)
    assert all(one.encode() in before for one in secrets)
    endings.disconnect(site.state, "1", site.connection().id)
    after = content_of(address)
    assert not [one for one in secrets if one.encode() in after]
    assert lived_in["id"].encode() in after


@on_sqlite
def test_a_removal_in_zoom_leaves_nothing_in_the_files_not_even_the_notice_of_it(
    site: Site, lived_in: dict[str, Any]
) -> None:
    secrets = secrets_of(site)
    del lived_in
    site.simulator.remove_app("ada", site.simulator.client_id)
    site.simulator.settle()
    notices = rows(site.state, models.WebhookEvent, models.WebhookEvent.name == "app_deauthorized")
    secrets |= {one.payload_sealed for one in notices if one.payload_sealed}
    site.drain()
    after = content_of(str(site.state.database.engine.url))
    assert not [one for one in secrets if one.encode() in after]


@on_sqlite
def test_the_account_before_a_change_is_gone_from_the_files_too(site: Site, lived_in: dict[str, Any]) -> None:
    del lived_in
    secrets = secrets_of(site)
    site.simulator.put_user("work")
    with pytest.raises(ConnectError):
        site.connect(zoom_user="work")
    (question,) = settlements.questions(site.state, "1")
    settlements.change(site.state, "1", question.consent_id)
    secrets.discard(only(site.state, models.Connection).zoom_account_id or "")  # both belong to one Zoom account
    after = content_of(str(site.state.database.engine.url))
    assert not [one for one in secrets if one.encode() in after]


@on_sqlite
def test_a_reader_who_holds_the_log_holds_up_no_disconnect(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    address = str(site.state.database.engine.url)
    with closing(sqlite3.connect(sqlite_path(make_url(address)), isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM zoom_grant").fetchall()
        secrets = secrets_of(site)
        assert endings.disconnect(site.state, "1", site.connection().id).is_confirmed
        assert "write-ahead log could not be emptied" in caplog.text
    assert site.state.database.checkpoint(), "as the daily purge does"
    after = content_of(address)
    assert not [one for one in secrets if one.encode() in after]


def test_after_a_disconnect_zoom_is_never_called_about_a_booking(site: Site) -> None:
    moved, ended = site.booked(), site.booked(**other_time(site))
    site.drain()
    endings.disconnect(site.state, "1", site.connection().id)
    calls = len(site.simulator.calls())
    move(site, moved, 8)
    cancel(site, ended)
    site.drain()
    assert len(site.simulator.calls()) == calls
    assert len(site.simulator.meetings("ada")) == 2


def test_an_expired_access_token_is_renewed_to_be_revoked(site: Site) -> None:
    turn(site.state, models.Grant, expires_at=datetime.now(UTC) - timedelta(hours=2))
    assert endings.disconnect(site.state, "1", site.connection().id).is_confirmed
    assert not any(grant["live"] for grant in site.simulator.grants())


def test_an_access_token_that_ended_by_zooms_clock_alone_is_renewed_too(site: Site) -> None:
    site.simulator.advance(2 * 3600)
    assert endings.disconnect(site.state, "1", site.connection().id).is_confirmed
    assert not any(grant["live"] for grant in site.simulator.grants())


def test_a_lost_grant_is_not_sent_to_zoom_and_not_confirmed(site: Site) -> None:
    turn(site.state, models.Grant, lost_at=datetime.now(UTC))
    calls = len(site.simulator.calls())
    assert not endings.disconnect(site.state, "1", site.connection().id).is_confirmed
    assert len(site.simulator.calls()) == calls
    assert rows(site.state, models.Grant) == []


def test_tokens_of_another_zoom_app_are_wiped_and_travel_nowhere(site: Site) -> None:
    turn(site.state, models.Connection, client_id="the app before")
    calls = len(site.simulator.calls())
    assert not endings.disconnect(site.state, "1", site.connection().id).is_confirmed
    assert len(site.simulator.calls()) == calls
    assert rows(site.state, models.Grant) == []


def test_disconnecting_twice_wipes_nothing_more_and_confirms_nothing(site: Site) -> None:
    connection_id = site.connection().id
    assert endings.disconnect(site.state, "1", connection_id).is_confirmed
    first = only(site.state, models.Connection)
    assert not endings.disconnect(site.state, "1", connection_id).is_confirmed
    assert only(site.state, models.Connection).ended_at == first.ended_at
    assert [one.name for one in about_zoom(site)].count("zoom.disconnected") == 1


def test_a_consent_on_its_way_to_restore_the_connection_ends_with_it(site: Site) -> None:
    consents.begin(site.state, "1")
    turn(site.state, models.Consent, models.Consent.used_at.is_(None), connection_id=site.connection().id)
    endings.disconnect(site.state, "1", site.connection().id)
    (consent,) = rows(site.state, models.Consent, models.Consent.used_at.is_(None))
    assert consent.expires_at <= datetime.now(UTC)


def test_of_several_connections_only_the_one_is_wiped(make_site: MakeSite) -> None:
    site = make_site(ZOOM_CONNECTIONS_PER_HOST=2)
    first = site.connect()
    booking = site.booked()
    site.drain()
    site.simulator.put_user("work")
    second = site.connect(zoom_user="work")
    endings.disconnect(site.state, "1", second.id)
    kept = only(site.state, models.Connection, models.Connection.id == first.id)
    assert kept.status == ConnectionStatus.ACTIVE
    assert kept.zoom_user_id
    assert only(site.state, models.Grant).connection_id == first.id
    assert not meeting_of(site, booking).detached
    names = {one.connection.id: one.connection.email for one in payloads(site)}
    assert (bool(names[first.id]), names[second.id]) == (True, "")


def other_time(site: Site) -> dict[str, str]:
    """Return the fields of a booking that meets no other."""
    offer = site.slots()
    return {"start": offer["slots"][4], "token": offer["token"]}
