"""The stable codes by which actions fail, and what comes with each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from zoom_blueprint.errors import ZoomBlueprintError


class Code(StrEnum):
    """Why an action failed; programs decide by it, and it stays when words change."""

    UNAUTHORIZED = "unauthorized"
    PERMISSION_DENIED = "permission_denied"
    CONNECTION_LOST = "connection_lost"
    MEETING_NOT_FOUND = "meeting_not_found"
    NOT_FOUND = "not_found"
    INVALID_INPUT = "invalid_input"
    INVALID_TIME = "invalid_time"
    SLOT_TAKEN = "slot_taken"
    BOOKING_ENDED = "booking_ended"
    BOOKING_REFUSED = "booking_refused"
    ZOOM_REFUSED = "zoom_refused"
    KEY_REUSED = "key_reused"
    IN_PROGRESS = "in_progress"
    RATE_LIMITED = "rate_limited"
    ZOOM_UNAVAILABLE = "zoom_unavailable"
    SITE_UNAVAILABLE = "site_unavailable"
    INTERNAL_ERROR = "internal_error"


MEANS: Final = {
    Code.UNAUTHORIZED: "no key, or one that is revoked, expired or unknown",
    Code.PERMISSION_DENIED: "the key may not do this, or Zoom lacks a permission; scopes name it",
    Code.CONNECTION_LOST: "Zoom is not connected (any more); send the host to reconnect_url",
    Code.MEETING_NOT_FOUND: "Zoom has no such meeting",
    Code.NOT_FOUND: "there is no such booking, event type or connection",
    Code.INVALID_INPUT: "errors name the fields; bodies that are no JSON object are a 400, 413 or 415",
    Code.INVALID_TIME: "the start is past (a booking's is slot_taken then), has no offset, or is no time",
    Code.SLOT_TAKEN: "choose another of list_slots",
    Code.BOOKING_ENDED: "it is cancelled or over",
    Code.BOOKING_REFUSED: "the site's own rule refuses it",
    Code.ZOOM_REFUSED: "Zoom does not take what was given",
    Code.KEY_REUSED: "the idempotency key came with another input before",
    Code.IN_PROGRESS: "the first call with this key has not ended; repeat it in some seconds",
    Code.RATE_LIMITED: (
        "too many calls, or too many mails to one person; repeat it at retry_at (short waits are waited out)"
    ),
    Code.ZOOM_UNAVAILABLE: "Zoom did not answer; repeat it with the same key",
    Code.SITE_UNAVAILABLE: "the database is away; repeat it in some seconds",
    Code.INTERNAL_ERROR: "the site's fault; its log says more",
}
"""What each code means, for who writes a program."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why an action was not done: ``message`` says what happened, ``remedy`` what to do.

    ``retry``: the same call again can help, from ``retry_at`` on where that is known. ``reconnect_url`` is the page on
    which the host connects Zoom again, ``scopes`` what is missing (of Zoom's, or of the key's actions), and ``errors``
    are sentences by the input's fields.
    """

    code: Code
    message: str
    remedy: str
    retry: bool = False
    retry_at: datetime | None = None
    reconnect_url: str | None = None
    scopes: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)

    def members(self) -> dict[str, object]:
        """Return what is told of it: everything but what is empty."""
        return {name: value for name, value in vars(self).items() if value not in (None, (), {})}


class ActionFailed(ZoomBlueprintError):
    """An action was not done; ``problem`` says why in a way that programs understand."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.message} {problem.remedy}".strip())
        self.problem = problem
