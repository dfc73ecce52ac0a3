"""Calendars filled behind everybody's back, with more than anybody could book in the time of a test."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from zoom_blueprint.services import snapshots
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id
from zoom_blueprint.values import BookingStatus


def fill(
    state: State, starts: Iterable[datetime], *, minutes: int = 30, host_id: str = "1", **values: Any
) -> list[str]:
    """Write a confirmed booking with its wanted meeting at each start, and return their ids."""

    def row(start: datetime, row_id: str) -> dict[str, Any]:
        end = start + timedelta(minutes=minutes)
        made = {"starts_at": start, "ends_at": end, "busy_start": start, "busy_end": end, "created_at": start}
        details = snapshots.seal_details(state.cipher, row_id, snapshots.Details())
        person = {"name": "Bob Byrne", "email": "bob@example.com", "time_zone": "Europe/Paris", "locale": "en"}
        about = {"status": BookingStatus.CONFIRMED, "changed_at": start, "details_sealed": details, "sequence": 0}
        return {"id": row_id, "host_id": host_id, "key": row_id, "body_hmac": "", **made, **person, **about, **values}

    def work(session: Any) -> list[str]:
        event_id = session.scalars(
            select(models.EventType.id).where(
                models.EventType.host_id == host_id, models.EventType.slug == "intro-call"
            )
        ).one()
        found = [row(start, new_id()) | {"event_type_id": event_id} for start in starts]
        session.execute(insert(models.Booking), found)
        meetings = [{"id": new_id(), "booking_id": one["id"], "host_id": host_id} for one in found]
        session.execute(
            insert(models.Meeting), [{"wanted": True, "due_at": None, "wanted_version": 1} | one for one in meetings]
        )
        return [one["id"] for one in found]

    return state.database.write(work)
