"""Buffers, notice, horizons and limits decide which slots remain, and refusals say which of them it was."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.scheduling.reference import utc
from zoom_blueprint.scheduling.rules import Range, Rolling, Rules, Schedule, Span
from zoom_blueprint.scheduling.slots import Busy, Reason, Refusal, offered, reach, refusal
from zoom_blueprint.scheduling.zones import zone

ALL_WEEK = ((Span(0, 1440),),) * 7
AROUND_THE_CLOCK = Schedule("UTC", ALL_WEEK)
NOW = utc("2030-01-01")
NINE = utc("2030-01-15T09:00")


def times(rules: Rules, *busy: Busy, now: datetime = NOW, earliest: datetime | None = None) -> list[str]:
    """Return what is offered from eight to noon on 2030-01-15 in UTC."""
    found = offered(AROUND_THE_CLOCK, rules, busy, NINE - hours(1), NINE + hours(3), now=now, earliest=earliest)
    return [f"{each:%H:%M}" for each in found]


def why(
    rules: Rules, *busy: Busy, start: datetime = NINE, now: datetime = NOW, schedule: Schedule = AROUND_THE_CLOCK
) -> Refusal | None:
    return refusal(schedule, rules, busy, start, now=now)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def booking(start: datetime = NINE, minutes: int = 60, before: int = 0, after: int = 0, counts: bool = False) -> Busy:
    taken = Busy.between(start, start + timedelta(minutes=minutes), counts=counts)
    return taken._replace(before=before, after=after, ref="theirs")


def test_meetings_may_touch() -> None:
    assert times(Rules(60, 30), booking()) == ["08:00", "10:00", "10:30", "11:00", "11:30"]


def test_a_long_meeting_does_not_fit_before_a_short_busy_time() -> None:
    assert times(Rules(90, 30), booking(minutes=5)) == ["09:30", "10:00", "10:30", "11:00", "11:30"]


def test_own_buffers_keep_free_time_around_busy_time() -> None:
    assert times(Rules(30, 15, buffer_before=15), booking())[:4] == ["08:00", "08:15", "08:30", "10:15"]
    assert times(Rules(30, 15, buffer_after=15), booking())[:4] == ["08:00", "08:15", "10:00", "10:15"]


def test_the_buffers_of_a_booking_keep_free_time_around_it() -> None:
    assert times(Rules(30, 15), booking(before=15))[:3] == ["08:00", "08:15", "10:00"]
    assert times(Rules(30, 15), booking(after=15))[:4] == ["08:00", "08:15", "08:30", "10:15"]


def test_between_two_bookings_the_larger_buffer_counts_and_not_their_sum() -> None:
    assert times(Rules(30, 15, buffer_before=15), booking(after=30))[3] == "10:30"
    assert times(Rules(30, 15, buffer_before=30), booking(after=15))[3] == "10:30"
    assert times(Rules(30, 15, buffer_after=15), booking(before=30))[:2] == ["08:00", "10:00"]


def test_buffers_may_lie_outside_working_time() -> None:
    nine_to_ten = Schedule("UTC", ((Span(540, 600),),) * 7)
    assert why(Rules(60, 60, 120, 120), schedule=nine_to_ten) is None


def test_a_busy_time_with_a_fraction_of_a_second_is_never_overlapped() -> None:
    moment = timedelta(microseconds=1)
    assert why(Rules(60, 60), Busy.between(NINE - hours(1), NINE + moment)) == Refusal(Reason.BUSY)
    assert why(Rules(60, 60), Busy.between(NINE + hours(1) - moment, NINE + hours(2))) == Refusal(Reason.BUSY)
    assert why(Rules(60, 60), Busy.between(NINE + hours(1) + moment, NINE + hours(2))) is None


def test_busy_times_may_be_in_any_zone_any_order_and_overlap() -> None:
    begun = ((NINE, 60), (NINE + hours(0.5), 15), (NINE + hours(2), 30))
    nepal = zone("Asia/Kathmandu")
    plain = [booking(start, minutes) for start, minutes in begun]
    moved = [booking(start.astimezone(nepal), minutes) for start, minutes in begun]
    assert (
        times(Rules(30, 30), *reversed(moved))
        == times(Rules(30, 30), *plain)
        == ["08:00", "08:30", "10:00", "10:30", "11:30"]
    )


def test_a_busy_time_that_does_not_end_after_it_starts_takes_no_time() -> None:
    for minutes in (0, -45):
        assert why(Rules(60, 60), booking(NINE + hours(0.5), minutes, before=30, after=30)) is None


def test_a_refusal_for_busy_time_names_what_is_in_the_way() -> None:
    other = booking(NINE + hours(5))._replace(ref="other")
    assert why(Rules(60, 60), other, booking()) == Refusal(Reason.BUSY, "theirs")


def test_naive_datetimes_are_refused() -> None:
    naive = NINE.replace(tzinfo=None)
    with pytest.raises(TypeError, match="naive"):
        why(Rules(60, 60), start=naive)
    with pytest.raises(TypeError, match="naive"):
        why(Rules(60, 60), Busy.between(naive, naive))


def test_nothing_is_offered_before_now() -> None:
    assert times(Rules(60, 60), now=NINE) == ["09:00", "10:00", "11:00"]
    assert why(Rules(60, 60), now=NINE + timedelta(microseconds=1)) == Refusal(Reason.PAST)


def test_the_first_start_is_a_full_notice_after_now() -> None:
    assert times(Rules(60, 60, notice=120), now=NINE - hours(1)) == ["10:00", "11:00"]
    assert why(Rules(60, 60, notice=61), now=NINE - hours(1)) == Refusal(Reason.NOTICE)


def test_an_offer_made_earlier_can_be_honoured_but_never_in_the_past() -> None:
    rules = Rules(60, 60, notice=60)
    assert times(rules, now=NINE - timedelta(minutes=50), earliest=NINE) == ["09:00", "10:00", "11:00"]
    assert times(rules, now=NINE + hours(0.5), earliest=NINE) == ["10:00", "11:00"]


def test_a_rolling_horizon_ends_with_a_day_of_the_schedules_zone() -> None:
    auckland = Schedule("Pacific/Auckland", ALL_WEEK)
    now = utc("2030-01-14T10:30")  # 23:30 on the 14th there
    rules = Rules(30, 30, horizon=Rolling(1))
    assert why(rules, start=utc("2030-01-15T10:30"), now=now, schedule=auckland) is None
    assert why(rules, start=utc("2030-01-15T11:00"), now=now, schedule=auckland) == Refusal(Reason.HORIZON)
    assert why(rules, start=utc("2030-01-15T11:00"), now=now + hours(0.5), schedule=auckland) is None


def test_a_range_includes_both_its_days_in_the_schedules_zone() -> None:
    rules = Rules(60, 60, horizon=Range(date(2030, 1, 15), date(2030, 1, 16)))
    new_york = Schedule("America/New_York", ALL_WEEK)
    found = offered(new_york, rules, (), utc("2030-01-14"), utc("2030-01-20"), now=NOW)
    assert (found[0], found[-1], len(found)) == (utc("2030-01-15T05:00"), utc("2030-01-17T04:00"), 48)
    assert why(rules, start=utc("2030-01-15T04:00"), schedule=new_york) == Refusal(Reason.HORIZON)


def test_a_full_day_of_the_schedules_zone_offers_nothing_more() -> None:
    auckland = Schedule("Pacific/Auckland", ALL_WEEK)
    full = booking(utc("2030-01-15T10:00"), counts=True)  # 23:00 on the 15th there
    found = offered(auckland, Rules(60, 60, per_day=1), [full], utc("2030-01-14"), utc("2030-01-17"), now=NOW)
    assert utc("2030-01-14T10:00") in found
    assert [each for each in found if utc("2030-01-14T11:00") <= each < utc("2030-01-15T11:00")] == []
    assert utc("2030-01-15T11:00") in found


def test_a_day_is_full_only_when_its_limit_is_reached() -> None:
    eight = booking(NINE + hours(8), counts=True)
    assert why(Rules(60, 60, per_day=2), eight) is None
    assert why(Rules(60, 60, per_day=2), eight, eight) == Refusal(Reason.LIMIT_DAY)


def test_only_what_counts_is_counted() -> None:
    assert why(Rules(60, 60, per_day=1, per_week=1), booking(NINE + hours(5), counts=False)) is None


def test_a_booking_counts_on_the_day_it_begins() -> None:
    late = booking(utc("2030-01-14T23:30"), counts=True)
    assert why(Rules(60, 60, per_day=1), late) is None
    assert why(Rules(60, 60, per_day=1), late, start=utc("2030-01-14T09:00")) == Refusal(Reason.LIMIT_DAY)


def test_a_week_is_counted_from_monday() -> None:
    sunday = booking(utc("2030-01-20T12:00"), counts=True)
    rules = Rules(60, 60, per_week=1)
    assert why(rules, sunday, start=utc("2030-01-13T23:00")) is None
    assert why(rules, sunday, start=utc("2030-01-14T00:00")) == Refusal(Reason.LIMIT_WEEK)
    assert why(rules, sunday, start=utc("2030-01-20T23:00")) == Refusal(Reason.LIMIT_WEEK)
    assert why(rules, sunday, start=utc("2030-01-21T00:00")) is None


def test_a_start_outside_hours_is_told_from_one_off_the_grid() -> None:
    office = Schedule("UTC")
    rules = Rules(60, 30)
    assert why(rules, start=utc("2030-01-15T16:30"), schedule=office) == Refusal(Reason.OUTSIDE_HOURS)
    assert why(rules, start=utc("2030-01-15T15:45"), schedule=office) == Refusal(Reason.OFF_GRID)
    assert why(rules, start=utc("2030-01-15T16:00"), schedule=office) is None


def test_a_start_between_seconds_is_off_the_grid() -> None:
    assert why(Rules(60, 60), start=NINE + timedelta(microseconds=1)) == Refusal(Reason.OFF_GRID)
    assert why(Rules(60, 60), start=NINE + timedelta(seconds=1)) == Refusal(Reason.OFF_GRID)


def test_the_window_includes_its_first_instant_and_not_its_last() -> None:
    found = offered(AROUND_THE_CLOCK, Rules(60, 60), (), NINE, NINE + hours(2), now=NOW)
    assert found == [NINE, NINE + hours(1)]
    assert offered(AROUND_THE_CLOCK, Rules(60, 60), (), NINE + hours(2), NINE, now=NOW) == []


def test_offered_starts_are_aware_utc_datetimes() -> None:
    (start,) = offered(AROUND_THE_CLOCK, Rules(60, 60), (), NINE, NINE + hours(1), now=NOW)
    assert start.tzinfo is UTC


def test_a_start_beyond_the_calendar_is_refused() -> None:
    assert why(Rules(60, 60), start=utc("9999-12-31T23:00")) == Refusal(Reason.HORIZON)


def test_the_reach_without_limits_is_the_window_with_the_buffers_around_it() -> None:
    start, end = reach(AROUND_THE_CLOCK, Rules(30, 30, 10, 20), NINE, NINE + hours(1))
    assert (start, end) == (NINE - timedelta(minutes=10), NINE + timedelta(minutes=60 + 30 + 20))


def test_the_reach_with_limits_holds_the_whole_days_and_weeks() -> None:
    tokyo = Schedule("Asia/Tokyo", ALL_WEEK)
    monday, sunday = utc("2030-01-13T15:00"), utc("2030-01-20T14:59")  # 00:00 and 23:59 there
    late_on_monday = monday + hours(23.9)
    assert reach(tokyo, Rules(1, 5, per_day=1), monday, monday)[1] > late_on_monday
    assert reach(tokyo, Rules(1, 5, per_day=1), late_on_monday, late_on_monday)[0] <= monday
    assert reach(tokyo, Rules(1, 5, per_week=1), monday, monday)[1] > sunday
    assert reach(tokyo, Rules(1, 5, per_week=1), sunday, sunday)[0] <= monday


def test_the_reach_of_the_last_days_of_the_calendar_is_within_it() -> None:
    start, end = reach(AROUND_THE_CLOCK, Rules(60, 60, 60, 60, per_week=1), utc("0001-01-01"), utc("9999-12-31T23:59"))
    assert start < end
