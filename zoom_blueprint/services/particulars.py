"""Particulars: what somebody gave of themselves and of a time, checked where no form did."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from zoom_blueprint.errors import BadInput
from zoom_blueprint.languages import said
from zoom_blueprint.scheduling.zones import zone
from zoom_blueprint.services import entries
from zoom_blueprint.services.entries import Entry
from zoom_blueprint.values import Question

_LONGEST_NAME, _LONGEST_ANSWER = 200, 2000
_MOST_GUESTS = 10
_FIRST_YEAR, _LAST_YEAR = 2000, 2999


def ensure_instant(start: datetime) -> None:
    """Check that an instant is one, and can be counted with.

    Raises:
        BadInput: it is naive, or in no year that people book in.
    """
    if start.tzinfo is None:
        raise BadInput({"start": said("Give this time with its time zone.")})
    if start.year < _FIRST_YEAR:
        raise BadInput({"start": said("Choose a time that is still to come.")})
    # Both years: an instant at the end of 9999 has no UTC.
    if start.year > _LAST_YEAR or start.astimezone(UTC).year > _LAST_YEAR:
        raise BadInput({"start": said("This is too far ahead.")})


def ensure_ahead(start: datetime, now: datetime) -> None:
    """Check an instant to book.

    Raises:
        BadInput: it is not ahead, naive, no whole minute, or too far ahead.
    """
    ensure_instant(start)
    if start.second or start.microsecond:
        raise BadInput({"start": said("Choose a whole minute.")})  # Zoom would round it, and that would be a change
    if start <= now:
        raise BadInput({"start": said("Choose a time that is still to come.")})


def ensure_sound(entry: Entry, questions: Sequence[Question] = ()) -> None:
    """Check what is wanted, besides its time, and that those of these questions are answered that must be.

    Raises:
        BadInput: naming every bad field.
    """
    errors: dict[str, str] = {}
    if not 0 < len(entry.name) <= _LONGEST_NAME:
        errors["name"] = said("Give a name of at most {most} characters.", most=_LONGEST_NAME)
    if not entries.is_mail(entry.email):
        errors["email"] = said("This does not look like a mail address.")
    if len(entry.guests) > _MOST_GUESTS:
        errors["guests"] = said("Invite at most {most} guests.", most=_MOST_GUESTS)
    elif not all(entries.is_mail(guest) for guest in entry.guests):
        errors["guests"] = said("One of these does not look like a mail address.")
    if not entry.key:
        errors["key"] = said("Send a key that is new for each booking.")
    try:
        zone(entry.time_zone)
    except ValueError as error:
        errors["time_zone"] = str(error)
    errors |= _of_answers(entry.answers, questions)
    if errors:
        raise BadInput(errors)


def _of_answers(answers: Mapping[str, str], questions: Sequence[Question]) -> dict[str, str]:
    errors: dict[str, str] = {}
    for question in questions:
        answer, name = answers.get(question.name, "").strip(), f"answers.{question.name}"
        if question.required and not answer:
            errors[name] = said("Please answer this.")
        elif len(answer) > _LONGEST_ANSWER:
            errors[name] = said("Use at most {limit} characters.", limit=_LONGEST_ANSWER)
        elif answer and question.kind == "choice" and answer not in question.choices:
            errors[name] = said("Choose one of the answers.")
    return errors
