"""Write the calendar entry of a booking as iCalendar (RFC 5545), for mails (RFC 5546) and for download.

Text comes from strangers: control characters are taken out before anything is written, so no text can begin a line of
its own. The same ``Invitation`` always gives the same bytes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote

from zoom_blueprint.scheduling.content_lines import component, file, line, moment, text

_MAIL = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\ud800-\udfff<>\"]+@[^\s\x00-\x1f\x7f-\x9f\ud800-\udfff<>\"]+")
_LINE_END = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPECIAL = re.compile(r"[%?#]")
_UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Method(StrEnum):
    """What the receiver is to do; the mail's ``Content-Type`` carries the same word as ``method``.

    ``PUBLISH`` is for files that people download: nobody is asked to answer, so no attendees are written.
    """

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


class Status(StrEnum):
    """Whether the meeting will take place; ``TENTATIVE`` while it awaits approval."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with a mail address; ``ValueError`` when the address could not stand in a calendar file."""

    name: str
    mail: str

    def __post_init__(self) -> None:
        if not _MAIL.fullmatch(self.mail):
            raise ValueError("A mail address in an invitation needs an @, and no spaces, quotes or control characters.")


@dataclass(frozen=True, slots=True)
class Attendee(Person):
    """Someone invited. Who booked has ``accepted``; a guest has not yet, and is asked to answer."""

    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Invitation:
    """One state of one booking's calendar entry.

    ``uid`` stays for the life of the booking, ``sequence`` rises with every change people are told of. ``stamp`` is
    when this state came about, ``created`` when the booking was made; datetimes are aware. ``location`` and ``url``
    both carry the join link when there is one. ``reminder`` is in minutes before the start. ``CANCEL`` always says
    CANCELLED; a ``REQUEST`` cannot be (RFC 5546, 3.2.2). What does not fit together raises ``ValueError``.
    """

    uid: str
    sequence: int
    start: datetime
    end: datetime
    stamp: datetime
    summary: str
    organizer: Person
    attendees: tuple[Attendee, ...] = ()
    method: Method = Method.REQUEST
    status: Status = Status.CONFIRMED
    description: str = ""
    location: str = ""
    url: str = ""
    created: datetime | None = None
    reminder: int | None = None

    def __post_init__(self) -> None:
        times = [self.start, self.end, self.stamp, self.created or self.stamp]
        if any(time.utcoffset() is None for time in times):
            raise ValueError("The times of an invitation are aware datetimes.")
        if self.end <= self.start:
            raise ValueError("An invitation ends after it starts.")
        if self.sequence < 0:
            raise ValueError("The sequence of an invitation counts up from 0.")
        if self.method is Method.REQUEST and self.status is Status.CANCELLED:
            raise ValueError("Nobody can be invited to what is cancelled: use Method.CANCEL.")


def render(invitation: Invitation) -> bytes:
    """Return the iCalendar file: UTF-8, CRLF, lines of at most 75 octets, times in UTC."""
    return file(
        component(
            "VCALENDAR",
            line("VERSION", "2.0"),
            line("PRODID", "-//zoom_blueprint//Booking//EN"),
            line("CALSCALE", "GREGORIAN"),
            line("METHOD", invitation.method),
            *component("VEVENT", *_event(invitation)),
        )
    )


def _event(invitation: Invitation) -> Iterator[str]:
    cancel, summary = invitation.method is Method.CANCEL, _line(invitation.summary)
    yield text("SUMMARY", summary)
    yield moment("DTSTART", invitation.start)
    yield moment("DTEND", invitation.end)
    yield moment("DTSTAMP", invitation.stamp)
    yield text("UID", _line(invitation.uid))
    yield line("SEQUENCE", str(invitation.sequence))
    if invitation.method is not Method.PUBLISH:
        yield from map(_attendee, invitation.attendees)
    if invitation.created is not None:
        yield moment("CREATED", invitation.created)
    if invitation.description:
        yield text("DESCRIPTION", _text(invitation.description))
    yield moment("LAST-MODIFIED", invitation.stamp)
    if invitation.location:
        yield text("LOCATION", _line(invitation.location))
    yield line("ORGANIZER", _address(invitation.organizer), CN=_name(invitation.organizer))
    yield line("STATUS", Status.CANCELLED if cancel else invitation.status)
    yield line("TRANSP", "OPAQUE")
    if invitation.url:
        yield line("URL", _line(invitation.url).replace(" ", "%20"))
    if invitation.reminder is not None and not cancel:
        yield from _alarm(invitation.reminder, summary)


def _address(person: Person) -> str:
    # In an address of the web these begin something else: an encoded sign, a mail's subject and copies, a fragment.
    return "mailto:" + _SPECIAL.sub(lambda sign: quote(sign[0]), person.mail)


def _name(person: Person) -> str:
    # A quoted parameter cannot hold a quote, and not every reader knows RFC 6868's way around that.
    return _line(person.name).replace('"', "'") or person.mail


def _attendee(attendee: Attendee) -> str:
    return line(
        "ATTENDEE",
        _address(attendee),
        CN=_name(attendee),
        CUTYPE="INDIVIDUAL",
        PARTSTAT="ACCEPTED" if attendee.accepted else "NEEDS-ACTION",
        ROLE="REQ-PARTICIPANT",
        RSVP="FALSE" if attendee.accepted else "TRUE",
    )


def _alarm(minutes: int, summary: str) -> list[str]:
    trigger = line("TRIGGER", f"-PT{minutes}M")
    return component("VALARM", line("ACTION", "DISPLAY"), text("DESCRIPTION", summary), trigger)


def _text(words: str) -> str:
    return _UNPRINTABLE.sub(" ", _LINE_END.sub("\n", words)).strip()


def _line(words: str) -> str:
    return _text(words).replace("\n", " ")
