"""The shapes of the visitor contract: what is sent, as dataclasses that msgspec encodes and describes."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from zoom_blueprint import values
from zoom_blueprint.services import event_words, reasons, ways_in
from zoom_blueprint.services.bookables import Bookable
from zoom_blueprint.services.calendar_links import CalendarLinks, calendar_links
from zoom_blueprint.state import State
from zoom_blueprint.values import BookingStatus
from zoom_blueprint.web import reading


@dataclass(frozen=True, kw_only=True)
class HostOut:
    """Who is booked."""

    slug: str
    name: str


@dataclass(frozen=True, kw_only=True)
class QuestionOut:
    """A question to answer; ``kind`` is text, textarea, choice, checkbox or phone."""

    name: str
    label: str
    type: str
    required: bool
    choices: list[str]


@dataclass(frozen=True, kw_only=True)
class FieldOut:
    """A field of the widget's form, its label in the visitor's language; ``type`` and ``autocomplete`` are HTML's.

    ``choices`` come with ``select`` alone.
    """

    name: str
    label: str
    type: str
    required: bool
    autocomplete: str = "off"
    choices: list[str] | None = None


@dataclass(frozen=True, kw_only=True)
class EventOut:
    """What is booked."""

    slug: str
    title: str
    description: str
    duration_minutes: int
    questions: list[QuestionOut]


@dataclass(frozen=True, kw_only=True)
class EventPage:
    """An event type of a host."""

    host: HostOut
    event: EventOut


@dataclass(frozen=True, kw_only=True)
class SlotsPage(EventPage):
    """Offered starts (UTC) with the token to send along; ``fields`` and ``strings`` are the widget's form and texts.

    Where ``proof_of_work`` is above 0, send a ``proof`` along with a booking: any text for which SHA-256 of
    ``token:key:proof`` begins with that many zero bits. Without one the site may mail the visitor a code to send as
    ``code``, and answers 422 with ``errors.code``. ``clock`` is what a clock in ``time_zone`` shows at the first of
    ``slots``, such as ``2030-01-15T10:00``, null when there is none: a device that finds another hour has other rules
    for that zone, and mails will tell ours.
    """

    slots: list[str]
    time_zone: str
    clock: str | None
    token: str
    proof_of_work: int = 0
    fields: list[FieldOut] = field(default_factory=list)
    strings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class BookingOut:
    """A booking as its invitee sees it; instants in UTC.

    ``status`` is pending (it awaits the host's approval, and holds its time until ``hold_until``), confirmed or
    cancelled; ``ended_reason`` says who or what ended it: invitee, host, declined, lapsed or remote. ``place`` is the
    address, number or link of an event type that does not take place in Zoom. ``passcode`` comes with ``join_url``,
    for those who enter the meeting's number by hand, and ``join_name``, which is what to call it in the visitor's
    language: Zoom meetings and Google Meet have other names. Of ``calendar_links`` every answer has new ones: they
    carry what the booking is at that moment. There are none where Google Calendar sends an invitation, which brings
    the entry.
    """

    id: str
    status: str
    start: str
    end: str
    hold_until: str | None
    ended_reason: str | None
    join_url: str | None
    join_name: str | None
    passcode: str | None = field(repr=False)
    place: str | None
    meeting_status: str
    meeting_reason: str | None
    manage_url: str
    ics_url: str
    calendar_links: CalendarLinks | None


@dataclass(frozen=True, kw_only=True)
class Problem:
    """RFC 9457 problem details; ``slots`` and ``token`` come with 409, ``errors`` with 422.

    ``title``, ``detail`` and ``errors`` are in the language of ``lang``, else of the booking, else of the browser.
    ``reason`` says in a word what a visitor can do about it: taken (choose another time), gone (nothing), invalid
    (mend what ``errors`` name; ``fields`` are asked beside), limited (wait) or refused. Without one it is our fault.
    """

    type: str
    title: str
    status: int
    detail: str
    reason: str | None = None
    fields: list[FieldOut] | None = None
    errors: dict[str, str] | None = None
    slots: list[str] | None = None
    token: str | None = None


def event_parts(bookable: Bookable) -> dict[str, HostOut | EventOut]:
    """Return the members that say who and what is booked."""
    host, event = bookable.host, bookable.event
    questions = [
        QuestionOut(
            name=question.name,
            label=question.label,
            type=question.kind,
            required=question.required,
            choices=list(question.choices),
        )
        for question in event.questions
    ]
    return {
        "host": HostOut(slug=host.slug or "", name=host.name),
        "event": EventOut(
            slug=event.slug,
            title=event.title,
            description=event.description,
            duration_minutes=event.duration_minutes,
            questions=questions,
        ),
    }


def booking_out(state: State, booking: values.Booking) -> BookingOut:
    """Return a booking as it is sent to its invitee."""
    delay, spoken = reasons.delay(booking), reading.of_visitor(booking.locale)
    is_pending = booking.status == BookingStatus.PENDING
    manage_url = state.links.manage_url(booking.id)
    return BookingOut(
        id=booking.id,
        status=booking.status,
        start=zulu(booking.start),
        end=zulu(booking.end),
        hold_until=zulu(booking.hold_until) if booking.hold_until and is_pending else None,
        ended_reason=booking.ended_reason,
        join_url=booking.join_url,
        join_name=spoken.say(ways_in.join(booking)) if booking.join_url else None,
        passcode=booking.passcode,
        place=booking.location_text or None,
        meeting_status=booking.meeting_status,
        meeting_reason=delay and spoken.say(delay),
        manage_url=manage_url,
        ics_url=state.links.invite_url(booking.id),
        calendar_links=None if event_words.is_invited(booking) else calendar_links(booking, manage_url),
    )


def zulu(instant: datetime) -> str:
    """Return an instant as ``2030-01-15T09:00:00Z``."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def zulu_of(seconds: int) -> str:
    """Return seconds since 1970 UTC as ``2030-01-15T09:00:00Z``."""
    return zulu(datetime.fromtimestamp(seconds, UTC))
