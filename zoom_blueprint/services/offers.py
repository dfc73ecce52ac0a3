"""Offers: whether an event type that code puts in can be stored, offered and read again."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
from enum import StrEnum
from typing import Any, get_type_hints
from urllib.parse import urlsplit

import msgspec

from zoom_blueprint.errors import BadInput
from zoom_blueprint.services.bookables import rules_of
from zoom_blueprint.values import EventType, Location, Question, WithoutZoom

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_LONGEST_PLACE = 500
_ODD = re.compile(r"[\s<>\"\x00-\x1f]")
_MAIL = re.compile(r"[^\s@;,<>\"]+@[^\s@;,<>\"]+")
_KINDS = ("text", "textarea", "choice", "checkbox", "phone")
_TYPES = get_type_hints(EventType)
_LENGTHS = {"duration": "duration_minutes", "step": "step_minutes", "notice": "notice_minutes"}
_HORIZON = {"horizon": "horizon_days"}
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_LONGEST_REMINDER = 30 * 24 * 60
_MOST_REMINDERS = 5


def checked(event: EventType) -> EventType:
    """Return the event type with every value in its declared type: ``"later"`` becomes ``WithoutZoom.LATER``.

    Raises:
        BadInput: a field is malformed, or of another type; one such row would take a host's pages down.
    """
    event = _typed(event)
    errors = _lengths(event)
    if not _SLUG.fullmatch(event.slug):
        errors["slug"] = "Use small letters, digits and hyphens, like intro-call."
    if not event.title.strip():
        errors["title"] = "Give it a title."
    wrong = next(_of_questions(event.questions), None)
    if wrong:
        errors["questions"] = wrong
    if event.colour and not _COLOUR.fullmatch(event.colour):
        errors["colour"] = "Give a colour as #2457d6, or nothing."
    if len(event.reminders) > _MOST_REMINDERS or not all(0 < one <= _LONGEST_REMINDER for one in event.reminders):
        errors["reminders"] = f"Give at most {_MOST_REMINDERS} reminders, each 1 to {_LONGEST_REMINDER} minutes before."
    errors |= _place_errors(event)
    if errors:
        raise BadInput(errors)
    return event


def columns(event: EventType) -> dict[str, object]:
    """Return what is stored of an event type, by column; which schedule it uses is the caller's to find."""
    found = asdict(event)
    del found["schedule"]
    found["questions"] = msgspec.to_builtins(event.questions)
    found["location"] = str(event.location)
    found["without_zoom"] = str(event.without_zoom)
    found["settings"] = msgspec.to_builtins(event.settings)
    found["reminders"] = list(event.reminders)
    return found


def _typed(event: EventType) -> EventType:
    values: dict[str, Any] = {}
    errors = {}
    for name, kind in _TYPES.items():
        try:
            values[name] = msgspec.convert(msgspec.to_builtins(getattr(event, name)), kind)
        except (msgspec.ValidationError, TypeError) as error:
            if isinstance(kind, type) and issubclass(kind, StrEnum):
                errors[name] = f"Give one of: {', '.join(kind)}."
            else:
                errors[name] = f"{error}."
    if errors:
        raise BadInput(errors)
    return replace(event, **values)


def _lengths(event: EventType) -> dict[str, str]:
    errors: dict[str, str] = {}
    # Apart, because the rules stop at a horizon that is out of range.
    lengths = replace(event, horizon_days=None, first_day=None, last_day=None)
    for part, names in ((lengths, _LENGTHS), (_only_horizon(event), _HORIZON)):
        try:
            rules_of(part)
        except BadInput as error:
            errors |= {names.get(name, name): message for name, message in error.errors.items()}
    return errors


def _only_horizon(event: EventType) -> EventType:
    return EventType(
        slug=event.slug,
        title=event.title,
        horizon_days=event.horizon_days,
        first_day=event.first_day,
        last_day=event.last_day,
    )


def _of_questions(questions: tuple[Question, ...]) -> Iterator[str]:
    for name, times in Counter(one.name for one in questions).items():
        if not name.strip():
            yield "Give each question a name."
        if times > 1:
            yield f"Two questions have the name {name!r}: answers are told apart by it."
    for one in questions:
        if not one.label.strip():
            yield f"Give the question {one.name!r} a label."
        if one.kind not in _KINDS:
            yield f"The kind of the question {one.name!r} is one of: {', '.join(_KINDS)}."
        if one.kind == "choice" and not one.choices:
            yield f"Give the question {one.name!r} its choices."


def _place_errors(event: EventType) -> dict[str, str]:
    errors = {}
    is_needed = event.location == Location.ZOOM and event.without_zoom == WithoutZoom.MANUAL
    if is_needed and not _is_link(event.location_text):
        errors["location_text"] = "Give your own link, https://…, for bookings made while Zoom is not connected."
    if event.location == Location.LINK and not _is_link(event.location_text):
        errors["location_text"] = "Give the link to the meeting, https://…"
    if len(event.location_text) > _LONGEST_PLACE:
        errors["location_text"] = f"Use at most {_LONGEST_PLACE} characters."
    wrong = [one for one in event.settings.alternative_hosts if not _MAIL.fullmatch(one)]
    if wrong:
        errors["alternative_hosts"] = f"Give mail addresses. {wrong[0]!r} is none."
    return errors


def _is_link(text: str) -> bool:
    try:
        place = urlsplit(text)
    except ValueError:
        return False
    return place.scheme == "https" and bool(place.hostname) and not _ODD.search(text)
