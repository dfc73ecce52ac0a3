"""What is ours to say no to, and what stops the app at its start."""

from collections.abc import Mapping


class ConfigurationError(Exception):
    """A ``ZOOM_*`` key is missing or malformed; the message names the key and says what to set."""


class ZoomBlueprintError(Exception):
    """The root of everything this package raises while it runs."""


class BadInput(ZoomBlueprintError):
    """Name every field that is wrong: ``errors`` maps a field's name to a sentence for the person who typed it."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {message}" for field, message in errors.items()))
        self.errors = dict(errors)


class CodeNeeded(BadInput):
    """The visitor has to send the code that was just mailed; ``errors`` says so of ``code``."""


class ProofNeeded(BadInput):
    """The visitor's browser has to send a proof of work, no mail can carry a code; ``errors`` says so of ``proof``."""


class BadSignature(ZoomBlueprintError):
    """A webhook is unsigned, wrongly signed, too old or ahead of the clock; the text says which, for our log."""


class BadLink(ZoomBlueprintError):
    """A signed link or token was not made by us, or was changed on the way."""


class ExpiredLink(BadLink):
    """A signed token was made by us and is too old."""


class NotFound(ZoomBlueprintError):
    """There is no such thing, or it belongs to somebody else."""


class NotOpen(NotFound):
    """What was asked for exists, and cannot be booked at the moment."""


class BookingError(ZoomBlueprintError):
    """A booking could not be made or changed; nothing was written."""


class SlotTaken(BookingError):
    """The chosen start is not offered, or not any more."""


class BookingRefused(BookingError):
    """Raise this in ``before_booking`` to refuse a booking; the text is shown to the visitor."""


class SiteRefused(BookingError):
    """The page that asks is of a site on which the host's buttons do not work; the text says where to book instead."""


class BookingEnded(BookingError):
    """The booking is cancelled, declined or past and can no longer be changed."""


class KeyReused(BookingError):
    """The idempotency key was used before with another body."""


class ConnectError(ZoomBlueprintError):
    """A connection attempt failed; the text tells the host what happened and what to press."""


class NotConnected(ZoomBlueprintError):
    """The host has no working connection to Zoom."""


class StoreUnavailable(ZoomBlueprintError):
    """The database refused us or kept us waiting too long; the same call may go through later."""


class TablesMissing(StoreUnavailable):
    """Our tables are not there, or older than this release; the text names the command that makes them."""

    def __init__(self) -> None:
        super().__init__(
            "The tables of zoom_blueprint are missing, or older than this release. Run: flask zoom upgrade"
        )


class TablesNewer(StoreUnavailable):
    """Our tables are of a later release, which this one cannot bring anywhere; the text says what to install."""

    def __init__(self) -> None:
        super().__init__(
            "The tables of zoom_blueprint are newer than this release. Install the release that made them, "
            "or a later one."
        )
