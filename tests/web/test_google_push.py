"""Google's pushes: what they tell of is read at once, whoever forges them is refused, and a flood does no harm."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.fixtures.site import Answer, MakeSite, Site
from tests.services.calendaring import at, busy, calendar, google_id, list_again, put, sync
from tests.services.test_queries import counted
from zoom_blueprint.services import channels, google_calendars
from zoom_blueprint.store import models


@pytest.fixture
def site(google_site: Site) -> Site:
    """A site whose host's calendars have a channel, and were read since it was opened."""
    google_site.drain()
    sync(google_site)
    return google_site


def push(site: Site, **changes: str | None) -> Answer:
    """Send what Google would, with other headers (None leaves one out)."""
    row = calendar(site)
    headers: dict[str, str | None] = {
        "X-Goog-Channel-ID": row.channel_id,
        "X-Goog-Resource-ID": row.channel_resource_id,
        "X-Goog-Resource-State": "exists",
        "X-Goog-Message-Number": "7",
        "X-Goog-Channel-Token": token(site, row.channel_id or ""),
        **{name.replace("_", "-"): value for name, value in changes.items()},
    }
    return site.post("/google/push", headers={name: value for name, value in headers.items() if value is not None})


def token(site: Site, channel_id: str) -> str:
    """Return a channel's token as Google was given it."""
    return next((str(one["token"]) for one in site.simulator.google.channels() if one["id"] == channel_id), "")


def duty(site: Site) -> Any:
    """Return when the calendars are read next, and how often that was wished for."""
    row = models.Duty
    query = select(row.due_at, row.wanted_version).where(row.name == "calendar")
    return site.state.database.read(lambda session: session.execute(query).one())


def test_a_change_in_google_is_known_here_as_soon_as_google_tells(site: Site) -> None:
    put(site, at("09:00"), at("10:00"))
    site.simulator.google.settle()
    site.drain()
    assert busy(site) == [(at("09:00"), at("10:00"))]
    assert {one["state"] for one in site.simulator.google.pushes()} == {"delivered"}


def test_what_changed_while_the_channel_was_being_opened_is_read_within_a_second(google_site: Site) -> None:
    google_site.drain()
    assert duty(google_site)[0] < datetime.now(UTC) + timedelta(seconds=2)


def test_a_push_makes_the_reading_due_and_the_first_word_on_a_channel_does_not(site: Site) -> None:
    before, _ = duty(site)
    assert before > datetime.now(UTC) + timedelta(minutes=3)
    assert push(site, X_Goog_Resource_State="sync").status_code == 200
    assert duty(site)[0] == before
    assert push(site).status_code == 200
    assert duty(site)[0] <= datetime.now(UTC)


@pytest.mark.parametrize(
    "forged", [None, "", "f" * 64, "ключ", "x" * 300], ids=["none", "empty", "other", "odd", "long"]
)
def test_a_forged_push_is_refused_without_a_look_into_the_database(site: Site, forged: str | None) -> None:
    before = duty(site)
    sent = forged.encode().decode("latin-1") if forged else forged
    with counted(site) as statements:
        answer = push(site, X_Goog_Channel_Token=sent)
    assert answer.status_code == 403
    assert [one for one in statements if "zoom_duty" in one or "WHERE zoom_calendar.channel_id" in one] == []
    assert duty(site) == before


def test_another_channels_token_is_none(site: Site) -> None:
    row = calendar(site)
    other = site.state.links.fingerprint(f"google channel {row.channel_id}x")
    assert push(site, X_Goog_Channel_Token=other).status_code == 403


@pytest.mark.parametrize("name", ["X_Goog_Channel_ID", "X_Goog_Resource_ID", "X_Goog_Resource_State"])
def test_a_push_that_lacks_a_header_is_refused(site: Site, name: str) -> None:
    assert push(site, **{name: None}).status_code == 403


