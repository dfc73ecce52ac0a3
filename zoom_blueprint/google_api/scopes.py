"""Which scopes we ask of Google, each for one purpose and no wider than it.

Source: https://developers.google.com/workspace/calendar/api/auth . People may untick single scopes on the consent page
(https://developers.google.com/identity/protocols/oauth2/resources/granular-permissions), so what was granted is read
from the token answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_CALENDAR = "https://www.googleapis.com/auth/calendar"


class Purpose(StrEnum):
    """What we ask Google to do; the value is the phrase for people."""

    IDENTITY = "see which Google account it is"
    EVENTS = "put bookings into the calendar and see what became of them"
    BUSY = "see when the calendar is busy"
    CALENDARS = "list the calendars to choose from"


@dataclass(frozen=True)
class Missing:
    """A purpose that the grant does not allow, and the narrowest scope that would."""

    purpose: Purpose
    scope: str


# The first is what we ask for; the others are wider or the same under another name: Google writes "email" in full.
_ENOUGH = {
    Purpose.IDENTITY: ("openid",),
    Purpose.EVENTS: (f"{_CALENDAR}.events", _CALENDAR),
    Purpose.BUSY: (f"{_CALENDAR}.freebusy", f"{_CALENDAR}.events.freebusy", f"{_CALENDAR}.readonly", _CALENDAR),
    Purpose.CALENDARS: (
        f"{_CALENDAR}.calendarlist.readonly",
        f"{_CALENDAR}.calendarlist",
        f"{_CALENDAR}.readonly",
        _CALENDAR,
    ),
}
ASKED = (*(scopes[0] for scopes in _ENOUGH.values()), "email")


def missing(granted: Iterable[str]) -> tuple[Missing, ...]:
    """Return what the granted scopes do not allow, in the order of Purpose."""
    have = set(granted)
    return tuple(Missing(purpose, scopes[0]) for purpose, scopes in _ENOUGH.items() if have.isdisjoint(scopes))
