"""Histories: what has happened to a booking, as the log tells it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from zoom_blueprint.events import LifecycleEvent
from zoom_blueprint.services import journal
from zoom_blueprint.state import State
from zoom_blueprint.store import models


def of_booking(state: State, booking_id: str) -> list[LifecycleEvent]:
    """Return the events of a booking, the earliest first; one query."""
    event = models.LifecycleEvent
    query = select(event).where(event.booking_id == booking_id).order_by(event.occurred_at, event.id)

    def work(session: Session) -> list[LifecycleEvent]:
        return [journal.opened(state, row) for row in session.scalars(query)]

    return state.database.read(work)
