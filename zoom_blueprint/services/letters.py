"""Letters: one mail made of its two templates, in its reader's language, to one recipient."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from functools import partial
from urllib.parse import urlsplit

from markupsafe import Markup

from zoom_blueprint.languages import Language
from zoom_blueprint.scheduling.invitation import Method
from zoom_blueprint.services import headers
from zoom_blueprint.services.outcomes import Outcome
from zoom_blueprint.state import State

_GAP = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Letter:
    """A mail that is ready to leave, and the outcome to record when it has left."""

    message: EmailMessage
    outcome: Outcome = Outcome.SENT


def write(
    state: State,
    delivery_id: str,
    template: str,
    to: Address,
    language: Language,
    *,
    reply_to: Address | None = None,
    **context: object,
) -> EmailMessage:
    """Return the mail whose text is ``mail/<template>.txt``, its first line the subject, and whose page the ``.html``.

    Both templates say their texts by ``_`` and ``count``, as pages do. The same delivery gives the same Message-ID, so
    that a mail which is sent twice after a crash is known as one.
    """
    path = f"zoom_blueprint/mail/{template}"
    context |= {"language": language, "_": language.say, "count": language.count}
    context["dashboard_url"] = f"{state.links.base}/"
    text = state.render(f"{path}.txt", **context)
    subject, _, body = text.lstrip().partition("\n")
    sender = state.config.mail_from
    domain = parseaddr(sender or "")[1].rpartition("@")[2] or urlsplit(state.config.public_url).hostname
    message = EmailMessage(policy=headers.POLICY)
    message["Subject"] = _one_line(subject)
    if sender:
        message["From"] = sender
    message["To"] = [to]
    if reply_to is not None:
        message["Reply-To"] = reply_to
    message["Date"] = datetime.now(UTC)
    message["Message-ID"] = f"<{delivery_id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_GAP.sub("\n\n", body.strip()) + "\n")
    context |= {"subject": subject, "_": partial(_say_isolated, language)}
    message.add_alternative(state.render(f"{path}.html", **context), subtype="html")
    return message


def mailbox(name: str, mail: str) -> Address:
    """Return an address as headers have it; nothing in a name can begin another header."""
    return Address(_one_line(name), addr_spec=mail)


def attach(message: EmailMessage, calendar: bytes, method: Method) -> None:
    """Add a calendar file; its type names the method, too (RFC 6047, 2.4)."""
    message.add_attachment(
        calendar,
        maintype="text",
        subtype="calendar",
        filename="invite.ics",
        params={"method": method, "charset": "utf-8"},
    )


def _say_isolated(language: Language, text: str, **values: object) -> str:
    """Say a text on a page; what is put in, as a name, is read in its own direction and disturbs no other word's."""
    isolated = {
        name: Markup("<bdi>{}</bdi>").format(value) if type(value) is str else value for name, value in values.items()
    }
    return language.say(text, **isolated)


def _one_line(text: str) -> str:
    # In headers "=?utf-8?q?=0D=0A...?=" is read as what it stands for: line breaks by another way.
    return " ".join(text.split()).replace("=?", "= ?")
