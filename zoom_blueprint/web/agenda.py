"""A booking in words for its host: times in their zone and language, and what is to be known of its meeting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from zoom_blueprint import values
from zoom_blueprint.services import reasons, times
from zoom_blueprint.values import Host
from zoom_blueprint.web import reading


@dataclass(frozen=True)
class Entry:
    """One booking as the host's pages show it; ``kept_until`` says until when a request keeps its time."""

    booking: values.Booking
    day: str
    start: str
    end: str
    moment: str
    when: str
    kept_until: str | None
    reason: str | None
    beside: list[str]
    cancelling: str
    cancelled: str | None


def entry(host: Host, booking: values.Booking) -> Entry:
    """Return what the host's pages say of a booking."""
    zone, locale = host.time_zone, reading.of_host(host).locale
    kept_until = booking.hold_until if booking.status is values.BookingStatus.PENDING else None
    return Entry(
        booking=booking,
        day=times.day(booking.start, zone, locale),
        start=times.clock(booking.start, zone, locale),
        end=times.clock(booking.end, zone, locale),
        moment=times.moment(booking.start, zone, locale),
        when=times.spell(booking.start, booking.end, zone, locale),
        kept_until=times.moment(kept_until, zone, locale) if kept_until else None,
        # Why it is not tried any more stands in the list of what is parked, which each page with a booking has.
        reason=reasons.for_host(booking) if booking.parked_at is None else reasons.GIVEN_UP,
        beside=reasons.for_host_beside(booking),
        cancelling=reasons.cancelling(booking),
        cancelled=reasons.cancelled(booking) if booking.is_detached else None,
    )


def schedule(host: Host, found: Sequence[values.Booking]) -> dict[str, list[Entry]]:
    """Return somebody's bookings, the latest first, as pages show them: what is coming, the next first; the rest."""
    now = datetime.now(UTC)
    coming = [one for one in found if one.end > now and one.status is not values.BookingStatus.CANCELLED]
    return {
        "coming": [entry(host, one) for one in reversed(coming)],
        "rest": [entry(host, one) for one in found if one not in coming],
    }
