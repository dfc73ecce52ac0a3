"""Read and write the JSON form in which hours and horizons are stored and edited.

A span is ``["09:00", "17:00"]``. "24:00" is the next midnight; an end that is not after its start is on the next day,
and so is one above "24:00", which is needed only for spans longer than a day (``["09:00", "33:30"]``).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TypeVar

from zoom_blueprint.errors import BadInput
from zoom_blueprint.scheduling.rules import Horizon, Hours, Range, Rolling, Span, Weekly

_T = TypeVar("_T")
_DAY = 1440
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = re.compile(r"([0-4][0-9]):([0-5][0-9])")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def load_weekly(stored: object) -> Weekly:
    """Read ``{"mon": [["09:00", "17:00"]], …}``; a weekday left out is closed.

    ``BadInput`` names each weekday that cannot be read, or ``weekly`` when it is no object of weekdays at all.
    """
    hours = _load_each("weekly", stored, _weekday, load_hours)
    return tuple(hours.get(day, ()) for day in range(7))


def dump_weekly(weekly: Weekly) -> dict[str, list[list[str]]]:
    """Write what ``load_weekly`` reads, all seven weekdays, Monday first."""
    return {name: dump_hours(hours) for name, hours in zip(_WEEKDAYS, weekly, strict=True)}


def load_overrides(stored: object) -> dict[date, Hours]:
    """Read ``{"2030-01-15": [["10:00", "12:00"]], "2030-12-25": []}``, in the order of dates.

    ``BadInput`` names each date that cannot be read, or ``overrides`` when it is no object of dates at all.
    """
    return dict(sorted(_load_each("overrides", stored, _date, load_hours).items()))


def dump_overrides(overrides: Mapping[date, Hours]) -> dict[str, list[list[str]]]:
    """Write what ``load_overrides`` reads, in the order of dates."""
    return {day.isoformat(): dump_hours(overrides[day]) for day in sorted(overrides)}


def load_hours(stored: object) -> Hours:
    """Read the spans of one day, ``[["09:00", "17:00"]]``; ``ValueError``, in words for a person, for all else."""
    if not isinstance(stored, list | tuple):
        raise ValueError('Give a list of spans such as [["09:00", "17:00"]], or [] for closed.')  # noqa: TRY004  # as for all else
    return tuple(sorted((_span(each) for each in stored), key=lambda span: (span.start, span.end)))


def dump_hours(hours: Iterable[Span]) -> list[list[str]]:
    """Write what ``load_hours`` reads."""
    return [[_clock(span.start), _clock(_end(span))] for span in hours]


def load_horizon(stored: object) -> Horizon:
    """Read ``{"days": 60}``, ``{"first": "2030-01-01", "last": "2030-03-31"}`` or ``None``; else ``BadInput``."""
    match stored:
        case None:
            return None
        case {"days": int(days), **rest} if not rest and not isinstance(days, bool):
            return Rolling(days)
        case {"first": str(first), "last": str(last), **rest} if not rest:
            try:
                return Range(_date(first), _date(last))
            except ValueError as error:
                raise BadInput({"horizon": str(error)}) from None
        case _:
            raise BadInput({"horizon": 'Give {"days": 60}, {"first": "2030-01-01", "last": "2030-03-31"} or null.'})


def dump_horizon(horizon: Horizon) -> dict[str, int | str] | None:
    """Write what ``load_horizon`` reads."""
    match horizon:
        case None:
            return None
        case Rolling(days):
            return {"days": days}
        case Range(first, last):
            return {"first": first.isoformat(), "last": last.isoformat()}


def _load_each(
    name: str, stored: object, read_key: Callable[[str], _T], read: Callable[[object], Hours]
) -> dict[_T, Hours]:
    if not isinstance(stored, Mapping):
        raise BadInput({name: "This is not a JSON object."})
    found: dict[_T, Hours] = {}
    errors: dict[str, str] = {}
    for key, value in stored.items():
        try:
            found[read_key(str(key))] = read(value)
        except ValueError as error:
            errors[str(key)] = str(error)
    if errors:
        raise BadInput(errors)
    return found


def _weekday(text: str) -> int:
    if text not in _WEEKDAYS:
        raise ValueError(f"This is no weekday. Use {', '.join(_WEEKDAYS)}.")
    return _WEEKDAYS.index(text)


def _date(text: str) -> date:
    try:
        # ``fromisoformat`` alone takes "20300115" and "2030-W03-2" too: two keys could mean one date.
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError("This is no date. Use YYYY-MM-DD.")


def _span(stored: object) -> Span:
    match stored:
        case [str(start_text), str(end_text)]:
            start, end = _minutes(start_text), _minutes(end_text)
            if start >= _DAY:
                raise ValueError(f"{start_text!a} is too late to begin. A span begins between 00:00 and 23:59.")
            return Span(start, end if end > start else end + _DAY)
        case _:
            raise ValueError('Give each span as its start and its end, such as ["09:00", "17:00"].')


def _minutes(text: str) -> int:
    time = _TIME.fullmatch(text)
    if time is None or (minutes := int(time[1]) * 60 + int(time[2])) > 2 * _DAY:
        raise ValueError(f"{text[:16]!a} is no time. Use HH:MM, from 00:00 to 24:00.")
    return minutes


def _end(span: Span) -> int:
    past_midnight = span.end - _DAY
    return past_midnight if 0 < past_midnight <= span.start else span.end


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
