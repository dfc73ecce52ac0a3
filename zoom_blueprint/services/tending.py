"""Tending of connections: tokens renewed before anybody waits, accounts checked, meetings compared with Zoom's list."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from zoom_blueprint.errors import NotConnected
from zoom_blueprint.services import comparisons, duties, health, tokens, troubles
from zoom_blueprint.services.connections import IDLE_AFTER, REFRESH_BEFORE
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionStatus, Provider

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_KEPT_ALIVE_EVERY = timedelta(days=30)
_SOONEST = timedelta(minutes=1)
_SPREAD = 0.05


@dataclass(frozen=True)
class _Seen:
    """What decides about the next tending, as read in one transaction."""

    works: bool
    is_zoom: bool
    may_mend: bool
    is_lost: bool
    has_upcoming: bool
    expires_at: datetime
    refreshed_at: datetime
    last_call_at: datetime | None
    checked_at: datetime | None
    compared_at: datetime | None

    def is_used(self, now: datetime) -> bool:
        """Somebody may soon need the token: there are bookings to come, or there was a call within a day.

        Google's is needed all the time, to see when the host is busy.
        """
        return (
            not self.is_zoom
            or self.has_upcoming
            or (self.last_call_at is not None and now - self.last_call_at <= IDLE_AFTER)
        )

    def refresh_at(self, now: datetime) -> datetime:
        """When the worker renews the token; an idle connection is kept alive only."""
        kept_alive = self.refreshed_at + _KEPT_ALIVE_EVERY
        return min(self.expires_at - REFRESH_BEFORE, kept_alive) if self.is_used(now) else kept_alive

    def check_at(self, now: datetime) -> datetime:
        """When the account is looked at: daily, hourly while somebody may be mending it there."""
        return now if self.checked_at is None else self.checked_at + (_HOUR if self.may_mend else _DAY)

    def compare_at(self, now: datetime) -> datetime | None:
        """When our meetings are compared with Zoom's, or None when there is nothing to compare."""
        if not (self.works and self.has_upcoming):
            return None
        return now if self.compared_at is None else self.compared_at + comparisons.EVERY


def tend(state: State, connection_id: str) -> datetime | None:
    """Do what is due for a connection and return when to come back; None when it is cut, and nobody is asked.

    Raises:
        ProviderError: there was no answer; come back later.
    """
    seen = state.database.read(lambda session: _read(session, connection_id))
    may_ask = seen is not None and not seen.is_lost
    if seen is not None and may_ask:
        try:
            _do(state, connection_id, seen)
        except NotConnected:  # lost or cut while we were at it, or of another Zoom app
            may_ask = False
        seen = state.database.read(lambda session: _read(session, connection_id))
    if seen is None:
        return None
    now = datetime.now(UTC)
    # With nothing to ask with, only the host can help, whose reconnecting wakes us by itself.
    return _again_at(seen, now) if may_ask else now + _DAY


def see_to_all(state: State) -> int:
    """Have every connection tended whose tending stopped or never began; return how many."""
    duty = models.Duty
    tended = select(duty.id).where(duty.name == DutyName.TEND, duty.subject == models.Connection.id)
    forgotten = select(models.Connection.id).where(
        models.Connection.status != ConnectionStatus.INACTIVE,
        ~tended.where(or_(duty.due_at.is_not(None), duty.claim.is_not(None))).exists(),
    )
    found = state.database.read(lambda session: session.scalars(forgotten).all())

    def work(session: Session) -> None:
        for connection_id in found:
            duties.want(session, DutyName.TEND, connection_id, datetime.now(UTC))

    if found:
        state.database.write(work)
    return len(found)


def _do(state: State, connection_id: str, seen: _Seen) -> None:
    now = datetime.now(UTC)
    if seen.refresh_at(now) <= now:
        tokens.fresh(state, connection_id, margin=REFRESH_BEFORE)
    if seen.check_at(now) <= now:
        health.examine(state, connection_id)
    compare_at = seen.compare_at(now)
    if compare_at is not None and compare_at <= now:
        comparisons.compare(state, connection_id)


def _again_at(seen: _Seen, now: datetime) -> datetime:
    """Return the next time, spread a little so that hosts who connected together do not wake together for ever."""
    times = [seen.refresh_at(now), seen.check_at(now)]
    compare_at = seen.compare_at(now)
    if compare_at is not None:
        times.append(compare_at)
    pause = max(_SOONEST, min(times) - now)
    return now + pause * random.uniform(1 - _SPREAD, 1.0)  # noqa: S311  # spreading load, not a secret


def _read(session: Session, connection_id: str) -> _Seen | None:
    row = session.get(models.Connection, connection_id)
    grant = session.get(models.Grant, connection_id)
    if row is None or grant is None or row.status == ConnectionStatus.INACTIVE:
        return None
    upcoming = select(models.Meeting.id).where(comparisons.followed(connection_id, datetime.now(UTC)))
    is_zoom = row.provider == Provider.ZOOM
    return _Seen(
        works=row.status == ConnectionStatus.ACTIVE,
        is_zoom=is_zoom,
        may_mend=row.reason in troubles.MENDED_THERE,
        is_lost=grant.lost_at is not None,
        has_upcoming=is_zoom and session.scalar(upcoming.limit(1)) is not None,
        expires_at=grant.expires_at,
        refreshed_at=grant.refreshed_at,
        last_call_at=row.last_call_at,
        checked_at=row.checked_at,
        compared_at=row.compared_at,
    )
