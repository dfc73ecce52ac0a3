"""Events that their hosts put into another of their calendars: followed there, and never taken for deleted."""

from typing import Any

from tests.fixtures.site import Site
from tests.services.eventful import events, facts, hear, hurry, now, row_of, told
from tests.services.looking import LONG_AGO, cancel, move, turn
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus, EndedReason


def test_an_event_that_the_host_puts_into_another_calendar_is_followed_there(google_site: Site) -> None:
    google = google_site.simulator.google
    work = google.put_calendar("ada", summary="Work")
    booking = made_with_calendars(google_site)
    google.move_event("ada", booking["id"], to=work)
    hear(google_site)
    assert now(google_site, booking).status is BookingStatus.CONFIRMED
    assert told(google_site, "booking.cancelled") == 0
    assert row_of(google_site, booking).calendar_id == work
    assert events(google_site) == []
    moved = move(google_site, booking, 6)
    google_site.drain()
    (there,) = google.events("ada", work)
    assert (there["id"], there["start"]["dateTime"][:16]) == (booking["id"], moved["start"][:16])
    cancel(google_site, booking)
    google_site.drain()
    assert google.events("ada", work)[0]["status"] == "cancelled"
    assert facts(google_site, booking).is_there is False


def test_an_event_put_elsewhere_is_deleted_there_when_its_booking_was_cancelled_before_we_knew(
    google_site: Site,
) -> None:
    google = google_site.simulator.google
    work = google.put_calendar("ada", summary="Work")
    booking = made_with_calendars(google_site)
    google.move_event("ada", booking["id"], to=work)
    cancel(google_site, booking)
    google_site.drain()
    assert [one["status"] for one in google.events("ada", work)] == ["cancelled"]


def test_an_event_that_is_deleted_after_it_was_put_elsewhere_cancels_the_booking(google_site: Site) -> None:
    google = google_site.simulator.google
    work = google.put_calendar("ada", summary="Work")
    booking = made_with_calendars(google_site)
    google.move_event("ada", booking["id"], to=work)
    google.delete_event("ada", booking["id"], calendar=work)
    hear(google_site)
    found = now(google_site, booking)
    assert (found.status, found.ended_reason) == (BookingStatus.CANCELLED, EndedReason.REMOTE)


def test_nothing_is_cancelled_while_a_calendar_does_not_say_whether_the_event_is_there(google_site: Site) -> None:
    google = google_site.simulator.google
    work = google.put_calendar("ada", summary="Work")
    booking = made_with_calendars(google_site)
    google.move_event("ada", booking["id"], to=work)
    google_site.simulator.fault(route="get_event", delay=0.01)  # the calendar where it was answers
    google_site.simulator.fault(route="get_event", status=500)
    hear(google_site)
    assert now(google_site, booking).status is BookingStatus.CONFIRMED
    hurry(google_site)
    assert row_of(google_site, booking).calendar_id == work


def made_with_calendars(site: Site) -> dict[str, Any]:
    """Return a booking whose event is made, of a host whose calendars are known."""
    booking: dict[str, Any] = site.booked()
    turn(site.state, models.Duty, models.Duty.name == DutyName.CALENDAR, due_at=LONG_AGO)
    site.drain()
    return booking
