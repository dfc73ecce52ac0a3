"""The diary of one host who can be booked at any hour: what is asked of it, and whether what stands in it can be."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

from tests.fixtures.site import Site
from tests.races.crowd import Act, Crowd, Outcome, act
from tests.services.looking import only, rows
from zoom_blueprint import EventType, values
from zoom_blueprint.scheduling.rules import Schedule, Span
from zoom_blueprint.services import bookings, event_types, readers, schedules
from zoom_blueprint.services.bookings import Request
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus, EndedReason, Location

HOST = "1"
AROUND_THE_CLOCK = Schedule("UTC", ((Span(0, 1440),),) * 7)


def by_phone(slug: str, minutes: int, **options: Any) -> EventType:
    """Return an event type without Zoom and reminders that begins at every fifth minute and asks for no notice."""
    always: dict[str, Any] = {"step_minutes": 5, "notice_minutes": 0, "horizon_days": None, "reminders": ()}
    return EventType(slug=slug, title=slug, duration_minutes=minutes, location=Location.PHONE, **{**always, **options})


@dataclass(frozen=True)
class Entry:
    """One booking that takes its time, with the minutes its event type keeps free."""

    id: str
    event: str
    start: datetime
    end: datetime
    before: int
    after: int

    def clashes(self, other: "Entry") -> bool:
        """Return whether both cannot be: of two buffers between them the larger counts."""
        first, second = sorted((self, other), key=lambda entry: entry.start)
        return second.start - first.end < timedelta(minutes=max(first.after, second.before))


class Diary:
    """What the crowd asks of the host on one site, and what came of it."""

    def __init__(self, site: Site, crowd: Crowd) -> None:
        self.site, self.state, self.crowd = site, site.state, crowd
        self.now = datetime.now(UTC)
        self.events: dict[str, EventType] = {}
        self._ids: dict[str, str] = {}
        schedules.put(self.state, HOST, AROUND_THE_CLOCK)

    def offer(self, *events: EventType) -> None:
        """Let these be booked."""
        for event in events:
            event_types.put(self.state, HOST, event)
            self.events[event.slug] = event
            self._ids[event.slug] = only(self.state, models.EventType, models.EventType.slug == event.slug).id

    def at(self, day: int, clock: str = "10:00") -> datetime:
        """Return an instant of the day that is so many days ahead, at least two."""
        hours, minutes = map(int, clock.split(":"))
        midnight = self.now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=day + 2)
        return midnight + timedelta(hours=hours, minutes=minutes)

    def token(self, event: str) -> str:
        """Return the token that comes with offered times."""
        return self.state.links.slot_token(self._ids[event], self.now)

    def request(self, event: str, start: datetime, who: str = "bob", **fields: Any) -> Request:
        """Return what a visitor asks for."""
        person = {"name": who.title(), "email": f"{who}@example.com", "time_zone": "Europe/Paris"}
        attempt = {"key": f"{event}-{start}-{who}", "token": self.token(event)}
        return Request(host_slug="ada", event_slug=event, start=start, **{**person, **attempt, **fields})

    def asking(self, event: str, start: datetime, who: str = "bob", **fields: Any) -> Act:
        """Return the act of booking."""
        return self.sending(self.request(event, start, who, **fields))

    def sending(self, request: Request) -> Act:
        """Return the act of sending such a request."""
        return act(bookings.confirm, request)

    def moving(self, booking: values.Booking, start: datetime) -> Act:
        """Return the act of an invitee who moves a booking."""
        return act(bookings.reschedule, booking.id, start, self.token(booking.event.slug))

    def cancelling(self, booking: values.Booking, by: EndedReason = EndedReason.INVITEE) -> Act:
        """Return the act of cancelling."""
        return act(bookings.cancel, booking.id, by=by)

    def booked(self, event: str, start: datetime, who: str = "bob") -> values.Booking:
        """Book here and now, with nobody else about."""
        return bookings.confirm(self.state, self.request(event, start, who))

    def together(self, acts: Sequence[Act]) -> list[Outcome]:
        """Let the crowd do all of it at once; afterwards no two bookings may be in each other's way."""
        outcomes = self.crowd.together(acts)
        self.check()
        return outcomes

    def row(self, booking_id: str) -> models.Booking:
        """Return a booking's row."""
        return only(self.state, models.Booking, models.Booking.id == booking_id)

    def entries(self) -> list[Entry]:
        """Return the bookings that take their time now, by their rows."""
        slugs = {event_id: slug for slug, event_id in self._ids.items()}
        now = datetime.now(UTC)
        return [
            self.entry(slugs[row.event_type_id], row.starts_at, row.id)
            for row in rows(self.state, models.Booking)
            if row.status == BookingStatus.CONFIRMED
            or (row.status == BookingStatus.PENDING and row.hold_until is not None and row.hold_until > now)
        ]

    def entry(self, event: str, start: datetime, booking_id: str = "") -> Entry:
        """Return what a booking would take."""
        kind = self.events[event]
        end = start + timedelta(minutes=kind.duration_minutes)
        return Entry(booking_id, event, start, end, kind.buffer_before, kind.buffer_after)

    def check(self) -> None:
        """Check that no two bookings are in each other's way."""
        clashes = [pair for pair in combinations(self.entries(), 2) if pair[0].clashes(pair[1])]
        assert clashes == []

    def story(self, booking_id: str) -> list[str]:
        """Return what the host was told of a booking, in the order of its numbers."""
        to_host = (models.Delivery.booking_id == booking_id, models.Delivery.subscriber == readers.HOST)
        found = sorted((row.sequence, row.event_name) for row in rows(self.state, models.Delivery, *to_host))
        assert [sequence for sequence, _ in found] == list(range(len(found))), "each change has a number of its own"
        return [event for _, event in found]

    def told(self, booking_id: str) -> Counter[str]:
        """Return how often each lifecycle event of a booking was recorded, and that nothing follows its end."""
        of_booking = models.LifecycleEvent.booking_id == booking_id
        found = Counter(row.name for row in rows(self.state, models.LifecycleEvent, of_booking))
        story = self.story(booking_id)
        assert Counter(story) == found
        assert "booking.cancelled" not in story[:-1]
        return found
