"""Clocks: how long a host may stay signed in on these pages while their Zoom is connected."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from zoom_blueprint.loading import turn
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionStatus, Provider

ASKED_BEFORE: Final = 300
"""So many seconds before its end the host is asked."""
ANSWER_SECONDS: Final = 15
"""So long an answer is waited for; each key and each touch begins it anew."""
_ON_ITS_WAY = 5


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One sign-in of a host, which ends at a moment in Unix seconds.

    ``asked_at`` is when the host was first told that it is over; ``is_leaving`` that they pressed sign-out, and
    ``after`` where that leads to, a path of the host app's or nothing.
    """

    host_id: str
    ends_at: float
    asked_at: float | None = None
    is_leaving: bool = False
    after: str = ""

    def left(self, now: float) -> int:
        """Return how many whole seconds are left; none when it is over."""
        return max(0, int(self.ends_at - now))

    def is_over(self, now: float) -> bool:
        """Return whether the host has to sign in again."""
        return now >= self.ends_at

    def is_unanswered(self, now: float) -> bool:
        """Return whether the host was asked after its end, and did not answer in time."""
        return self.asked_at is not None and now > self.asked_at + ANSWER_SECONDS + _ON_ITS_WAY


def are_running(state: State) -> bool:
    """Return whether sign-ins are bounded here: by ``ZOOM_SESSION_SECONDS``, and by an app that says how they end."""
    return state.config.session_seconds > 0 and state.hooks.sign_out is not None


def begin(state: State, host_id: str, now: float) -> Clock:
    """Return a clock that has just begun."""
    return Clock(host_id=host_id, ends_at=now + state.config.session_seconds)


def hurry(clock: Clock, now: float, after: str) -> Clock:
    """Return the clock of somebody who wants to leave: without an answer it ends soon."""
    return replace(clock, ends_at=min(clock.ends_at, now + ASKED_BEFORE), is_leaving=True, after=after)


def cap(state: State, clock: Clock, now: float) -> Clock:
    """Return the clock with no more time than the setting gives today."""
    return replace(clock, ends_at=min(clock.ends_at, now + state.config.session_seconds))


def is_connected(state: State, host_id: str) -> bool:
    """Return whether the host has a Zoom account connected, in order or not."""
    return bool(_used(state, host_id))


def cut(state: State, host_id: str) -> bool:
    """Disconnect all of the host's Zoom accounts; return whether Zoom has confirmed each."""
    with turn:  # rare, and much to load
        from zoom_blueprint.services import endings

    done = [endings.disconnect(state, host_id, one) for one in _used(state, host_id)]
    return bool(done) and all(one.is_confirmed for one in done)


def now() -> float:
    """Return the present in Unix seconds."""
    return datetime.now(UTC).timestamp()


def _used(state: State, host_id: str) -> list[str]:
    connection = models.Connection
    query = select(connection.id).where(
        connection.host_id == host_id,
        connection.provider == Provider.ZOOM,
        connection.status != str(ConnectionStatus.INACTIVE),
    )

    def work(session: Session) -> list[str]:
        return list(session.scalars(query))

    return state.database.read(work)
