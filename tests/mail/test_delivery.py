"""Mails that cannot leave are kept and leave later; none is lost, and none comes twice as another."""

import logging
import os
import signal
import threading
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.fixtures.servers import Program, free_port
from tests.fixtures.site import MakeSite, Site, StartSite
from tests.fixtures.waiting import wait_until
from tests.mail.conftest import Post, outcomes, send_all
from tests.races.fleet import beside, connect
from tests.services.looking import cancel, make_due, rows, turn
from zoom_blueprint.store import models

BOB, ADA, EVE, MAX = "bob@example.com", "ada@example.com", "eve@example.com", "max@example.com"


def addressed(post: Post) -> list[list[str]]:
    """Return to whom each mail went that came in."""
    return sorted(one.rcpt_tos for one in post.envelopes)


@pytest.mark.parametrize("trouble", ["451 try again later", "554 no", "421 going down"])
def test_what_the_server_refuses_leaves_later(site: Site, post: Post, trouble: str) -> None:
    post.answer = trouble
    booking = site.booked()
    assert booking["status"] == "confirmed", "a mail server's trouble is not the visitor's"
    send_all(site)
    assert post.messages == []
    assert outcomes(site) == {"mail:invitee": None, "mail:host": None}
    post.answer = ""
    send_all(site)
    assert addressed(post) == [[ADA], [BOB]]
    assert outcomes(site) == {"mail:invitee": "sent", "mail:host": "sent"}


def test_nothing_is_lost_while_the_server_is_down(make_site: MakeSite, post: Post) -> None:
    port = free_port()
    site = make_site(ZOOM_SMTP_URL=f"smtp://127.0.0.1:{port}", ZOOM_MAIL_FROM="bookings@site.example")
    site.connect()
    site.booked(guests=EVE)
    send_all(site)
    assert set(outcomes(site).values()) == {None, "one for each guest"}
    server = Controller(post, hostname="127.0.0.1", port=port)
    server.start()
    try:
        send_all(site)
    finally:
        server.stop()
    assert addressed(post) == [[ADA], [BOB], [EVE]]


def test_a_mail_that_is_sent_twice_is_known_as_one(make_site: MakeSite) -> None:
    """A crash between sending and recording repeats a mail; its Message-ID stays."""
    site = make_site()
    site.connect()
    sent: list[EmailMessage] = []

    @site.zoom.mailer
    def send(message: EmailMessage) -> None:
        sent.append(message)
        if len(sent) <= 2:
            raise ConnectionError("the answer was lost")

    site.booked()
    send_all(site)
    send_all(site)
    first = {(str(one["To"]), one["Message-ID"]) for one in sent[:2]}
    again = {(str(one["To"]), one["Message-ID"]) for one in sent[2:]}
    assert len(sent) == 4
    assert first == again
    assert len({message_id for _, message_id in first}) == 2
    assert all(one["From"] is None for one in sent), "without ZOOM_MAIL_FROM the hook knows the sender"


