"""Find the starts at which a meeting lies wholly within working time.

**Working time** is the set of real instants at which the clock on the schedule's wall shows a time inside a span. A
span of date D is the stretch of local readings from ``start`` to ``end`` minutes after D's midnight, so

- local times that do not exist (gaps, Apia's 2011-12-30) hold no instants and hold no work; work before and after a
  gap touches in real time, and a meeting may run across it;
- local times that exist twice (folds) are work in both passes;
- spans that overlap or touch are one, on the same day or across midnight: a meeting may run across the seam of
  "…–24:00" and "00:00–…".

**The grid**: a start is on it when its local reading is a multiple of ``step`` minutes after the start of a span that
contains it. It is counted on the wall clock, not in elapsed time, so that an hour's grid stays on the hour when the
clock changes (Lord Howe's changes by 30 minutes), and whether a start is on it depends on that one instant alone.
The duration of a meeting is elapsed time.
"""

from collections.abc import Sequence
from datetime import date
from itertools import chain, pairwise
from typing import NamedTuple

from zoom_blueprint.scheduling.instants import DAY, EPOCH_ORDINAL
from zoom_blueprint.scheduling.rules import Hours, Schedule
from zoom_blueprint.scheduling.zones import Stretch


class Piece(NamedTuple):
    """Working time ``start`` ≤ instant < ``end`` from one span; ``origin`` is where its grid is counted from."""

    start: int
    end: int
    origin: int


def working(schedule: Schedule, clock: Sequence[Stretch]) -> list[Piece]:
    """Return the working time within ``clock``, in order of start; pieces of overlapping spans overlap."""
    pieces = []
    for since, until, offset in clock:
        # A span ends before the second midnight after it began, so the date before the first may still reach in.
        for day in range((since + offset) // DAY - 1, (until - 1 + offset) // DAY + 1):
            midnight = day * DAY - offset
            for span in _hours(schedule, day):
                origin, end = midnight + span.start * 60, midnight + span.end * 60
                if origin < until and end > since:
                    pieces.append(Piece(max(origin, since), min(end, until), origin))
    pieces.sort()
    return pieces


def grid(pieces: Sequence[Piece], duration: int, step: int, end: int) -> list[int]:
    """Return every grid start before ``end`` whose whole duration is working time, ascending; seconds throughout."""
    found: list[range] = []
    for run, run_end in _runs(pieces):
        for piece in run:
            first = piece.start + (piece.origin - piece.start) % step
            after = min(piece.end, run_end - duration + 1, end)
            if first < after:
                found.append(range(first, after, step))
    starts = list(chain.from_iterable(found))
    if all(before[-1] < after[0] for before, after in pairwise(found)):
        return starts
    return sorted(set(starts))  # overlapping spans: their grids interleave


def _hours(schedule: Schedule, day: int) -> Hours:
    usual = schedule.weekly[(day + 3) % 7]  # 1970-01-01 was a Thursday
    if schedule.overrides:
        return schedule.overrides.get(date.fromordinal(EPOCH_ORDINAL + day), usual)
    return usual


def _runs(pieces: Sequence[Piece]) -> list[tuple[list[Piece], int]]:
    """Put together the pieces that form one unbroken stretch of work, with the end of that stretch."""
    runs: list[tuple[list[Piece], int]] = []
    for piece in pieces:
        if runs and piece.start <= runs[-1][1]:
            run, end = runs[-1]
            run.append(piece)
            runs[-1] = run, max(end, piece.end)
        else:
            runs.append(([piece], piece.end))
    return runs
