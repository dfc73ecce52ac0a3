"""Slots are right where clocks change and where days are missing; times are written as the wall shows them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.scheduling.reference import utc
from zoom_blueprint.scheduling.instants import utc_strings
from zoom_blueprint.scheduling.rules import Hours, Rules, Schedule, Span
from zoom_blueprint.scheduling.slots import offered, refusal, starts

ALL_DAY = (Span(0, 1440),)
LONG_AGO = utc("1900-01-01")


def wall(
    place: str,
    day: str,
    hours: Hours,
    *,
    duration: int = 60,
    step: int = 60,
    overrides: Mapping[date, Hours] | None = None,
    days: int = 1,
) -> list[str]:
    """Return the starts whose local date is the given one, as ``HH:MM±offset``."""
    schedule = Schedule(place, (hours,) * 7, overrides or {})
    noon = utc(f"{day}T12:00")
    found = offered(
        schedule, Rules(duration, step), (), noon - timedelta(days=2), noon + timedelta(days=1 + days), now=LONG_AGO
    )
    local = [each.astimezone(ZoneInfo(place)) for each in found]
    dates = {noon.date() + timedelta(days=each) for each in range(days)}
    return [f"{each:%H:%M%z}" for each in local if each.date() in dates]


def test_an_hour_that_does_not_exist_is_not_offered() -> None:
    found = wall("America/New_York", "2030-03-10", (Span(60, 300),), duration=30, step=30)
    assert found == ["01:00-0500", "01:30-0500", "03:00-0400", "03:30-0400", "04:00-0400", "04:30-0400"]


def test_a_meeting_may_run_across_a_gap_for_its_real_length() -> None:
    found = wall("America/New_York", "2030-03-10", (Span(60, 240),), duration=90, step=30)
    assert found == ["01:00-0500", "01:30-0500"]


def test_hours_inside_a_gap_are_no_hours() -> None:
    assert wall("America/New_York", "2030-03-10", (Span(120, 180),), duration=15, step=15) == []


def test_an_hour_that_exists_twice_is_offered_twice() -> None:
    found = wall("America/New_York", "2030-11-03", (Span(60, 180),))
    assert found == ["01:00-0400", "01:00-0500", "02:00-0500"]


def test_hours_that_end_within_a_fold_pause_between_its_passes() -> None:
    found = wall("America/New_York", "2030-11-03", (Span(0, 90),), duration=30, step=30)
    assert found == ["00:00-0400", "00:30-0400", "01:00-0400", "01:00-0500"]
    assert wall("America/New_York", "2030-11-03", (Span(0, 90),), duration=91, step=30) == []


def test_nine_oclock_stays_nine_oclock_over_a_change() -> None:
    schedule = Schedule("Europe/Berlin")
    found = starts(schedule, Rules(480, 480), (), utc("2030-03-29"), utc("2030-04-02"), now=LONG_AGO)
    assert utc_strings(found) == ["2030-03-29T08:00:00Z", "2030-04-01T07:00:00Z"]


def test_the_grid_stays_on_the_hour_when_lord_howe_moves_by_half_an_hour() -> None:
    spring = wall("Australia/Lord_Howe", "2030-10-06", (Span(60, 300),))
    assert spring == ["01:00+1030", "03:00+1100", "04:00+1100"]
    autumn = wall("Australia/Lord_Howe", "2030-04-07", (Span(60, 240),), step=30)
    assert autumn == ["01:00+1100", "01:30+1100", "01:30+1030", "02:00+1030", "02:30+1030", "03:00+1030"]


def test_places_at_half_and_quarter_hours_have_their_own_full_hours() -> None:
    for place, first in (("Asia/Kolkata", "03:30"), ("Asia/Kathmandu", "03:15"), ("Pacific/Chatham", "19:15")):
        found = starts(Schedule(place), Rules(480, 60), (), utc("2030-01-14"), utc("2030-01-15"), now=LONG_AGO)
        assert [each[11:16] for each in utc_strings(found)] == [first]


def test_a_day_that_apia_skipped_has_no_slots() -> None:
    assert wall("Pacific/Apia", "2011-12-30", ALL_DAY) == []


def test_a_meeting_may_run_from_the_day_before_a_skipped_day_into_the_day_after() -> None:
    found = wall("Pacific/Apia", "2011-12-29", (Span(0, 60), Span(1380, 1440)), duration=120)
    assert found == ["23:00-1000"]


def test_an_override_on_a_skipped_day_changes_nothing() -> None:
    closed = wall("Pacific/Apia", "2011-12-29", ALL_DAY, overrides={date(2011, 12, 30): ()}, days=3)
    assert closed == wall("Pacific/Apia", "2011-12-29", ALL_DAY, days=3)


def test_a_day_without_midnight_begins_at_one() -> None:
    for place, day in (
        ("America/Santiago", "2030-09-08"),
        ("Africa/Cairo", "2030-04-26"),
        ("Asia/Beirut", "2030-03-31"),
    ):
        found = wall(place, day, ALL_DAY)
        assert [each[:5] for each in found] == [f"{hour:02}:00" for hour in range(1, 24)]


def test_a_day_whose_last_hour_comes_twice_has_twenty_five() -> None:
    for place, day in (
        ("America/Santiago", "2030-04-06"),
        ("Africa/Cairo", "2030-10-31"),
        ("Asia/Beirut", "2030-10-26"),
    ):
        found = wall(place, day, ALL_DAY)
        assert [each[:5] for each in found] == [*(f"{hour:02}:00" for hour in range(24)), "23:00"]


def test_a_tail_past_midnight_belongs_to_the_day_it_began() -> None:
    night = (Span(22 * 60, 26 * 60),)
    assert [each[:5] for each in wall("Europe/Berlin", "2030-01-15", night)] == ["00:00", "01:00", "22:00", "23:00"]
    closed = wall("Europe/Berlin", "2030-01-15", night, overrides={date(2030, 1, 15): ()})
    assert [each[:5] for each in closed] == ["00:00", "01:00"]
    closed = wall("Europe/Berlin", "2030-01-15", night, overrides={date(2030, 1, 14): ()})
    assert [each[:5] for each in closed] == ["22:00", "23:00"]


def test_a_start_in_the_tail_of_yesterday_is_not_refused() -> None:
    schedule = Schedule("Europe/Berlin", ((Span(22 * 60, 26 * 60),),) * 7)
    assert refusal(schedule, Rules(30, 30), (), utc("2030-01-15T00:30"), now=LONG_AGO) is None


def test_an_override_replaces_the_hours_of_its_date_only() -> None:
    schedule = Schedule(
        "Europe/Berlin", overrides={date(2030, 1, 15): (Span(600, 660),), date(2030, 1, 19): (Span(0, 60),)}
    )
    found = starts(schedule, Rules(60, 480), (), utc("2030-01-14"), utc("2030-01-21"), now=LONG_AGO)
    assert utc_strings(found) == [
        "2030-01-14T08:00:00Z",
        "2030-01-15T09:00:00Z",
        "2030-01-16T08:00:00Z",
        "2030-01-17T08:00:00Z",
        "2030-01-18T08:00:00Z",
        "2030-01-18T23:00:00Z",
    ]


def test_a_meeting_may_run_across_midnight_where_hours_touch() -> None:
    found = wall("Europe/Berlin", "2030-01-15", (Span(0, 60), Span(23 * 60, 24 * 60)), duration=90, step=30)
    assert [each[:5] for each in found] == ["23:00", "23:30"]


def test_hours_that_touch_or_overlap_are_one() -> None:
    touching = wall("UTC", "2030-01-15", (Span(540, 600), Span(600, 660)), duration=120)
    overlapping = wall("UTC", "2030-01-15", (Span(540, 630), Span(600, 660)), duration=120)
    assert touching == overlapping == ["09:00+0000"]


def test_a_minute_between_hours_keeps_them_apart() -> None:
    assert wall("UTC", "2030-01-15", (Span(540, 600), Span(601, 660)), duration=61) == []


def test_the_grid_begins_anew_with_each_span() -> None:
    found = wall("UTC", "2030-01-15", (Span(540, 600), Span(610, 670)), duration=20, step=25)
    assert [each[:5] for each in found] == ["09:00", "09:25", "10:10", "10:35"]


def test_overlapping_spans_offer_both_grids_once_and_in_order() -> None:
    found = wall("UTC", "2030-01-15", (Span(540, 660), Span(555, 660), Span(570, 660)), duration=30, step=30)
    assert [each[:5] for each in found] == ["09:00", "09:15", "09:30", "09:45", "10:00", "10:15", "10:30"]


def test_offsets_of_odd_seconds_are_kept() -> None:
    schedule = Schedule("Africa/Monrovia", (ALL_DAY,) * 7)  # 44 minutes 30 seconds behind until 1972
    found = starts(schedule, Rules(60, 720), (), utc("1971-06-01"), utc("1971-06-02"), now=LONG_AGO)
    assert utc_strings(found) == ["1971-06-01T00:44:30Z", "1971-06-01T12:44:30Z"]


def test_the_first_and_last_years_of_the_calendar_offer_nothing_and_break_nothing() -> None:
    for place in ("Pacific/Kiritimati", "Pacific/Niue"):
        schedule = Schedule(place, (ALL_DAY,) * 7, {date.min: (), date.max: ()})
        for first, last in ((utc("0001-01-01"), utc("0001-01-14")), (utc("9999-12-16"), utc("9999-12-31"))):
            assert (
                offered(schedule, Rules(30, 30), (), first, last, now=datetime.min.replace(tzinfo=first.tzinfo)) == []
            )
