"""Examinations: what Zoom or Google says when it is asked how an account stands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar

from zoom_blueprint.errors import (
    GoogleRejected,
    GoogleScopeMissing,
    GoogleUnauthorized,
    ZoomRejected,
    ZoomScopeMissing,
    ZoomUnauthorized,
)
from zoom_blueprint.healths import Unanswered
from zoom_blueprint.services import tokens
from zoom_blueprint.state import State
from zoom_blueprint.zoom_api.client import ListType, ZoomClient
from zoom_blueprint.zoom_api.payloads import ZoomUser
from zoom_blueprint.zoom_api.scopes import Action

T = TypeVar("T")
_NO_SUCH_USER = (1001, 1010)
_MAY_NOT_HOST = 3161
_NO_CALENDARS = "notACalendarUser"  # the account has none, or its administrator has turned them off
_UNASSIGNED = 4
_ONE_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What is kept of examinations, as JSON in the connection's row; nothing about the person."""

    account_active: bool | None = None
    may_host: bool | None = None
    clock_skew: int | None = None
    refused: tuple[str, ...] = ()
    checked_at: datetime | None = None
    unanswered_at: datetime | None = None
    unanswered: Unanswered | None = None


@dataclass(frozen=True)
class Examined:
    """The findings of one examination, and who the account belongs to, if Zoom told."""

    findings: Findings
    user: ZoomUser | None


def examine(state: State, connection_id: str) -> Examined:
    """Ask Zoom who the user is and for the first page of their meetings; nothing is changed there.

    Raises:
        NotConnected: there is no access to ask with.
        ZoomError: Zoom gave no answer that says how the account stands.
    """
    refused: list[str] = []
    user, skew = None, None
    try:
        user, skew = tokens.with_zoom(state, connection_id, lambda zoom: _timed(zoom, zoom.me))
    except ZoomScopeMissing:
        refused.append(Action.READ_USER)
    except ZoomUnauthorized:
        # With a token that was renewed a moment ago: Zoom has nothing against the token, but against the user.
        return Examined(Findings(account_active=False), None)
    except ZoomRejected as error:
        if error.code not in _NO_SUCH_USER:
            raise
        return Examined(Findings(account_active=False), None)
    if user is not None and user.status == "inactive":
        return Examined(Findings(account_active=False, clock_skew=skew), user)
    may_host: bool | None = None
    try:
        tokens.with_zoom(state, connection_id, lambda zoom: next(zoom.list(ListType.UPCOMING), None))
        may_host = user is None or user.type != _UNASSIGNED
    except ZoomScopeMissing:
        refused.append(Action.LIST)
        may_host = None if user is None else user.type != _UNASSIGNED
    except ZoomRejected as error:
        if error.code != _MAY_NOT_HOST:
            raise
        may_host = False
    return Examined(
        Findings(
            account_active=True if user or Action.LIST not in refused else None,
            may_host=may_host,
            clock_skew=skew,
            refused=tuple(refused),
        ),
        user,
    )


def examine_google(state: State, connection_id: str) -> Examined:
    """Ask Google for the account's calendars; nothing is changed there.

    Raises:
        NotConnected: there is no access to ask with.
        GoogleError: Google gave no answer that says how the account stands.
    """
    from zoom_blueprint.google_api.scopes import Purpose

    try:
        tokens.with_google(state, connection_id, lambda google: next(google.calendars(), None))
    except GoogleScopeMissing:
        return Examined(Findings(refused=(Purpose.CALENDARS,)), None)
    except GoogleUnauthorized:  # with a token that was renewed a moment ago
        return Examined(Findings(account_active=False), None)
    except GoogleRejected as error:
        if error.reason != _NO_CALENDARS:
            raise
        return Examined(Findings(account_active=False), None)
    return Examined(Findings(account_active=True), None)


def _timed(zoom: ZoomClient, call: Callable[[], T]) -> tuple[T, int | None]:
    """Return what the call does, and how many seconds our clock is ahead of the ``Date`` header, as surely as it is."""
    began = datetime.now(UTC)
    answer = call()
    return answer, skew(began, datetime.now(UTC), zoom.last_date)


def skew(began: datetime, ended: datetime, date: str | None) -> int | None:
    """Return how many seconds our clock is ahead of a ``Date`` header that came between two instants of ours.

    That is as much as is sure; None when the header cannot be read.
    """
    try:
        theirs = parsedate_to_datetime(date or "")
        # Without a zone when the header said -0000.
        theirs = theirs.replace(tzinfo=UTC) if theirs.tzinfo is None else theirs.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if began > theirs + _ONE_SECOND:  # the header has whole seconds
        return round((began - theirs).total_seconds())
    return round((ended - theirs).total_seconds()) if ended < theirs else 0
