"""Zoom's cap of 100 create and update calls per host and UTC day, counted here because no header tells of it.

Source: devforum.zoom.us thread 18928.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Date, Integer, bindparam, select, text
from sqlalchemy.orm import Session

from zoom_blueprint.errors import ZoomRateLimited
from zoom_blueprint.store import models
from zoom_blueprint.store.driven import Runs
from zoom_blueprint.store.upserts import insert

CALLS_A_DAY = 100
_SPEND = (
    text(
        "INSERT INTO zoom_quota (connection_id, day, used) VALUES (:connection, :day, 1)"
        " ON CONFLICT (connection_id, day) DO UPDATE SET used = zoom_quota.used + 1 WHERE zoom_quota.used < :most"
        " RETURNING used"
    )
    .bindparams(bindparam("day", type_=Date))
    .columns(used=Integer)
)


def spend(connection: Runs, connection_id: str, now: datetime) -> None:
    """Count one create or update call before it is made, because Zoom counts those with a lost answer too.

    Raises:
        ZoomRateLimited: none is left today; ``retry_at`` is the next midnight UTC.
    """
    counted = connection.execute(
        _SPEND, {"connection": connection_id, "day": now.astimezone(UTC).date(), "most": CALLS_A_DAY}
    )
    if not list(counted):
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


def left(session: Session, connection_ids: Iterable[str], now: datetime) -> dict[str, int]:
    """Return for each connection how many creates and updates are left today, as far as they are ours."""
    quota, wanted = models.ZoomQuota, list(connection_ids)
    today = now.astimezone(UTC).date()
    rows = session.execute(
        select(quota.connection_id, quota.used).where(quota.connection_id.in_(wanted), quota.day == today)
    )
    used = {row.connection_id: row.used for row in rows}
    return {one: max(0, CALLS_A_DAY - used.get(one, 0)) for one in wanted}


def resets_at(now: datetime) -> datetime:
    """Return the next midnight UTC, when Zoom counts anew."""
    today = now.astimezone(UTC).date()
    return datetime(today.year, today.month, today.day, tzinfo=UTC) + timedelta(days=1)
