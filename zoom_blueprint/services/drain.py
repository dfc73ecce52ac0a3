"""Work off what is due: meetings to reconcile, deliveries to send, inbound events to apply, duties to do."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple, TypeVar

from sqlalchemy.orm import Session

from zoom_blueprint import logs, metrics
from zoom_blueprint.errors import ProviderError, RateLimited, StoreUnavailable
from zoom_blueprint.loading import turn
from zoom_blueprint.services import (
    approvals,
    claims,
    deliveries,
    inbox,
    meetings,
    parked,
    turns,
)
from zoom_blueprint.services.claims import Claimed
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.services.queues import QUEUES
from zoom_blueprint.state import State
from zoom_blueprint.store import models

T = TypeVar("T")
BATCH = 32
_SECONDS_FOR_A_BATCH = 1.0
_FOR_EVER = 1 << 30
_log = logs.logger(__name__)

_DAY = timedelta(days=1)


def _purge(state: State, subject: str) -> datetime:
    with turn:
        from zoom_blueprint.services import upkeep

    del subject
    upkeep.purge(state)
    return datetime.now(UTC) + _DAY


def _pursue(state: State, subject: str) -> datetime | None:
    with turn:
        from zoom_blueprint.services import settlements

    return settlements.pursue(state, subject)


def _tend(state: State, subject: str) -> datetime | None:
    with turn:
        from zoom_blueprint.services import tending

    return tending.tend(state, subject)


def _sync(state: State, subject: str) -> datetime | None:
    with turn:
        from zoom_blueprint.services import syncs

    return syncs.keep(state, subject)


def _settle(state: State, subject: str) -> datetime | None:
    with turn:
        from zoom_blueprint.services import call_marks

    return call_marks.settle(state, subject)


# What is done now and then is loaded by the one process of many that does it.
_DUTIES: dict[DutyName, Callable[[State, str], datetime | None]] = {
    DutyName.PURGE: _purge,
    DutyName.CONSENT: _pursue,
    DutyName.CALL: _settle,
    DutyName.TEND: _tend,
    DutyName.CALENDAR: _sync,
    DutyName.LAPSE: approvals.lapse,
    DutyName.SWEEP: lambda state, subject: None,  # whoever drains this row looks for what is due anyway
}


def _do_duty(state: State, claimed: Claimed) -> None:
    """Do one duty, which says when it is due again."""
    duty = state.database.read(lambda session: session.get_one(models.Duty, claimed.row_id))
    try:
        again_at = _DUTIES[DutyName(duty.name)](state, duty.subject)
    except ProviderError as error:
        _log.warning("The duty %s will be tried again: %s", duty.name, error)
        now = datetime.now(UTC)
        retry_at = error.retry_at if isinstance(error, RateLimited) else None
        at = max(now + claims.pause(claimed.attempts), retry_at or now)
        words = str(error)
        state.database.write(lambda session: claims.postpone(session, models.Duty, claimed, now, at, words))
        return
    state.database.write(
        lambda session: claims.finish(session, models.Duty, claimed, datetime.now(UTC), again_at=again_at)
    )


def _reconcile_event(state: State, claimed: Claimed) -> None:
    with turn:
        from zoom_blueprint.services import calendar_events

    calendar_events.reconcile(state, claimed)


def _post(state: State, claimed: Claimed) -> None:
    with turn:  # most sites have no endpoints
        from zoom_blueprint.services import postings

    postings.deliver(state, claimed)


class _NeverEnds(Exception):
    """Whoever had a row in hand did not come back, each time."""


class _Kind(NamedTuple):
    """How rows of one kind are worked on.

    ``together`` works on those of several that need not be taken alone, and returns the others. What it raises is as if
    each of them had: those that it has finished by then stay so. ``parks``: nobody tries any more after ``ZOOM_TRIES``.
    """

    alone: Callable[[State, Claimed], None]
    together: Callable[[State, Sequence[Claimed]], Sequence[Claimed]] = lambda state, held: held
    parks: bool = True


_KINDS = {
    "inbox": _Kind(inbox.apply, inbox.apply_together),
    "meeting": _Kind(meetings.reconcile),
    "calendar": _Kind(_reconcile_event),
    "delivery": _Kind(deliveries.deliver, deliveries.call_hooks),
    "posting": _Kind(_post, parks=False),  # has a number of tries of its own
    "duty": _Kind(_do_duty, parks=False),  # comes again by itself: nobody would find out that it is parked
}
KINDS = tuple(_KINDS)


def due(state: State, kind: str) -> list[str]:
    """Return the ids of rows that are due, as many as are looked at in one go, each host's first ones first."""
    model, which, by = QUEUES[kind]
    return state.database.read(lambda session: turns.due_ids(session, model, datetime.now(UTC), which=which, by=by))


