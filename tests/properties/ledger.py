"""A host's bookings as they have to be, by rules that are written down here once more, simply and slowly."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from zoom_blueprint import EventType
from zoom_blueprint.scheduling.rules import Schedule, Span
from zoom_blueprint.values import EndedReason, Location, WithoutZoom

# Nobody has changed the clocks there since 1945, and its date is rarely that of UTC.
OFFSET = timedelta(hours=5, minutes=30)
HOURS = ((9 * 60, 12 * 60), (13 * 60, 16 * 60))
SCHEDULE = Schedule("Asia/Kolkata", (tuple(Span(*span) for span in HOURS),) * 7)
APPROVAL = timedelta(hours=9)
PENDING, CONFIRMED, CANCELLED = "pending", "confirmed", "cancelled"
LATER: dict[str, Any] = {"without_zoom": WithoutZoom.LATER, "horizon_days": 3}
CALL = EventType(
    slug="call",
    title="Call",
    duration_minutes=30,
    buffer_after=15,
    notice_minutes=120,
    per_day=2,
    reminders=(60,),
    **LATER,
)
ADVICE = EventType(
    slug="advice",
    title="Advice",
    duration_minutes=60,
    buffer_before=20,
    notice_minutes=0,
    approval=True,
    approval_when_moved=True,
    **LATER,
)
VISIT = EventType(
    slug="visit",
    title="Visit",
    duration_minutes=45,
    step_minutes=15,
    buffer_after=30,
    notice_minutes=60,
    horizon_days=None,
    per_week=2,
    approval=True,
    reminders=(),
    location=Location.IN_PERSON,
    location_text="1 Example Street",
)
EVENTS = {event.slug: event for event in (CALL, ADVICE, VISIT)}


class Mail(NamedTuple):
    """One mail to one address: about which event of which booking, in which of its states."""

    event: str
    booking_id: str
    sequence: int
    to: str


@dataclass
class Line:
    """One booking. ``was_confirmed``: it stands in people's calendars; ``lacks_link``: whose last mail had none."""

    id: str
    event: EventType
    start: datetime
    mail: str
    guests: tuple[str, ...] = ()
    status: str = PENDING
    hold_until: datetime | None = None
    sequence: int = 0
    was_confirmed: bool = False
    ended: EndedReason | None = None
    has_meeting: bool = False
    lacks_link: set[str] = field(default_factory=set)

    @property
    def end(self) -> datetime:
        """When it is over."""
        return self.start + timedelta(minutes=self.event.duration_minutes)

    @property
    def in_zoom(self) -> bool:
        """Whether it takes place there."""
        return self.event.location is Location.ZOOM


class Owed(NamedTuple):
    """A mail that is to leave from ``due`` on, unless the booking has changed by then."""

    mail: Mail
    due: datetime


