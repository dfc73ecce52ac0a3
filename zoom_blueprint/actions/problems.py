"""Problems: what went wrong with an action, in codes for programs and in words that say what to do."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from zoom_blueprint import errors
from zoom_blueprint.actions.codes import ActionFailed, Code, Problem
from zoom_blueprint.services.action_calls import StillRunning
from zoom_blueprint.state import State

_MAY_NOT_HOST = 3161
_SECOND = timedelta(seconds=1)
_LOOK_FIRST: Final = "Repeat the call with the same Idempotency-Key; without one, look first whether it was done."
_RECONNECT: Final = "Send the host to reconnect_url to connect Zoom again."
_LOOK_THERE: Final = "Send the host to reconnect_url, which says what of Zoom or the calendar does not work."
_WAIT: Final = "Repeat the call at retry_at."
_ASK_OPERATOR: Final = "The site's operator finds out why in the log; `flask zoom doctor` says more."


def of(state: State, error: Exception) -> Problem:
    """Return what is told of an error that an action raised."""
    if isinstance(error, ActionFailed):
        return error.problem
    for family, tell in TOLD:
        if isinstance(error, family):
            problem = tell(error)
            break
    else:
        return Problem(
            code=Code.INTERNAL_ERROR, message="Something went wrong on the site's side.", remedy=_ASK_OPERATOR
        )
    if problem.code in (Code.CONNECTION_LOST, Code.PERMISSION_DENIED):
        return _with_way_back(state, problem)
    return problem


def invalid(errors: Mapping[str, str], remedy: str = "Correct the fields that errors names.") -> Problem:
    """Return what is told of an input, whose fields ``errors`` names; a start alone is a time."""
    code = Code.INVALID_TIME if set(errors) == {"start"} else Code.INVALID_INPUT
    message = " ".join(f"{name}: {text}" if name else text for name, text in errors.items())
    return Problem(code=code, message=message, remedy=remedy, errors=errors)


def not_allowed(action: str) -> Problem:
    """Return what is told to a program that may not do an action."""
    return Problem(
        code=Code.PERMISSION_DENIED,
        message=f"This program may not do {action}.",
        remedy="Use an API key that may, or have the host make one.",
        scopes=(action,),
    )


def too_many(message: str, seconds: int) -> Problem:
    """Return what is told to a program that asks too often."""
    return Problem(
        code=Code.RATE_LIMITED,
        message=message,
        remedy=_WAIT,
        retry=True,
        retry_at=datetime.now(UTC) + timedelta(seconds=seconds),
    )


def _with_way_back(state: State, problem: Problem) -> Problem:
    return Problem(**{**vars(problem), "reconnect_url": f"{state.links.base}/connection"})


def _bad_input(error: errors.BadInput) -> Problem:
    return invalid({name: str(text) for name, text in error.errors.items()})


def _limited(error: errors.RateLimited) -> Problem:
    return Problem(
        code=Code.RATE_LIMITED,
        message=str(error),
        remedy=_WAIT,
        retry=True,
        retry_at=error.retry_at or datetime.now(UTC) + _SECOND,
    )


def _scope_missing(error: errors.ScopeMissing) -> Problem:
    return Problem(
        code=Code.PERMISSION_DENIED,
        message=str(error),
        remedy="Send the host to reconnect_url to allow what scopes name: one of them will do.",
        scopes=tuple(getattr(error, "scopes", ())),
    )


def _rejected(error: errors.Rejected) -> Problem:
    if getattr(error, "code", None) == _MAY_NOT_HOST:
        return Problem(
            code=Code.PERMISSION_DENIED,
            message=str(error),
            remedy="The host's Zoom account may not host meetings: its administrator can allow it.",
        )
    return Problem(code=Code.ZOOM_REFUSED, message=str(error), remedy="Change what Zoom does not take.")


def _plain(code: Code, remedy: str, *, retry: bool = False) -> Callable[[Any], Problem]:
    return lambda error: Problem(code=code, message=str(error), remedy=remedy, retry=retry)


TOLD: tuple[tuple[type[Exception], Callable[[Any], Problem]], ...] = (
    (errors.BadInput, _bad_input),
    (errors.BadLink, _plain(Code.INVALID_INPUT, "Take the value from our last answer.")),
    (errors.SlotTaken, _plain(Code.SLOT_TAKEN, "Choose another one of list_slots.")),
    (errors.NotOpen, _plain(Code.CONNECTION_LOST, _LOOK_THERE)),
    (errors.NotFound, _plain(Code.NOT_FOUND, "Check the id or the slug.")),
    (errors.BookingEnded, _plain(Code.BOOKING_ENDED, "Make a new booking.")),
    (errors.BookingRefused, _plain(Code.BOOKING_REFUSED, "A rule of the site refuses it; its message says why.")),
    (
        StillRunning,
        _plain(Code.IN_PROGRESS, "Repeat it with the same key in some seconds.", retry=True),
    ),
    (errors.KeyReused, _plain(Code.KEY_REUSED, "Send a new Idempotency-Key with another input.")),
    (errors.NotConnected, _plain(Code.CONNECTION_LOST, _RECONNECT)),
    (errors.GrantLost, _plain(Code.CONNECTION_LOST, _RECONNECT)),
    (errors.Unauthorized, _plain(Code.CONNECTION_LOST, _RECONNECT)),
    (errors.ClientRefused, _plain(Code.CONNECTION_LOST, _ASK_OPERATOR)),
    (errors.ScopeMissing, _scope_missing),
    (errors.ZoomMeetingNotFound, _plain(Code.MEETING_NOT_FOUND, "Check the id: the meeting may be deleted.")),
    (errors.RateLimited, _limited),
    (errors.Rejected, _rejected),
    (
        errors.Unknown,
        _plain(Code.ZOOM_UNAVAILABLE, _LOOK_FIRST, retry=True),
    ),
    (errors.StoreUnavailable, _plain(Code.SITE_UNAVAILABLE, "Repeat the call in some seconds.", retry=True)),
)
