"""Queues: how much of each kind of work is due or parked, and how late it is."""

from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from zoom_blueprint.errors import StoreUnavailable
from zoom_blueprint.metrics import Queue
from zoom_blueprint.services.readers import ENDPOINT
from zoom_blueprint.services.turns import DueModel
from zoom_blueprint.state import State
from zoom_blueprint.store import models


class Rows(NamedTuple):
    """The rows of one kind of work: those of a table that ``which`` names. They take turns by hosts, or ``by`` this."""

    model: DueModel
    which: ColumnElement[bool] = true()
    by: ColumnElement[str] | None = None


_IS_POSTED = models.Delivery.subscriber.startswith(ENDPOINT)
QUEUES: dict[str, Rows] = {
    "inbox": Rows(models.WebhookEvent),
    "meeting": Rows(models.Meeting),
    "calendar": Rows(models.CalendarEvent),
    "delivery": Rows(models.Delivery, ~_IS_POSTED),
    # A kind of its own, for hosts choose who is waited for: mails and hooks leave while a receiver hangs.
    "posting": Rows(models.Delivery, _IS_POSTED, models.Delivery.subscriber.expression),
    "duty": Rows(models.Duty),
}
"""Where work is owed, by the kind that ``drain`` calls it."""
MODELS = tuple(dict.fromkeys(rows.model for rows in QUEUES.values()))
"""The tables of all of them."""


def oldest_due(session: Session) -> datetime | None:
    """Return since when the oldest row of all is due, or when the next one will be; None when nothing is owed."""
    oldest = [select(func.min(model.due_at)).scalar_subquery() for model in MODELS]
    return min((at for at in session.execute(select(*oldest)).one() if at is not None), default=None)


def measure(state: State) -> list[Queue]:
    """Return every queue as it is now; nothing when the database does not say."""
    try:
        return state.database.read(_measure)
    except StoreUnavailable:
        return []


def _measure(session: Session) -> list[Queue]:
    return [_queue(session, kind, rows, datetime.now(UTC)) for kind, rows in QUEUES.items()]


def _queue(session: Session, kind: str, rows: Rows, now: datetime) -> Queue:
    model, which, _ = rows
    due, since = session.execute(select(func.count(), func.min(model.due_at)).where(model.due_at <= now, which)).one()
    parked = session.scalar(select(func.count()).where(model.parked_at.is_not(None), which)) or 0
    return Queue(kind=kind, due=due, parked=parked, since=since)
