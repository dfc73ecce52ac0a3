"""What stands in a host's Google Calendar keeps its time free of bookings, whatever kind of event it is."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.fixtures.site import Site
from tests.services.calendaring import MONDAY, TODAY, at, busy, calendar, google_id, list_again, put, sync
from zoom_blueprint.services import endings, google_calendars

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def site(google_site: Site) -> Site:
    """A site whose host's calendars have been read once."""
    google_site.drain()
    return google_site


def test_after_connecting_the_primary_calendar_counts_and_is_where_bookings_go(google_site: Site) -> None:
    put(google_site, at("09:00"), at("10:00"))
    google_site.simulator.google.put_calendar("ada", summary="Choir")
    google_site.drain()
    first, second = google_calendars.of_host(google_site.state, "1")
    assert (first.is_primary, first.is_target, first.blocks) == (True, True, True)
    assert (second.name, second.is_target, second.blocks) == ("Choir", False, False)
    assert busy(google_site) == [(at("09:00"), at("10:00"))]


def test_an_event_takes_its_time_moves_and_goes(site: Site) -> None:
    event_id = put(site, at("09:00"), at("10:00"))
    sync(site)
    assert busy(site) == [(at("09:00"), at("10:00"))]
    put(site, at("11:00"), at("12:00"), id=event_id)
    sync(site)
    assert busy(site) == [(at("11:00"), at("12:00"))]
    site.simulator.google.delete_event("ada", event_id)
    sync(site)
    assert busy(site) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"transparency": "transparent"},
        {"eventType": "workingLocation"},
        {"eventType": "birthday"},
        {"eventType": "fromGmail", "transparency": "transparent"},
        {"attendees": [{"email": "ada@example.com", "responseStatus": "declined"}, {"email": "bob@example.com"}]},
    ],
    ids=["free", "a working location", "a birthday", "from a mail, and free", "declined"],
)
def test_what_takes_no_time_keeps_nobody_away(site: Site, fields: dict[str, Any]) -> None:
    put(site, at("09:00"), at("10:00"), **fields)
    sync(site)
    assert busy(site) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "tentative"},
        {"eventType": "outOfOffice"},
        {"eventType": "focusTime"},
        {"eventType": "fromGmail"},
        {"attendees": [{"email": "ada@example.com", "responseStatus": "tentative"}]},
        {"attendees": [{"email": "ada@example.com", "responseStatus": "needsAction"}]},
        {"attendees": [{"email": "bob@example.com", "responseStatus": "declined"}]},
    ],
    ids=[
        "tentative",
        "out of office",
        "focus time",
        "from a mail",
        "perhaps",
        "not answered",
        "declined by somebody else",
    ],
)
def test_what_may_take_place_keeps_the_time(site: Site, fields: dict[str, Any]) -> None:
    put(site, at("09:00"), at("10:00"), **fields)
    sync(site)
    assert busy(site) == [(at("09:00"), at("10:00"))]


def test_an_event_that_is_declined_later_gives_its_time_back(site: Site) -> None:
    event_id = put(site, at("09:00"), at("10:00"), attendees=[{"email": "ada@example.com"}])
    sync(site)
    assert len(busy(site)) == 1
    site.simulator.google.respond("ada", event_id, "ada@example.com", "declined")
    sync(site)
    assert busy(site) == []


@pytest.mark.parametrize("place", ["Europe/London", "America/New_York", "Pacific/Auckland"])
def test_whole_days_are_those_of_the_calendars_zone_also_when_clocks_change(google_site: Site, place: str) -> None:
    site, zone = google_site, ZoneInfo(place)
    site.simulator.google.put_calendar("ada", id="ada@example.com", timezone=place)
    change = next(
        day
        for day in (TODAY + number * DAY for number in range(2, 400))
        if _midnight(day + DAY, zone) - _midnight(day, zone) != DAY
    )
    days: dict[str, Any] = {"start": {"date": change.isoformat()}, "end": {"date": (change + DAY).isoformat()}}
    site.simulator.google.put_event("ada", summary="Fair", **days)
    site.drain()
    assert busy(site) == [(_midnight(change, zone), _midnight(change + DAY, zone))]
    assert busy(site)[0][1] - busy(site)[0][0] in (23 * HOUR, 25 * HOUR)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(ZoneInfo("UTC"))


def test_when_the_calendar_moves_to_another_zone_its_whole_days_do(site: Site) -> None:
    days: dict[str, Any] = {"start": {"date": MONDAY.isoformat()}, "end": {"date": (MONDAY + DAY).isoformat()}}
    site.simulator.google.put_event("ada", summary="Fair", **days)
    site.simulator.google.put_calendar("ada", id="ada@example.com", timezone="Asia/Tokyo")
    list_again(site)
    assert busy(site) == [(at("15:00", MONDAY - DAY), at("15:00"))]


