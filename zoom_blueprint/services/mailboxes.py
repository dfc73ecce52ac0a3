"""Mailboxes: how often people are written to for what a host does, by a page or by a program."""

from collections.abc import Iterable

from zoom_blueprint.services import limits
from zoom_blueprint.state import State

FOR_HOSTS = "40 per hour; 100 per day"
# Gmail reads no dots in a name, Proton neither dots nor hyphens nor underscores.
_UNREAD = str.maketrans("", "", ".-_")
_SAME_DOMAINS = {"googlemail.com": "gmail.com", "protonmail.com": "proton.me", "pm.me": "proton.me"}


def of(mail: str) -> str:
    """Return where a mail arrives, for counting: that for ``b.ob+zoom@googlemail.com`` at ``bob@gmail.com``.

    That two people whose addresses differ by a dot elsewhere are counted as one does less harm than telling one person
    a hundred times over.
    """
    local, _, domain = mail.lower().partition("@")
    name = local.partition("+")[0].translate(_UNREAD)
    return f"{name}@{_SAME_DOMAINS.get(domain, domain)}"


def retold(state: State, mails: Iterable[str]) -> dict[str, str]:
    """Return the limits of people whom a host tells of a change."""
    return {limits.name(state, "invited", mailbox): FOR_HOSTS for mailbox in map(of, mails)}


def invited(state: State, host_id: str, mails: Iterable[str]) -> dict[str, str]:
    """Return the limits of people for whom a host books, and of the host's bookings for somebody."""
    return retold(state, mails) | {limits.name(state, "inviting", host_id): state.config.host_limits}
