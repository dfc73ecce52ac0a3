"""A timetable of thousands of busy times says the same as the busy times themselves."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.scheduling.reference import utc
from zoom_blueprint.scheduling.rules import Rules, Schedule, Span
from zoom_blueprint.scheduling.slots import Busy, starts
from zoom_blueprint.scheduling.timetables import Timetable

NOW = utc("2030-01-01")
MIDNIGHT = int(NOW.timestamp())
SCHEDULE = Schedule("Europe/London", ((Span(0, 1440),),) * 7)
MINUTES = st.integers(-600, 3 * 1440)
TAKEN = st.lists(
    st.tuples(MINUTES, st.integers(-5, 400)).map(lambda one: (one[0] * 60, (one[0] + one[1]) * 60)), max_size=60
)
RULES = st.builds(
    Rules,
    duration=st.sampled_from([5, 15, 30, 90]),
    step=st.sampled_from([5, 15, 60]),
    buffer_before=st.sampled_from([0, 10]),
    buffer_after=st.sampled_from([0, 7]),
)


@given(taken=TAKEN, rules=RULES)
def test_it_leaves_the_starts_that_single_busy_times_leave(taken: list[tuple[int, int]], rules: Rules) -> None:
    taken = [(MIDNIGHT + start, MIDNIGHT + end) for start, end in taken]
    busy = [Busy(start, end, counts=False) for start, end in taken]
    last = NOW + timedelta(days=2)
    expected = starts(SCHEDULE, rules, busy, NOW, last, now=NOW)
    assert starts(SCHEDULE, rules, (), NOW, last, now=NOW, timetable=Timetable(taken)) == expected


@given(taken=TAKEN)
def test_it_comes_back_as_it_was_packed(taken: list[tuple[int, int]]) -> None:
    timetable = Timetable(taken)
    again = Timetable.unpack(timetable.pack())
    assert again.between(-(10**9), 10**9) == timetable.between(-(10**9), 10**9)
    assert again.pack() == timetable.pack()


@given(taken=TAKEN, first=MINUTES, length=st.integers(1, 2000))
def test_a_time_shows_what_overlaps_it_and_nothing_else(taken: list[tuple[int, int]], first: int, length: int) -> None:
    first, last = first * 60, (first + length) * 60
    found = Timetable(taken).between(first, last)
    touched = {at for start, end in taken for at in range(max(start, first), min(end, last), 60)}
    assert {at for start, end in found for at in range(max(start, first), min(end, last), 60)} == touched
    assert all(start < last and end > first for start, end in found)


def test_the_same_times_in_another_order_or_in_pieces_are_packed_alike() -> None:
    whole = Timetable([(0, 60), (100, 200)])
    assert Timetable([(150, 200), (100, 150), (120, 130), (0, 60), (70, 70)]).pack() == whole.pack()
    assert len(whole) == 2


def test_packed_numbers_have_the_lowest_byte_first() -> None:
    assert Timetable([(1, 258)]).pack() == bytes([1, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0])
