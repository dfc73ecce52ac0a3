"""How often something may happen, as settings and code say it: ``20 per minute; 200 per day``.

What the package ``limits`` understands is understood here; it takes long to load, and only Redis needs it.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_HOUR = 3600
_DAY = 24 * _HOUR
_UNITS: Final = {
    "second": 1,
    "minute": 60,
    "hour": _HOUR,
    "day": _DAY,
    "month": 30 * _DAY,
    "year": 360 * _DAY,
}
_ONE = re.compile(r"\s*([0-9]+)\s*(?:/|per)\s*([0-9]+)?\s*([a-z]+)\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"[,;|]")


@dataclass(frozen=True, slots=True)
class Rate:
    """How often in a window of so many ``times`` its unit."""

    amount: int
    times: int
    unit: str

    @property
    def seconds(self) -> int:
        """How long a window lasts."""
        return self.times * _UNITS[self.unit]

    def key(self, who: str) -> str:
        """Return by what a window of somebody's is kept, here and in Redis."""
        return f"LIMITER/{who}/{self.amount}/{self.times}/{self.unit}"


@lru_cache(maxsize=64)
def rates(text: str) -> tuple[Rate, ...]:
    """Return what a text says; ``ValueError`` when it cannot be read."""
    return tuple(_rate(part) for part in _BETWEEN.split(text))


def _rate(text: str) -> Rate:
    found = _ONE.fullmatch(text)
    unit = found[3].lower().removesuffix("s") if found else ""
    if found is None or unit not in _UNITS:
        raise ValueError(f"{text!r} is not like 20 per minute.")
    return Rate(int(found[1]), int(found[2] or 1) or 1, unit)
