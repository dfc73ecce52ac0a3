"""Mails that cannot leave are kept and leave later; the same mail is known by its id."""

import warnings
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from sqlalchemy import select

from tests.fixtures.servers import free_port
from tests.fixtures.site import MakeSite, Site
from tests.mail.conftest import Post, send_all
from zoom_blueprint.store import models

BOB, ADA = "bob@example.com", "ada@example.com"


def outcomes(site: Site) -> list[str | None]:
    """Return what became of the deliveries by mail."""
    query = select(models.Delivery.outcome).where(models.Delivery.subscriber.startswith("mail:"))
    return site.state.database.read(lambda session: list(session.scalars(query)))


@pytest.mark.parametrize("trouble", ["451 try again later", "554 no"])
def test_what_the_server_refuses_leaves_later(site: Site, post: Post, trouble: str) -> None:
    post.answer = trouble
    booking = site.booked()
    assert booking["status"] == "confirmed", "a mail server's trouble is not the visitor's"
    send_all(site)
    assert post.messages == []
    assert outcomes(site).count(None) == 2
    post.answer = ""
    send_all(site)
    assert {str(message["To"].addresses[0].addr_spec) for message in post.messages} == {BOB, ADA}
    assert None not in outcomes(site)


def test_nothing_is_lost_while_the_server_is_down(make_site: MakeSite, post: Post) -> None:
    port = free_port()
    site = make_site(ZOOM_SMTP_URL=f"smtp://127.0.0.1:{port}", ZOOM_MAIL_FROM="bookings@site.example")
    site.connect()
    site.booked()
    send_all(site)
    assert outcomes(site).count(None) == 2
    server = Controller(post, hostname="127.0.0.1", port=port)
    server.start()
    try:
        send_all(site)
    finally:
        server.stop()
    assert len(post.messages) == 2


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


def test_a_guest_whose_mailbox_is_gone_keeps_nobody_from_the_mail(site: Site, post: Post) -> None:
    post.refused = {"gone@example.com"}
    site.booked(guests="gone@example.com")
    send_all(site)
    assert len(post.to(BOB)) == 1
    assert outcomes(site).count(None) == 1


def test_a_mailbox_that_is_gone_is_tried_again_but_not_at_the_cost_of_guests(site: Site, post: Post) -> None:
    """Who refuses for good today may be spelt right tomorrow; who got the mail must not get it every hour."""
    post.refused = {BOB}
    site.booked(guests="eve@example.com")
    send_all(site)
    send_all(site)
    assert [one.rcpt_tos for one in post.envelopes if "eve@example.com" in one.rcpt_tos] == [["eve@example.com"]]
    assert outcomes(site).count(None) == 1


def test_without_any_way_to_send_mail_the_site_and_the_dashboard_say_so(
    make_site: MakeSite, caplog: pytest.LogCaptureFixture
) -> None:
    site = make_site()
    site.connect()
    site.booked()
    site.drain()
    assert outcomes(site) == []
    assert "No mails are sent yet" in site.get("/", headers={"X-Host": "ada"}).text
    assert [record for record in caplog.records if "ZOOM_SMTP_URL" in record.getMessage()]


class Account:
    """What was said at the door."""

    def __init__(self) -> None:
        self.seen: list[LoginPassword] = []

    def __call__(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword
    ) -> AuthResult:
        """Let everyone in."""
        del server, session, envelope, mechanism
        self.seen.append(given)
        return AuthResult(success=True)


@pytest.fixture(params=["127.0.0.1"])
def guarded(post: Post, request: pytest.FixtureRequest) -> Iterator[tuple[int, Account]]:
    """Run a server that asks for a password, without TLS."""
    account = Account()
    warnings.simplefilter("ignore", UserWarning)  # that this is unsafe is what is tested
    server = Controller(
        post,
        hostname=request.param,
        port=free_port(),
        authenticator=account,
        auth_require_tls=False,
        auth_required=True,
    )
    server.start()
    yield server.port, account
    server.stop()


def test_a_password_is_given_to_a_server_on_this_machine(
    make_site: MakeSite, post: Post, guarded: tuple[int, Account]
) -> None:
    port, account = guarded
    site = make_site(ZOOM_SMTP_URL=f"smtp://user:p%40ss@127.0.0.1:{port}", ZOOM_MAIL_FROM="bookings@site.example")
    site.connect()
    site.booked()
    send_all(site)
    assert len(post.messages) == 2
    assert [bytes(seen.password) for seen in account.seen] == [b"p@ss", b"p@ss"]


@pytest.mark.parametrize("guarded", ["127.0.0.2"], indirect=True)
def test_a_password_does_not_travel_in_the_clear(make_site: MakeSite, post: Post, guarded: tuple[int, Account]) -> None:
    """An address of this machine that we do not know for one stands for a server elsewhere."""
    port, account = guarded
    address = f"smtp://user:secret@127.0.0.2:{port}"
    site = make_site(ZOOM_SMTP_URL=address, ZOOM_MAIL_FROM="bookings@site.example")
    site.connect()
    site.booked()
    send_all(site)
    assert post.messages == []
    assert account.seen == []
    assert outcomes(site).count(None) == 2
