"""Charts: bars of one series as what an inline SVG draws, in units of its own that the page stretches."""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 48
_SLOT, _WIDTH, _LEAST = 10, 8, 1.0


@dataclass(frozen=True)
class Bar:
    """A bar in the chart's units, and what it says to whoever points at it."""

    x: int
    y: float
    width: int
    height: float
    words: str


@dataclass(frozen=True)
class Chart:
    """Bars from the first to the last; ``most`` is the number of the longest."""

    width: int
    height: int
    bars: list[Bar]
    most: int


def bars(numbers: Sequence[tuple[str, int]]) -> Chart:
    """Return the chart of some numbers, each with its words; one that is above nothing can be seen."""
    most = max((number for _, number in numbers), default=0)
    drawn = []
    for place, (words, number) in enumerate(numbers):
        height = max(_LEAST, round(HEIGHT * number / most, 1)) if number else 0
        drawn.append(Bar(place * _SLOT + (_SLOT - _WIDTH) // 2, HEIGHT - height, _WIDTH, height, words))
    return Chart(len(numbers) * _SLOT, HEIGHT, drawn, most)
