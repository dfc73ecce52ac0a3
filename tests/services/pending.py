"""Bookings that await approval, and what tests look at of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import INTRO_CALL
from tests.services.looking import Letters, make_due, rows, turn
from zoom_blueprint import values
from zoom_blueprint.services import availability, bookables, bookings, drain, event_types
from zoom_blueprint.services.availability import Range
from zoom_blueprint.services.bookings import Request
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.store import models
from zoom_blueprint.values import EventType

ON_APPROVAL = replace(INTRO_CALL, approval=True)
ASKED_AGAIN = replace(ON_APPROVAL, approval_when_moved=True)


def site_with(make_site: MakeSite, event: EventType) -> Site:
    """Serve a site that mails, whose host is connected and offers this."""
    site = make_site()
    Letters(site)
    site.connect()
    event_types.put(site.state, "1", event)
    return site


def offer(site: Site, slug: str = "intro-call", *, known: str = "", moving: str | None = None) -> availability.Offer:
    """Return what is offered for two weeks, from the sixth day on."""
    first = datetime.now(UTC).date() + timedelta(days=5)
    days = Range(first, first + timedelta(days=14), "UTC")
    bookable = bookables.look_up(site.state, "ada", slug)
    return availability.offer(site.state, bookable, days, now=datetime.now(UTC), known=known, moving=moving)


def starts(site: Site, slug: str = "intro-call") -> list[datetime]:
    """Return the offered starts."""
    return [datetime.fromtimestamp(one, UTC) for one in offer(site, slug).starts or ()]


def book(site: Site, start: datetime, slug: str = "intro-call", who: str = "bob", guests: str = "") -> values.Booking:
    """Book as a visitor does."""
    return bookings.confirm(
        site.state,
        Request(
            host_slug="ada",
            event_slug=slug,
            start=start,
            name=f"{who.title()} Byrne",
            email=f"{who}@example.com",
            time_zone="Europe/Paris",
            key=f"key {slug} {start} {who}",
            token=offer(site, slug).token,
            guests=tuple(guests.split()),
        ),
    )


def move(site: Site, booking: values.Booking, start: datetime) -> values.Booking:
    """Move a booking as its invitee does."""
    return bookings.reschedule(site.state, booking.id, start, offer(site, booking.event.slug).token)


def events(site: Site, booking: values.Booking) -> list[str]:
    """Return the names of what was told of a booking, sorted."""
    return sorted(
        row.name for row in rows(site.state, models.LifecycleEvent, models.LifecycleEvent.booking_id == booking.id)
    )


def owed(site: Site, booking: values.Booking) -> Mapping[str, datetime | None]:
    """Return who is owed mails about a booking as it now stands, and when."""
    delivery = models.Delivery
    found = rows(site.state, delivery, delivery.booking_id == booking.id, delivery.sequence == booking.sequence)
    return {row.subscriber: row.due_at for row in found}


def meetings(site: Site, booking: values.Booking) -> list[models.Meeting]:
    """Return the row of a booking's meeting, if there is one."""
    return list(rows(site.state, models.Meeting, models.Meeting.booking_id == booking.id))


def at_zoom(site: Site) -> list[datetime]:
    """Return when the meetings begin that stand in Ada's Zoom account."""
    return sorted(datetime.fromisoformat(one["start_time"]) for one in site.simulator.meetings("ada"))


def reconcile(site: Site) -> None:
    """Bring Zoom in line and hear what it says, and leave the mails where they are."""
    site.simulator.settle()
    while sum(drain.drain(site.state, kind) for kind in ("inbox", "meeting")):
        site.simulator.settle()


def run_out(site: Site, booking: values.Booking, *, is_noticed: bool) -> None:
    """Let the time of a booking that awaits approval run out; ``is_noticed``: its duty is done."""
    turn(
        site.state, models.Booking, models.Booking.id == booking.id, hold_until=datetime.now(UTC) - timedelta(seconds=1)
    )
    if is_noticed:
        make_due(site.state, models.Duty, models.Duty.name == DutyName.LAPSE)
        drain.drain(site.state, "duty")
