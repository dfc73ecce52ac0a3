"""Three values decide who has changed a time; these are the laws that the judgement keeps for any of them."""

from hypothesis import given
from hypothesis import strategies as st

from zoom_blueprint.services.judgements import Verdict, judge

TIME = st.integers(0, 3)
MAYBE = st.none() | TIME


@given(TIME, MAYBE, MAYBE)
def test_what_is_as_wanted_needs_nothing(wanted: int, seen: int | None, asked: int | None) -> None:
    assert judge(wanted, seen, asked, wanted) is Verdict.AGREED


@given(TIME, MAYBE, MAYBE, MAYBE)
def test_only_one_side_is_ever_overwritten_and_only_where_it_has_not_changed(
    wanted: int, seen: int | None, asked: int | None, now: int | None
) -> None:
    verdict = judge(wanted, seen, asked, now)
    if verdict is Verdict.PUSH:
        assert now in (seen, asked)  # nothing of theirs is lost
    if verdict is Verdict.FOLLOW:
        assert wanted == seen  # nothing of ours is lost
    if verdict is Verdict.CONFLICT:
        assert wanted != seen
        assert now not in (wanted, seen)


@given(TIME, TIME, MAYBE)
def test_a_change_of_theirs_alone_is_followed_and_one_of_ours_alone_pushed(
    before: int, after: int, asked: int | None
) -> None:
    if before != after:
        assert judge(after, before, asked, before) is Verdict.PUSH
        if asked != after:
            assert judge(before, before, asked, after) is Verdict.FOLLOW


@given(TIME, TIME, TIME)
def test_what_a_lost_answer_has_left_is_no_change_of_theirs(wanted: int, seen: int, asked: int) -> None:
    assert judge(wanted, seen, asked, asked) in (Verdict.AGREED, Verdict.PUSH)


@given(TIME, TIME, MAYBE, MAYBE)
def test_after_what_it_says_both_sides_agree(wanted: int, seen: int, asked: int | None, now: int | None) -> None:
    verdict = judge(wanted, seen, asked, now)
    if verdict is Verdict.PUSH:
        seen, asked, now = wanted, None, wanted
    if verdict is Verdict.FOLLOW and now is not None:
        wanted, seen, asked = now, now, None
    if verdict in (Verdict.PUSH, Verdict.FOLLOW) and now is not None:
        assert judge(wanted, seen, asked, now) is Verdict.AGREED
