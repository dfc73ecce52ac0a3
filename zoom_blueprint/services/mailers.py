"""The way out for mails: the host app's ``mailer`` hook, or SMTP."""

import logging
import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from zoom_blueprint.config import LOOPBACK
from zoom_blueprint.errors import ConfigurationError
from zoom_blueprint.state import State

_SECONDS = 15
_log = logging.getLogger(__name__)
_DEFAULT_PORTS = {"smtp": 587, "smtps": 465}


def post(state: State, message: EmailMessage) -> None:
    """Hand one mail over; whatever the hook or the server raises is the caller's to retry.

    Raises:
        ConfigurationError: there is neither a ``mailer`` hook nor ``ZOOM_SMTP_URL``.
    """
    if state.hooks.mailer is not None:
        state.hooks.mailer(message)
    elif state.config.smtp_url is not None:
        _by_smtp(state.config.smtp_url, message)
    else:
        raise ConfigurationError("There is no way to send mail. Set ZOOM_SMTP_URL and ZOOM_MAIL_FROM.")


def _by_smtp(address: str, message: EmailMessage) -> None:
    parts = urlsplit(address)
    host, port = parts.hostname or "localhost", parts.port or _DEFAULT_PORTS[parts.scheme]
    is_sealed = parts.scheme == "smtps"
    server = (
        smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=ssl.create_default_context())
        if is_sealed
        else smtplib.SMTP(host, port, timeout=_SECONDS)
    )
    with server:
        server.ehlo()
        if not is_sealed and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
            is_sealed = True
        if parts.username:
            if not is_sealed and host not in LOOPBACK:
                raise ConfigurationError("ZOOM_SMTP_URL names a password, and the server offers no TLS to send it by.")
            server.login(unquote(parts.username), unquote(parts.password or ""))
        if refused := server.send_message(message):
            _log.warning("the mail server refused %d of a mail's recipients", len(refused))
