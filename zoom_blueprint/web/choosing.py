"""Offered times as pages show them: by day, in the reader's zone and language."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from flask import request

from zoom_blueprint.scheduling.zones import zone
from zoom_blueprint.services import times
from zoom_blueprint.services.availability import Offer, Range
from zoom_blueprint.web import reading, zone_names
from zoom_blueprint.web.contract import zulu

_DAYS = 14
_NEAREST = 8
_FURTHEST = timedelta(days=3660)


@dataclass(frozen=True)
class Choice:
    """One offered start, as an instant to send and as a time to read."""

    value: str
    label: str


@dataclass(frozen=True)
class Day:
    """A day with its offered starts."""

    label: str
    choices: list[Choice]


def asked_zone(default: str) -> str:
    """Return the zone of the request, else the given one."""
    return known_zone(request.values.get("tz")) or default


def known_zone(time_zone: str | None) -> str | None:
    """Return a zone's name, or None if there is no such zone."""
    try:
        return zone(time_zone).key if time_zone else None
    except ValueError:
        return None


def asked_days(time_zone: str) -> Range:
    """Return the two weeks that the query asks for, the nearest ones that make sense."""
    today = datetime.now(zone(time_zone)).date()
    try:
        first = max(datetime.fromisoformat(request.args.get("from", "")).date(), today)
    except ValueError:
        first = today
    first = min(first, today + _FURTHEST)
    return Range(first, first + timedelta(days=_DAYS - 1), time_zone)


def choices(offer: Offer, days: Range) -> dict[str, Any]:
    """Return what a page needs to let somebody choose a time."""
    today = datetime.now(zone(days.time_zone)).date()
    earlier = max(days.first - timedelta(days=_DAYS), today)
    return {
        "days": _by_day(_starts(offer), days.time_zone),
        "token": offer.token,
        "time_zone": days.time_zone,
        "zones": zone_names.offered(days.time_zone),
        "earlier": earlier.isoformat() if days.first > today else None,
        "later": (days.last + timedelta(days=1)).isoformat() if days.last - today < _FURTHEST else None,
        "first": days.first.isoformat(),
    }


def nearest(offer: Offer, days: Range, wished: datetime) -> list[Day]:
    """Return the offered times closest to one that is taken, in their order."""
    closest = sorted(sorted(_starts(offer), key=lambda start: abs(start - wished))[:_NEAREST])
    return _by_day(closest, days.time_zone)


def _starts(offer: Offer) -> list[datetime]:
    return [datetime.fromtimestamp(second, UTC) for second in offer.starts or []]


def _by_day(starts: list[datetime], time_zone: str) -> list[Day]:
    place = zone(time_zone)
    grouped = groupby(starts, key=lambda start: start.astimezone(place).date())
    return [_day(list(group), time_zone) for _, group in grouped]


def _day(starts: list[datetime], time_zone: str) -> Day:
    locale = reading.of_visitor().locale
    clocks = [Choice(zulu(start), times.clock(start, time_zone, locale)) for start in starts]
    return Day(times.day(starts[0], time_zone, locale), clocks)
