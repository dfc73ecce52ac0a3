"""Entries stand where the clocks of the host's zone show them, on days on which these are changed too."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from zoom_blueprint.web import hours
from zoom_blueprint.web.hours import Hours, Stretch

PLACE = "Europe/London"
ZONE = ZoneInfo(PLACE)
PLAIN, SPRING, AUTUMN = date(2030, 1, 15), date(2030, 3, 31), date(2030, 10, 27)


def midnight(day: date) -> datetime:
    """Return when a day begins in London."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def stretch(day: date, start: datetime, end: datetime) -> tuple[int, int]:
    """Return the quarters of a time on a day in London."""
    found = hours.stretch(start, end, midnight(day), midnight(day + timedelta(days=1)), PLACE)
    return found.start, found.end


@pytest.mark.parametrize(
    ("day", "start", "end", "quarters"),
    [
        (PLAIN, "09:00", "09:30", (36, 38)),
        (PLAIN, "09:05", "10:10", (36, 41)),  # it begins within a quarter and ends within one
        (PLAIN, "09:00", "09:15", (36, 38)),  # half an hour is the least to be read
        (PLAIN, "23:50", "23:59", (94, 96)),
        (SPRING, "00:30", "01:30", (2, 10)),  # 2:30 on the clocks: those hours are one
        (SPRING, "08:00", "08:30", (36, 38)),
        (AUTUMN, "00:30", "01:15", (6, 9)),  # from the first 1:30 to the second 1:15
        (AUTUMN, "01:30", "02:00", (6, 8)),  # from the second 1:30 on
        (AUTUMN, "09:00", "09:30", (36, 38)),
    ],
)
def test_an_entry_stands_where_the_clocks_show_it(day: date, start: str, end: str, quarters: tuple[int, int]) -> None:
    begin, finish = (datetime.fromisoformat(f"{day}T{clock}:00+00:00") for clock in (start, end))
    assert stretch(day, begin, finish) == quarters


def test_what_lasts_longer_than_its_day_fills_it_to_the_edge() -> None:
    noon = midnight(PLAIN) + timedelta(hours=12)
    assert stretch(PLAIN, noon, noon + timedelta(days=2)) == (48, 96)
    assert stretch(PLAIN, noon - timedelta(days=2), noon) == (0, 48)
    assert stretch(PLAIN, noon - timedelta(days=2), noon + timedelta(days=2)) == (0, 96)


def test_the_hours_reach_from_the_first_beginning_to_the_last_end() -> None:
    assert hours.shown([]) == Hours(8, 10)
    early, late = Stretch(27, 30, (False, False)), Stretch(80, 82, (False, False))
    assert hours.shown([early, late]) == Hours(6, 15)
    assert hours.shown([Stretch(0, 96, (True, True))]) == Hours(8, 10), "a blocked day has no beginning to be seen"
    assert hours.shown([Stretch(0, 12, (True, False))]) == Hours(2, 16), "and its end is to be seen"
    assert hours.shown([Stretch(76, 96, (False, True))]) == Hours(8, 12)


def test_classes_say_hour_quarter_length_and_lane() -> None:
    shown = Hours(8, 10)
    one, other, alone = ((36, 38), (37, 43), (60, 64))
    found = hours.classes([Stretch(*edges, (False, False)) for edges in (one, other, alone)], shown)
    assert found == ["h1 n2 k2", "h1 q1 l1 n2 k2 o1", "h7 l1"]


def test_a_fifth_beside_four_has_no_room() -> None:
    found = hours.classes([Stretch(36, 40, (False, False))] * 6, Hours(8, 10))
    assert found == ["h1 l1 k4", "h1 l1 k4 o1", "h1 l1 k4 o2", "h1 l1 k4 o3", None, None]


def test_what_goes_on_from_the_day_before_begins_at_the_first_shown_hour() -> None:
    rest = Stretch(0, 12, (True, False))
    assert hours.classes([rest], hours.shown([rest])) == ["l1"]