def drain(state: State, kind: str, limit: int = BATCH) -> int:
    """Work off up to ``limit`` of what is due, and return how many rows were worked on; looking when idle only reads.

    They are claimed together. When that takes more than a second, the rest is given back, for others to have a turn.
    """
    waiting = due(state, kind)
    for first in range(0, len(waiting), limit):
        held = _claim(state, kind, waiting[first : first + limit])
        if held:
            return _work_off(state, kind, held)
    return 0


def drain_one(state: State, kind: str, row_id: str, *, patience: timedelta = claims.WORKER_PATIENCE) -> bool:
    """Claim one row and work on it; False when it is not due, its turn has not come, or somebody else has it in hand.

    ``patience`` is how long whoever waits for it lets it wait for Zoom's limits.
    """
    held = _claim(state, kind, [row_id])
    return bool(_work_off(state, kind, [replace(one, patience=patience) for one in held]))


def work_on(state: State, kind: str, claimed: Claimed, work: Callable[[], T]) -> T | None:
    """Return what ``work`` does with one row that is claimed; None when it raises, and it is tried again later."""
    with metrics.draining(kind):
        try:
            if claimed.attempts > claimed.tries:
                raise _NeverEnds
            with state.app.app_context():
                return work()
        except Exception as error:  # noqa: BLE001  # one row must not stop the others
            _postpone(state, kind, [claimed], error)
            if not claimed.is_last_try:
                metrics.ended("failed")
    return None


def _claim(state: State, kind: str, row_ids: Sequence[str]) -> list[Claimed]:
    model = QUEUES[kind].model
    seconds = state.config.claim_seconds
    tries = state.config.tries if _KINDS[kind].parks else _FOR_EVER
    return state.database.write(lambda session: claims.take(session, model, row_ids, datetime.now(UTC), seconds, tries))


def _work_off(state: State, kind: str, held: Sequence[Claimed]) -> int:
    until = time.monotonic() + _SECONDS_FOR_A_BATCH
    alone = _work_together(state, kind, held)
    for number, claimed in enumerate(alone, len(held) - len(alone)):
        if number and time.monotonic() > until:
            _give_back(state, kind, held=alone[number - len(held) :])
            return number
        work_on(state, kind, claimed, partial(_KINDS[kind].alone, state, claimed))
    return len(held)


def _work_together(state: State, kind: str, held: Sequence[Claimed]) -> Sequence[Claimed]:
    """Work on what can be worked on together, and return the rows that are to be taken alone."""
    fresh = [one for one in held if one.attempts <= one.tries]
    if len(fresh) <= 1:
        return held
    try:
        with state.app.app_context():
            left = _KINDS[kind].together(state, fresh)
    except Exception as error:  # noqa: BLE001  # nobody knows how far they came: it is tried again a little later
        _postpone(state, kind, fresh, error)
        left = []
    return [one for one in held if one in left or one not in fresh]


def _give_back(state: State, kind: str, held: Sequence[Claimed]) -> None:
    model = QUEUES[kind].model
    state.database.write(lambda session: claims.give_back(session, model, held, datetime.now(UTC)))


def _postpone(state: State, kind: str, held: Sequence[Claimed], error: Exception) -> None:
    """Have rows worked on again later, those of them that are still ours."""
    words = f"{type(error).__name__}: see the log"
    give_back = claims.postpone
    for claimed in held:
        if isinstance(error, StoreUnavailable):  # which is said once by whoever drains, and is no fault of the row
            _log.warning("%s %s waits for the database", kind, claimed.row_id)
            words = str(error)
            give_back = claims.defer
        elif isinstance(error, _NeverEnds):
            words = "whoever had it in hand did not come back"
        else:
            _log.error("%s %s failed", kind, claimed.row_id, exc_info=error)
    now = datetime.now(UTC)
    model = QUEUES[kind].model

    def work(session: Session, *, tells: bool = True) -> None:
        for claimed in held:
            give_back(session, model, claimed, now, now + claims.pause(claimed.attempts), words)
            if tells and (model is models.Meeting or model is models.CalendarEvent):
                parked.tell_host(state, session, model, claimed.row_id, now)

    try:
        state.database.write(work)
    except StoreUnavailable:
        raise
    except Exception:  # noqa: BLE001  # what cannot be read cannot be told, and is parked all the same
        _log.exception("nobody could be told of a failure")
        state.database.write(partial(work, tells=False))
