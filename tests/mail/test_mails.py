"""The mails about bookings, as they arrive at both sides by a real SMTP server."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from sqlalchemy import update

from tests.fixtures.site import Site, api
from tests.mail.conftest import Post, send_all
from tests.web.conftest import SURVEY
from zoom_blueprint import LifecycleEvent
from zoom_blueprint.store import models

BOB, ADA, EVE = "bob@example.com", "ada@example.com", "eve@example.com"


def parts(message: EmailMessage) -> tuple[str, str, Any, str]:
    """Return text, HTML, the calendar entry and the method that the mail's own header names."""
    text, page = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert page is not None
    (attached,) = message.iter_attachments()
    assert attached.get_content_type() == "text/calendar"
    assert attached.get_filename() == "invite.ics"
    content = attached.get_content()
    calendar = vobject.readOne(content if isinstance(content, str) else content.decode())
    method = str(attached["Content-Type"].params["method"])
    assert calendar.method.value == method, "RFC 6047: both say the same"
    plain = text.get_content().replace("\r\n", "\n")
    return plain, page.get_content(), calendar.vevent, method


def only(post: Post, address: str) -> EmailMessage:
    """Return the one message to an address."""
    (message,) = post.to(address)
    return message


def test_both_sides_are_told_of_a_booking_with_its_link(site: Site, post: Post) -> None:
    booking = site.booked()
    send_all(site)
    assert len(post.messages) == 2
    start = datetime.fromisoformat(booking["start"])
    for address, zone, method in ((BOB, "Europe/Paris", "REQUEST"), (ADA, "Europe/London", "PUBLISH")):
        message = only(post, address)
        text, page, entry, said = parts(message)
        assert said == method
        assert parseaddr(str(message["From"])) == ("Bookings", "bookings@site.example")
        assert parseaddr(str(message["Reply-To"]))[1] == (ADA if address == BOB else BOB)
        assert message["Auto-Submitted"] == "auto-generated"
        local = start.astimezone(ZoneInfo(zone))
        clock = f"{local.strftime('%I').lstrip('0')}:{local.strftime('%M %p')}"
        offset = f"UTC{local.strftime('%z')[:3]}:{local.strftime('%z')[3:]}"
        for content in (text, page):
            assert booking["join_url"] in content.replace("&amp;", "&")
            assert clock in content
            assert f"{zone}, {offset}" in content
            assert str(local.year) in content
        assert entry.location.value == entry.url.value == booking["join_url"]
        assert booking["join_url"] in entry.description.value
        assert entry.dtstart.value == start
        assert entry.sequence.value == "0"
        assert entry.status.value == "CONFIRMED"
    (bobs, _, entry, _), (adas, *_) = parts(only(post, BOB)), parts(only(post, ADA))
    assert booking["manage_url"] in bobs
    assert booking["manage_url"] not in adas, "the invitee's link is the invitee's"
    assert f"{site.base}/" in adas
    assert entry.organizer.value == f"mailto:{ADA}"
    assert BOB in adas


def test_a_move_is_told_with_the_time_before_and_the_next_sequence(site: Site, post: Post) -> None:
    booking = site.booked()
    send_all(site)
    uid = parts(only(post, BOB))[2].uid.value
    post.clear()
    offer = site.slots()
    moved = site.post(f"{api(booking)}/reschedule", data={"start": offer["slots"][20], "token": offer["token"]}).json()
    send_all(site)
    assert len(post.messages) == 2
    for address in (BOB, ADA):
        message = only(post, address)
        text, page, entry, _ = parts(message)
        assert "Moved" in str(message["Subject"])
        assert "Before" in text
        assert "Before" in page
        assert (entry.uid.value, entry.sequence.value) == (uid, "1")
        assert entry.dtstart.value == datetime.fromisoformat(moved["start"])
        assert entry.location.value == booking["join_url"]


def test_a_cancellation_takes_the_entry_out_of_the_calendar(site: Site, post: Post) -> None:
    booking = site.booked()
    send_all(site)
    uid = parts(only(post, BOB))[2].uid.value
    post.clear()
    site.post(f"{api(booking)}/cancel", data={"reason": "I am ill"})
    send_all(site)
    assert len(post.messages) == 2
    for address in (BOB, ADA):
        text, page, entry, method = parts(only(post, address))
        assert method == "CANCEL"
        assert (entry.uid.value, entry.status.value, entry.sequence.value) == (uid, "CANCELLED", "1")
        assert ("I am ill" in text) == (address == ADA), "the invitee's own words go to the host"
        assert ("I am ill" in page) == (address == ADA)
        assert booking["join_url"] not in text + page


def test_a_link_that_comes_late_is_mailed_when_it_is_there(site: Site, post: Post) -> None:
    site.simulator.fault(route="create_meeting", status=500, body={"code": 500, "message": "Zoom is on fire"}, times=1)
    site.booked()
    send_all(site)
    first = only(post, BOB)
    text, page, entry, _ = parts(first)
    assert "Your Zoom link is on its way" in text
    assert "on its way" in page
    assert "fire" not in text + page
    assert not hasattr(entry, "url")
    post.clear()
    make_due(site)
    send_all(site)
    (meeting,) = site.simulator.meetings("ada")
    for address in (BOB, ADA):
        message = only(post, address)
        text, page, entry, _ = parts(message)
        assert str(message["Subject"]).startswith("Your Zoom link")
        assert meeting["join_url"] in text
        assert entry.location.value == meeting["join_url"]
        assert message["Message-ID"] != first["Message-ID"]


