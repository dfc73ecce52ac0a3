"""Reading: an input as it was sent becomes that of an action, or each field of it that is wrong is named."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, Final, get_type_hints

import msgspec

from zoom_blueprint.actions import problems
from zoom_blueprint.actions.codes import ActionFailed
from zoom_blueprint.actions.listed import Action

# What msgspec says, and what is told instead to whoever does not know our types.
_TOLD: Final = (
    (
        r"Expected `datetime\b.*|Invalid RFC3339 encoded datetime",
        "Write this time like 2030-01-15T09:00:00Z, or with an offset like +02:00.",
    ),
    (r"Expected `date\b.*|Invalid RFC3339 encoded date", "Write this day like 2030-01-15."),
    (r"Expected `str` of length >= 1", "This may not be empty."),
    (r"Expected `str` of length <= (\d+)", r"Use at most \1 characters."),
    (r"Expected `array` of length <= (\d+)", r"Give at most \1."),
    (r"Expected `int` >= (\d+)", r"This has to be at least \1."),
    (r"Expected `int` <= (\d+)", r"This has to be at most \1."),
    (r"Expected `str.*, got .*", "This has to be a text."),
    (r"Expected `int.*, got .*", "This has to be a whole number."),
    (r"Expected `array.*, got .*", "This has to be a list."),
    (r"Expected `object.*, got .*", "This has to be an object."),
)


def read(action: Action, sent: Mapping[str, Any]) -> Any:
    """Return the input of an action, read from what JSON holds.

    Raises:
        ActionFailed: it is not as the action's schema says.
    """
    known = [one.name for one in fields(action.given)]
    unknown = {name: f"There is no such field. Known are: {', '.join(known)}." for name in sent if name not in known}
    if not unknown:
        try:
            return msgspec.convert(sent, action.given)
        except msgspec.ValidationError:
            pass  # it tells of one field only
    raise ActionFailed(problems.invalid(unknown | _wrong(action.given, sent)))


def _wrong(shape: type, sent: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with each field, by its name."""
    hints = get_type_hints(shape, include_extras=True)
    wrong: dict[str, str] = {}
    for one in fields(shape):
        if one.name not in sent:
            if _is_required(one):
                wrong[one.name] = "This is required."
            continue
        try:
            msgspec.convert(sent[one.name], hints[one.name])
        except msgspec.ValidationError as error:
            words, _, place = str(error).partition(" - at `$")
            wrong[one.name + place.rstrip("`")] = _told(words, hints[one.name])
    return wrong


def _is_required(one: Field[Any]) -> bool:
    return one.default is MISSING and one.default_factory is MISSING


def _told(words: str, hint: Any) -> str:
    for pattern, told in _TOLD:
        match = re.fullmatch(pattern, words)
        if match:
            return match.expand(told)
    schema = msgspec.json.schema(hint)
    for part in (*schema.get("$defs", {}).values(), schema, *schema.get("anyOf", ())):
        if "enum" in part:
            return f"Choose one of: {', '.join(part['enum'])}."
        if "description" in part:
            wanted: str = part["description"]
            return f"This has to be {wanted[0].lower()}{wanted[1:]}"
    return words
