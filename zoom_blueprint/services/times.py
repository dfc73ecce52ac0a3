"""Times in words: rendered in one place, in the reader's zone and language, with the zone's name and offset."""

from datetime import datetime

from babel.core import UnknownLocaleError
from babel.dates import format_date, format_time, get_datetime_format

from zoom_blueprint.scheduling.zones import zone

_FALLBACK = "en"


def spell(start: datetime, end: datetime, time_zone: str, locale: str) -> str:
    """Return for example ``Tuesday, January 15, 2030, 9:00 – 9:30 AM (Europe/London, UTC+00:00)``."""
    local, until = start.astimezone(zone(time_zone)), end.astimezone(zone(time_zone))
    times = f"{clock(start, time_zone, locale)} – {clock(end, time_zone, locale)}"
    if until.date() != local.date():
        times += f" ({_format(format_date, until.date(), 'medium', locale)})"
    return f"{_joined(day(start, time_zone, locale), times, locale)} ({zone_label(start, time_zone)})"


def clock(instant: datetime, time_zone: str, locale: str) -> str:
    """Return the time of day, as ``9:00 AM``."""
    return _format(format_time, instant.astimezone(zone(time_zone)).time(), "short", locale)


def day(instant: datetime, time_zone: str, locale: str) -> str:
    """Return the day, as ``Tuesday, January 15, 2030``."""
    return _format(format_date, instant.astimezone(zone(time_zone)).date(), "full", locale)


def moment(instant: datetime, time_zone: str, locale: str) -> str:
    """Return day and time of day, as ``Tuesday, January 15, 2030, 9:00 AM``."""
    return _joined(day(instant, time_zone, locale), clock(instant, time_zone, locale), locale)


def moment_with_zone(instant: datetime, time_zone: str, locale: str) -> str:
    """Return day and time of day with the zone: ``moment (Europe/London, UTC+00:00)``."""
    return f"{moment(instant, time_zone, locale)} ({zone_label(instant, time_zone)})"


def zone_label(instant: datetime, time_zone: str) -> str:
    """Return the zone with its offset at that instant, as ``Europe/London, UTC+00:00``; UTC is just that."""
    if time_zone == "UTC":
        return time_zone
    offset = instant.astimezone(zone(time_zone)).strftime("%z")
    return f"{time_zone.replace('_', ' ')}, UTC{offset[:3]}:{offset[3:5]}"


def _joined(day: str, times: str, locale: str) -> str:
    try:
        pattern = str(get_datetime_format("medium", locale=locale.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        pattern = str(get_datetime_format("medium", locale=_FALLBACK))
    return pattern.format(times, day)


def _format(function, value, style: str, locale: str) -> str:  # type: ignore[no-untyped-def]  # two of babel's alike
    try:
        text: str = function(value, style, locale=locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        text = function(value, style, locale=_FALLBACK)
    return text.replace("\u202f", " ")
