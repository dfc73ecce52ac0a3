"""The queue that lives in the rows: wish, claim, finish.

A claim is one UPDATE that moves ``due_at`` past the longest time-out and leaves a nonce. Whoever holds the nonce may
finish; a wish made meanwhile raises ``wanted_version`` and is found when the holder finishes.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, null, select, tuple_, update
from sqlalchemy.orm import Session

from zoom_blueprint import logs, metrics
from zoom_blueprint.services import turns
from zoom_blueprint.services.turns import DueModel
from zoom_blueprint.store.base import new_id

VISITOR_PATIENCE = timedelta(seconds=4)
# Zoom's limits for some seconds are waited out; for longer ones the row is given back, and others have their turn.
WORKER_PATIENCE = timedelta(seconds=10)
_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(hours=1)
_SHORTEST_PAUSE = timedelta(seconds=2)
_log = logs.logger(__name__)


class ClaimLost(Exception):
    """Our claim ran out and somebody else is at work, or too little of it is left to begin a call."""


@dataclass(frozen=True)
class Claimed:
    """A row that is ours until ``until``; ``attempts`` counts this claim too, and ``tries`` is how many there may be.

    ``patience`` is how long whoever waits for the work lets it wait for Zoom.
    """

    row_id: str
    nonce: str
    version: int
    attempts: int
    until: datetime
    tries: int
    patience: timedelta = WORKER_PATIENCE

    @property
    def is_last_try(self) -> bool:
        """Whether a failure parks the row."""
        return self.attempts >= self.tries


def wish(session: Session, model: DueModel, which: ColumnElement[bool], now: datetime) -> None:
    """Ask for the rows to be looked at; a row in work keeps its claim and is looked at again afterwards.

    What was parked begins anew.
    """
    wished = update(model).where(which).values(wished_values(model, now))
    session.execute(wished.execution_options(synchronize_session=False))


def wished_values(row: Any, now: Any) -> dict[str, Any]:
    """Return what a wish writes, by column; ``row`` is a model or its table's columns, ``now`` may be a parameter."""
    held = and_(row.claim.is_not(None), row.due_at > now)
    return {
        "wanted_version": row.wanted_version + 1,
        "due_at": case((held, row.due_at), else_=now),
        "attempts": case((row.parked_at.is_not(None), 0), else_=row.attempts),
        "parked_at": None,
    }


def take(
    session: Session, model: DueModel, row_ids: Sequence[str], now: datetime, seconds: int, tries: int
) -> list[Claimed]:
    """Claim those of the rows that are due and whose turn it is, in the order given; others' claims are skipped.

    ``seconds`` is how long the claims last; after ``tries`` failures a row is parked.
    """
    until = now + timedelta(seconds=seconds)
    nonce = new_id()
    free = (
        select(model.id)
        .where(model.id.in_(row_ids), model.due_at <= now, turns.has_come(model, now))
        .with_for_update(skip_locked=True)
        .cte("free")
    )
    found = session.execute(
        update(model)
        .where(model.id.in_(select(free.c.id)))
        .values(due_at=until, claim=nonce, attempts=model.attempts + 1)
        .returning(model.id, model.wanted_version, model.attempts)
        .execution_options(synchronize_session=False)
    )
    claimed = {row_id: Claimed(row_id, nonce, version, attempts, until, tries) for row_id, version, attempts in found}
    return [claimed[row_id] for row_id in row_ids if row_id in claimed]


def give_back(session: Session, model: DueModel, claimed: Sequence[Claimed], now: datetime) -> None:
    """Give rows back that were claimed and not begun, as if they had not been."""
    for one in claimed:
        session.execute(
            update(model)
            .where(model.id == one.row_id, model.claim == one.nonce)
            .values(due_at=now, claim=None, attempts=model.attempts - 1)
            .execution_options(synchronize_session=False)
        )


def holds(session: Session, model: DueModel, claimed: Claimed) -> bool:
    """Return whether the claim is still ours; on PostgreSQL the row is locked by asking."""
    query = select(model.id).where(model.id == claimed.row_id, model.claim == claimed.nonce).with_for_update()
    return session.scalar(query) is not None


def finish(
    session: Session, model: DueModel, claimed: Claimed, now: datetime, *, again_at: datetime | None = None
) -> bool:
    """Record that what was wanted at the claim is done; return False when the claim was lost.

    ``again_at`` is when to look at the row once more, whatever is wished until then.
    """
    return bool(_close(session, model, [claimed], now, again_at, None, attempts=0))


def finish_all(
    session: Session, model: DueModel, held: Sequence[Claimed], now: datetime, record: Mapping[str, object]
) -> set[str]:
    """Finish several rows at once, write ``record`` into each, and return the ids of those whose claim was not lost."""
    return _close(session, model, held, now, None, None, attempts=0, record=record)


def set_aside(session: Session, model: DueModel, claimed: Claimed, now: datetime, words: str) -> bool:
    """Give the row back, due only when it is wished for, and with all its tries: it waits for a person."""
    metrics.ended("waiting")
    return bool(_close(session, model, [claimed], now, None, words, attempts=0))


def defer(session: Session, model: DueModel, claimed: Claimed, now: datetime, at: datetime, words: str) -> bool:
    """Give the row back, due again at ``at``; nothing failed, so this was none of its tries."""
    metrics.ended("postponed")
    return bool(_close(session, model, [claimed], now, at, words, attempts=claimed.attempts - 1))


def postpone(session: Session, model: DueModel, claimed: Claimed, now: datetime, at: datetime, words: str) -> bool:
    """Give the row back, due again at ``at``, or parked after its last try; a wish made meanwhile is due at once."""
    metrics.ended("parked" if claimed.is_last_try else "postponed")
    if claimed.is_last_try:
        return bool(_close(session, model, [claimed], now, None, words, attempts=claimed.attempts, parks=True))
    return bool(_close(session, model, [claimed], now, at, words, attempts=claimed.attempts))


def pause(attempts: int) -> timedelta:
    """Return how long to wait after so many failed attempts: anything up to a ceiling that doubles to 1 h."""
    ceiling = min(_LONGEST_PAUSE, _FIRST_PAUSE * (1 << min(attempts - 1, 12)))
    spread = random.random()  # noqa: S311  # spreading load, not a secret
    return _SHORTEST_PAUSE + (ceiling - _SHORTEST_PAUSE) * spread


def _close(
    session: Session,
    model: DueModel,
    held: Sequence[Claimed],
    now: datetime,
    at: datetime | None,
    words: str | None,
    *,
    attempts: int,
    parks: bool = False,
    record: Mapping[str, object] | None = None,
) -> set[str]:
    unchanged = tuple_(model.id, model.wanted_version).in_([(one.row_id, one.version) for one in held])
    values = {
        **(record or {}),
        "claim": None,
        "last_error": words,
        "attempts": case((unchanged, attempts), else_=0) if parks else attempts,
        "due_at": case((unchanged, at), else_=now),
    }
    if parks:
        values["parked_at"] = case((unchanged, now), else_=null())
    closed = session.execute(
        update(model)
        .where(model.id.in_([one.row_id for one in held]), model.claim.in_({one.nonce for one in held}))
        .values(values)
        .returning(model.id, model.parked_at)
        .execution_options(synchronize_session=False)
    ).all()
    for row_id, parked_at in closed:
        if parks and parked_at is not None:
            what = model.__name__.lower()
            _log.error("%s %s is parked, for it failed %d times: %s", what, row_id, attempts, words)
    return {row_id for row_id, _ in closed}
