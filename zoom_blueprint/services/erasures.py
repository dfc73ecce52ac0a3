"""Erasures: what goes when a connection ends, row by row."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import and_, case, delete, select, update
from sqlalchemy.orm import Session

from zoom_blueprint.events import ConnectionPayload
from zoom_blueprint.services import google_calendars, journal
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.session import rebuild_indexes


def erase(state: State, session: Session, row: models.Connection, now: datetime) -> None:
    """Empty a connection of what is the provider's or its user's, inside a transaction that holds its host's lock.

    What is left: that there was a connection and why it ended, and its meetings' topics, ids and links, which follow
    no change from now on. The grant and pending consents are the caller's. ``Database.checkpoint`` belongs behind it.
    """
    row.zoom_user_id = row.zoom_account_id = None
    row.name = row.email = row.time_zone = ""
    row.missing_scopes = []
    row.health = None
    row.last_call_at = row.last_webhook_at = row.checked_at = row.compared_at = row.told_at = None
    session.flush()
    _detach_meetings(session, row.id)
    _empty_webhooks(session, row.id, now)
    _empty_log(state, session, row)
    google_calendars.forget(session, row.id)
    rebuild_indexes(session, models.Connection.__tablename__)


def _detach_meetings(session: Session, connection_id: str) -> None:
    meeting, attendance = models.Meeting, models.Attendance
    mine = meeting.connection_id == connection_id
    session.execute(
        update(meeting)
        .where(mine, meeting.zoom_meeting_id.is_not(None))
        .values(detached=True)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        delete(attendance)
        .where(attendance.meeting_id.in_(select(meeting.id).where(mine)))
        .execution_options(synchronize_session=False)
    )
    # When they began and ended is attendance too; without the people it would read as if nobody had come.
    session.execute(
        update(meeting)
        .where(mine, meeting.started_at.is_not(None) | meeting.ended_at.is_not(None))
        .values(started_at=None, ended_at=None)
        .execution_options(synchronize_session=False)
    )


def _empty_webhooks(session: Session, connection_id: str, now: datetime) -> None:
    event = models.WebhookEvent
    waits = and_(event.due_at.is_not(None), event.claim.is_(None))
    session.execute(
        update(event)
        .where(event.connection_id == connection_id, event.payload_sealed.is_not(None))
        .values(payload_sealed=None, due_at=case((waits, now), else_=event.due_at), parked_at=None)
        .execution_options(synchronize_session=False)
    )


def _empty_log(state: State, session: Session, row: models.Connection) -> None:
    """Take the profile out of what was recorded about this connection; hooks still owed get it without, too."""
    entry = models.LifecycleEvent
    of_provider = entry.name.startswith(f"{row.provider}.")
    about_it = session.scalars(
        select(entry).where(entry.host_id == row.host_id, entry.booking_id.is_(None), of_provider)
    )
    for one in about_it:
        payload = journal.read(state, session, one.id).payload
        if not isinstance(payload, ConnectionPayload) or payload.connection.id != row.id:
            continue
        bare = ConnectionPayload(connection=replace(payload.connection, name="", email="", time_zone=""))
        if bare != payload:
            journal.rewrite(state, one, bare)
    session.flush()
