"""All mails of a site in one folder, whichever of its processes sent them."""

import email.policy
import time
import uuid
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import NamedTuple


class Mail(NamedTuple):
    """One mail as its reader sees it."""

    to: str
    subject: str
    text: str
    id: str


class Mails:
    """The folder; a mail is there wholly or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)

    def take(self, message: EmailMessage) -> None:
        """Keep one mail, as a ``mailer`` hook."""
        name = f"{time.time_ns():020}-{uuid.uuid4().hex}"
        draft = self._folder / f"{name}.draft"
        draft.write_bytes(message.as_bytes())
        draft.rename(self._folder / f"{name}.eml")

    def read(self) -> list[Mail]:
        """Return all mails, the first one first."""
        parser = BytesParser(policy=email.policy.default)
        found = []
        for path in sorted(self._folder.glob("*.eml")):
            message = parser.parsebytes(path.read_bytes())
            body = message.get_body(("plain",))
            text = body.get_content() if body is not None else ""
            found.append(Mail(str(message["To"]), str(message["Subject"]), text, str(message["Message-ID"])))
        return found
