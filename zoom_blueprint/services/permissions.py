"""Permissions: what we ask of Zoom and of Google, in words, with the reason for each and where it is used."""

from dataclasses import dataclass
from typing import Final

from zoom_blueprint.google_api import scopes as of_google
from zoom_blueprint.google_api.scopes import Purpose
from zoom_blueprint.languages import said
from zoom_blueprint.values import Provider
from zoom_blueprint.zoom_api.scopes import Action, missing

ASKED_OF_GOOGLE: Final = of_google.ASKED
NEEDED: Final = (Action.CREATE, Purpose.EVENTS)
"""Without these a connection is of no use."""


@dataclass(frozen=True, kw_only=True)
class Permission:
    """One thing we ask for: what it lets us do, the scope, why, and what a reviewer does to see it used."""

    action: Action | Purpose
    scope: str
    may: str
    why: str
    where: str


_WORDS: Final = {
    Action.READ_USER: (
        said("Read the Zoom user"),
        said("To show whose account is connected, and in which time zone."),
        said("When you connect, and when you press Check now: the page shows the name and the address."),
    ),
    Action.CREATE: (
        said("Create meetings"),
        said("To make one meeting for each booking."),
        said("When a visitor books, or you approve a request: the meeting stands in Zoom."),
    ),
    Action.GET: (
        said("Read meetings"),
        said("To see whether you moved or deleted a meeting in Zoom."),
        said(
            "When you move a meeting in Zoom, the booking follows. When you press Start as host, its link is fetched."
        ),
    ),
    Action.UPDATE: (
        said("Change meetings"),
        said("To move the meeting when a booking is moved."),
        said("When a booking is moved, the meeting in Zoom moves."),
    ),
    Action.DELETE: (
        said("Delete meetings"),
        said("To delete the meeting when a booking is cancelled."),
        said("When a booking is cancelled, the meeting is gone from Zoom."),
    ),
    Action.LIST: (
        said("List meetings"),
        said("To make sure that a booking never has two meetings."),
        said("Once an hour, and when Zoom’s answer was lost: our meetings are compared with Zoom’s list."),
    ),
}

_WORDS_OF_GOOGLE: Final = {
    Purpose.IDENTITY: (
        said("See which Google account it is"),
        said("To show whose calendar is connected."),
        said("When you connect: the page shows the address of the account."),
    ),
    Purpose.EVENTS: (
        said("See and change events in your calendars"),
        said(
            "To put each booking into the calendar that you choose, to invite the people, and to see when you move or "
            "delete it there."
        ),
        said("When a visitor books, the event stands in the calendar. When you move it there, the booking follows."),
    ),
    Purpose.BUSY: (
        said("See when your calendars are busy"),
        said("To offer no time at which you are busy."),
        said("When you make an event in a calendar that blocks, its time is no longer offered."),
    ),
    Purpose.CALENDARS: (
        said("See the list of your calendars"),
        said("To let you choose which one gets the bookings, and which ones block."),
        said("When you connect: the page lists the calendars."),
    ),
}


def all_of() -> tuple[Permission, ...]:
    """Return all that we ask of Zoom, and nothing else."""
    return tuple(
        Permission(action=one.action, scope=one.scope, may=may, why=why, where=where)
        for one in missing(())
        for may, why, where in (_WORDS[one.action],)
    )


def all_of_google() -> tuple[Permission, ...]:
    """Return all that we ask of Google, and nothing else."""
    return tuple(
        Permission(action=one.purpose, scope=one.scope, may=may, why=why, where=where)
        for one in of_google.missing(())
        for may, why, where in (_WORDS_OF_GOOGLE[one.purpose],)
    )


def of(provider: Provider) -> tuple[Permission, ...]:
    """Return all that we ask of a provider."""
    return all_of() if provider is Provider.ZOOM else all_of_google()


def why(action: str) -> str:
    """Return the reason for one of them."""
    return next(one.why for one in (*all_of(), *all_of_google()) if one.action == action)
