"""Ailments: a connection stops working without being cut, and works again."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from zoom_blueprint.events import ConnectionPayload
from zoom_blueprint.services import calendar_cuts, claims, journal, providers, snapshots
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionReason, ConnectionStatus, Provider

_TOLD_AGAIN_AFTER = timedelta(hours=24)


def fall_ill(state: State, session: Session, row: models.Connection, reason: ConnectionReason, now: datetime) -> None:
    """Make a connection unhealthy inside a transaction that holds its host's lock, and tell of it.

    Hooks are told each time that the reason is another; the host gets one mail, none repeated within 24 hours.
    """
    if (row.status, row.reason) == (ConnectionStatus.UNHEALTHY, reason):
        return
    row.status, row.reason = ConnectionStatus.UNHEALTHY, reason
    mails = {}
    if row.told_at is None or row.told_at <= now - _TOLD_AGAIN_AFTER:
        row.told_at = now
        mails = {"mail:host": now}
    payload = ConnectionPayload(connection=snapshots.connection(row))
    journal.record(state, session, providers.of(row).unhealthy, payload, now=now, mails=mails)


def recover(state: State, session: Session, row: models.Connection, now: datetime) -> None:
    """Make a connection active again inside a transaction that holds its host's lock; what has waited becomes due."""
    if row.status != ConnectionStatus.UNHEALTHY:
        return
    row.status, row.reason = ConnectionStatus.ACTIVE, None
    session.flush()
    if row.provider == Provider.ZOOM:
        claims.wish(session, models.Meeting, waiting_for(row, now), now)
    else:
        calendar_cuts.restore(session, row, now)
    payload = ConnectionPayload(connection=snapshots.connection(row))
    journal.record(state, session, providers.of(row).recovered, payload, now=now)


def waiting_for(row: models.Connection, now: datetime) -> ColumnElement[bool]:
    """Choose the host's meetings still to come that a working connection can make, move or delete."""
    meeting = models.Meeting
    to_come = select(models.Booking.id).where(models.Booking.host_id == row.host_id, models.Booking.ends_at > now)
    in_zoom = and_(meeting.zoom_meeting_id.is_not(None), meeting.connection_id == row.id, meeting.detached.is_(False))
    to_make = and_(meeting.zoom_meeting_id.is_(None), meeting.wanted)
    return and_(meeting.booking_id.in_(to_come), or_(in_zoom, to_make, meeting.unsure_until.is_not(None)))
