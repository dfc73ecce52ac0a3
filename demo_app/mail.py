"""The mail sink: a real SMTP server on this machine that keeps what it gets as files, and reads them back."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

_NAME = re.compile(r"[0-9]{20}")


@dataclass(frozen=True)
class Mail:
    """A received mail; ``html`` and ``calendar`` are None when it has none."""

    name: str
    subject: str
    sender: str
    to: str
    text: str
    html: str | None
    calendar: str | None


class Sink:
    """Keep every mail as a file in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's
        """Store one mail; its name sorts by time."""
        del server, session
        moment = f"{int(datetime.now(UTC).timestamp() * 1_000_000):020d}"
        content = envelope.original_content or b""
        (self.folder / f"{moment}.eml").write_bytes(content)
        return "250 Kept"


def start(folder: Path, port: int) -> Controller:
    """Start the sink on a port of 127.0.0.1."""
    controller = Controller(Sink(folder), hostname="127.0.0.1", port=port)
    controller.start()
    return controller


def received(folder: Path) -> list[Mail]:
    """Return all mails, the newest first."""
    return [_read(file) for file in sorted(folder.glob("*.eml"), reverse=True)]


def one(folder: Path, name: str) -> Mail | None:
    """Return one mail by its name."""
    file = folder / f"{name}.eml"
    return _read(file) if _NAME.fullmatch(name) and file.exists() else None


def _read(file: Path) -> Mail:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    return Mail(
        name=file.stem,
        subject=message["Subject"] or "",
        sender=message["From"] or "",
        to=message["To"] or "",
        text=_part(message, "text/plain") or "",
        html=_part(message, "text/html"),
        calendar=_part(message, "text/calendar"),
    )


def _part(message: EmailMessage, kind: str) -> str | None:
    for part in message.walk():
        if part.get_content_type() == kind:
            content = part.get_content()
            return content if isinstance(content, str) else content.decode()
    return None
