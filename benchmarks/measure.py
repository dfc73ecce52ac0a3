"""Measure two things against each other, interleaved in one run, and print their medians and ratio."""

import statistics
import time
from collections.abc import Callable


def compare(name: str, baseline: Callable[[], object], ours: Callable[[], object], *, rounds: int) -> float:
    """Print ``name ratio baseline ours`` (milliseconds) and return the ratio of the medians."""
    times: dict[str, list[float]] = {"baseline": [], "ours": []}
    for number in range(rounds + 5):
        for label, work in (("baseline", baseline), ("ours", ours)):
            begin = time.perf_counter()
            work()
            elapsed = time.perf_counter() - begin
            if number >= 5:  # the first rounds warm caches and statements up
                times[label].append(elapsed * 1000)
    medians = {label: statistics.median(found) for label, found in times.items()}
    ratio = medians["ours"] / medians["baseline"]
    print(f"{name:44} {ratio:7.2f} {medians['baseline']:9.3f} ms {medians['ours']:9.3f} ms")
    return ratio
