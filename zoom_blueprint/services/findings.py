"""Findings: what the doctor looked at, each under a name that never changes, with what was seen and what to do."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class Verdict(StrEnum):
    """``bad``: something has to be done. ``warn``: something is worth knowing, and works meanwhile."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


class Name(StrEnum):
    """Everything that is looked at."""

    PUBLIC_ADDRESS = "public address"
    KEYS = "keys"
    HOST_LOADER = "host_loader"
    SIGN_IN = "sign-in"
    SESSION = "session"
    MAIL = "mail"
    DATABASE = "database"
    AUTOGENERATE = "autogenerate"
    ZONES = "time zone data"
    SEALED = "sealed values"
    SIGN_OF_LIFE = "sign of life"
    DUE_WEBHOOKS = "due webhooks"
    DUE_MEETINGS = "due meetings"
    DUE_EVENTS = "due calendar events"
    DUE_DELIVERIES = "due deliveries"
    DUE_MESSAGES = "due messages to programs"
    DUE_DUTIES = "due duties"
    PARKED_MEETINGS = "parked meetings"
    PARKED_EVENTS = "parked calendar events"
    PARKED_DELIVERIES = "parked deliveries"
    PARKED_WEBHOOKS = "parked webhooks"
    FAILING = "failing deliveries"
    REFUSED = "refused mails"
    LAST_WEBHOOK = "last webhook"
    CALENDARS = "Google calendars"
    WEBHOOK = "webhook"
    CREDENTIALS = "Zoom credentials"
    GOOGLE = "Google credentials"
    CLOCK = "clock"
    MAIL_SERVER = "mail server"
    LIMITS = "limits"
    HOST = "host"


ASKED = (Name.WEBHOOK, Name.CREDENTIALS, Name.GOOGLE, Name.CLOCK, Name.MAIL_SERVER, Name.LIMITS)
"""What is only known by asking other machines."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at: ``words`` say what was seen, and ``to_do`` what to do about it."""

    name: Name
    state: Verdict
    words: str
    to_do: str | None = None

    @property
    def is_bad(self) -> bool:
        """Something has to be done."""
        return self.state is Verdict.BAD


def ok(name: Name, words: str) -> Finding:
    """Return a finding that all is right."""
    return Finding(name=name, state=Verdict.OK, words=words)


def warn(name: Name, words: str, to_do: str) -> Finding:
    """Return a finding that is worth knowing."""
    return Finding(name=name, state=Verdict.WARN, words=words, to_do=to_do)


def bad(name: Name, words: str, to_do: str) -> Finding:
    """Return a finding that something has to be done."""
    return Finding(name=name, state=Verdict.BAD, words=words, to_do=to_do)


def written(instant: datetime) -> str:
    """Return an instant as operators read it."""
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def counted(number: int, name: str) -> str:
    """Return so many of something."""
    return f"{number} {name}{'' if number == 1 else 's'}"
