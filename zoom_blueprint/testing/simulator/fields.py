"""Check the body of a create or update call against Zoom's limits.

Source: Zoom's OpenAPI for meetings (March 2026); fields it does not name are ignored.
"""

import json
import re
from typing import Any

from zoom_blueprint.testing.simulator import meeting_settings, times
from zoom_blueprint.testing.simulator.recurrences import is_recurrence
from zoom_blueprint.testing.simulator.replies import Refusal

_TYPES = (1, 2, 3, 8, 10)
_SERIES = 8
_PASSCODE = re.compile(r"[A-Za-z0-9@\-_*!#$.]{0,10}")
_TEXT_LIMITS = {"topic": 200, "agenda": 2000}


def parse(raw: bytes) -> dict[str, Any]:
    """Return the JSON object of a request body."""
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refusal(400, 300, "Request Body should be a valid JSON object.")
    return body


def check(body: dict[str, Any], *, zone: str, honour_offset: bool) -> dict[str, Any]:
    """Return the fields that are given, each in the form in which it is kept; Refusal names every wrong one.

    ``zone`` is what a start time without ``Z`` counts in when the body has no ``timezone``; the result's
    ``start_time`` is in epoch seconds.
    """
    wrong: dict[str, str] = {}
    kept: dict[str, Any] = {}
    _check_texts(body, kept, wrong)
    _check_numbers(body, kept, wrong)
    _check_times(body, zone, honour_offset, kept, wrong)
    _check_structures(body, kept, wrong)
    if wrong:
        raise Refusal(400, 300, "Validation Failed.", fields=wrong)
    return kept


def _check_texts(body: dict[str, Any], kept: dict[str, Any], wrong: dict[str, str]) -> None:
    for name, limit in _TEXT_LIMITS.items():
        if name not in body:
            continue
        if not isinstance(body[name], str):
            wrong[name] = "Invalid field."
        elif len(body[name]) > limit:
            wrong[name] = f"The maximum length of {name} is {limit} characters."
        else:
            kept[name] = body[name]
    if "password" in body:
        if isinstance(body["password"], str) and _PASSCODE.fullmatch(body["password"]):
            kept["password"] = body["password"]
        else:
            wrong["password"] = "Invalid field."  # noqa: S105 - a message
    if "schedule_for" in body:
        kept["schedule_for"] = body["schedule_for"]


def _check_numbers(body: dict[str, Any], kept: dict[str, Any], wrong: dict[str, str]) -> None:
    if "type" in body:
        if _is_int(body["type"]) and body["type"] in _TYPES:
            kept["type"] = body["type"]
        else:
            wrong["type"] = "Invalid field."
    if "duration" in body:
        if _is_int(body["duration"]) and 1 <= body["duration"] <= 1440:
            kept["duration"] = body["duration"]
        else:
            wrong["duration"] = "Invalid field."


def _check_times(
    body: dict[str, Any],
    zone: str,
    honour_offset: bool,
    kept: dict[str, Any],
    wrong: dict[str, str],
) -> None:
    if "timezone" in body and body["timezone"] != "":
        if times.is_zone(body["timezone"]):
            kept["timezone"] = zone = body["timezone"]
        else:
            wrong["timezone"] = "Invalid field."
    if "start_time" in body and body["start_time"] != "":
        start = times.read_start(body["start_time"], zone, honour_offset=honour_offset)
        if start is None:
            wrong["start_time"] = "Invalid field."
        else:
            kept["start_time"] = start


def _check_structures(body: dict[str, Any], kept: dict[str, Any], wrong: dict[str, str]) -> None:
    if "default_password" in body:
        if isinstance(body["default_password"], bool):
            kept["default_password"] = body["default_password"]
        else:
            wrong["default_password"] = "Invalid field."  # noqa: S105 - a message
    if "recurrence" in body and not is_recurrence(body["recurrence"]):
        wrong["recurrence"] = "Invalid field."
    elif "recurrence" in body:
        kept["recurrence"] = body["recurrence"]
    elif body.get("type") == _SERIES:
        wrong["recurrence"] = "Invalid field."
    for name, kind in (("settings", dict), ("tracking_fields", list)):
        if name in body and not isinstance(body[name], kind):
            wrong[name] = "Invalid field."
        elif name in body:
            kept[name] = body[name]
    if "settings" in kept:
        kept["settings"], bad = meeting_settings.read(kept["settings"])
        wrong.update({f"settings.{name}": "Invalid field." for name in bad})


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
