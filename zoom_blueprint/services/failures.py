"""Failures: deliveries that are tried again, and mails that were refused for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from zoom_blueprint.services.outcomes import Outcome
from zoom_blueprint.services.readers import ENDPOINT
from zoom_blueprint.store import models

WAITS = "waits for an earlier mail"
"""What stands in the place of an error while a delivery only waits for its turn."""
RESTS = "waits, for its receiver keeps everybody waiting"
"""The same while the endpoint that it goes to is left alone."""


@dataclass(frozen=True)
class Failing:
    """Deliveries of one event to one subscriber that failed so far; ``tries`` is the most that one of them had."""

    subscriber: str
    event_name: str
    number: int
    tries: int
    error: str
    next_at: datetime


def failing(session: Session) -> Sequence[Failing]:
    """Return what fails, by subscriber and event; ``error`` is one of the errors, by its type.

    What does not arrive at an endpoint is its host's to mend, who is told of it.
    """
    delivery = models.Delivery
    found = session.execute(
        select(
            delivery.subscriber,
            delivery.event_name,
            func.count(),
            func.max(delivery.attempts),
            func.max(delivery.last_error),
            func.min(delivery.due_at),
        )
        .where(
            delivery.due_at.is_not(None),
            delivery.attempts > 0,
            delivery.last_error != WAITS,
            ~delivery.subscriber.startswith(ENDPOINT),
        )
        .group_by(delivery.subscriber, delivery.event_name)
        .order_by(delivery.subscriber, delivery.event_name)
    )
    return [
        Failing(subscriber, name, number, tries, error or "", next_at)
        for subscriber, name, number, tries, error, next_at in found
        if next_at is not None
    ]


def refused(session: Session, since: datetime) -> int:
    """Return how many mails were refused for good since then."""
    delivery = models.Delivery
    query = select(func.count()).where(delivery.outcome == Outcome.REFUSED, delivery.done_at >= since)
    return session.scalar(query) or 0
