"""Say how far a place's clock is from UTC at every instant of a stretch of time.

All arithmetic of this room is done in whole seconds: *instants* are seconds since 1970-01-01 00:00 UTC, *local
readings* are instant + offset, that is, what the clock on the wall shows, counted as if it were UTC. A place's clock
is then a list of ``Stretch``es of constant offset, and a gap or a fold is merely the seam between two of them.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from zoom_blueprint.languages import said
from zoom_blueprint.scheduling.instants import DAY, EPOCH

#: Instants outside are never offered; the margin to what ``datetime`` can hold makes room for offsets and long spans.
FIRST_INSTANT = int(datetime(1, 1, 15, tzinfo=UTC).timestamp())
LAST_INSTANT = int(datetime(9999, 12, 15, tzinfo=UTC).timestamp())

_BLOCK = 32 * DAY
_IANA_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}")
# Files beside the zones on many machines: copies, clocks that count leap seconds, and whatever the machine is set to.
_NO_PLACES = frozenset({"posix", "right", "posixrules", "localtime", "Factory"})


class Stretch(NamedTuple):
    """``start`` ≤ instant < ``end``, during which local reading − instant is ``offset``; all in seconds."""

    start: int
    end: int
    offset: int


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """Return the zone with this IANA name, from the system's data or else from PyPI's ``tzdata``.

    Raises ``ValueError`` for everything that is not the name of a place's clock; the text may be shown to a person.
    """
    if len(name) <= 64 and _IANA_NAME.fullmatch(name) and name.split("/", maxsplit=1)[0] not in _NO_PLACES:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a directory, such as "America"
            pass
    raise ValueError(
        said(
            "Unknown time zone {name}. Use an IANA name such as Europe/Berlin or America/New_York.",
            name=ascii(name[:64]),
        )
    )


def stretches(name: str, start: int, end: int) -> list[Stretch]:
    """Cut ``start`` ≤ instant < ``end`` into stretches of constant offset; neighbours differ in offset."""
    changes: list[tuple[int, int]] = []
    for block in range(start // _BLOCK, (end - 1) // _BLOCK + 1):
        for since, offset in _changes(name, block):
            if not changes or changes[-1][1] != offset:
                changes.append((since, offset))
    ends = [since for since, _ in changes[1:]] + [end]
    return [
        Stretch(max(since, start), min(until, end), offset)
        for (since, offset), until in zip(changes, ends, strict=True)
        if max(since, start) < min(until, end)
    ]


def instants(clock: Sequence[Stretch], start: int, end: int) -> list[tuple[int, int]]:
    """Return the instants of ``clock`` whose local reading is in ``start`` … ``end``, as half-open intervals.

    A reading that does not exist gives nothing; one that exists twice gives both.
    """
    return [
        (max(since, start - offset), min(until, end - offset))
        for since, until, offset in clock
        if max(since, start - offset) < min(until, end - offset)
    ]


@lru_cache(maxsize=4096)
def _changes(name: str, block: int) -> tuple[tuple[int, int], ...]:
    """Return ``(since, offset)`` for the beginning of a block of days and for each change inside it.

    Looks once a day: no place has ever moved its clock twice within one (Freetown did within four, in 1939).
    """
    place = zone(name)
    begin = block * _BLOCK
    changes = [(begin, _offset(place, begin))]
    for probe in range(begin + DAY, begin + _BLOCK + 1, DAY):
        before, after = changes[-1][1], _offset(place, probe)
        if before != after:
            same, other = probe - DAY, probe
            while other - same > 1:
                middle = (same + other) // 2
                if _offset(place, middle) == before:
                    same = middle
                else:
                    other = middle
            changes.append((other, after))
    return tuple(changes)


def _offset(place: ZoneInfo, instant: int) -> int:
    within = min(max(instant, FIRST_INSTANT), LAST_INSTANT)
    # Zones always have an offset; ``or`` satisfies the type of ``tzinfo`` in general.
    offset = (EPOCH + timedelta(seconds=within)).astimezone(place).utcoffset() or timedelta()
    return offset.days * DAY + offset.seconds
