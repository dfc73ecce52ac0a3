"""Inscriptions: what is written into a booking's event, and which of it is still as we wrote it.

Host, invitee and guests all see it, so no manage link is in it. What the host has rewritten in Google is left to them.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from zoom_blueprint import values
from zoom_blueprint.google_api.conferences import JoinLink
from zoom_blueprint.google_api.event_requests import Guest, Reminder
from zoom_blueprint.google_api.events import Event
from zoom_blueprint.languages import language, said
from zoom_blueprint.services import invitations
from zoom_blueprint.values import Conference

_LINK = "link"
_NAMES = {Conference.ZOOM: "Zoom", Conference.OWN: "Link"}
Told = Mapping[str, Sequence[str]]
"""By field, a digest of what we wanted there, and one of what Google had when it had taken that."""


@dataclass(frozen=True)
class Inscription:
    """The texts of an event by Google's names for them, and the link that Google shows where Meet would be."""

    texts: Mapping[str, str] = field(repr=False)
    link: JoinLink | None

    def is_told(self, told: Told) -> bool:
        """Return whether Google was told all of it."""
        wanted = {name: _digest(text) for name, text in self.texts.items()} | {_LINK: _digest_of(self.link)}
        return {name: both[0] for name, both in told.items()} == wanted

    def untold(self, told: Told, now: Event) -> dict[str, Any]:
        """Return what is to be changed in the event as it is now, by the names of ``EventChange``."""
        found: dict[str, Any] = {}
        for name, text in self.texts.items():
            asked, stored = told.get(name, ("", _digest(_text(now, name))))
            if asked != _digest(text) and stored == _digest(_text(now, name)) and text != _text(now, name):
                found[name] = text
        stands = now.conference.url if now.conference else ""
        if self.link is not None and _asked(told, _LINK) != _digest_of(self.link) and stands != self.link.url:
            found["conference"] = self.link
        return found

    def now_told(self, told: Told, now: Event, sent: Mapping[str, Any] | None = None) -> dict[str, list[str]]:
        """Return what to remember when Google has it; ``sent`` was just changed, None means all of it."""
        found = {}
        for name, text in self.texts.items():
            is_ours = sent is None or name in sent or name not in told
            found[name] = [_digest(text), _digest(_text(now, name)) if is_ours else told[name][1]]
        return {**found, _LINK: [_digest_of(self.link), ""]}


def of(booking: values.Booking, *, has_mail: bool) -> Inscription:
    """Return what shall stand in a booking's event, in its invitee's language.

    The link of Google Meet is Google's own business.
    """
    speaks = language(booking.locale)
    if booking.conference is Conference.MEET:
        booking = replace(booking, join_url=None, passcode=None)
    lines = [*invitations.lead(booking), *invitations.lines(booking, None)]
    if has_mail:
        lines.append(said("To change or cancel it, use the link in your confirmation mail."))
    return Inscription(
        {
            "summary": booking.topic or speaks.say(invitations.summary(booking)),
            "description": "\n".join(speaks.say(line) for line in lines),
            "location": invitations.location(booking),
        },
        _join_link(booking),
    )


def guests(booking: values.Booking) -> list[Guest]:
    """Return whom Google invites: the invitee and the guests, each once."""
    others = dict.fromkeys(mail.lower() for mail in booking.guests)
    others.pop(booking.email.lower(), None)
    return [Guest(booking.email, booking.name), *(Guest(mail) for mail in others)]


def reminders(preferences: Mapping[str, Any]) -> list[Reminder] | None:
    """Return the reminders that the host chose; None are the calendar's own."""
    chosen = preferences.get("reminders")
    return None if chosen is None else [Reminder("popup", minutes) for minutes in chosen]


def _join_link(booking: values.Booking) -> JoinLink | None:
    if booking.join_url is None or booking.conference is None:
        return None
    return JoinLink(_NAMES[booking.conference], booking.join_url, booking.passcode or "")


def _text(event: Event, name: str) -> str:
    return {"summary": event.summary, "description": event.description, "location": event.location}[name]


def _asked(told: Told, name: str) -> str:
    return told[name][0] if name in told else ""


def _digest_of(link: JoinLink | None) -> str:
    return "" if link is None else _digest(f"{link.url} {link.passcode}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
