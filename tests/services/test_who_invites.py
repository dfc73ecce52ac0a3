"""Who invites: Google where it has, or will have, the event, else our own mails; never both."""

from email.message import EmailMessage

import pytest

from tests.fixtures.google import connect_google
from tests.fixtures.site import MakeSite, Site
from tests.services.eventful import event, events, facts, hurry, now, row_of, told
from tests.services.looking import Letters, cancel, make_due, move
from tests.services.test_meet import cut
from zoom_blueprint.services import drain
from zoom_blueprint.store import models
from zoom_blueprint.values import Provider


@pytest.fixture
def letters(google_site: Site) -> Letters:
    """What is sent."""
    return Letters(google_site)


def files(letters: Letters) -> list[str]:
    """Return the calendar files that were attached, in the order in which they left."""
    return [_file(mail) for mail in letters.sent if _file(mail)]


def _file(mail: EmailMessage) -> str:
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    return parts[0].get_content().replace("\r\n ", "") if parts else ""


def send_all(site: Site) -> None:
    """Let everything leave that is owed."""
    make_due(site.state, models.Delivery)
    hurry(site)


def test_where_google_invites_no_mail_brings_an_entry(google_site: Site, letters: Letters) -> None:
    booking = google_site.booked(guests="carol@example.com")
    send_all(google_site)
    move(google_site, booking, 6)
    send_all(google_site)
    cancel(google_site, booking)
    send_all(google_site)
    assert len(letters.sent) >= 9  # three readers of three changes
    assert files(letters) == []
    assert len(google_site.simulator.calls("insert_event")) == 1


def test_the_mail_has_link_and_manage_link_all_the_same(google_site: Site, letters: Letters) -> None:
    booking = google_site.booked()
    send_all(google_site)
    (text,) = letters.texts("bob@example.com")
    assert booking["join_url"] in text
    assert booking["manage_url"] in text


def test_whoever_has_no_google_is_invited_by_our_mails(google_site: Site, letters: Letters) -> None:
    cut(google_site, Provider.GOOGLE)
    google_site.booked()
    send_all(google_site)
    for_bob = next(one for one in files(letters) if "METHOD:REQUEST" in one)
    assert "@zoom-blueprint" in for_bob
    assert google_site.simulator.calls("insert_event") == []


def test_a_cut_before_the_event_was_begun_lets_our_mails_invite(google_site: Site, letters: Letters) -> None:
    booking = google_site.booked()
    assert google_site.simulator.calls("insert_event") == []
    cut(google_site, Provider.GOOGLE)
    send_all(google_site)
    assert files(letters)
    assert now(google_site, booking).calendar is None
    assert connect_google(google_site).status_code == 302
    hurry(google_site)
    assert events(google_site) == []  # whoever is invited already gets no second entry


def test_a_cut_after_the_mails_left_and_before_the_event_was_made_sends_the_entry_after_them(
    google_site: Site, letters: Letters
) -> None:
    google_site.simulator.google.refuse("insert_event", "rateLimitExceeded")
    booking = google_site.booked(guests="carol@example.com")
    told_by_mail(google_site)
    assert (len(letters.sent), files(letters)) == (3, [])
    cut(google_site, Provider.GOOGLE)
    send_all(google_site)
    assert len(letters.sent) == 6
    assert all(f"UID:{booking['id']}@zoom-blueprint" in one for one in files(letters))
    assert len(files(letters)) == 3
    assert "The entry for your calendar is attached" in letters.texts("bob@example.com")[-1]
    assert booking["manage_url"] in letters.texts("bob@example.com")[-1]
    assert told(google_site, "calendar.withdrawn") == 1
    assert events(google_site) == []


def test_an_entry_sent_for_an_event_that_may_be_there_after_all_has_its_name(
    google_site: Site, letters: Letters
) -> None:
    google_site.simulator.fault(route="insert_event", drop="after")
    google_site.booked()
    told_by_mail(google_site)
    assert (len(letters.sent), files(letters)) == (2, [])
    cut(google_site, Provider.GOOGLE)
    send_all(google_site)
    assert len(letters.sent) == 4
    assert {f"UID:{event(google_site)['iCalUID']}" in one for one in files(letters)} == {True}
    assert len(files(letters)) == 2
    assert connect_google(google_site).status_code == 302
    hurry(google_site)
    send_all(google_site)
    assert len(events(google_site)) == 1
    assert len(files(letters)) == 2


