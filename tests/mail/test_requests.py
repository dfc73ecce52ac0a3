"""What both sides are told while a booking waits for its host's answer, and when it comes or does not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from tests.fixtures.site import Site
from tests.fixtures.site_app import INTRO_CALL
from tests.mail.conftest import Post, send_all
from tests.mail.test_mails import ADA, BOB, EVE, only, parts
from tests.services.looking import cancel, make_due, move, turn
from zoom_blueprint.store import models


@pytest.fixture
def asked(site: Site, post: Post) -> dict[str, Any]:
    """Return a booking with a guest that awaits approval, of which both sides have been told."""
    with site.app.app_context():
        site.zoom.event_types.put("1", replace(INTRO_CALL, approval=True, approval_when_moved=True))
    made = site.booked(guests=EVE)
    assert made["status"] == "pending"
    send_all(site)
    return made


def approve(site: Site, booking: dict[str, Any]) -> None:
    """Approve as the host does, and let the mails leave."""
    with site.app.app_context():
        site.zoom.bookings.approve("1", booking["id"])
    send_all(site)


def subjects(post: Post) -> dict[str, str]:
    """Return what each recipient's only mail is called."""
    assert len(post.messages) == len({str(one["To"]) for one in post.messages})
    return {one["To"].addresses[0].addr_spec: str(one["Subject"]).partition(":")[0] for one in post.messages}


def plain(message: EmailMessage) -> str:
    """Return the text of a mail without a calendar file."""
    assert list(message.iter_attachments()) == []
    found = message.get_body(("plain",))
    assert found is not None
    content: str = found.get_content()
    return content.replace("\r\n", "\n")


def test_a_request_is_told_to_both_sides_and_to_nobodys_calendar(site: Site, post: Post, asked: dict[str, Any]) -> None:
    assert subjects(post) == {BOB: "Requested", ADA: "Please answer"}, "guests hear of it when it stands"
    bobs, adas = plain(only(post, BOB)), plain(only(post, ADA))
    assert "It does not stand yet" in bobs
    assert asked["manage_url"] in bobs
    assert f"{site.base}/host/bookings/{asked['id']}" in adas
    assert asked["manage_url"] not in adas
    assert f"Guests: {EVE}" in adas
    assert "zoom.us" not in bobs + adas


def test_an_approval_brings_everybody_link_and_calendar_entry(site: Site, post: Post, asked: dict[str, Any]) -> None:
    post.clear()
    approve(site, asked)
    assert subjects(post) == {BOB: "Approved", ADA: "Approved", EVE: "Booked"}
    (meeting,) = site.simulator.meetings("ada")
    for address, method in ((BOB, "REQUEST"), (EVE, "REQUEST"), (ADA, "PUBLISH")):
        text, page, entry, said = parts(only(post, address))
        assert said == method
        assert entry.status.value == "CONFIRMED"
        assert meeting["join_url"] in text
        assert meeting["join_url"] in page.replace("&amp;", "&")
        assert entry.location.value == meeting["join_url"]


def test_a_request_that_is_declined_ends_in_the_hosts_words_for_the_invitee(
    site: Site, post: Post, asked: dict[str, Any]
) -> None:
    post.clear()
    with site.app.app_context():
        site.zoom.bookings.decline("1", asked["id"], words="I am away that day.")
    send_all(site)
    told = subjects(post)
    assert told[BOB] == "Declined"
    assert EVE not in told, "who was never invited is not disinvited"
    text = plain(only(post, BOB))
    assert "I am away that day." in text
    assert f"{site.base}/book/ada/intro-call" in text


def test_a_request_without_an_answer_ends_and_the_invitee_is_told(
    site: Site, post: Post, asked: dict[str, Any]
) -> None:
    post.clear()
    turn(site.state, models.Booking, models.Booking.id == asked["id"], hold_until=datetime.now(UTC))
    make_due(site.state, models.Duty)
    send_all(site)
    told = subjects(post)
    assert told[BOB] == "Not answered in time"
    assert EVE not in told
    assert "has not answered in time" in plain(only(post, BOB))


def test_a_request_is_withdrawn_without_a_calendar_file(site: Site, post: Post, asked: dict[str, Any]) -> None:
    post.clear()
    cancel(site, asked)
    send_all(site)
    assert subjects(post) == {BOB: "Cancelled", ADA: "Cancelled"}
    for address in (BOB, ADA):
        assert "is withdrawn" in plain(only(post, address))


def test_a_new_time_for_what_was_approved_is_tentative_until_it_is_approved_too(
    site: Site, post: Post, asked: dict[str, Any]
) -> None:
    approve(site, asked)
    uid = parts(post.to(BOB)[-1])[2].uid.value
    post.clear()
    moved = move(site, asked, 7)
    assert moved["status"] == "pending"
    send_all(site)
    told = subjects(post)
    assert (told[BOB], told[ADA]) == ("New time requested", "Please answer")
    text, _, entry, _ = parts(only(post, BOB))
    assert "Before:" in text
    assert (entry.uid.value, entry.status.value, entry.sequence.value) == (uid, "TENTATIVE", "2")
    post.clear()
    approve(site, asked)
    told = subjects(post)
    assert (told[BOB], told[ADA], told[EVE]) == ("Approved", "Approved", "Moved")
    for address in (BOB, EVE):
        _, _, entry, method = parts(only(post, address))
        assert (method, entry.status.value, entry.sequence.value) == ("REQUEST", "CONFIRMED", "3")
        assert entry.dtstart.value == datetime.fromisoformat(moved["start"])


def test_a_new_time_that_is_declined_takes_the_entry_out_of_every_calendar(
    site: Site, post: Post, asked: dict[str, Any]
) -> None:
    approve(site, asked)
    move(site, asked, 7)
    send_all(site)
    post.clear()
    with site.app.app_context():
        site.zoom.bookings.decline("1", asked["id"])
    send_all(site)
    for address in (BOB, EVE):
        _, _, entry, method = parts(only(post, address))
        assert (method, entry.status.value, entry.sequence.value) == ("CANCEL", "CANCELLED", "3")


def test_a_request_that_was_answered_before_its_mail_left_is_told_with_the_answer(site: Site, post: Post) -> None:
    with site.app.app_context():
        site.zoom.event_types.put("1", replace(INTRO_CALL, approval=True))
    made = site.booked()
    approve(site, made)
    assert subjects(post) == {BOB: "Approved", ADA: "Approved"}


def test_a_request_whose_time_ran_out_before_its_mail_left_asks_nobody(site: Site, post: Post) -> None:
    with site.app.app_context():
        site.zoom.event_types.put("1", replace(INTRO_CALL, approval=True))
    made = site.booked()
    over = datetime.now(UTC) - timedelta(minutes=1)
    turn(site.state, models.Booking, models.Booking.id == made["id"], hold_until=over)
    site.drain()
    assert "Please answer" not in subjects(post).values()
