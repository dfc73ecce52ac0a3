"""The host is written to once when nobody tries any more to bring a meeting in line."""

from email.message import EmailMessage

import pytest

from tests.fixtures.site import MakeSite, Site
from tests.services.looking import Letters, cancel, make_due, meeting_of, move, take, turn
from tests.services.parking import TRIES, fail, parked_meeting, site_of_few_tries
from zoom_blueprint.events import LifecycleEvent
from zoom_blueprint.services import parked as parked_work
from zoom_blueprint.store import models

ADA = "ada@example.com"


@pytest.fixture
def few(make_site: MakeSite) -> tuple[Site, Letters]:
    """A site that parks after three failures, and its letters."""
    site = site_of_few_tries(make_site)
    return site, Letters(site)


def warnings(letters: Letters) -> list[EmailMessage]:
    """Return the mails about what was not done in Zoom, all of which go to the host."""
    found = [mail for mail in letters.sent if " was not " in str(mail["Subject"])]
    assert all(ADA in mail["To"] for mail in found)
    return found


def test_a_meeting_that_was_not_made_is_told_of(few: tuple[Site, Letters]) -> None:
    site, letters = few
    booking = parked_meeting(site)
    site.drain()
    site.drain()
    (mail,) = warnings(letters)
    assert mail["Subject"] == "The Zoom meeting was not made: Intro call with Bob Byrne"
    (text,) = [text for text in letters.texts(ADA) if "failed again" in text]
    assert "The Zoom meeting was not made\n\nIt failed" in text.replace("\r", "")
    assert "Press Try again" in text
    assert f"/host/bookings/{booking['id']}" in text
    assert [one.get_content_type() for one in mail.iter_attachments()] == [], "calendars have nothing to change"


def test_a_move_that_zoom_was_not_told_of_is_told_of(few: tuple[Site, Letters]) -> None:
    site, letters = few
    booking = site.booked()
    site.simulator.fault(route="update_meeting", status=503, times=50)
    move(site, booking, 4)
    fail(site, "meeting", models.Meeting.booking_id == booking["id"])
    site.drain()
    (mail,) = warnings(letters)
    assert str(mail["Subject"]).startswith("The meeting in Zoom was not brought in line with the booking: ")


def test_a_meeting_that_was_not_deleted_is_told_of(few: tuple[Site, Letters]) -> None:
    site, letters = few
    booking = site.booked()
    site.simulator.fault(route="delete_meeting", status=503, times=50)
    cancel(site, booking)
    fail(site, "meeting", models.Meeting.booking_id == booking["id"])
    site.drain()
    (mail,) = warnings(letters)
    assert str(mail["Subject"]).startswith("The meeting in Zoom was not deleted: ")
    assert any("Press Try again" in text for text in letters.texts(ADA))


def test_what_is_tried_again_before_the_mail_leaves_is_not_told_of(few: tuple[Site, Letters]) -> None:
    site, letters = few
    parked_meeting(site)
    assert parked_work.retry_all(site.state, "meeting") == 1
    site.drain()
    assert warnings(letters) == []


def test_a_meeting_at_which_every_worker_dies_is_told_of(few: tuple[Site, Letters]) -> None:
    site, letters = few
    told: list[LifecycleEvent] = []
    site.zoom.on("meeting.parked", subscriber="pager")(told.append)
    booking = site.booked()
    move(site, booking, 4)
    meeting_id = meeting_of(site, booking).id
    for _ in range(TRIES):
        make_due(site.state, models.Meeting, models.Meeting.id == meeting_id)
        take(site.state, models.Meeting, meeting_id)
    fail(site, "meeting", models.Meeting.id == meeting_id, times=1)
    site.drain()
    assert meeting_of(site, booking).parked_at is not None
    assert [event.name for event in told] == ["meeting.parked"]
    assert len(warnings(letters)) == 1


def test_a_meeting_whose_booking_cannot_be_read_is_parked_all_the_same(few: tuple[Site, Letters]) -> None:
    site, letters = few
    booking = site.booked()
    move(site, booking, 4)
    turn(site.state, models.Booking, models.Booking.id == booking["id"], details_sealed="broken")
    fail(site, "meeting", models.Meeting.booking_id == booking["id"])
    assert meeting_of(site, booking).parked_at is not None
    assert warnings(letters) == []
