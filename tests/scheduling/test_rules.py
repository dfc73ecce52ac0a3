"""What a host sets is checked where it is made."""

from datetime import date

import pytest

from zoom_blueprint.errors import BadInput
from zoom_blueprint.scheduling.rules import DEFAULT_WEEKLY, Range, Rolling, Rules, Schedule, Span


@pytest.mark.parametrize(("start", "end"), [(-1, 60), (1440, 1500), (60, 60), (60, 30), (0, 2881)])
def test_a_span_begins_within_a_day_and_ends_before_the_next_day_does(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="Hours from minute"):
        Span(start, end)


@pytest.mark.parametrize(("start", "end"), [(0, 1), (0, 1440), (1439, 1440), (1439, 2880), (0, 2880)])
def test_a_span_may_reach_midnight_and_past_it(start: int, end: int) -> None:
    assert Span(start, end).end == end


def test_the_default_week_is_nine_to_five_from_monday_to_friday() -> None:
    assert Schedule("UTC").weekly == DEFAULT_WEEKLY == ((Span(540, 1020),),) * 5 + ((), ())


def test_a_schedule_needs_a_known_zone() -> None:
    with pytest.raises(ValueError, match="Unknown time zone"):
        Schedule("../UTC")


def test_a_schedule_needs_seven_days() -> None:
    with pytest.raises(ValueError, match="seven days"):
        Schedule("UTC", ((),) * 6)


def test_every_rule_that_is_out_of_bounds_is_named_at_once() -> None:
    with pytest.raises(BadInput) as caught:
        Rules(0, 4, -1, 1441, 366 * 1440 + 1, None, 0, -1)
    assert caught.value.errors == {
        "duration": "Enter a whole number of minutes from 1 to 1440.",
        "step": "Enter a whole number of minutes from 5 to 1440.",
        "buffer_before": "Enter a whole number of minutes from 0 to 1440.",
        "buffer_after": "Enter a whole number of minutes from 0 to 1440.",
        "notice": "Enter a whole number of minutes from 0 to 527040.",
        "per_day": "Enter a whole number from 1 on, or nothing for no limit.",
        "per_week": "Enter a whole number from 1 on, or nothing for no limit.",
    }


def test_rules_at_their_bounds_are_accepted() -> None:
    assert Rules(1, 5).buffer_before == 0
    assert Rules(1440, 1440, 1440, 1440, 366 * 1440, Rolling(3660), 1, 1).per_week == 1


def test_a_horizon_that_ends_before_it_begins_is_refused() -> None:
    assert Range(date(2030, 1, 1), date(2030, 1, 1)).last == date(2030, 1, 1)
    with pytest.raises(BadInput, match="horizon"):
        Range(date(2030, 1, 2), date(2030, 1, 1))


@pytest.mark.parametrize("days", [-1, 3661])
def test_a_rolling_horizon_has_bounds(days: int) -> None:
    with pytest.raises(BadInput, match="horizon"):
        Rolling(days)
