"""Zoom's cap of 100 create and update calls per host and UTC day, counted here because no header tells of it.

Source: devforum.zoom.us thread 18928.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from zoom_blueprint.errors import ZoomRateLimited
from zoom_blueprint.store import models
from zoom_blueprint.store.upserts import insert

CALLS_A_DAY = 100


def spend(session: Session, connection_id: str, now: datetime) -> None:
    """Count one create or update call before it is made, because Zoom counts those with a lost answer too.

    Raises:
        ZoomRateLimited: none is left today; ``retry_at`` is the next midnight UTC.
    """
    today = now.astimezone(UTC).date()
    quota = models.ZoomQuota
    statement = insert(session, quota).values(connection_id=connection_id, day=today, used=1)
    counted = session.execute(
        statement.on_conflict_do_update(
            index_elements=["connection_id", "day"],
            set_={"used": quota.used + 1},
            where=quota.used < CALLS_A_DAY,
        ).returning(quota.used)
    )
    if counted.one_or_none() is None:
        raise ZoomRateLimited(
            "Zoom allows 100 new or changed meetings a day; the rest follow at 00:00 UTC.", resets_at(now)
        )


def exhaust(session: Session, connection_id: str, now: datetime) -> None:
    """Count the day as used up, because Zoom says so: others make meetings in that account too."""
    today = now.astimezone(UTC).date()
    statement = insert(session, models.ZoomQuota).values(connection_id=connection_id, day=today, used=CALLS_A_DAY)
    session.execute(
        statement.on_conflict_do_update(index_elements=["connection_id", "day"], set_={"used": CALLS_A_DAY})
    )


def left(session: Session, connection_id: str, now: datetime) -> int:
    """Return how many creates and updates are left today, as far as they are ours."""
    quota = models.ZoomQuota
    today = now.astimezone(UTC).date()
    used = session.scalar(select(quota.used).where(quota.connection_id == connection_id, quota.day == today))
    return max(0, CALLS_A_DAY - (used or 0))


def resets_at(now: datetime) -> datetime:
    """Return the next midnight UTC, when Zoom counts anew."""
    today = now.astimezone(UTC).date()
    return datetime(today.year, today.month, today.day, tzinfo=UTC) + timedelta(days=1)
