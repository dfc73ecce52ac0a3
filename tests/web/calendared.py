"""Bookings with an event in their host's Google calendar, as it is recorded, for what pages say of it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.fixtures.site import Site
from tests.fixtures.site_app import HOSTS
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id

MEET = "https://meet.google.com/abc-defg-hij"
LINK = "https://www.google.com/calendar/event?eid=abc"


def put_event(site: Site, booking_id: str, *, in_meet: bool = False, **columns: Any) -> str:
    """Record an event for a booking, met in Google Meet in the place of Zoom if so wanted; return its row's id."""

    def work(session: Session) -> str:
        event, table = models.CalendarEvent, models.CalendarEvent.__tablename__
        row = session.scalar(select(event).where(event.booking_id == booking_id))
        row_id = new_id() if row is None else row.id
        host_id = HOSTS["ada"].id
        meet: dict[str, Any] = {}
        if in_meet:
            sealed = site.state.cipher.seal(table, row_id, "join_url", MEET)
            meet = {"conference": "meet", "join_url_sealed": sealed}
            meeting = models.Meeting
            session.execute(update(meeting).where(meeting.booking_id == booking_id).values(wanted=False))
        usual = {"event_id": booking_id, "calendar_id": "primary", "link": LINK}
        found = {"id": row_id, "booking_id": booking_id, "host_id": host_id, "connection_id": _google(session, host_id)}
        row = row or event(**found)
        for name, value in (usual | meet | columns).items():
            setattr(row, name, value)
        session.add(row)
        return row_id

    return site.state.database.write(work)


def _google(session: Session, host_id: str) -> str:
    """Return the id of the host's connection to Google, which is made if there is none."""
    connection = models.Connection
    theirs = connection.host_id == host_id, connection.provider == "google"
    found = session.scalar(select(connection.id).where(*theirs))
    if found is not None:
        return found
    row = connection(
        id=new_id(),
        host_id=host_id,
        provider="google",
        status="active",
        zoom_user_id="google-ada",
        email="ada@gmail.example",
        client_id="id",
        oauth_url="https://oauth2.googleapis.com",
        api_url="https://www.googleapis.com/calendar/v3",
        connected_at=datetime.now(UTC),
    )
    session.add(row)
    session.flush()
    return row.id
