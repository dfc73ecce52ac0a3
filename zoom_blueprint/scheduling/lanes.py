"""Lay stretches that overlap side by side, as calendars show them."""

from collections.abc import Sequence


def lanes(stretches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return for each half-open stretch its lane, from 0 on, and of how many: those that meet have as many.

    The stretches come sorted by their start.
    """
    found: list[tuple[int, int]] = []
    ends: list[int] = []
    first = 0
    for number, (start, end) in enumerate(stretches):
        if ends and start >= max(ends):  # nothing goes on: what came before is laid
            found[first:] = [(lane, len(ends)) for lane, _ in found[first:]]
            ends, first = [], number
        lane = next((lane for lane, busy_until in enumerate(ends) if busy_until <= start), len(ends))
        ends[lane:] = [end, *ends[lane + 1 :]]
        found.append((lane, 0))
    return found[:first] + [(lane, len(ends)) for lane, _ in found[first:]]
