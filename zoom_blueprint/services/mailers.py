"""The way out for mails: the host app's ``mailer`` hook, or SMTP."""

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

from zoom_blueprint.errors import ConfigurationError
from zoom_blueprint.readings import LOOPBACK
from zoom_blueprint.state import State

_SECONDS = 15
_TO_RECORD = timedelta(seconds=5)
"""How much of a claim is left for recording that the mail has left."""
_DEFAULT_PORTS = {"smtp": 587, "smtps": 465}
# RFC 3463: the mail system, the protocol or its policy, or the sender's address: nothing that is the recipient's.
_NOT_THE_RECIPIENTS = re.compile(r"5\.(?:[3567]\.|1\.[78]\b)")


class Unsent(Exception):
    """The mail server does not take this mail now; the words name nobody."""


class Refused(Unsent):
    """The mail server does not know the recipient, and will not at the next try either."""


def post(state: State, message: EmailMessage, until: datetime) -> None:
    """Hand one mail to one recipient over; whatever the hook or the server raises is the caller's to retry.

    By SMTP it is done ``until`` then or never: whoever claims the mail next must not meet it still under way.

    Raises:
        Refused: the recipient is refused for good.
        Unsent: the server refuses for another reason, or for now.
        ConfigurationError: there is neither a ``mailer`` hook nor ``ZOOM_SMTP_URL``.
    """
    try:
        if state.hooks.mailer is not None:
            state.hooks.mailer(message)
        elif state.config.smtp_url is not None:
            _by_smtp(state.config.smtp_url, message, until - _TO_RECORD)
        else:
            raise ConfigurationError("There is no way to send mail. Set ZOOM_SMTP_URL and ZOOM_MAIL_FROM.")
    except smtplib.SMTPRecipientsRefused as error:
        ((code, words), *_) = error.recipients.values()
        raise _refusal(code, words) from None  # the error itself names the address
    except smtplib.SMTPResponseException as error:
        raise Unsent(f"the mail server answered {error.smtp_code}") from None


def _refusal(code: int, words: bytes | str) -> Unsent:
    said = words.decode(errors="replace") if isinstance(words, bytes) else words
    is_final = 550 <= code < 560 and _NOT_THE_RECIPIENTS.match(said) is None
    return (Refused if is_final else Unsent)(f"the mail server refused the recipient with {code}")


class _Server(smtplib.SMTP):
    """A mail server that is hung up on when its time is over, whatever we wait for then."""

    def __init__(self, host: str, port: int, *, seconds: float, **options: Any) -> None:
        self._is_closed = threading.Event()
        threading.Thread(target=self._watch, args=(seconds,), name="mail server watch", daemon=True).start()
        try:
            super().__init__(host, port, timeout=_SECONDS, **options)
        except BaseException:
            self._is_closed.set()
            raise

    def close(self) -> None:
        """Close the connection, and watch it no more."""
        self._is_closed.set()
        super().close()

    def _watch(self, seconds: float) -> None:
        while not self._is_closed.wait(max(seconds, 0)):
            seconds = 1  # it may not be connected yet
            connection = self.sock
            if connection is not None:
                with suppress(OSError):  # closed meanwhile
                    # Not a TLS connection's own way, which takes its state away under whoever reads from it.
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)


class _SealedServer(_Server, smtplib.SMTP_SSL):
    """The same, with TLS from the first byte."""


def knock(address: str, seconds: float) -> str:
    """Greet the mail server and sign in, without sending anything; return what was seen.

    Raises:
        Unsent: it answered, and not as it should.
        OSError: it cannot be reached.
        ConfigurationError: there is a password, and nothing to hide it by.
    """
    try:
        with _opened(address, datetime.now(UTC) + timedelta(seconds=seconds)) as server:
            is_sealed = isinstance(server.sock, ssl.SSLSocket)
            return f"answers{', signed in' if urlsplit(address).username else ''}{', by TLS' if is_sealed else ''}"
    except smtplib.SMTPResponseException as error:
        raise Unsent(f"the mail server answered {error.smtp_code}") from None


def _by_smtp(address: str, message: EmailMessage, until: datetime) -> None:
    with _opened(address, until) as server:
        server.send_message(message)
        with suppress(smtplib.SMTPException):  # the mail has left; a goodbye that fails must not send it again
            server.quit()


@contextmanager
def _opened(address: str, until: datetime) -> Iterator[_Server]:
    """Hand out a server that has been greeted, sealed if it can be, and told who we are."""
    parts = urlsplit(address)
    host, port = parts.hostname or "localhost", parts.port or _DEFAULT_PORTS[parts.scheme]
    is_sealed = parts.scheme == "smtps"
    seconds = (until - datetime.now(UTC)).total_seconds()
    server = (
        _SealedServer(host, port, seconds=seconds, context=ssl.create_default_context())
        if is_sealed
        else _Server(host, port, seconds=seconds)
    )
    try:
        server.ehlo()
        if not is_sealed and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
            is_sealed = True
        if parts.username:
            if not is_sealed and host not in LOOPBACK:
                raise ConfigurationError("ZOOM_SMTP_URL names a password, and the server offers no TLS to send it by.")
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server
    finally:
        server.close()
