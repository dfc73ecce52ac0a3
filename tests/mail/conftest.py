"""A real SMTP server on this machine, and a site that sends its mails there."""

import email.policy
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from sqlalchemy import ColumnElement, select, update

from tests.fixtures.servers import free_port
from tests.fixtures.site import MakeSite, Site
from tests.fixtures.site_app import create_app, prepare
from zoom_blueprint.state import EXTENSION, State
from zoom_blueprint.store import models


class Post:
    """What came in at the server: who sent it to whom, and the messages."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.answer = ""  # anything but a 250 refuses the message
        self.refused: dict[str, str] = {}

    async def handle_RCPT(  # noqa: N802 - the server's own name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, unless told otherwise."""
        del server, session, options
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the message, unless told otherwise."""
        del server, session
        if self.answer:
            return self.answer
        self.envelopes.append(envelope)
        return "250 OK"

    @property
    def messages(self) -> list[EmailMessage]:
        """The messages, the first one first."""
        parser = BytesParser(policy=email.policy.default)
        return [parser.parsebytes(one.content) for one in self.envelopes if isinstance(one.content, bytes)]

    def to(self, address: str) -> list[EmailMessage]:
        """Return the messages whose To names an address."""
        return [one for one in self.messages if address in str(one["To"])]

    def clear(self) -> None:
        """Forget what came so far."""
        self.envelopes.clear()


@pytest.fixture
def database_kind() -> str:
    """Run on SQLite: what is stored has its own tests."""
    return "sqlite"


@pytest.fixture
def post() -> Post:
    """What comes in."""
    return Post()


@pytest.fixture
def smtp_port(post: Post) -> Iterator[int]:
    """Run the server."""
    server = Controller(post, hostname="127.0.0.1", port=free_port())
    server.start()
    yield server.port
    server.stop()


@pytest.fixture
def mailing(make_site: MakeSite, smtp_port: int) -> Site:
    """Serve a site that sends mails, whose host is not connected yet."""
    return make_site(ZOOM_SMTP_URL=f"smtp://127.0.0.1:{smtp_port}", ZOOM_MAIL_FROM="Bookings <bookings@site.example>")


@pytest.fixture
def site(mailing: Site) -> Site:
    """Serve a site that sends mails, whose host ada is connected."""
    mailing.connect()
    return mailing


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Return an app that writes mails and sends none."""
    address = f"sqlite:///{tmp_path_factory.mktemp('mails') / 'app.db'}"
    prepare(address)
    made, _ = create_app(
        {
            "SQLALCHEMY_DATABASE_URI": address,
            "ZOOM_PUBLIC_URL": "https://site.example",
            "ZOOM_CLIENT_ID": "client",
            "ZOOM_CLIENT_SECRET": "secret",
            "ZOOM_WEBHOOK_SECRETS": "secret",
            "ZOOM_MAIL_FROM": "Bookings <bookings@site.example>",
            "ZOOM_WORKER": "off",
        }
    )
    yield made
    state: State = made.extensions[EXTENSION]
    state.database.dispose()
    with made.app_context():
        made.extensions["sqlalchemy"].engine.dispose()


@pytest.fixture
def state(app: Flask) -> Iterator[State]:
    """Return what the services work with."""
    with app.app_context():
        found: State = app.extensions[EXTENSION]
        yield found


def send_all(site: Site) -> None:
    """Work everything off, also what is to leave later, but for reminders."""
    site.drain()
    _make_due(site, ~models.Delivery.subscriber.contains(":remind:"))
    site.drain()


def remind(site: Site, minutes: int) -> None:
    """Send the reminders that leave so many minutes before their bookings start."""
    _make_due(site, models.Delivery.subscriber.endswith(f":remind:{minutes}"))
    site.drain()


def outcomes(site: Site, *which: ColumnElement[bool]) -> dict[str, str | None]:
    """Return what became of each mail that is owed, but for reminders, by its subscriber."""
    delivery = models.Delivery
    query = select(delivery.subscriber, delivery.outcome).where(
        delivery.subscriber.startswith("mail:"), ~delivery.subscriber.contains(":remind:"), *which
    )
    return site.state.database.read(lambda session: {row[0]: row[1] for row in session.execute(query)})


def _make_due(site: Site, which: ColumnElement[bool]) -> None:
    delivery = models.Delivery
    due = update(delivery).where(which, delivery.due_at.is_not(None)).values(due_at=datetime.now(UTC), claim=None)
    site.state.database.write(lambda session: session.execute(due))