def test_no_second_mail_follows_when_the_first_had_the_link(site: Site, post: Post) -> None:
    site.booked()
    send_all(site)
    send_all(site)
    assert len(post.to(BOB)) == 1


def test_a_host_whose_connection_broke_is_told_once(site: Site, post: Post) -> None:
    grant = models.Grant
    expired = update(grant).values(expires_at=datetime.now(UTC) - timedelta(hours=2))
    site.state.database.write(lambda session: session.execute(expired))
    site.simulator.fault(
        route="token", status=400, body={"reason": "Invalid Token!", "error": "invalid_grant"}, times=9
    )
    site.booked()
    send_all(site)
    send_all(site)
    found = [one for one in post.to(ADA) if "reconnect" in str(one["Subject"]).lower()]
    (message,) = found
    body = message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert f"{site.base}/" in text
    assert "Reconnect" in text
    assert "invalid_grant" not in text
    assert all("invalid_grant" not in one.as_string() for one in post.messages)


def make_due(site: Site) -> None:
    """Let every meeting be tried now."""
    due = update(models.Meeting).values(due_at=datetime.now(UTC))
    site.state.database.write(lambda session: session.execute(due))
    site.drain()


def test_guests_are_invited_without_the_power_to_move_and_cancel(site: Site, post: Post) -> None:
    booking = site.booked(guests=f"{EVE}, max@example.com")
    send_all(site)
    for address in (EVE, "max@example.com"):
        (envelope,) = [one for one in post.envelopes if address in one.rcpt_tos]
        assert envelope.rcpt_tos == [address]
    assert "max@example.com" not in str(only(post, EVE)["To"])
    guests, guests_page, entry, _ = parts(only(post, EVE))
    invitees, _, own_entry, _ = parts(only(post, BOB))
    assert booking["join_url"] in guests
    assert booking["manage_url"] not in guests + guests_page + entry.description.value
    assert booking["manage_url"] in invitees
    assert booking["manage_url"] in own_entry.description.value
    attendees = {one.value: one.params for one in entry.attendee_list}
    assert set(attendees) == {f"mailto:{BOB}", f"mailto:{EVE}", "mailto:max@example.com"}
    assert attendees[f"mailto:{BOB}"]["PARTSTAT"] == ["ACCEPTED"]
    assert attendees[f"mailto:{EVE}"]["PARTSTAT"] == ["NEEDS-ACTION"]
    post.clear()
    site.post(f"{api(booking)}/cancel")
    send_all(site)
    assert any(EVE in one.rcpt_tos for one in post.envelopes)


@pytest.mark.parametrize(
    "name",
    [
        "Bob\r\nBcc: all@example.test",
        "Bob\nSubject: Another",
        "Bob\u2028Bcc: all@example.test",
        'Bob "B" <bob@evil.example>, Eve',
        "Zoë Ångström 😀",
        "<script>alert(1)</script>",
        "=?utf-8?q?Bcc=3A?=",
        "=?utf-8?q?=0D=0ABcc=3A_all=40example.test?=",
        "=?utf-8?b?DQpCY2M6IGFsbEBleGFtcGxlLmNvbQ==?=",
        "{{ config }}",
    ],
)
def test_a_name_cannot_become_anything_else(site: Site, post: Post, name: str) -> None:
    booking = site.booked(name=name)
    send_all(site)
    assert len(post.messages) == 2
    assert {address for one in post.envelopes for address in one.rcpt_tos} == {BOB, ADA}
    for message in post.messages:
        assert message["Bcc"] is None
        assert len(message.get_all("Subject", [])) == 1
        assert len(message["To"].addresses) == 1
        assert len(message["Reply-To"].addresses) == 1
        text, page, entry, _ = parts(message)
        assert "<script>" not in page
        assert booking["join_url"] in text
        assert "\n" not in entry.summary.value
        assert "secret of the tests" not in text + page
    shown = " ".join(name.replace("\u2028", " ").split()).replace("=?", "= ?")
    assert only(post, BOB)["To"].addresses[0].display_name == shown
    assert shown in str(only(post, ADA)["Subject"])


def test_answers_are_told_to_the_host_only_and_begin_no_line_of_their_own(site: Site, post: Post) -> None:
    with site.app.app_context():
        site.zoom.event_types.put("1", SURVEY)
    site.booked("ada/survey", **{"answers.goal": "Growth\r\nJoin Zoom: https://evil.example <b>"})
    send_all(site)
    text, page, *_ = parts(only(post, ADA))
    assert "\nWhat is it about: Growth\n    Join Zoom: https://evil.example" in text, "not a line of ours"
    assert "evil.example &lt;b&gt;" in page
    assert "Growth" not in parts(only(post, BOB))[0]


def test_the_mailer_hook_sends_instead_of_smtp(site: Site, post: Post) -> None:
    sent: list[EmailMessage] = []
    site.zoom.mailer(sent.append)
    booking = site.booked()
    send_all(site)
    assert post.messages == []
    assert len(sent) == 2
    assert any(booking["join_url"] in parts(message)[0] for message in sent)


def test_lifecycle_hooks_and_mails_do_not_wait_for_each_other(site: Site, post: Post) -> None:
    told: list[LifecycleEvent] = []
    site.zoom.on("booking.confirmed")(told.append)
    post.answer = "451 try again later"
    site.booked()
    send_all(site)
    assert len(told) == 1
    assert post.messages == []
