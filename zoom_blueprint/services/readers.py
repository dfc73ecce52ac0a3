"""Readers: who is told of a booking by mail, and when, as deliveries name them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

INVITEE = "mail:invitee"
HOST = "mail:host"
GUESTS = "mail:guests"
READERS = (INVITEE, HOST, GUESTS)
_REMIND = ":remind:"


def everybody(guests: Sequence[str], due: datetime) -> dict[str, datetime]:
    """Return who is told of a change, all from the same instant on."""
    return dict.fromkeys(READERS if guests else (INVITEE, HOST), due)


def reminded(guests: Sequence[str], minutes: Sequence[int], start: datetime, now: datetime) -> dict[str, datetime]:
    """Return who is reminded and when; a reminder whose time has passed is left out."""
    times = {each: start - timedelta(minutes=each) for each in minutes}
    return {
        f"{reader}{_REMIND}{each}": at for each, at in times.items() if at > now for reader in everybody(guests, at)
    }


def reminder_of(subscriber: str) -> tuple[str, int | None]:
    """Return the reader that a subscriber names, and how many minutes before the start they are reminded, if so."""
    reader, _, minutes = subscriber.partition(_REMIND)
    return reader, int(minutes) if minutes else None
