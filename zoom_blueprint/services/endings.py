"""Endings of connections: by the host, by Zoom's notice, and what is wiped with them."""

import logging
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from zoom_blueprint.errors import NotFound, ZoomError
from zoom_blueprint.events import ConnectionPayload, EventName
from zoom_blueprint.services import hosts, journal, pending_grants, snapshots, tokens
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionReason, ConnectionStatus
from zoom_blueprint.zoom_api.payloads import TokenSet

_log = logging.getLogger(__name__)


def disconnect(state: State, host_id: str, connection_id: str) -> bool:
    """Cut the host's link: tokens and profile are wiped at once, then Zoom is asked to revoke.

    Returns whether Zoom confirmed the revocation. Meetings stay in Zoom and no longer follow changes.

    Raises:
        NotFound: no such connection of this host.
    """

    def work(session: Session) -> tuple[TokenSet, bool] | None:
        hosts.lock(session, host_id)
        row = session.get(models.Connection, connection_id)
        if row is None or row.host_id != host_id:
            raise NotFound("There is no such connection.")
        return wipe(state, session, row, EventName.ZOOM_DISCONNECTED, ConnectionReason.DISCONNECTED)

    wiped = state.database.write(work)
    state.work.wake()
    return wiped is not None and revoke(state, wiped[0], is_expired=wiped[1])


def deauthorize(state: State, zoom_user_id: str, happened_at: datetime) -> bool:
    """Wipe what belongs to a Zoom user who removed the app; False when nothing of theirs is left.

    A notice older than the present grant is about an earlier one and is ignored.
    """
    found = state.database.read(
        lambda session: session.execute(
            select(models.Connection.id, models.Connection.host_id).where(
                models.Connection.zoom_user_id == zoom_user_id, models.Connection.connected_at <= happened_at
            )
        ).one_or_none()
    )
    if found is None:
        return False
    connection_id, host_id = found

    def work(session: Session) -> bool:
        hosts.lock(session, host_id)
        row = session.get_one(models.Connection, connection_id)
        if row.zoom_user_id != zoom_user_id or row.connected_at > happened_at:
            return False
        wipe(state, session, row, EventName.ZOOM_DEAUTHORIZED, ConnectionReason.DEAUTHORIZED)
        return True

    return state.database.write(work)


def wipe(
    state: State, session: Session, row: models.Connection, name: EventName, reason: ConnectionReason
) -> tuple[TokenSet, bool] | None:
    """End a connection inside a transaction; returns the tokens for a last call to Zoom, if there were any."""
    now = datetime.now(UTC)
    grant = session.get(models.Grant, row.id, with_for_update=True)
    held = None if grant is None else (tokens.open_grant(state, grant), grant.expires_at < now)
    if grant is not None:
        session.delete(grant)
    if row.status == ConnectionStatus.INACTIVE:
        return held
    payload = ConnectionPayload(connection=snapshots.connection(row))
    row.status, row.reason, row.ended_at = ConnectionStatus.INACTIVE, reason, now
    row.zoom_user_id = row.zoom_account_id = None
    row.name = row.email = row.time_zone = ""
    row.missing_scopes = []
    pending_grants.end_those_of(session, row.id, now)
    session.flush()
    journal.record(state, session, name, payload, now=now)
    return held


def revoke(state: State, held: TokenSet, *, is_expired: bool) -> bool:
    """Give a grant back to Zoom; return whether Zoom confirmed it."""
    try:
        access_token = state.oauth.refresh(held.refresh_token).access_token if is_expired else held.access_token
        state.oauth.revoke(access_token)
    except ZoomError as error:
        _log.warning("Zoom did not confirm the revocation: %s", error)
        return False
    return True