def test_an_event_of_several_days_and_another_zone_takes_all_of_its_time(site: Site) -> None:
    begin, end = MONDAY.isoformat(), (MONDAY + 2 * DAY).isoformat()
    times: dict[str, Any] = {
        "start": {"dateTime": f"{begin}T22:00:00", "timeZone": "Asia/Tokyo"},
        "end": {"dateTime": f"{end}T06:00:00", "timeZone": "America/Los_Angeles"},
    }
    site.simulator.google.put_event("ada", summary="Flight", **times)
    sync(site)
    ends = datetime.fromisoformat(f"{end}T06:00:00").replace(tzinfo=ZoneInfo("America/Los_Angeles"))
    assert busy(site) == [(at("13:00"), ends)]


def test_each_instance_of_a_series_counts_and_moves_or_goes_by_itself(site: Site) -> None:
    series = put(site, at("09:00"), at("10:00"), recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    sync(site)
    days = [MONDAY + number * DAY for number in range(3)]
    assert busy(site) == [(at("09:00", day), at("10:00", day)) for day in days]
    moved, gone = (f"{series}_{day:%Y%m%d}T090000Z" for day in days[1:])
    put(site, at("14:00", days[1]), at("15:00", days[1]), id=moved)
    site.simulator.google.delete_event("ada", gone)
    sync(site)
    assert busy(site) == [(at("09:00"), at("10:00")), (at("14:00", days[1]), at("15:00", days[1]))]
    site.simulator.google.delete_event("ada", series)
    sync(site)
    assert busy(site) == [(at("14:00", days[1]), at("15:00", days[1]))]


def test_a_series_that_is_shortened_or_moved_gives_back_what_google_tells_nothing_of(site: Site) -> None:
    series = put(site, at("09:00"), at("10:00"), recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    sync(site)
    sync(site)
    put(site, at("11:00"), at("12:00"), id=series, recurrence=["RRULE:FREQ=DAILY;COUNT=2"])
    sync(site)
    assert calendar(site).read_at is None, "a whole reading follows by itself, within a second"
    sync(site)
    assert busy(site) == [(at("11:00", day), at("12:00", day)) for day in (MONDAY, MONDAY + DAY)]


def test_events_that_overlap_or_touch_are_one_busy_time(site: Site) -> None:
    put(site, at("09:00"), at("10:00"))
    put(site, at("09:30"), at("11:00"))
    put(site, at("11:00"), at("11:30"))
    put(site, at("12:00"), at("12:00"))
    sync(site)
    assert busy(site) == [(at("09:00"), at("11:30"))]


def test_a_calendar_of_which_only_the_busy_times_may_be_seen_counts_by_them(site: Site) -> None:
    google = site.simulator.google
    shared = google.put_calendar("ada", summary="Team")
    put(site, at("09:00"), at("10:00"), calendar=shared)
    google.put_calendar("ada", id=shared, access_role="freeBusyReader")
    list_again(site)
    primary, team = google_calendars.of_host(site.state, "1")
    google_calendars.choose(site.state, "1", target=primary.id, blocking=[primary.id, team.id])
    site.drain()
    assert busy(site) == [(at("09:00"), at("10:00"))]
    google.put_calendar("ada", id=shared, access_role="owner")
    event = google.events("ada", shared)[0]
    put(site, at("13:00"), at("14:00"), calendar=shared, id=event["id"])
    google.put_calendar("ada", id=shared, access_role="freeBusyReader")
    sync(site)
    assert busy(site) == [(at("13:00"), at("14:00"))]


def test_the_host_chooses_which_calendars_count_and_where_bookings_go(site: Site) -> None:
    choir = site.simulator.google.put_calendar("ada", summary="Choir")
    put(site, at("09:00"), at("10:00"))
    put(site, at("19:00"), at("20:00"), calendar=choir)
    list_again(site)
    primary, other = google_calendars.of_host(site.state, "1")
    google_calendars.choose(site.state, "1", target=other.id, blocking=[other.id])
    site.drain()
    assert busy(site) == [(at("19:00"), at("20:00"))]
    assert [one.is_target for one in google_calendars.of_host(site.state, "1")] == [False, True]
    google_calendars.choose(site.state, "1", target=primary.id, blocking=[primary.id, other.id])
    site.drain()
    assert busy(site) == [(at("09:00"), at("10:00")), (at("19:00"), at("20:00"))]


def test_a_calendar_that_is_gone_from_the_account_counts_no_more(site: Site) -> None:
    choir = site.simulator.google.put_calendar("ada", summary="Choir")
    put(site, at("19:00"), at("20:00"), calendar=choir)
    list_again(site)
    _, other = google_calendars.of_host(site.state, "1")
    google_calendars.choose(site.state, "1", target=other.id, blocking=[other.id])
    site.drain()
    site.simulator.google.remove_calendar("ada", choir)
    sync(site)
    (left,) = google_calendars.of_host(site.state, "1")
    assert (left.is_primary, left.is_target) == (True, True)


def test_busy_times_go_with_the_connection_and_its_channels_end(site: Site) -> None:
    before = site.slots()["slots"]
    put(site, at("00:00"), at("23:00"))
    sync(site)
    assert site.slots()["slots"] != before
    endings.disconnect(site.state, "1", google_id(site))
    assert google_calendars.of_host(site.state, "1") == []
    assert site.slots()["slots"] == before
    assert [one["stopped_at"] is not None for one in site.simulator.google.channels()] == [True]