def test_mails_that_wait_when_google_is_cut_bring_the_only_entry(google_site: Site, letters: Letters) -> None:
    google_site.simulator.fault(route="create_meeting", status=500)
    google_site.booked()
    cut(google_site, Provider.GOOGLE)
    send_all(google_site)
    assert len(files(letters)) == 2


def test_what_is_moved_before_the_entry_leaves_is_told_with_the_entry_once(google_site: Site, letters: Letters) -> None:
    google_site.simulator.google.refuse("insert_event", "rateLimitExceeded")
    booking = google_site.booked()
    told_by_mail(google_site)
    cut(google_site, Provider.GOOGLE)
    move(google_site, booking, 6)
    send_all(google_site)
    assert len(files(letters)) == 2


def told_by_mail(site: Site) -> None:
    """Let the mails about a booking leave, and what is due in Google have one try."""
    make_due(site.state, models.CalendarEvent)
    drain.drain(site.state, "calendar")
    make_due(site.state, models.Delivery)
    while drain.drain(site.state, "delivery"):
        """Each guest is owed one of their own."""


def test_what_google_clearly_refused_is_not_begun(google_site: Site, letters: Letters) -> None:
    google_site.simulator.google.refuse("insert_event", "rateLimitExceeded")
    booking = google_site.booked()
    make_due(google_site.state, models.CalendarEvent)
    drain.drain(google_site.state, "calendar")
    assert row_of(google_site, booking).reason == "quota"
    cut(google_site, Provider.GOOGLE)
    send_all(google_site)
    assert files(letters)


def test_a_cut_after_it_was_made_leaves_it_and_changes_it_by_its_own_name(google_site: Site, letters: Letters) -> None:
    booking = google_site.booked()
    google_site.drain()
    made = event(google_site)
    cut(google_site, Provider.GOOGLE)
    send_all(google_site)
    assert files(letters) == []
    assert facts(google_site, booking).is_detached
    move(google_site, booking, 6)
    send_all(google_site)
    assert {f"UID:{made['iCalUID']}" in one for one in files(letters)} == {True}
    assert event(google_site)["start"] == made["start"]


def test_connected_again_the_event_follows_what_happened_meanwhile(google_site: Site) -> None:
    booking = google_site.booked()
    google_site.drain()
    cut(google_site, Provider.GOOGLE)
    moved = move(google_site, booking, 6)
    assert connect_google(google_site).status_code == 302
    google_site.drain()
    assert event(google_site)["start"]["dateTime"][:16] == moved["start"][:16]
    assert not facts(google_site, booking).is_detached


def test_connected_as_somebody_else_the_event_is_left_alone(google_site: Site) -> None:
    booking = google_site.booked()
    google_site.drain()
    made = event(google_site)
    cut(google_site, Provider.GOOGLE)
    move(google_site, booking, 6)
    assert connect_google(google_site, user="grace").status_code == 302
    google_site.drain()
    assert (event(google_site)["start"], events(google_site, "grace")) == (made["start"], [])
    assert facts(google_site, booking).is_detached


def test_bookings_from_before_google_was_connected_keep_our_invitations(make_google_site: MakeSite) -> None:
    site = make_google_site()
    letters = Letters(site)
    site.connect()
    booking = site.booked()
    send_all(site)
    assert connect_google(site).status_code == 302
    move(site, booking, 6)
    send_all(site)
    assert events(site) == []
    assert all("@zoom-blueprint" in one for one in files(letters))


def test_the_answer_leaves_out_the_links_that_would_add_a_second_entry(google_site: Site) -> None:
    booking = google_site.booked()
    assert booking["calendar_links"] is None
    page = google_site.get(booking["manage_url"]).text
    assert "Google Calendar sends an invitation to bob@example.com." in page
    assert "Add to calendar" not in page