class DeadlyPost(Post):
    """A server that takes the first mail to Bob, and whose taking is the last thing the sender lives to see."""

    def __init__(self) -> None:
        super().__init__()
        self.victim: Program | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the message, and kill who sent it before the answer is there."""
        answer = await super().handle_DATA(server, session, envelope)
        if self.victim is not None and BOB in envelope.rcpt_tos:
            os.killpg(self.victim.pid, signal.SIGKILL)
            self.victim = None
        return answer


def test_a_program_killed_between_sending_and_recording_repeats_the_mail_as_the_same(start_site: StartSite) -> None:
    post = DeadlyPost()
    server = Controller(post, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        programs = start_site(ZOOM_SMTP_URL=f"smtp://127.0.0.1:{server.port}", ZOOM_MAIL_FROM="a@site.example")
        with beside(programs) as state:
            connect(state, programs.simulator)
            post.victim = programs.run()
            programs.booked(guests=EVE)
            wait_until(lambda: post.victim is None, 40)
            not_recorded = [row for row in rows(state, models.Delivery) if row.subscriber == "mail:invitee"]
            assert [row.outcome for row in not_recorded] == [None]
            programs.run()
            make_due(state, models.Delivery)  # its claims have run out
            wait_until(lambda: addressed(post) == [[ADA], [BOB], [BOB], [EVE]], 40)
            wait_until(
                lambda: all(row.done_at for row in rows(state, models.Delivery) if ":remind:" not in row.subscriber)
            )
    finally:
        server.stop()
    first, second = post.to(BOB)
    assert first["Message-ID"] == second["Message-ID"]
    assert len({str(one["Message-ID"]) for one in post.messages}) == 3


def test_one_of_two_guests_who_is_refused_keeps_the_other_from_nothing(
    site: Site, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.refused = {EVE: "550 5.1.1 no such mailbox"}
    site.booked(guests=f"{EVE}, {MAX}")
    send_all(site)
    send_all(site)
    assert addressed(post) == [[ADA], [BOB], [MAX]]
    assert outcomes(site) == {
        "mail:invitee": "sent",
        "mail:host": "sent",
        "mail:guests": "one for each guest",
        "mail:guest:0": "refused for good",
        "mail:guest:1": "sent",
    }
    (warning,) = [one for one in caplog.records if one.levelno == logging.WARNING and "given up" in one.getMessage()]
    assert "550" in warning.getMessage()
    assert EVE not in caplog.text, "whom it concerns is the log's no business"


def test_who_is_refused_for_now_gets_the_mail_later_and_nobody_else_gets_another(
    site: Site, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.refused = {EVE: f"451 4.7.1 <{EVE}> greylisted, come back"}
    site.booked(guests=f"{EVE}, {MAX}")
    send_all(site)
    assert outcomes(site)["mail:guest:0"] is None
    assert EVE not in caplog.text
    post.refused = {}
    send_all(site)
    send_all(site)
    assert addressed(post) == [[ADA], [BOB], [EVE], [MAX]]


REFUSALS = {
    "550 no such user": "refused for good",
    "553 5.1.3 bad address": "refused for good",
    "550 5.2.1 mailbox disabled": "refused for good",
    "550 5.4.1 recipient address rejected: access denied": "refused for good",
    "554 5.7.1 relay access denied": None,
    "550 5.1.8 sender's domain not found": None,
    "530 5.7.0 authentication required": None,
    "503 5.5.1 not now": None,
    "452 4.2.2 mailbox full": None,
}


def test_only_what_is_about_the_recipient_is_final(site: Site, post: Post) -> None:
    """What whoever runs the site can put right must not have cost a mail meanwhile."""
    guests = [f"guest-{number}@example.com" for number in range(len(REFUSALS))]
    post.refused = dict(zip(guests, REFUSALS, strict=True))
    site.booked(guests=", ".join(guests))
    send_all(site)
    found = outcomes(site)
    assert [found[f"mail:guest:{number}"] for number in range(len(guests))] == list(REFUSALS.values())
    post.refused = {}
    send_all(site)
    later = [guest for guest, outcome in zip(guests, REFUSALS.values(), strict=True) if outcome is None]
    assert addressed(post) == [[ADA], [BOB], *([guest] for guest in later)]


def test_guests_hear_of_the_later_changes_too_each_once(site: Site, post: Post) -> None:
    booking = site.booked(guests=f"{EVE}, {MAX}")
    send_all(site)
    post.clear()
    cancel(site, booking)
    send_all(site)
    send_all(site)
    assert addressed(post) == [[ADA], [BOB], [EVE], [MAX]]


def test_two_hands_at_once_make_one_mail_for_each_guest(site: Site, post: Post) -> None:
    site.booked(guests=f"{EVE}, {MAX}")
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        send_all(site)

    site.drain()
    hands = [threading.Thread(target=work) for _ in range(4)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    send_all(site)
    assert addressed(post)[-2:] == [[EVE], [MAX]]
    assert len(outcomes(site)) == 5


def test_a_mail_about_what_is_over_is_tried_no_more(site: Site, post: Post) -> None:
    post.answer = "451 try again later"
    booking = site.booked()
    send_all(site)
    over(site, booking["id"])
    post.answer = ""
    send_all(site)
    assert post.messages == []
    assert outcomes(site) == {"mail:invitee": "too late", "mail:host": "too late"}


def over(site: Site, booking_id: str) -> None:
    """Let a booking have been the other day."""
    began = datetime.now(UTC) - timedelta(days=1)
    times = {"starts_at": began, "ends_at": began + timedelta(minutes=30)}
    turn(site.state, models.Booking, models.Booking.id == booking_id, **times)


def test_a_mail_about_a_forgotten_booking_is_tried_no_more(site: Site, post: Post) -> None:
    site.booked()
    turn(site.state, models.Booking, purged_at=datetime.now(UTC))
    send_all(site)
    assert post.messages == []
    assert outcomes(site) == {"mail:invitee": "superseded", "mail:host": "superseded"}


def test_without_any_way_to_send_mail_the_site_and_the_dashboard_say_so(
    make_site: MakeSite, caplog: pytest.LogCaptureFixture
) -> None:
    site = make_site()
    site.connect()
    site.booked()
    site.drain()
    assert outcomes(site) == {}
    assert "No mails are sent yet" in site.get("/", headers={"X-Host": "ada"}).text
    assert [record for record in caplog.records if "ZOOM_SMTP_URL" in record.getMessage()]
