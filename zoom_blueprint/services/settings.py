"""Meeting settings: what is asked of Zoom for a booking's meeting, and what Zoom made of it."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from zoom_blueprint import logs, values
from zoom_blueprint.state import State
from zoom_blueprint.values import MeetingSettings, SettingChange
from zoom_blueprint.zoom_api.payloads import Meeting

PROTECTION = "protection"
_LONGEST_VALUE = 200
_SEPARATORS = re.compile(r"[;,\s]+")
_log = logs.logger(__name__)


class HookFailed(Exception):
    """The site's ``meeting_options`` hook raised, or returned what is no JSON object."""


def topic(booking: values.Booking) -> str:
    """Return what Zoom shall call the meeting of a booking."""
    return booking.topic or usual_topic(booking.event.title, booking.name)


def usual_topic(event: str, name: str) -> str:
    """Return what Zoom calls a meeting for which the host decided nothing else."""
    return f"{event}: {name}"


def of_booking(booking: values.Booking) -> MeetingSettings:
    """Return the event type's settings, with what the host decided for this booking on top."""
    if booking.settings is None:
        return booking.event.settings
    chosen = {name: value for name, value in vars(booking.settings).items() if value not in (None, ())}
    return replace(booking.event.settings, **chosen)


def asked(state: State, booking: values.Booking) -> dict[str, Any]:
    """Return the settings for a booking's meeting: ``of_booking``, over which the ``meeting_options`` hook has a say.

    Raises:
        HookFailed: the hook did not return settings; the log says why.
    """
    own = of_booking(booking)
    settings = msgspec.to_builtins(own)
    settings["alternative_hosts"] = ";".join(own.alternative_hosts) or None
    wanted = {name: value for name, value in settings.items() if value is not None}
    if state.hooks.meeting_options is None:
        return wanted
    try:
        return {**wanted, **msgspec.convert(state.hooks.meeting_options(booking), dict[str, Any])}
    except Exception:  # noqa: BLE001  # the host app's code may raise anything
        _log.exception("meeting_options failed for booking %s", booking.id)
        raise HookFailed("the meeting_options hook failed: see the log") from None


def changes(wanted: Mapping[str, Any], stored: Meeting) -> list[SettingChange]:
    """Return what Zoom stored otherwise than asked, and whether the meeting is open to whoever has its link.

    Zoom says nothing about it when it creates or updates: the account's policy, or the host, has the last word.
    """
    found = [
        SettingChange(name=name, asked=_plain(value), stored=_plain(stored.settings.get(name)))
        for name, value in wanted.items()
        if isinstance(value, bool | int | float | str) and not _is_same(name, value, stored.settings.get(name))
    ]
    if stored.settings.get("use_pmi") is True:
        found.append(SettingChange(name="use_pmi", asked=False, stored=True))
    if not stored.password and stored.settings.get("waiting_room") is not True:
        found.append(SettingChange(name=PROTECTION, asked=True, stored=False))
    return found


def _is_same(name: str, wanted: object, stored: object) -> bool:
    if name == "alternative_hosts" and isinstance(wanted, str) and isinstance(stored, str):
        return _people(wanted) == _people(stored)
    return wanted == stored


def _people(addresses: str) -> set[str]:
    return {one for one in _SEPARATORS.split(addresses.lower()) if one}


def _plain(value: object) -> bool | str | None:
    """Return what can be shown and mailed, whatever Zoom sent: lone surrogates have no bytes, and NUL has no place."""
    if value is None or isinstance(value, bool):
        return value
    return str(value).encode("utf-8", "replace").decode().replace("\x00", "")[:_LONGEST_VALUE]
