"""Times in words: rendered in one place, in the reader's zone and language, with the zone's name and offset."""

from datetime import date, datetime, time

from babel import Locale
from babel.core import UnknownLocaleError, get_global
from babel.dates import format_date, format_interval, format_skeleton, format_time, get_datetime_format, get_time_format

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


def short_moment(instant: datetime, time_zone: str, locale: str) -> str:
    """Return day and time of day, as ``Tue, Jan 15, 9:00 AM``."""
    short = short_day(instant.astimezone(zone(time_zone)).date(), locale)
    return _joined(short, clock(instant, time_zone, locale), locale)


def moment_with_zone(instant: datetime, time_zone: str, locale: str) -> str:
    """Return day and time of day with the zone: ``moment (Europe/London, UTC+00:00)``."""
    return f"{moment(instant, time_zone, locale)} ({zone_label(instant, time_zone)})"


def zone_label(instant: datetime, time_zone: str) -> str:
    """Return the zone with its offset at that instant, as ``Europe/London, UTC+00:00``; UTC is just that."""
    if time_zone == "UTC":
        return time_zone
    offset = instant.astimezone(zone(time_zone)).strftime("%z")
    return f"{time_zone.replace('_', ' ')}, UTC{offset[:3]}:{offset[3:5]}"


def days(first: date, last: date, locale: str) -> str:
    """Return some days in a row, as ``Jan 14 – 20, 2030``."""
    return _plain(format_interval(first, last, "yMMMd", locale=locale))


def short_day(day: date, locale: str) -> str:
    """Return a day as ``Tue, Jan 15``."""
    return _plain(format_skeleton("MMMEd", day, locale=locale))


def long_day(day: date, locale: str) -> str:
    """Return a day as ``Tuesday, January 15, 2030``."""
    return _format(format_date, day, "full", locale)


def month(day: date, locale: str) -> str:
    """Return the month of a day, as ``January 2030``."""
    return _plain(format_skeleton("yMMMM", day, locale=locale))


def weekday(day: date, locale: str) -> str:
    """Return the day of the week, as ``Tue``."""
    return str(format_date(day, "ccc", locale=locale))


def hour(number: int, locale: str) -> str:
    """Return a full hour of the day, as ``9 AM``."""
    pattern = str(get_time_format("short", locale=locale))
    return _plain(format_skeleton("h" if "a" in pattern else "Hm", time(number), locale=locale))


def first_weekday(locale: str, time_zone: str) -> int:
    """Return with which day weeks begin, 0 for Monday: in the locale's country, else in that of the zone."""
    asked = Locale.parse(locale)
    territory = asked.territory or get_global("zone_territories").get(time_zone)
    try:
        return int(Locale.parse(f"{asked.language}_{territory}").first_week_day)
    except (UnknownLocaleError, ValueError):
        return _weeks_of(territory)


def _weeks_of(territory: str | None) -> int:
    """Return with which day weeks begin in a country, by the language that most people speak there."""
    spoken = get_global("likely_subtags").get(f"und_{territory}", _FALLBACK)
    try:
        return int(Locale.parse(spoken).first_week_day)
    except (UnknownLocaleError, ValueError):
        return 0


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
    return _plain(text)


def _plain(text: object) -> str:
    return str(text).replace("\u202f", " ").replace("\u2009", " ")
