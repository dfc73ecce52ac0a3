"""Offers: whether an event type that code puts in can be stored, offered and read again."""

import re
from dataclasses import asdict, replace
from datetime import date
from enum import StrEnum
from typing import Any, get_args, get_type_hints
from urllib.parse import urlsplit

import msgspec

from zoom_blueprint.errors import BadInput
from zoom_blueprint.languages import said
from zoom_blueprint.services import questions
from zoom_blueprint.services.event_rules import rules_of
from zoom_blueprint.values import EventType, Location, WithoutZoom

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_LONGEST_TITLE, _LONGEST_LEAD, _LONGEST_PLACE = 200, 5000, 500  # the first and the last are the columns' widths
_ODD = re.compile(r"[\s<>\"\x00-\x1f]")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_UNPRINTABLE_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_MAIL = re.compile(r"[^\s@;,<>\"]+@[^\s@;,<>\"]+")
_TYPES = get_type_hints(EventType)
_LENGTHS = {
    "duration": "duration_minutes",
    "step": "step_minutes",
    "notice": "notice_minutes",
    "horizon": "horizon_days",
}
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_LONGEST_REMINDER = 30 * 24 * 60
_MOST_REMINDERS = 5
_MOST_BOOKINGS = 10_000


def checked(event: EventType) -> EventType:
    """Return the event type as it is stored.

    Every value is in its declared type, ``"later"`` becomes ``WithoutZoom.LATER``, and no text has space around it.

    Raises:
        BadInput: a field is malformed, or of another type; one such row would take a host's pages down.
    """
    event = _trimmed(_typed(event))
    errors = _lengths(event) | _text_errors(event) | _place_errors(event)
    wrong = next(questions.faults(event.questions), None)
    if wrong:
        _, errors["questions"] = wrong
    if event.colour and not _COLOUR.fullmatch(event.colour):
        errors["colour"] = said("Give a colour as #2457d6, or nothing.")
    if len(event.reminders) > _MOST_REMINDERS or not all(0 < one <= _LONGEST_REMINDER for one in event.reminders):
        errors["reminders"] = said(
            "Give at most {most} reminders, each 1 to {longest} minutes before.",
            most=_MOST_REMINDERS,
            longest=_LONGEST_REMINDER,
        )
    elif len(set(event.reminders)) < len(event.reminders):
        errors["reminders"] = said("Give each reminder once.")
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
    errors: dict[str, str] = {}
    for name, kind in _TYPES.items():
        try:
            values[name] = msgspec.convert(msgspec.to_builtins(getattr(event, name)), kind)
        except (msgspec.ValidationError, TypeError) as error:
            if isinstance(kind, type) and issubclass(kind, StrEnum):
                errors[name] = said("Give one of: {words}.", words=", ".join(kind))
            elif date in get_args(kind):
                errors[name] = "Give a date without a time, or None."
            else:
                errors[name] = f"{error}."
    if errors:
        raise BadInput(errors)
    return replace(event, **values)


def _trimmed(event: EventType) -> EventType:
    return replace(
        event,
        title=event.title.strip(),
        description=event.description.strip(),
        location_text=event.location_text.strip(),
        questions=questions.trimmed(event.questions),
        colour=event.colour.strip().lower(),
    )


def _lengths(event: EventType) -> dict[str, str]:
    errors: dict[str, str] = {}
    # Apart, because the rules stop at a horizon that is out of range.
    lengths = replace(event, horizon_days=None, first_day=None, last_day=None)
    for part in (lengths, EventType(slug="", title="", horizon_days=event.horizon_days)):
        try:
            rules_of(part)
        except BadInput as error:
            errors |= {_LENGTHS.get(name, name): message for name, message in error.errors.items()}
    if event.first_day is not None and event.last_day is not None:
        if event.last_day < event.first_day:
            errors["last_day"] = said("This is before the first day.")
    elif event.first_day is not None or event.last_day is not None:
        missing = "first_day" if event.first_day is None else "last_day"
        errors[missing] = said("Give both the first and the last day, or neither.")
    for name in ("per_day", "per_week"):
        if (getattr(event, name) or 0) > _MOST_BOOKINGS:
            errors[name] = said("Enter at most {most}, or nothing for no limit.", most=_MOST_BOOKINGS)
    return errors


def _text_errors(event: EventType) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not _SLUG.fullmatch(event.slug):
        errors["slug"] = said("Use small letters, digits and hyphens, like intro-call.")
    for name, longest, odd in (
        ("title", _LONGEST_TITLE, _UNPRINTABLE),
        ("description", _LONGEST_LEAD, _UNPRINTABLE_IN_TEXT),
        ("location_text", _LONGEST_PLACE, _UNPRINTABLE_IN_TEXT),
    ):
        if len(getattr(event, name)) > longest:
            errors[name] = said("Use at most {most} characters.", most=longest)
        elif odd.search(getattr(event, name)):
            errors[name] = said("Leave out characters that cannot be printed.")
    if not event.title:
        errors["title"] = said("Give it a title.")
    return errors


def _place_errors(event: EventType) -> dict[str, str]:
    errors: dict[str, str] = {}
    is_needed = event.location == Location.ZOOM and event.without_zoom == WithoutZoom.MANUAL
    if is_needed and not _is_link(event.location_text):
        errors["location_text"] = said("Give your own link, https://…, for bookings made while Zoom is not connected.")
    if event.location == Location.LINK and not _is_link(event.location_text):
        errors["location_text"] = said("Give the link to the meeting, https://…")
    if event.location == Location.IN_PERSON and not event.location_text:
        errors["location_text"] = said("Say where to come to.")
    wrong = [one for one in event.settings.alternative_hosts if not _MAIL.fullmatch(one)]
    if wrong:
        errors["alternative_hosts"] = said("Give mail addresses. {wrong} is none.", wrong=repr(wrong[0]))
    return errors


def _is_link(text: str) -> bool:
    try:
        place = urlsplit(text)
    except ValueError:
        return False
    return place.scheme == "https" and bool(place.hostname) and not _ODD.search(text)
