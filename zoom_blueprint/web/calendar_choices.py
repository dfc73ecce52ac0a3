"""What a host chooses of their Google calendars, as a form shows and sends it."""

import re
from dataclasses import dataclass
from typing import Final

from flask import request

from zoom_blueprint.errors import BadInput
from zoom_blueprint.languages import said
from zoom_blueprint.services import google_calendars
from zoom_blueprint.state import State
from zoom_blueprint.values import CalendarPreferences, GoogleCalendar, Host, WhenStale

_OWN, _NONE, _MINE = "own", "none", "mine"
_APART = re.compile(r"[\s,;]+")
_MINUTES = re.compile(r"[0-9]{1,6}", re.ASCII)
COLOURS: Final = {
    "": said("The calendar’s own"),
    "1": said("Lavender"),
    "2": said("Sage"),
    "3": said("Grape"),
    "4": said("Flamingo"),
    "5": said("Banana"),
    "6": said("Tangerine"),
    "7": said("Peacock"),
    "8": said("Graphite"),
    "9": said("Blueberry"),
    "10": said("Basil"),
    "11": said("Tomato"),
}
"""Google's colours of events, by its numbers. Source: the ``colors`` resource of the Calendar API."""


@dataclass(frozen=True)
class Choice:
    """What the form shows: ids of calendars, and the rest as it is typed."""

    target: str
    blocking: frozenset[str]
    colour: str
    reminding: str
    reminders: str
    when_stale: str


def stored(state: State, host: Host, calendars: list[GoogleCalendar]) -> Choice:
    """Return what the host has chosen."""
    wanted = google_calendars.preferences(state, host.id)
    return Choice(
        target=next((one.id for one in calendars if one.is_target), ""),
        blocking=frozenset(one.id for one in calendars if one.blocks),
        colour=wanted.colour,
        reminding=_OWN if wanted.reminders is None else _MINE if wanted.reminders else _NONE,
        reminders=", ".join(map(str, wanted.reminders or ())),
        when_stale=wanted.when_stale,
    )


def typed() -> Choice:
    """Return what was sent."""
    sent = request.form
    return Choice(
        target=sent.get("target", ""),
        blocking=frozenset(sent.getlist("blocks")),
        colour=sent.get("colour", ""),
        reminding=sent.get("reminding", _OWN),
        reminders=sent.get("reminders", ""),
        when_stale=sent.get("when_stale", WhenStale.CLOSE),
    )


def preferences(choice: Choice) -> CalendarPreferences:
    """Return what events shall be like.

    Raises:
        BadInput: naming a bad field.
    """
    stale = WhenStale.OPEN if choice.when_stale == WhenStale.OPEN else WhenStale.CLOSE
    return CalendarPreferences(colour=choice.colour, reminders=_reminders(choice), when_stale=stale)


def _reminders(choice: Choice) -> tuple[int, ...] | None:
    if choice.reminding != _MINE:
        return () if choice.reminding == _NONE else None
    parts = [part for part in _APART.split(choice.reminders) if part]
    if not parts or not all(map(_MINUTES.fullmatch, parts)):
        raise BadInput({"reminders": said("Enter whole numbers of minutes, with commas between them.")})
    return tuple(dict.fromkeys(map(int, parts)))
