"""Invitations of Google's that an invitee declines: their host is written to, while it is so."""

from tests.fixtures.site import Site
from tests.services.eventful import hear, told
from tests.services.looking import LONG_AGO, Letters, make_due, turn
from zoom_blueprint.services import drain
from zoom_blueprint.store import models


def test_the_host_is_written_to_when_the_invitee_declines(google_site: Site) -> None:
    letters = Letters(google_site)
    booking = google_site.booked()
    google_site.drain()
    google_site.simulator.google.respond("ada", booking["id"], "bob@example.com", "declined")
    hear(google_site)
    make_due(google_site.state, models.Delivery)
    google_site.drain()
    text = letters.texts("ada@example.com")[-1]
    assert "Bob Byrne has declined the invitation in Google Calendar." in text
    assert f"/host/bookings/{booking['id']}" in text
    assert len(letters.texts("bob@example.com")) == 1


def test_the_host_is_not_written_to_about_an_invitee_who_thought_better_of_it(google_site: Site) -> None:
    booking = google_site.booked()
    google_site.drain()
    letters = Letters(google_site)
    for response in ("declined", "accepted"):
        google_site.simulator.google.respond("ada", booking["id"], "bob@example.com", response)
        turn(google_site.state, models.CalendarEvent, look_again=True, due_at=LONG_AGO)
        drain.drain(google_site.state, "calendar")
    assert told(google_site, "calendar.declined") == 1
    google_site.drain()
    assert letters.texts("ada@example.com") == []