class Ledger:
    """All bookings and blocked times of one host, what is owed to whom, and what time it is."""

    def __init__(self, now: datetime, host_mail: str) -> None:
        self.now, self.host_mail = now, host_mail
        self.lines: list[Line] = []
        self.blocks: dict[str, tuple[datetime, datetime]] = {}
        self.told: Counter[tuple[str, str, int]] = Counter()
        self.owed: list[Owed] = []
        self.is_connected = False

    def has_lapsed(self, line: Line) -> bool:
        """Return whether a booking has awaited approval for too long."""
        return line.status == PENDING and line.hold_until is not None and line.hold_until <= self.now

    def active(self, but: Line | None = None) -> list[Line]:
        """Return the bookings that take their time now."""
        return [
            line
            for line in self.lines
            if line is not but and line.status in (PENDING, CONFIRMED) and not self.has_lapsed(line)
        ]

    def is_free(self, event: EventType, start: datetime, moving: Line | None = None) -> bool:
        """Return whether nothing is in the way of a meeting, which is all that binds a host."""
        asked = Line("", event, start, "")
        no_buffers = EventType(slug="", title="")
        taken = [(line.event, line.start, line.end) for line in self.active(moving)]
        taken += [(no_buffers, *block) for block in self.blocks.values()]
        return all(
            asked.end + timedelta(minutes=max(event.buffer_after, other.buffer_before)) <= begin
            or end + timedelta(minutes=max(other.buffer_after, event.buffer_before)) <= start
            for other, begin, end in taken
        )

    def is_offered(self, event: EventType, start: datetime, moving: Line | None = None) -> bool:
        """Return whether an invitee may book this."""
        local = start + OFFSET
        minute = local.hour * 60 + local.minute
        if not any(
            begin <= minute <= end - event.duration_minutes and (minute - begin) % event.step_minutes == 0
            for begin, end in HOURS
        ):
            return False
        days_ahead = (local.date() - (self.now + OFFSET).date()).days
        if start < self.now + timedelta(minutes=event.notice_minutes):
            return False
        if event.horizon_days is not None and days_ahead > event.horizon_days:
            return False
        same = [(line.start + OFFSET).date() for line in self.active(moving) if line.event.slug == event.slug]
        if event.per_day is not None and same.count(local.date()) >= event.per_day:
            return False
        monday = local.date() - timedelta(days=local.weekday())
        in_week = [day for day in same if monday <= day < monday + timedelta(days=7)]
        if event.per_week is not None and len(in_week) >= event.per_week:
            return False
        return self.is_free(event, start, moving)

    def offered(self, event: EventType, days: int) -> list[datetime]:
        """Return every start that an invitee may book within so many days, each fifth minute from 8 to 17 h tried."""
        today = self.now.replace(hour=0, minute=0)
        clock = [timedelta(days=day, minutes=minute) for day in range(days) for minute in range(8 * 60, 17 * 60, 5)]
        starts = [today + each - OFFSET for each in clock]
        return [start for start in starts if self.is_offered(event, start)]

    def book(self, line: Line, *, asks: bool, remind_from: datetime | None = None) -> None:
        """Write a booking down; ``remind_from`` is the instant it was made, if that was not now."""
        self.lines.append(line)
        if asks:
            self._ask(line)
        else:
            self._confirm(line, "booking.confirmed", remind_from)

    def approve(self, line: Line) -> None:
        """Let a pending booking be confirmed."""
        line.sequence += 1
        self._confirm(line, "booking.confirmed")

    def move(self, line: Line, start: datetime, *, by_invitee: bool) -> None:
        """Give a booking another time."""
        line.start = start
        line.sequence += 1
        asks_again = by_invitee and line.event.approval and line.event.approval_when_moved
        if line.status == PENDING or asks_again:
            self._ask(line)
        else:
            self._confirm(line, "booking.rescheduled")

    def end(self, line: Line, reason: EndedReason) -> None:
        """End a booking."""
        line.status, line.ended = CANCELLED, reason
        line.sequence += 1
        self._tell(line, "booking.cancelled", with_guests=line.was_confirmed)

    def work(self) -> list[Mail]:
        """Let everything be done that is due, and return the mails that leave."""
        for line in self.lines:
            if self.has_lapsed(line):
                self.end(line, EndedReason.LAPSED)
            if line.in_zoom and self.is_connected and line.status != PENDING:
                if line.status == CONFIRMED and not line.has_meeting:
                    self.told["meeting.ready", line.id, line.sequence] += 1
                line.has_meeting = line.status == CONFIRMED
        due = [owed.mail for owed in self.owed if owed.due <= self.now]
        self.owed = [owed for owed in self.owed if owed.due > self.now]
        by_id = {line.id: line for line in self.lines}
        leaving = [mail for mail in due if mail.sequence == by_id[mail.booking_id].sequence]
        for mail in leaving:
            line = by_id[mail.booking_id]
            if mail.event in ("booking.confirmed", "booking.rescheduled"):
                waits = line.in_zoom and not line.has_meeting
                (line.lacks_link.add if waits else line.lacks_link.discard)(mail.to)
        for line in self.lines:
            if line.status == CONFIRMED and line.has_meeting:
                leaving += [Mail("meeting.ready", line.id, line.sequence, to) for to in line.lacks_link]
                line.lacks_link.clear()
        return leaving

    def _ask(self, line: Line) -> None:
        line.status, line.hold_until = PENDING, min(self.now + APPROVAL, line.start)
        self._tell(line, "booking.requested", with_guests=line.was_confirmed)

    def _confirm(self, line: Line, event: str, remind_from: datetime | None = None) -> None:
        line.status, line.hold_until, line.was_confirmed = CONFIRMED, None, True
        self._tell(line, event, with_guests=True)
        for minutes in line.event.reminders:
            at = line.start - timedelta(minutes=minutes)
            if at > (remind_from or self.now):
                self._owe(line, f"{event} {minutes}", at, with_guests=True)

    def _tell(self, line: Line, event: str, *, with_guests: bool) -> None:
        self.told[event, line.id, line.sequence] += 1
        self._owe(line, event, self.now, with_guests=with_guests)

    def _owe(self, line: Line, event: str, due: datetime, *, with_guests: bool) -> None:
        readers = [line.mail, self.host_mail, *(line.guests if with_guests else ())]
        self.owed += [Owed(Mail(event, line.id, line.sequence, to), due) for to in readers]
