"""Lifecycle hooks of a site that count what they are told, one of which fails now and then."""

from collections import Counter

from tests.fixtures.site import Site
from zoom_blueprint import LifecycleEvent
from zoom_blueprint.events import BookingPayload, EventName

TOLD = [EventName.BOOKING_REQUESTED, EventName.BOOKING_CONFIRMED, EventName.BOOKING_RESCHEDULED]
TOLD += [EventName.BOOKING_CANCELLED, EventName.MEETING_READY]


class Hooked:
    """A lifecycle hook that fails at the first call for some events, beside one that never does."""

    def __init__(self, site: Site) -> None:
        self.steady: Counter[tuple[str, str, int]] = Counter()
        self.shaky: Counter[tuple[str, str, int]] = Counter()
        self.tries: Counter[str] = Counter()
        for name in TOLD:
            site.zoom.on(name, subscriber="steady")(lambda event: self._note(self.steady, event))
            site.zoom.on(name, subscriber="shaky")(self._shake)

    def forget(self) -> None:
        """Begin anew."""
        for counter in (self.steady, self.shaky, self.tries):
            counter.clear()

    def _shake(self, event: LifecycleEvent) -> None:
        self.tries[event.id] += 1
        if len(self.tries) % 3 == 0 and self.tries[event.id] == 1:
            raise RuntimeError("not now")
        self._note(self.shaky, event)

    def _note(self, counter: Counter[tuple[str, str, int]], event: LifecycleEvent) -> None:
        assert isinstance(event.payload, BookingPayload)
        booking = event.payload.booking
        counter[event.name, booking.id, booking.sequence] += 1
