"""Run a check on many drawn cases."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from hypothesis import HealthCheck, example, given, settings
from hypothesis.strategies import SearchStrategy

C = TypeVar("C")


def run(cases: float, drawn: SearchStrategy[C], check: Callable[[C], None], *, known: Sequence[C] = ()) -> None:
    """Check that many cases, others in every run, after those ``known`` to have failed once.

    A failure prints the smallest case that was found and how to repeat it.
    """
    count = 0

    @settings(
        max_examples=int(cases),
        derandomize=False,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )
    @given(drawn)
    def one(case: C) -> None:
        nonlocal count
        count += 1
        check(case)

    for case in known:
        one = example(case)(one)
    one()
    assert count >= int(cases)
