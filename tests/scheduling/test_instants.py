"""Instants keep their second through every form."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from zoom_blueprint.scheduling.instants import (
    DAY,
    EPOCH,
    ceil_seconds,
    floor_seconds,
    utc_datetimes,
    utc_json,
    utc_strings,
)

SECONDS = st.integers(-(10**10), 10**11)


@given(st.lists(SECONDS))
def test_datetimes_and_strings_say_the_same_second(starts: list[int]) -> None:
    expected = [EPOCH + timedelta(seconds=each) for each in starts]
    assert utc_datetimes(starts) == expected
    assert utc_strings(starts) == [each.isoformat().replace("+00:00", "Z") for each in expected]


@given(st.lists(SECONDS | st.integers(-2 * DAY, 2 * DAY)))
def test_json_says_what_the_strings_say(starts: list[int]) -> None:
    starts.sort()
    assert json.loads(utc_json(starts)) == utc_strings(starts)


@given(SECONDS, st.integers(0, 999_999))
def test_rounding_goes_down_and_up_to_whole_seconds(second: int, microsecond: int) -> None:
    time = EPOCH + timedelta(seconds=second, microseconds=microsecond)
    assert floor_seconds(time) == second
    assert ceil_seconds(time) == second + (microsecond > 0)


def test_a_string_has_the_form_of_the_visitor_contract() -> None:
    nine = datetime(2030, 1, 15, 9, tzinfo=UTC)
    assert utc_strings([floor_seconds(nine)]) == ["2030-01-15T09:00:00Z"]
