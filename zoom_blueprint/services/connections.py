"""Connections: the lasting link between a host and a Zoom account."""

import logging
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from zoom_blueprint import values
from zoom_blueprint.events import ConnectionPayload, EventName
from zoom_blueprint.services import claims, journal, snapshots, tokens
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionStatus, Host
from zoom_blueprint.zoom_api.client import api_base
from zoom_blueprint.zoom_api.payloads import TokenSet, ZoomUser
from zoom_blueprint.zoom_api.scopes import missing

_log = logging.getLogger(__name__)


def may_connect(state: State, host: Host) -> str | None:
    """Return why this host may not connect Zoom, or None when they may."""
    if state.hooks.may_connect is None:
        return None
    answer = state.hooks.may_connect(host)
    if answer is True:
        return None
    return answer if isinstance(answer, str) else "Your account does not include Zoom meetings."


def current(state: State, host_id: str) -> values.Connection | None:
    """Return the host's connection, whatever its status, or None when there never was one."""

    def work(session: Session) -> values.Connection | None:
        row = of_host(session, host_id)
        return None if row is None else snapshots.connection(row)

    return state.database.read(work)


def store_grant(state: State, session: Session, row: models.Connection, granted: TokenSet, user: ZoomUser) -> None:
    """Make a connection active with a fresh grant; the host's waiting meetings become due."""
    now = datetime.now(UTC)
    row.status, row.reason, row.ended_at = ConnectionStatus.ACTIVE, None, None
    row.zoom_user_id, row.zoom_account_id = user.id, user.account_id
    row.name, row.email, row.time_zone = user.display_name, user.email, user.time_zone
    # An answer without scopes tells nothing; what is really missing shows at the first call.
    row.missing_scopes = [one.scope for one in missing(granted.scopes)] if granted.scopes else []
    row.client_id, row.oauth_url = state.config.client_id, state.config.oauth_url
    row.api_url = api_base(state.config.api_url, granted.api_url)
    row.connected_at = now
    session.flush()
    sealed = tokens.seal_grant(state, row.id, granted, now)
    grant = session.get(models.Grant, row.id, with_for_update=True)
    if grant is None:
        session.add(models.Grant(connection_id=row.id, **sealed))
    else:
        for name, value in sealed.items():
            setattr(grant, name, value)
    claims.wish(session, models.Meeting, _waiting_for(row, now), now)
    payload = ConnectionPayload(connection=snapshots.connection(row))
    journal.record(state, session, EventName.ZOOM_CONNECTED, payload, now=now)


def _waiting_for(row: models.Connection, now: datetime) -> ColumnElement[bool]:
    """Choose the host's meetings still to come that a new grant can bring in line: to be made, moved or deleted."""
    to_come = select(models.Booking.id).where(models.Booking.host_id == row.host_id, models.Booking.ends_at > now)
    in_zoom = and_(models.Meeting.zoom_meeting_id.is_not(None), models.Meeting.connection_id == row.id)
    to_make = and_(models.Meeting.zoom_meeting_id.is_(None), models.Meeting.wanted)
    return and_(models.Meeting.booking_id.in_(to_come), or_(in_zoom, to_make, models.Meeting.unsure_until.is_not(None)))


def of_host(session: Session, host_id: str) -> models.Connection | None:
    """Return the host's connection row."""
    return session.scalars(
        select(models.Connection).where(models.Connection.host_id == host_id).order_by(models.Connection.connected_at)
    ).first()
