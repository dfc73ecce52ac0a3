"""The shapes of the visitor contract: what is sent, as dataclasses that msgspec encodes and describes."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from zoom_blueprint import values
from zoom_blueprint.services import reasons
from zoom_blueprint.services.bookables import Bookable
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
    """Offered starts (UTC) with the token to send along; ``strings`` are the widget's texts, in the asked language.

    Where ``proof_of_work`` is above 0, send a ``proof`` along with a booking: any text for which SHA-256 of
    ``token:key:proof`` begins with that many zero bits. Without one the site may mail the visitor a code to send as
    ``code``, and answers 422 with ``errors.code``.
    """

    slots: list[str]
    time_zone: str
    token: str
    proof_of_work: int = 0
    strings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class BookingOut:
    """A booking as its invitee sees it; instants in UTC.

    ``status`` is pending (it awaits the host's approval, and holds its time until ``hold_until``), confirmed or
    cancelled; ``ended_reason`` says who or what ended it: invitee, host, declined, lapsed or remote. ``place`` is the
    address, number or link of an event type that does not take place in Zoom.
    """

    id: str
    status: str
    start: str
    end: str
    hold_until: str | None
    ended_reason: str | None
    join_url: str | None
    place: str | None
    meeting_status: str
    meeting_reason: str | None
    manage_url: str
    ics_url: str


@dataclass(frozen=True, kw_only=True)
class Problem:
    """RFC 9457 problem details; ``slots`` and ``token`` come with 409, ``errors`` with 422.

    ``title``, ``detail`` and ``errors`` are in the language of ``lang``, else of the booking, else of the browser.
    """

    type: str
    title: str
    status: int
    detail: str
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
    delay = reasons.delay(booking)
    is_pending = booking.status == BookingStatus.PENDING
    return BookingOut(
        id=booking.id,
        status=booking.status,
        start=zulu(booking.start),
        end=zulu(booking.end),
        hold_until=zulu(booking.hold_until) if booking.hold_until and is_pending else None,
        ended_reason=booking.ended_reason,
        join_url=booking.join_url,
        place=booking.location_text or None,
        meeting_status=booking.meeting_status,
        meeting_reason=delay and reading.of_visitor(booking.locale).say(delay),
        manage_url=state.links.manage_url(booking.id),
        ics_url=state.links.invite_url(booking.id),
    )


def zulu(instant: datetime) -> str:
    """Return an instant as ``2030-01-15T09:00:00Z``."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def zulu_of(seconds: int) -> str:
    """Return seconds since 1970 UTC as ``2030-01-15T09:00:00Z``."""
    return zulu(datetime.fromtimestamp(seconds, UTC))
