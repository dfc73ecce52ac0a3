"""The fields of an event type as a host's form shows and sends them."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import TypeVar

from zoom_blueprint.errors import BadInput
from zoom_blueprint.languages import said
from zoom_blueprint.services import offers, questions
from zoom_blueprint.values import AutoRecording, EventType, Location, MeetingSettings, Question, WithoutZoom
from zoom_blueprint.web import question_rows, typed_times

_E = TypeVar("_E", bound=StrEnum)
TIMES = (
    *("duration_minutes", "step_minutes", "buffer_before", "buffer_after", "notice_minutes"),
    *("horizon_days", "first_day", "last_day", "per_day", "per_week", "schedule"),
)
"""The fields on which offered times depend."""
MOST_REMINDERS = 5
SWITCHES = ("waiting_room", "join_before_host", "host_video", "participant_video", "mute_upon_entry")
UNITS = (1, 60, 1440)
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_APART = re.compile(r"[\s,;]+")
_YES = "yes"


def spread(event: EventType, first_schedule: str) -> dict[str, str]:
    """Return what the form shows of an event type."""
    fields = {
        "title": event.title,
        "slug": event.slug,
        "description": event.description,
        "colour": event.colour,
        "duration_minutes": str(event.duration_minutes),
        "step_minutes": str(event.step_minutes),
        "buffer_before": str(event.buffer_before),
        "buffer_after": str(event.buffer_after),
        "horizon": "dates" if event.first_day else "ever" if event.horizon_days is None else "days",
        "horizon_days": _text(event.horizon_days),
        "first_day": _text(event.first_day),
        "last_day": _text(event.last_day),
        "per_day": _text(event.per_day),
        "per_week": _text(event.per_week),
        "schedule": event.schedule or first_schedule,
        "location": event.location,
        "location_text": event.location_text,
        "connection_id": event.connection_id or "",
        "without_zoom": event.without_zoom,
        "auto_recording": event.settings.auto_recording or "",
        "alternative_hosts": ", ".join(event.settings.alternative_hosts),
    }
    for name in ("approval", "approval_when_moved", "hidden", "active"):
        fields[name] = _YES if getattr(event, name) else ""
    for name in SWITCHES:
        wish = getattr(event.settings, name)
        fields[name] = "" if wish is None else _YES if wish else "no"
    fields |= _spread_length("notice_minutes", event.notice_minutes)
    for place, minutes in enumerate(event.reminders):
        fields |= _spread_length(f"reminder-{place}", minutes)
    return fields | question_rows.spread(event.questions)


def read(fields: Mapping[str, str], schedules: Sequence[str]) -> tuple[EventType, dict[str, str]]:
    """Return the event type that a form describes, its usual values where a field is wrong, and all that is wrong.

    ``schedules`` are the names of the host's, the one they began with first.
    """
    errors: dict[str, str] = {}

    def number(name: str, usual: int | None) -> int | None:
        return _number(fields, name, errors, usual)

    def needed(name: str) -> int:
        found = number(name, None)
        if found is None and name not in errors:
            errors[name] = said("Enter a whole number.")
        return getattr(usual, name) if found is None else found

    usual = EventType(slug="", title="")
    asked = question_rows.read(fields)
    days, first_day, last_day = _horizon(fields, errors)
    schedule = fields.get("schedule") or schedules[0]
    if schedule not in schedules:
        errors["schedule"] = said("Please choose")
    event = EventType(
        slug=fields.get("slug", "").strip().lower(),
        title=fields.get("title", ""),
        description=fields.get("description", "").replace("\r\n", "\n"),
        colour=fields.get("colour", ""),
        duration_minutes=needed("duration_minutes"),
        step_minutes=needed("step_minutes"),
        buffer_before=number("buffer_before", 0) or 0,
        buffer_after=number("buffer_after", 0) or 0,
        notice_minutes=_length(fields, "notice_minutes", errors) or 0,
        horizon_days=days,
        first_day=first_day,
        last_day=last_day,
        per_day=number("per_day", None),
        per_week=number("per_week", None),
        schedule=None if schedule == schedules[0] else schedule,
        approval=bool(fields.get("approval")),
        approval_when_moved=bool(fields.get("approval_when_moved")),
        reminders=_reminders(fields, errors),
        questions=asked,
        location=_one_of(Location, fields, "location", errors, usual.location),
        location_text=fields.get("location_text", "").replace("\r\n", "\n"),
        connection_id=fields.get("connection_id") or None,
        without_zoom=_one_of(WithoutZoom, fields, "without_zoom", errors, usual.without_zoom),
        settings=_settings(fields, errors),
        hidden=bool(fields.get("hidden")),
        active=bool(fields.get("active")),
    )
    try:
        event = offers.checked(event)
    except BadInput as error:
        errors = error.errors | errors
    errors.pop("questions", None)
    return event, errors | _by_row(fields, asked)


def _by_row(fields: Mapping[str, str], asked: tuple[Question, ...]) -> dict[str, str]:
    """Return what is wrong with each question, by the name of its row, or with all of them."""
    places = question_rows.places(fields)
    found: dict[str, str] = {}
    for place, told in questions.faults(questions.trimmed(asked)):
        found.setdefault("questions" if place is None else f"question-{places[place]}", told)
    return found


def _horizon(fields: Mapping[str, str], errors: dict[str, str]) -> tuple[int | None, date | None, date | None]:
    way = fields.get("horizon")
    if way == "ever":
        return None, None, None
    if way == "dates":
        found = [typed_times.day_of(fields, name, errors) for name in ("first_day", "last_day")]
        for name, day in zip(("first_day", "last_day"), found, strict=True):
            if day is None:
                errors.setdefault(name, said("Choose a day."))
        return _number(fields, "horizon_days", {}, None), found[0], found[1]
    days = _number(fields, "horizon_days", errors, None)
    if days is None:
        errors.setdefault("horizon_days", said("Enter a whole number."))
    return days, None, None


def _settings(fields: Mapping[str, str], errors: dict[str, str]) -> MeetingSettings:
    recording = fields.get("auto_recording")
    return MeetingSettings(
        **{name: {_YES: True, "no": False}.get(fields.get(name, "")) for name in SWITCHES},
        auto_recording=_one_of(AutoRecording, fields, "auto_recording", errors, AutoRecording.NONE)
        if recording
        else None,
        alternative_hosts=tuple(one for one in _APART.split(fields.get("alternative_hosts", "")) if one),
    )


def _reminders(fields: Mapping[str, str], errors: dict[str, str]) -> tuple[int, ...]:
    wrong: dict[str, str] = {}
    found = [_length(fields, f"reminder-{place}", wrong) for place in range(MOST_REMINDERS)]
    if wrong:
        errors["reminders"] = next(iter(wrong.values()))
    return tuple(minutes for minutes in found if minutes is not None)


def _one_of(kind: type[_E], fields: Mapping[str, str], name: str, errors: dict[str, str], usual: _E) -> _E:
    try:
        return kind(fields.get(name, ""))
    except ValueError:
        errors[name] = said("Please choose")
        return usual


def _number(fields: Mapping[str, str], name: str, errors: dict[str, str], usual: int | None) -> int | None:
    text = fields.get(name, "").strip()
    if not text:
        return usual
    if not _NUMBER.fullmatch(text):
        errors[name] = said("Enter a whole number.")
        return usual
    return int(text)


def _length(fields: Mapping[str, str], name: str, errors: dict[str, str]) -> int | None:
    """Return minutes, typed as a number of minutes, hours or days."""
    unit = fields.get(f"{name}-unit", "")
    found = _number(fields, name, errors, None)
    return None if found is None else found * (int(unit) if unit in map(str, UNITS) else 1)


def _spread_length(name: str, minutes: int) -> dict[str, str]:
    unit = next(unit for unit in reversed(UNITS) if minutes % unit == 0) if minutes else 60
    return {name: str(minutes // unit), f"{name}-unit": str(unit)}


def _text(value: date | int | None) -> str:
    return "" if value is None else str(value)
