"""Readers: who is told of a booking by mail, and when, as deliveries name them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

INVITEE = "mail:invitee"
HOST = "mail:host"
GUESTS = "mail:guests"
VISITOR = "mail:visitor"
"""Who has not booked yet and asked for a code."""
READERS = (INVITEE, HOST, GUESTS)
MAIL = "mail:"
ENDPOINT = "endpoint:"
GUEST = "mail:guest:"
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
    """Return the reader that a subscriber names, and how many minutes before the start they are reminded, if so.

    A hook is called as its site likes, and is reminded of nothing.
    """
    if not subscriber.startswith(MAIL):
        return subscriber, None
    reader, _, minutes = subscriber.partition(_REMIND)
    return reader, int(minutes) if minutes else None


def kind_of(subscriber: str) -> str:
    """Return what kind of subscriber it is, one of few words: ``invitee``, ``guest``, ``hook`` and the like."""
    known = (*READERS, VISITOR, GUEST, ENDPOINT)
    return next((one.strip(":").removeprefix("mail:") for one in known[::-1] if subscriber.startswith(one)), "hook")


def each_guest(subscriber: str, guests: Sequence[str]) -> list[str]:
    """Return the subscribers that stand for the single guests of one that names them all."""
    _, _, rest = subscriber.partition(GUESTS)
    return [f"{GUEST}{number}{rest}" for number in range(len(guests))]


def guest_of(reader: str) -> int | None:
    """Return which of the guests a reader is, counted from 0; None when it is nobody's guest."""
    return int(reader.removeprefix(GUEST)) if reader.startswith(GUEST) else None
