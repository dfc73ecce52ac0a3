"""Outcomes: what became of a delivery, as its row remembers it."""

from enum import StrEnum


class Outcome(StrEnum):
    """How a delivery ended; with those that begin with "sent" a mail left."""

    CALLED = "called"
    NO_HOOK = "no such hook any more"
    SENT = "sent"
    WITHOUT_LINK = "sent without link"
    LINK_DIED = "sent with a link that died"
    EACH_GUEST = "one for each guest"
    NOT_NEEDED = "not needed"
    SUPERSEDED = "superseded"
    TOO_LATE = "too late"
    REFUSED = "refused for good"
    ARRIVED = "arrived"
    UNDELIVERED = "given up"
    NO_ENDPOINT = "no such endpoint any more"
    ENDPOINT_OFF = "nothing is sent there"
