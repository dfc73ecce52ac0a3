"""The time zones that a page lets somebody choose: each once, under the name it has today."""

from functools import lru_cache
from importlib.resources import files
from zoneinfo import available_timezones

from babel.core import get_global

_UTC = "UTC"


def offered(chosen: str) -> list[str]:
    """Return the zones to choose from; ``chosen``, which may be an old name, stands in the place of today's."""
    own = _today(chosen)
    return sorted({chosen, *(name for name in _names() if _today(name) != own)})


@lru_cache(maxsize=1)
def _names() -> tuple[str, ...]:
    """Return the zones of today that this machine knows: one for each place where clocks went their own way."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    listed = {line.split("\t")[2].strip() for line in table.splitlines() if line and not line.startswith("#")}
    return _UTC, *sorted(listed & available_timezones())


def _today(name: str) -> str:
    return str(get_global("zone_aliases").get(name, name))
