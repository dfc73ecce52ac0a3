"""Stretches that overlap lie side by side, and none over another."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from zoom_blueprint.scheduling.lanes import lanes

STRETCHES = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)).map(lambda one: (one[0], one[0] + one[1])))


def test_what_meets_nobody_has_the_whole_width() -> None:
    assert lanes([(0, 4), (4, 6), (8, 9)]) == [(0, 1), (0, 1), (0, 1)]


def test_those_that_meet_share_the_width_and_a_lane_is_used_again() -> None:
    assert lanes([(0, 4), (1, 2), (2, 3), (6, 7), (6, 8)]) == [(0, 2), (1, 2), (1, 2), (0, 2), (1, 2)]


@given(STRETCHES)
def test_no_two_of_one_lane_overlap_and_those_that_overlap_count_alike(found: list[tuple[int, int]]) -> None:
    found.sort()
    laid = lanes(found)
    assert all(0 <= lane < count for lane, count in laid)
    for (one, (lane, count)), (other, (other_lane, other_count)) in combinations(zip(found, laid, strict=True), 2):
        if one[0] < other[1] and other[0] < one[1]:
            assert lane != other_lane
            assert count == other_count
