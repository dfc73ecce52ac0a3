"""Zones are found by their IANA names only, and their clocks are cut at the right seconds."""

from datetime import timedelta
from itertools import pairwise
from zoneinfo import available_timezones

import pytest

from tests.scheduling.reference import utc
from zoom_blueprint.scheduling.instants import DAY, floor_seconds, utc_datetimes
from zoom_blueprint.scheduling.zones import instants, stretches, zone

NOT_PLACES = [
    "",
    ".",
    "..",
    "../x",
    "../../etc/passwd",
    "/etc/localtime",
    "America",
    "America/",
    "America//New_York",
    "America/../UTC",
    "Europe\\Berlin",
    "Europe/Berlin\n",
    "Europe/Berlin\0",
    "posix/Europe/Berlin",
    "right/Europe/Berlin",
    "posixrules",
    "localtime",
    "Factory",
    "leapseconds",
    "tzdata.zi",
    "zone.tab",
    "Europe/München",
    "Europe/Berl\u0131n",
    "\ud800",
    "CEST-7",
    "Mars/Olympus_Mons",
    "a" * 5000,
    "A/" * 300 + "B",
]


@pytest.mark.parametrize("name", NOT_PLACES, ids=lambda name: ascii(name)[:24])
def test_what_is_no_place_is_an_unknown_zone(name: str) -> None:
    with pytest.raises(ValueError, match="Unknown time zone") as caught:
        zone(name)
    assert str(caught.value).isascii()
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "UTC", "EST5EDT"])
def test_iana_names_are_known(name: str) -> None:
    assert zone(name).key == name


def test_every_zone_of_the_machine_is_known() -> None:
    for name in available_timezones() - {"Factory", "localtime"}:
        assert zone(name).key == name


def test_a_clock_is_cut_at_the_second_of_its_change() -> None:
    change = floor_seconds(utc("2030-03-10T07:00"))
    parts = stretches("America/New_York", change - DAY, change + DAY)
    assert parts == [(change - DAY, change, -5 * 3600), (change, change + DAY, -4 * 3600)]


@pytest.mark.parametrize(
    "name",
    [
        "America/New_York",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
        "America/St_Johns",
        "Africa/Monrovia",
        "Pacific/Apia",
    ],
)
def test_every_seam_is_the_second_at_which_the_zone_changes(name: str) -> None:
    for first in ("1919-01-01", "1971-06-01", "2008-01-01", "2011-01-01", "2029-01-01"):
        start = floor_seconds(utc(first))
        for before, after in pairwise(stretches(name, start, start + 800 * DAY)):
            seconds = utc_datetimes([before.end - 1, after.start])
            offsets = [second.astimezone(zone(name)).utcoffset() for second in seconds]
            assert offsets == [timedelta(seconds=before.offset), timedelta(seconds=after.offset)]


def test_a_change_at_the_edge_of_the_time_asked_for_makes_no_empty_stretch() -> None:
    change = floor_seconds(utc("2030-03-10T07:00"))
    assert stretches("America/New_York", change, change + 1) == [(change, change + 1, -4 * 3600)]
    assert stretches("America/New_York", change - 1, change) == [(change - 1, change, -5 * 3600)]
    assert stretches("America/New_York", change, change) == []


def test_a_clock_has_no_seams_but_its_changes() -> None:
    start, end = floor_seconds(utc("2029-01-01")), floor_seconds(utc("2031-01-01"))
    parts = stretches("Australia/Lord_Howe", start, end)
    assert (parts[0].start, parts[-1].end, len(parts)) == (start, end, 5)
    for before, after in pairwise(parts):
        assert before.end == after.start
        assert abs(before.offset - after.offset) == 1800


def test_a_change_of_name_that_moves_no_clock_is_no_seam() -> None:
    start = floor_seconds(utc("1945-08-01"))
    parts = stretches("America/New_York", start, start + 90 * DAY)  # war time becomes peace time, then standard time
    assert [each.offset for each in parts] == [-4 * 3600, -5 * 3600]


def test_a_reading_that_exists_twice_gives_both_instants_and_one_that_does_not_gives_none() -> None:
    fold, gap = floor_seconds(utc("2030-11-03T06:00")), floor_seconds(utc("2030-03-10T07:00"))
    around_fold = stretches("America/New_York", fold - DAY, fold + DAY)
    one_thirty = floor_seconds(utc("2030-11-03T01:30"))
    assert instants(around_fold, one_thirty, one_thirty + 60) == [
        (fold - 1800, fold - 1740),
        (fold + 1800, fold + 1860),
    ]
    around_gap = stretches("America/New_York", gap - DAY, gap + DAY)
    half_past_two = floor_seconds(utc("2030-03-10T02:30"))
    assert instants(around_gap, half_past_two, half_past_two + 60) == []
