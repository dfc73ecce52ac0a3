"""Bookings in every state, and the events that are told of them, for the tests that look at what mails say."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from zoom_blueprint.events import BookingPayload, EventName, LifecycleEvent
from zoom_blueprint.languages import language
from zoom_blueprint.services import booking_letters, readers, times
from zoom_blueprint.services.letters import Letter
from zoom_blueprint.state import State
from zoom_blueprint.values import (
    Booking,
    BookingStatus,
    CalendarEvent,
    Conference,
    EndedReason,
    EventType,
    Host,
    LinkReason,
    Location,
    MeetingStatus,
    Question,
    Response,
    SettingChange,
)

JOIN = "https://zoom.us/j/95204914252?pwd=aBcDeFg.1&from=addon"
NOW = datetime(2030, 1, 10, 8, tzinfo=UTC)
START = datetime(2030, 1, 15, 23, 45, tzinfo=UTC)
HOST = Host(id="1", slug="ada", name="Ada <Lovelace>", email="ada@example.com", time_zone="Asia/Kathmandu")
EVENT = EventType(
    slug="intro-call",
    title="Intro & call",
    description="What we can do for you.",
    questions=(Question(name="goal", label="What is it about?"),),
)
BOOKING = Booking(
    id="5f3c",
    host=HOST,
    event=EVENT,
    status=BookingStatus.CONFIRMED,
    ended_reason=None,
    start=START,
    end=START + timedelta(minutes=30),
    sequence=2,
    name="Bob Byrne",
    email="bob@example.com",
    time_zone="America/St_Johns",
    locale="en",
    answers={"goal": "Growth\nand more"},
    guests=("eve@example.com",),
    join_url=JOIN,
    passcode="aB3<d",
    meeting_status=MeetingStatus.READY,
    conference=Conference.ZOOM,
    confirmed_at=NOW,
)
PENDING: dict[str, Any] = {
    "status": BookingStatus.PENDING,
    "hold_until": NOW + timedelta(days=2),
    "join_url": None,
    "passcode": None,
    "meeting_status": MeetingStatus.NONE,
    "meeting_reason": LinkReason.APPROVAL,
}
OWN_LINK: dict[str, Any] = {"is_own_link": True, "conference": Conference.OWN, "passcode": None}
IN_CALENDAR = CalendarEvent(uid="5f3c@google.com", is_there=True)
IN_MEET: dict[str, Any] = {"conference": Conference.MEET, "passcode": None, "calendar": IN_CALENDAR}
LATE: dict[str, Any] = {"join_url": None, "passcode": None, "meeting_status": MeetingStatus.COMING}
EVERYBODY = (readers.INVITEE, readers.HOST, "mail:guest:0")
BOTH = (readers.INVITEE, readers.HOST)


def ended(reason: EndedReason, **changes: Any) -> dict[str, Any]:
    """Return what a cancelled booking has."""
    gone = {"join_url": None, "passcode": None, "meeting_status": MeetingStatus.NONE}
    return {"status": BookingStatus.CANCELLED, "ended_reason": reason, "cancel_reason": "I am ill", **gone, **changes}


@dataclass(frozen=True)
class Case:
    """One event about a booking in one state, and who is told."""

    name: EventName
    changes: dict[str, Any] = field(default_factory=dict)
    payload: dict[str, Any] = field(default_factory=dict)
    readers: tuple[str, ...] = EVERYBODY
    minutes: int | None = None

    def letters(self, state: State, code: str) -> Iterator[tuple[str, Booking, Letter]]:
        """Write the mail to each reader, all of whom speak one language."""
        booking = replace(BOOKING, **{"locale": code, "host": replace(HOST, locale=code), **self.changes})
        payload = BookingPayload(booking=booking, **self.payload)
        event = LifecycleEvent(id="event", name=self.name, occurred_at=NOW, payload=payload)
        for reader in self.readers:
            yield (
                reader,
                booking,
                booking_letters.write(state, "delivery", event, payload, booking, reader=reader, minutes=self.minutes),
            )


EARLIER = {"previous_start": START - timedelta(days=1)}
NEVER = {"confirmed_at": None}
CASES = {
    "booked": Case(EventName.BOOKING_CONFIRMED),
    "booked-late": Case(EventName.BOOKING_CONFIRMED, LATE),
    "booked-late-because": Case(
        EventName.BOOKING_CONFIRMED, {**LATE, "meeting_reason": LinkReason.QUOTA, "retry_at": NOW, "reason_since": NOW}
    ),
    "booked-own-link": Case(EventName.BOOKING_CONFIRMED, OWN_LINK),
    "booked-in-meet": Case(EventName.BOOKING_CONFIRMED, IN_MEET),
    "booked-late-in-meet": Case(EventName.BOOKING_CONFIRMED, {**IN_MEET, **LATE}),
    "booked-declined": Case(
        EventName.BOOKING_CONFIRMED,
        {"calendar": replace(IN_CALENDAR, response=Response.DECLINED, reason=LinkReason.UNREACHABLE)},
    ),
    "booked-phone": Case(
        EventName.BOOKING_CONFIRMED,
        {
            **LATE,
            "meeting_status": MeetingStatus.NONE,
            "event": replace(EVENT, location=Location.PHONE),
            "location_text": "+44 20 7946 0000",
        },
    ),
    "booked-in-person": Case(
        EventName.BOOKING_CONFIRMED,
        {
            **LATE,
            "meeting_status": MeetingStatus.NONE,
            "event": replace(EVENT, location=Location.IN_PERSON),
            "location_text": "12 St James’s Square",
        },
    ),
    "booked-otherwise-in-zoom": Case(
        EventName.BOOKING_CONFIRMED,
        {"setting_changes": (SettingChange(name="waiting_room", asked=True, stored=False),)},
    ),
    "calendar-entry": Case(EventName.CALENDAR_WITHDRAWN),
    "invitation-declined": Case(
        EventName.CALENDAR_DECLINED,
        {"calendar": replace(IN_CALENDAR, response=Response.DECLINED)},
        readers=(readers.HOST,),
    ),
    "link-ready": Case(EventName.MEETING_READY),
    "link-ready-in-meet": Case(EventName.MEETING_READY, IN_MEET),
    "link-ready-elsewhere": Case(EventName.MEETING_READY, OWN_LINK),
    "requested": Case(EventName.BOOKING_REQUESTED, {**PENDING, **NEVER}, readers=BOTH),
    "requested-again": Case(EventName.BOOKING_REQUESTED, PENDING, EARLIER),
    "approved": Case(EventName.BOOKING_CONFIRMED, payload={"was_pending": True}),
    "approved-late": Case(EventName.BOOKING_CONFIRMED, LATE, {"was_pending": True}),
    "approved-again": Case(
        EventName.BOOKING_CONFIRMED, {"confirmed_at": NOW - timedelta(days=1)}, {"was_pending": True}
    ),
    "moved": Case(EventName.BOOKING_RESCHEDULED, payload=EARLIER),
    "moved-detached": Case(EventName.BOOKING_RESCHEDULED, {"is_detached": True}, EARLIER),
    "reminder": Case(EventName.BOOKING_CONFIRMED, minutes=60),
    "reminder-late": Case(EventName.BOOKING_CONFIRMED, LATE, minutes=60),
    "detached-words": Case(EventName.MEETING_DETACHED, {"is_detached": True}, {"note": "I left Zoom."}),
    "detached-link": Case(EventName.MEETING_DETACHED, OWN_LINK),
    "parked": Case(EventName.MEETING_PARKED, {**LATE, "parked_at": NOW}, readers=(readers.HOST,)),
    "parked-moved": Case(EventName.MEETING_PARKED, {"parked_at": NOW}, readers=(readers.HOST,)),
    "parked-cancelled": Case(EventName.MEETING_PARKED, ended(EndedReason.HOST), readers=(readers.HOST,)),
    "cancelled": Case(EventName.BOOKING_CANCELLED, ended(EndedReason.HOST)),
    "cancelled-by-invitee": Case(EventName.BOOKING_CANCELLED, ended(EndedReason.INVITEE)),
    "cancelled-in-zoom": Case(EventName.BOOKING_CANCELLED, ended(EndedReason.REMOTE, cancel_reason=None)),
    "withdrawn": Case(EventName.BOOKING_CANCELLED, ended(EndedReason.INVITEE, **NEVER), readers=BOTH),
    "declined": Case(EventName.BOOKING_CANCELLED, ended(EndedReason.DECLINED, **NEVER), readers=BOTH),
    "declined-again": Case(EventName.BOOKING_CANCELLED, ended(EndedReason.DECLINED)),
    "lapsed": Case(EventName.BOOKING_CANCELLED, ended(EndedReason.LAPSED, cancel_reason=None, **NEVER), readers=BOTH),
    "lapsed-again": Case(EventName.BOOKING_CANCELLED, ended(EndedReason.LAPSED, cancel_reason=None)),
}


def spelt(reader: str, booking: Booking) -> str:
    """Return the time as the reader is to find it: by CLDR, in their language and zone, with its name and offset."""
    host = booking.host
    zone, locale = (host.time_zone, host.locale) if reader == readers.HOST else (booking.time_zone, booking.locale)
    return times.spell(booking.start, booking.end, zone, language(locale).locale)
