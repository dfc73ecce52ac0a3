"""Queues: how much of each kind of work is due or parked, and how late it is."""

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from zoom_blueprint.errors import StoreUnavailable
from zoom_blueprint.metrics import Queue
from zoom_blueprint.services.turns import DueModel
from zoom_blueprint.state import State
from zoom_blueprint.store import models

QUEUES: dict[str, DueModel] = {
    "inbox": models.WebhookEvent,
    "meeting": models.Meeting,
    "calendar": models.CalendarEvent,
    "delivery": models.Delivery,
    "duty": models.Duty,
}
"""The tables in which work is owed, by the kind that ``drain`` calls it."""


def oldest_due(session: Session) -> datetime | None:
    """Return since when the oldest row of all is due, or when the next one will be; None when nothing is owed."""
    oldest = [select(func.min(model.due_at)).scalar_subquery() for model in QUEUES.values()]
    return min((at for at in session.execute(select(*oldest)).one() if at is not None), default=None)


def measure(state: State) -> list[Queue]:
    """Return every queue as it is now; nothing when the database does not say."""
    try:
        return state.database.read(_measure)
    except StoreUnavailable:
        return []


def _measure(session: Session) -> list[Queue]:
    return [_queue(session, kind, model, datetime.now(UTC)) for kind, model in QUEUES.items()]


def _queue(session: Session, kind: str, model: DueModel, now: datetime) -> Queue:
    due, since = session.execute(select(func.count(), func.min(model.due_at)).where(model.due_at <= now)).one()
    parked = session.scalar(select(func.count()).select_from(model).where(model.parked_at.is_not(None))) or 0
    return Queue(kind=kind, due=due, parked=parked, since=since)
