"""Keep thousands of busy times so that a search among them costs as little as one among few.

Where no meeting fits between two busy times these are one barrier to it; such barriers are made once for each length of
meeting, and of those only what lies in the days in question is looked at.
"""

import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

_MOST_KEPT = 16
_WHOLE = "q"  # 64 bits with a sign


class Timetable:
    """Times that are taken, in whole seconds since 1970 UTC, in order; none meets another."""

    __slots__ = ("_barriers", "_ends", "_starts")

    def __init__(self, taken: Iterable[tuple[int, int]] = ()) -> None:
        """Take each time from a start to before an end, in any order; those that do not end later take no time."""
        starts, ends = array(_WHOLE), array(_WHOLE)
        for start, end in sorted(taken):
            if start >= end:
                continue
            if ends and start <= ends[-1]:
                ends[-1] = max(ends[-1], end)
            else:
                starts.append(start)
                ends.append(end)
        self._keep(starts, ends)

    @classmethod
    def unpack(cls, packed: bytes) -> "Timetable":
        """Return what ``pack`` has packed."""
        found = cls()
        numbers = array(_WHOLE)
        numbers.frombytes(packed)
        half = len(numbers) // 2
        found._keep(_little(numbers[:half]), _little(numbers[half:]))
        return found

    def pack(self) -> bytes:
        """Return it as bytes, the same on each machine, and for the same times."""
        return (_little(self._starts[:]) + _little(self._ends[:])).tobytes()

    def __len__(self) -> int:
        return len(self._starts)

    def between(self, first: int, last: int) -> list[tuple[int, int]]:
        """Return the taken times that overlap the time from ``first`` to before ``last``."""
        begin, end = bisect_right(self._ends, first), bisect_left(self._starts, last)
        return list(zip(self._starts[begin:end], self._ends[begin:end], strict=True))

    def free(self, starts: list[int], duration: int, before: int, after: int) -> list[int]:
        """Return those of ascending starts at which a meeting of ``duration`` seconds meets nothing.

        ``before`` and ``after`` are the seconds that it keeps free around itself.
        """
        if not starts:
            return starts
        closes, opens = self._barriers_to(duration, before, after)
        first, behind = bisect_right(opens, starts[0]), bisect_right(closes, starts[-1])
        if first >= behind:
            return starts
        some, until = closes[first:behind].tolist(), opens[first:behind].tolist()  # which are quicker to search
        if len(some) > len(starts):
            until.insert(0, starts[0])  # of no barrier at all
            return [at for at in starts if until[bisect_right(some, at)] <= at]
        kept: list[int] = []
        position = 0  # everything before it is kept or cut
        for begin, end in zip(some, until, strict=True):
            cut = bisect_left(starts, begin, position)
            kept += starts[position:cut]
            position = bisect_left(starts, end, cut)
        kept += starts[position:]
        return kept

    def _barriers_to(self, duration: int, before: int, after: int) -> "tuple[array[int], array[int]]":
        """Return from when, and before when, no such meeting may start; the barriers do not meet."""
        known = self._barriers.get((duration, before, after))
        if known is not None:
            return known
        closes, opens = array(_WHOLE), array(_WHOLE)
        for start, end in zip(self._starts, self._ends, strict=True):
            if opens and start - duration - after < opens[-1]:
                opens[-1] = end + before
            else:
                closes.append(start - duration - after + 1)
                opens.append(end + before)
        if len(self._barriers) >= _MOST_KEPT:
            self._barriers.clear()
        self._barriers[duration, before, after] = closes, opens
        return closes, opens

    def _keep(self, starts: "array[int]", ends: "array[int]") -> None:
        self._starts, self._ends = starts, ends
        self._barriers: dict[tuple[int, int, int], tuple[array[int], array[int]]] = {}


def _little(numbers: "array[int]") -> "array[int]":
    """Turn numbers of this machine into such with the lowest byte first, or back; in place where there is something."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