def test_a_late_push_on_a_channel_that_was_replaced_is_told_so(site: Site) -> None:
    row = calendar(site)
    old = {"X_Goog_Channel_ID": row.channel_id, "X_Goog_Channel_Token": token(site, row.channel_id or "")}
    _expire(site, timedelta(minutes=30))
    sync(site)
    assert push(site, **old).status_code == 404
    assert push(site).status_code == 200


def test_a_channel_is_replaced_before_it_ends_and_the_old_one_is_stopped(site: Site) -> None:
    before = calendar(site).channel_id
    sync(site)
    assert calendar(site).channel_id == before
    _expire(site, timedelta(minutes=59))
    sync(site)
    after = calendar(site)
    assert after.channel_id != before
    assert after.channel_expires_at is not None
    assert after.channel_expires_at > datetime.now(UTC) + timedelta(hours=2)
    stopped = {one["id"]: one["stopped_at"] is not None for one in site.simulator.google.channels()}
    assert stopped == {before: True, after.channel_id: False}


def test_a_flood_of_pushes_is_one_wish(site: Site) -> None:
    assert push(site).status_code == 200
    _, version = duty(site)
    with counted(site) as statements:
        assert [push(site, X_Goog_Message_Number=str(number)).status_code for number in range(20)] == [200] * 20
    assert duty(site)[1] == version
    assert [one for one in statements if one.startswith(("INSERT", "UPDATE"))] == []


def test_a_push_during_a_reading_has_it_read_once_more(site: Site) -> None:
    then = datetime.now(UTC) + timedelta(minutes=1)
    of_calendars = models.Duty.name == "calendar"
    site.state.database.write(
        lambda session: session.execute(update(models.Duty).where(of_calendars).values(claim="somebody", due_at=then))
    )
    _, version = duty(site)
    assert push(site).status_code == 200
    assert duty(site)[1] == version + 1


def test_without_google_there_is_no_such_address(make_site: MakeSite) -> None:
    assert make_site().post("/google/push").status_code == 404


def test_a_calendar_that_google_opens_no_channel_for_is_asked_and_tried_again_later(google_site: Site) -> None:
    google_site.simulator.google.refuse("watch_events", "pushNotSupportedForRequestedResource", status=400)
    google_site.drain()
    assert calendar(google_site).channel_id is None
    put(google_site, at("09:00"), at("10:00"))
    sync(google_site)
    assert busy(google_site) == [(at("09:00"), at("10:00"))]
    assert google_site.simulator.google.channels() == []
    _expire(google_site, timedelta(0))
    sync(google_site)
    assert len(google_site.simulator.google.channels()) == 1


def test_a_calendar_that_counts_no_more_has_no_channel(site: Site) -> None:
    site.simulator.google.put_calendar("ada", summary="Choir")
    list_again(site)
    primary, other = google_calendars.of_host(site.state, "1")
    google_calendars.choose(site.state, "1", target=other.id, blocking=[other.id])
    site.drain()
    left = [one["calendar_id"] for one in site.simulator.google.channels() if one["stopped_at"] is None]
    assert left == [_google_name(site, other.id)]
    channels.stop_all(site.state, "1", google_id(site))
    assert _open(site) == []
    assert primary.id


def test_a_connection_whose_channels_were_ended_and_that_goes_on_after_all_opens_others(site: Site) -> None:
    channels.stop_all(site.state, "1", google_id(site))
    assert _open(site) == []
    sync(site)
    assert _open(site) == [calendar(site).channel_id]


def _open(site: Site) -> list[str]:
    return [one["id"] for one in site.simulator.google.channels() if one["stopped_at"] is None]


def _google_name(site: Site, row_id: str) -> str:
    query = select(models.Calendar.calendar_id).where(models.Calendar.id == row_id)
    return site.state.database.read(lambda session: session.scalars(query).one())


def _expire(site: Site, left: timedelta) -> None:
    then = datetime.now(UTC) + left
    site.state.database.write(lambda session: session.execute(update(models.Calendar).values(channel_expires_at=then)))
