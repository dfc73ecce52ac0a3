"""Slots of a host whose calendars at Google have 10,000 busy times in 60 days, against those of one without Google."""

import contextlib
import sys
from collections.abc import Callable
from dataclasses import replace

from bench_slots import BUSY, FEW, ROUNDS, slots
from databases import KINDS, databases
from measure import compare
from sites import CALENDAR_DAYS, EVENT, make, put_timetable

from zoom_blueprint import EventType

COUNT = 10_000
_DAY, _HOUR = 86_400, 3600
_A_DAY = COUNT // CALENDAR_DAYS
_SHORT = replace(EVENT, duration_minutes=5, step_minutes=5)


def main(kinds: list[str]) -> None:
    for kind in kinds or KINDS:
        with databases(kind) as new:
            _measure(kind, new, "crowded", EVENT, _crowded)
            _measure(kind, new, "scattered", _SHORT, _scattered)


def _crowded(number: int) -> tuple[int, int]:
    """Return one of the hours that begin every two minutes of each morning; the afternoons are free."""
    day, of_day = divmod(number, _A_DAY)
    start = day * _DAY + 6 * _HOUR + of_day * 108
    return start, start + _HOUR


def _scattered(number: int) -> tuple[int, int]:
    """Return one of the short times that leave room for a short meeting between each two."""
    start = number * (_DAY // _A_DAY)
    return start, start + 120


def _measure(
    kind: str, new: Callable[[], str], name: str, event: EventType, taken: Callable[[int], tuple[int, int]]
) -> None:
    without, _ = make(FEW, upcoming=BUSY, address=new(), event=event)
    busy, _ = make(FEW, upcoming=BUSY, address=new(), event=event)
    put_timetable(busy, [taken(number) for number in range(COUNT)])
    compare(f"slots-calendars-{name}", slots(without), slots(busy), rounds=ROUNDS, goal="≤ 1.5 ms", database=kind)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(sys.argv[1:])
