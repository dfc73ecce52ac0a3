"""Write the calendar entry of a booking as iCalendar (RFC 5545), for mails (RFC 5546) and for download.

Text comes from strangers: control characters are taken out before anything is written, so no text can begin a line of
its own. The same ``Invitation`` always gives the same bytes.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import quote

# Slow to import, and whoever shows times or takes a booking writes no calendar entry yet.
if TYPE_CHECKING:
    from icalendar import Alarm, Event, vCalAddress

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
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//zoom_blueprint//Booking//EN")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", invitation.method.value)
    calendar.add_component(_event(invitation))
    written: bytes = calendar.to_ical()
    return written


def _event(invitation: Invitation) -> "Event":
    from icalendar import Event, vUri

    cancel = invitation.method is Method.CANCEL
    event = Event()
    event.add("uid", _line(invitation.uid))
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", _utc(invitation.stamp))
    event.add("last-modified", _utc(invitation.stamp))
    if invitation.created is not None:
        event.add("created", _utc(invitation.created))
    event.add("dtstart", _utc(invitation.start))
    event.add("dtend", _utc(invitation.end))
    event.add("summary", _line(invitation.summary))
    event.add("status", (Status.CANCELLED if cancel else invitation.status).value)
    event.add("transp", "OPAQUE")
    if invitation.description:
        event.add("description", _text(invitation.description))
    if invitation.location:
        event.add("location", _line(invitation.location))
    if invitation.url:
        event.add("url", vUri(_line(invitation.url).replace(" ", "%20")))
    event.add("organizer", _address(invitation.organizer))
    if invitation.method is not Method.PUBLISH:
        for attendee in invitation.attendees:
            event.add("attendee", _attendee(attendee))
    if invitation.reminder is not None and not cancel:
        event.add_component(_alarm(invitation.reminder, _line(invitation.summary)))
    return event


def _address(person: Person) -> "vCalAddress":
    from icalendar import vCalAddress

    # In an address of the web these begin something else: an encoded sign, a mail's subject and copies, a fragment.
    address = vCalAddress("mailto:" + _SPECIAL.sub(lambda sign: quote(sign[0]), person.mail))
    # A quoted parameter cannot hold a quote, and not every reader knows RFC 6868's way around that.
    address.params["CN"] = _line(person.name).replace('"', "'") or person.mail
    return address


def _attendee(attendee: Attendee) -> "vCalAddress":
    address = _address(attendee)
    address.params["CUTYPE"] = "INDIVIDUAL"
    address.params["ROLE"] = "REQ-PARTICIPANT"
    address.params["PARTSTAT"] = "ACCEPTED" if attendee.accepted else "NEEDS-ACTION"
    address.params["RSVP"] = "FALSE" if attendee.accepted else "TRUE"
    return address


def _alarm(minutes: int, text: str) -> "Alarm":
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", text)
    alarm.add("trigger", timedelta(minutes=-minutes))
    return alarm


def _utc(time: datetime) -> datetime:
    return time.astimezone(UTC)


def _text(text: str) -> str:
    return _UNPRINTABLE.sub(" ", _LINE_END.sub("\n", text)).strip()


def _line(text: str) -> str:
    return _text(text).replace("\n", " ")
