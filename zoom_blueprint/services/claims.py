"""The queue that lives in the rows: wish, claim, finish.

A claim is one UPDATE that moves ``due_at`` past the longest time-out and leaves a nonce. Whoever holds the nonce may
finish; a wish made meanwhile raises ``wanted_version`` and is found when the holder finishes.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, select, update
from sqlalchemy.orm import Session

from zoom_blueprint.store.base import new_id
from zoom_blueprint.store.models import Delivery, Duty, Meeting, WebhookEvent

DueModel = type[Meeting] | type[Delivery] | type[WebhookEvent] | type[Duty]

VISITOR_PATIENCE = timedelta(seconds=4)
WORKER_PATIENCE = timedelta(seconds=60)
_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(hours=1)


class ClaimLost(Exception):
    """Our claim ran out and somebody else is at work, or too little of it is left to begin a call."""


@dataclass(frozen=True)
class Claimed:
    """A row that is ours until ``until``; ``attempts`` counts this claim too.

    ``patience`` is how long whoever waits for the work lets it wait for Zoom.
    """

    row_id: str
    nonce: str
    version: int
    attempts: int
    until: datetime
    patience: timedelta = WORKER_PATIENCE


def wish(session: Session, model: DueModel, which: ColumnElement[bool], now: datetime) -> None:
    """Ask for the rows to be looked at; a row in work keeps its claim and is looked at again afterwards."""
    held = and_(model.claim.is_not(None), model.due_at > now)
    session.execute(
        update(model)
        .where(which)
        .values(wanted_version=model.wanted_version + 1, due_at=case((held, model.due_at), else_=now))
        .execution_options(synchronize_session=False)
    )


def due_ids(session: Session, model: DueModel, now: datetime, limit: int) -> list[str]:
    """Return the ids of due rows, longest due first; reads only."""
    query = select(model.id).where(model.due_at <= now).order_by(model.due_at).limit(limit)
    return list(session.scalars(query))


def claim(session: Session, model: DueModel, row_id: str, now: datetime, seconds: int) -> Claimed | None:
    """Claim one row if it is due; None when it is not, or somebody else was faster."""
    until = now + timedelta(seconds=seconds)
    nonce = new_id()
    row = session.execute(
        update(model)
        .where(model.id == row_id, model.due_at <= now)
        .values(due_at=until, claim=nonce, attempts=model.attempts + 1)
        .returning(model.wanted_version, model.attempts)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return None if row is None else Claimed(row_id, nonce, row[0], row[1], until)


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
    return _close(session, model, claimed, now, again_at, None, attempts=0)


def set_aside(session: Session, model: DueModel, claimed: Claimed, now: datetime, words: str) -> bool:
    """Give the row back, due only when it is wished for; what was tried so far is not forgotten."""
    return _close(session, model, claimed, now, None, words, attempts=claimed.attempts)


def postpone(session: Session, model: DueModel, claimed: Claimed, now: datetime, at: datetime, error: str) -> bool:
    """Give the row back, due again at ``at``; a wish made meanwhile is due at once."""
    return _close(session, model, claimed, now, at, error, attempts=claimed.attempts)


def pause(attempts: int) -> timedelta:
    """Return how long to wait after the given number of failed attempts: doubled each time, at most 1 h, spread."""
    ceiling = min(_LONGEST_PAUSE, _FIRST_PAUSE * (1 << min(attempts - 1, 12)))
    return ceiling * random.uniform(0.5, 1.0)  # noqa: S311  # spreading load, not a secret


def _close(
    session: Session,
    model: DueModel,
    claimed: Claimed,
    now: datetime,
    at: datetime | None,
    words: str | None,
    *,
    attempts: int,
) -> bool:
    unchanged = model.wanted_version == claimed.version
    closed = session.execute(
        update(model)
        .where(model.id == claimed.row_id, model.claim == claimed.nonce)
        .values(claim=None, last_error=words, attempts=attempts, due_at=case((unchanged, at), else_=now))
        .returning(model.id)
        .execution_options(synchronize_session=False)
    )
    return closed.one_or_none() is not None
