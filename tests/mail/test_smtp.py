"""The way to the mail server: sealed where it can be, with a password only then, and given up in time."""

import socket
import socketserver
import ssl
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.fixtures.servers import free_port
from tests.fixtures.site import MakeSite, Site
from tests.mail.conftest import Post, outcomes, send_all
from zoom_blueprint.services import mailers

BOB, ADA = "bob@example.com", "ada@example.com"


class Account:
    """What was said at the door; only the right password opens it."""

    def __init__(self) -> None:
        self.seen: list[tuple[bytes, bool]] = []

    def __call__(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword
    ) -> AuthResult:
        """Let in who knows the password, and remember whether it came sealed."""
        del server, envelope, mechanism
        self.seen.append((given.password, session.ssl is not None))
        return AuthResult(success=given.password == b"p@ss", handled=False)


Guarded = Callable[..., int]


@pytest.fixture
def account() -> Account:
    """What is said at the door."""
    return Account()


@pytest.fixture
def guarded(post: Post, account: Account) -> Iterator[Guarded]:
    """Run servers that ask for a password: ``guarded(hostname, tls_context=…)`` returns the port."""
    servers: list[Controller] = []
    warnings.simplefilter("ignore", UserWarning)  # that a password in the clear is unsafe is what is tested

    def run(hostname: str = "127.0.0.1", **options: object) -> int:
        settings: dict[str, Any] = {"auth_require_tls": False, **options}
        server = Controller(
            post, hostname=hostname, port=free_port(), authenticator=account, auth_required=True, **settings
        )
        server.start()
        servers.append(server)
        return int(server.port)

    yield run
    for server in servers:
        server.stop()


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the certificate, as whoever runs a mail server of their own does."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.fixture
def tls_context(certificate: Path) -> ssl.SSLContext:
    """Return what a server needs to speak TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def booked(make_site: MakeSite, address: str) -> Site:
    """Serve a site that sends its mails to a server, with one booking told of or not."""
    site = make_site(ZOOM_SMTP_URL=address, ZOOM_MAIL_FROM="bookings@site.example")
    site.connect()
    site.booked()
    send_all(site)
    return site


@pytest.mark.usefixtures("trusted")
def test_mails_and_password_go_through_starttls(
    make_site: MakeSite,
    post: Post,
    guarded: Guarded,
    account: Account,
    tls_context: ssl.SSLContext,
) -> None:
    port = guarded(tls_context=tls_context, require_starttls=True, auth_require_tls=True)
    site = booked(make_site, f"smtp://user:p%40ss@127.0.0.1:{port}")
    assert {one.rcpt_tos[0] for one in post.envelopes} == {BOB, ADA}
    assert account.seen == [(b"p@ss", True)] * 2
    assert set(outcomes(site).values()) == {"sent"}


@pytest.mark.usefixtures("trusted")
def test_mails_and_password_go_through_tls_from_the_first_byte(
    make_site: MakeSite,
    post: Post,
    guarded: Guarded,
    account: Account,
    tls_context: ssl.SSLContext,
) -> None:
    port = guarded(ssl_context=tls_context)
    booked(make_site, f"smtps://user:p%40ss@127.0.0.1:{port}")
    assert len(post.messages) == 2
    assert [password for password, _ in account.seen] == [b"p@ss"] * 2


def test_a_server_with_a_certificate_of_its_own_making_gets_neither_mail_nor_password(
    make_site: MakeSite, post: Post, guarded: Guarded, account: Account, tls_context: ssl.SSLContext
) -> None:
    port = guarded(tls_context=tls_context)
    site = booked(make_site, f"smtp://user:p%40ss@127.0.0.1:{port}")
    assert post.messages == []
    assert account.seen == []
    assert set(outcomes(site).values()) == {None}


def test_a_wrong_password_loses_nothing_and_is_told_to_nobody(
    make_site: MakeSite, post: Post, guarded: Guarded, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    site = booked(make_site, f"smtp://user:mistyped@127.0.0.1:{guarded()}")
    assert post.messages == []
    assert {password for password, _ in account.seen} == {b"mistyped"}
    assert set(outcomes(site).values()) == {None}
    assert "535" in caplog.text
    assert "mistyped" not in caplog.text


def test_a_password_is_given_to_a_server_on_this_machine(
    make_site: MakeSite, post: Post, guarded: Guarded, account: Account
) -> None:
    booked(make_site, f"smtp://user:p%40ss@127.0.0.1:{guarded()}")
    assert len(post.messages) == 2
    assert account.seen == [(b"p@ss", False)] * 2


def test_a_password_does_not_travel_in_the_clear(
    make_site: MakeSite, post: Post, guarded: Guarded, account: Account
) -> None:
    """An address of this machine that we do not know for one stands for a server elsewhere."""
    site = booked(make_site, f"smtp://user:secret@127.0.0.2:{guarded('127.0.0.2')}")
    assert post.messages == []
    assert account.seen == []
    assert set(outcomes(site).values()) == {None}


Say = Callable[[socket.socket, Callable[[], bytes]], None]


@contextmanager
def speaking(say: Say) -> Iterator[int]:
    """Run a server that says what it is told to, and give its port."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):  # hung up on, as is tested
                say(self.request, self.rfile.readline)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def drip(connection: socket.socket, _: Callable[[], bytes]) -> None:
    """Greet one letter at a time, for ever."""
    while True:
        connection.sendall(b"2")
        threading.Event().wait(0.1)


def silence(_: socket.socket, readline: Callable[[], bytes]) -> None:
    """Take the connection and say nothing."""
    readline()


def rude(connection: socket.socket, readline: Callable[[], bytes]) -> None:
    """Take the mail, and hang up at the goodbye."""
    connection.sendall(b"220 here\r\n")
    while line := readline():
        command = line.split()[0].upper()
        if command == b"QUIT":
            return
        if command == b"DATA":
            connection.sendall(b"354 go on\r\n")
            while readline() not in (b".\r\n", b""):
                pass
            connection.sendall(b"250 taken\r\n")
        else:
            connection.sendall(b"500 what?\r\n" if command == b"EHLO" else b"250 fine\r\n")


def letter() -> EmailMessage:
    """Return a mail."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@site.example", BOB, "Hello"
    message.set_content("Hello.")
    return message


@pytest.mark.parametrize("say", [drip, silence])
def test_a_server_that_is_too_slow_is_hung_up_on_before_the_mail_is_anyone_elses(make_site: MakeSite, say: Say) -> None:
    with speaking(say) as port:
        site = make_site(ZOOM_SMTP_URL=f"smtp://127.0.0.1:{port}", ZOOM_MAIL_FROM="a@site.example")
        began = time.monotonic()
        with pytest.raises((OSError, mailers.Unsent)):
            mailers.post(site.state, letter(), datetime.now(UTC) + timedelta(seconds=6))
        assert time.monotonic() - began < 6


def test_a_mail_that_was_taken_is_not_sent_again_because_the_goodbye_failed(make_site: MakeSite) -> None:
    with speaking(rude) as port:
        site = booked(make_site, f"smtp://127.0.0.1:{port}")
        assert set(outcomes(site).values()) == {"sent"}


def test_nothing_watches_a_server_any_more_when_the_mail_has_left(make_site: MakeSite, smtp_port: int) -> None:
    site = booked(make_site, f"smtp://127.0.0.1:{smtp_port}")
    assert set(outcomes(site).values()) == {"sent"}
    watchers = [one for one in threading.enumerate() if one.name.startswith("mail server")]
    for one in watchers:
        one.join(5)
    assert not any(one.is_alive() for one in watchers)
