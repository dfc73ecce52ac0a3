"""Slots are those that a slow walk along the minutes finds, in every place and under every rule."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.scheduling.cases import Case, cases
from tests.scheduling.reference import MINUTE, Reference, minutes, moment
from zoom_blueprint.scheduling.slots import Reason, offered, reach, refusal, trace

slow = settings(suppress_health_check=list(HealthCheck))


@settings(slow, max_examples=300)
@given(cases())
def test_what_is_offered_is_what_a_walk_along_the_minutes_finds(case: Case) -> None:
    expected = Reference(case.schedule, case.rules, case.busy, case.now).offered(case.first, case.last)
    assert offered(case.schedule, case.rules, case.busy, case.first, case.last, now=case.now) == expected


@settings(slow, max_examples=150)
@given(cases(), st.integers(0, 6))
def test_a_start_is_offered_exactly_when_it_is_not_refused(case: Case, skipped: int) -> None:
    starts = offered(case.schedule, case.rules, case.busy, case.first, case.last, now=case.now)
    for start in {*starts, *minutes(case.first, case.last)[skipped::7]}:
        refused = refusal(case.schedule, case.rules, case.busy, start, now=case.now)
        assert (refused is None) == (start in starts)


@settings(slow, max_examples=150)
@given(cases(), st.integers(0, 6))
def test_a_trace_is_empty_exactly_when_a_start_is_offered_and_begins_with_its_refusal(case: Case, skipped: int) -> None:
    ask = (case.schedule, case.rules, tuple(each._replace(ref=str(place)) for place, each in enumerate(case.busy)))
    reference = Reference(*ask, case.now)
    starts = offered(*ask, case.first, case.last, now=case.now)
    for start in {*starts, *minutes(case.first, case.last)[skipped::7]}:
        traced = trace(*ask, start, now=case.now)
        assert (not traced) == (start in starts)
        assert (traced[0] if traced else None) == refusal(*ask, start, now=case.now)
        in_the_way = [each.ref for each in traced if each.reason is Reason.BUSY]
        assert in_the_way == [each.ref for each in ask[2] if reference.collides(start, each)]


@settings(slow, max_examples=150)
@given(cases(), st.integers(0, 6))
def test_a_refusal_gives_the_reason_that_the_walk_meets_first(case: Case, skipped: int) -> None:
    reference = Reference(case.schedule, case.rules, case.busy, case.now)
    for start in minutes(case.first, case.last)[skipped::7]:
        refused = refusal(case.schedule, case.rules, case.busy, start, now=case.now)
        reason: Reason | None = refused.reason if refused else None
        assert reason == reference.reason(start)


@settings(slow, max_examples=150)
@given(cases())
def test_busy_times_that_do_not_overlap_the_reach_change_nothing(case: Case) -> None:
    start, end = reach(case.schedule, case.rules, case.first, case.last)
    near = [
        each
        for each in case.busy
        if moment(each.start) - each.before * MINUTE < end and moment(each.end) + each.after * MINUTE > start
    ]
    args = case.first, case.last
    everything = offered(case.schedule, case.rules, case.busy, *args, now=case.now)
    assert offered(case.schedule, case.rules, near, *args, now=case.now) == everything


@settings(slow, max_examples=60)
@given(cases(), st.integers(1, 1600))
def test_a_window_cut_in_two_offers_the_same(case: Case, cut: int) -> None:
    middle = min(case.first + timedelta(minutes=cut), case.last)
    ask = (case.schedule, case.rules, case.busy)
    parts = [
        *offered(*ask, case.first, middle, now=case.now),
        *offered(*ask, middle, case.last, now=case.now),
    ]
    assert parts == offered(*ask, case.first, case.last, now=case.now)
