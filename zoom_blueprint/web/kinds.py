"""The kinds of errors: their status, their name in ``type`` of problem details, and what their readers are told."""

from http import HTTPStatus
from math import ceil
from typing import Final

from werkzeug.exceptions import HTTPException, MethodNotAllowed, default_exceptions

from zoom_blueprint.errors import (
    BadInput,
    BadLink,
    BookingEnded,
    BookingRefused,
    CodeNeeded,
    ConnectError,
    ExpiredLink,
    KeyReused,
    NotConnected,
    NotFound,
    NotOpen,
    ProofNeeded,
    SiteRefused,
    SlotTaken,
    StoreUnavailable,
    ZoomBlueprintError,
)
from zoom_blueprint.languages import Said, said, said_count

_MOST_MINUTES: Final = 120


class TooMany(ZoomBlueprintError):
    """A visitor's rate limit is reached; ``seconds`` until it is worth trying again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(_wait(seconds))
        self.seconds = seconds


def _wait(seconds: int) -> Said:
    """Say how long to wait, in the unit that people would count it in."""
    minutes = ceil(seconds / 60)
    if minutes <= _MOST_MINUTES:
        return said_count(
            "There were too many attempts. Please try again in {n} minute.",
            "There were too many attempts. Please try again in {n} minutes.",
            minutes,
        )
    return said_count(
        "There were too many attempts. Please try again in {n} hour.",
        "There were too many attempts. Please try again in {n} hours.",
        ceil(minutes / 60),
    )


_KINDS: tuple[tuple[type[ZoomBlueprintError], int, str, str], ...] = (
    (CodeNeeded, 422, "code-needed", said("Please confirm your mail address")),
    (ProofNeeded, 422, "proof-needed", said("Please try again with scripts allowed")),
    (BadInput, 422, "bad-input", said("Please check what you entered")),
    (ExpiredLink, 422, "token-expired", said("These times are too old")),
    (BadLink, 404, "bad-link", said("This link does not work")),
    (NotOpen, 404, "not-open", said("Not available at the moment")),
    (NotFound, 404, "not-found", said("Not found")),
    (SlotTaken, 409, "slot-taken", said("This time is taken")),
    (BookingEnded, 410, "booking-ended", said("This booking has ended")),
    (BookingRefused, 403, "booking-refused", said("This cannot be booked")),
    (SiteRefused, 403, "site-refused", said("This button does not work here")),
    (KeyReused, 422, "key-reused", said("Please start again")),
    (ConnectError, 400, "not-connected", said("Zoom was not connected")),
    (NotConnected, 409, "not-connected", said("Zoom is not connected")),
    (TooMany, 429, "too-many", said("Too many requests")),
    (StoreUnavailable, 503, "unavailable", said("Please try again in a moment")),
)

_NOT_FOR_VISITORS = {
    500: said("Something went wrong on our side. Please try again."),
    503: said("The site is busy at the moment. Please try again in a few seconds."),
}

_OF_HTTP = {
    400: (said("This request cannot be read"), said("Go back, reload the page and try again.")),
    404: (said("Not found"), said("There is nothing at this address. Check the link.")),
    405: (said("This cannot be done here"), said("Go back, reload the page and try again.")),
    413: (said("This is too much at once"), said("Send less.")),
    415: (said("This request cannot be read"), said("Go back, reload the page and try again.")),
    429: (said("Too many requests"), said("Please wait a moment and try again.")),
    500: (said("Something went wrong"), _NOT_FOR_VISITORS[500]),
    503: (said("Please try again in a moment"), _NOT_FOR_VISITORS[503]),
}


def http_words_for_programs(error: HTTPException) -> tuple[str, str]:
    """Return what ``http_words`` does, without a page to go back to."""
    title, detail = http_words(error)
    if isinstance(error, MethodNotAllowed):
        methods = sorted(set(error.valid_methods or ()) - {"HEAD", "OPTIONS"})
        detail = said("This address takes {methods} only.", methods=", ".join(methods))
    return title, detail


def kind_of(error: ZoomBlueprintError) -> tuple[int, str, str]:
    """Return status, kind and title of one of our errors."""
    for family, status, kind, title in _KINDS:
        if isinstance(error, family):
            return status, kind, title
    return 500, "unexpected", said("Something went wrong")


def words_of(error: Exception) -> str:
    """Return an error's text as it was made, to be said in a reader's language."""
    return str(error)


def told_of(error: ZoomBlueprintError, status: int) -> tuple[str, ...]:
    """Return the sentences that a visitor is told of an error; what only its operator can mend stays in the log."""
    if status in _NOT_FOR_VISITORS:
        return (_NOT_FOR_VISITORS[status],)
    return tuple(dict.fromkeys(error.errors.values())) if isinstance(error, BadInput) else (words_of(error),)


def http_words(error: HTTPException) -> tuple[str, str]:
    """Return title and detail of an HTTP error: what was said where it was raised, else a sentence of ours."""
    status = error.code or 500
    title, detail = _OF_HTTP.get(status, (error.name or HTTPStatus(status).phrase, error.description or ""))
    usual = default_exceptions.get(status, HTTPException).description
    is_own = error.description and error.description != usual
    return title, (error.description or "") if is_own else detail
