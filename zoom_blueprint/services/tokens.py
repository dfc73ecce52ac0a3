"""Access tokens: one refresh at a time over all processes, by a lease on the grant's row.

HTTP happens outside any transaction. The new pair is committed at once; whoever lost the lease waits and uses it.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from zoom_blueprint.errors import NotConnected, ZoomError, ZoomGrantLost, ZoomUnauthorized, ZoomUnknown
from zoom_blueprint.events import ConnectionPayload, EventName
from zoom_blueprint.services import hosts, journal, snapshots
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id
from zoom_blueprint.values import ConnectionReason, ConnectionStatus
from zoom_blueprint.zoom_api.client import ZoomClient
from zoom_blueprint.zoom_api.payloads import TokenSet

T = TypeVar("T")
MARGIN = timedelta(seconds=60)
_LEASE = timedelta(seconds=30)
_PATIENCE_SECONDS = 25.0
_PAUSE_SECONDS = 0.05
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Held:
    """The grant as read: tokens in the clear, for as long as this object lives.

    ``version`` is the sealed refresh token, no two of which are equal: it tells a grant from every other, before and
    after, even when the host has disconnected and connected again meanwhile.
    """

    tokens: TokenSet
    api_url: str
    version: str
    expires_at: datetime

    def is_fresh(self, now: datetime, rejected: str | None) -> bool:
        return self.tokens.access_token != rejected and self.expires_at - now > MARGIN


def seal_grant(state: State, connection_id: str, tokens: TokenSet, now: datetime) -> dict[str, object]:
    """Return the column values that hold a token set."""
    table = models.Grant.__tablename__
    return {
        "access_token_sealed": state.cipher.seal(table, connection_id, "access_token", tokens.access_token),
        "refresh_token_sealed": state.cipher.seal(table, connection_id, "refresh_token", tokens.refresh_token),
        "expires_at": now + timedelta(seconds=tokens.expires_in),
        "scopes": " ".join(sorted(tokens.scopes)),
        "refreshed_at": now,
        "lease": None,
        "lease_until": None,
    }


def open_grant(state: State, grant: models.Grant) -> TokenSet:
    """Return the token set of a grant's row."""
    table = models.Grant.__tablename__
    return TokenSet(
        access_token=state.cipher.open(table, grant.connection_id, "access_token", grant.access_token_sealed),
        refresh_token=state.cipher.open(table, grant.connection_id, "refresh_token", grant.refresh_token_sealed),
        expires_in=0,
        scopes=frozenset(grant.scopes.split()),
        api_url=None,
    )


def with_zoom(
    state: State, connection_id: str, call: Callable[[ZoomClient], T], *, budget: timedelta | None = None
) -> T:
    """Return ``call(client)``; when Zoom rejects the access token, refresh once and repeat once.

    Raises:
        NotConnected: the connection is inactive or its grant is lost.
        ZoomError: what the call raised.
    """
    held = _fresh(state, connection_id, rejected=None)
    try:
        return call(state.zoom(held.api_url, held.tokens.access_token, budget=budget))
    except ZoomUnauthorized:
        held = _fresh(state, connection_id, rejected=held.tokens.access_token)
        return call(state.zoom(held.api_url, held.tokens.access_token, budget=budget))


def _fresh(state: State, connection_id: str, *, rejected: str | None) -> _Held:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        held = state.database.read(lambda session: _read(state, session, connection_id))
        now = datetime.now(UTC)
        if held.is_fresh(now, rejected):
            return held
        lease = new_id()
        if state.database.write(partial(_take_lease, connection_id, held.version, lease, now)):
            return _refresh(state, connection_id, held, lease)
        if time.monotonic() > deadline:
            raise ZoomUnknown("Another process has been refreshing the Zoom access for too long.")
        time.sleep(_PAUSE_SECONDS)


def _read(state: State, session: Session, connection_id: str) -> _Held:
    connection = session.get(models.Connection, connection_id)
    grant = session.get(models.Grant, connection_id)
    if connection is None or grant is None or connection.status != ConnectionStatus.ACTIVE:
        raise NotConnected("Zoom is not connected. Press Connect Zoom on the dashboard.")
    if (connection.client_id, connection.oauth_url) != (state.config.client_id, state.config.oauth_url):
        # Tokens never travel to another address or app than they came from.
        raise NotConnected("Zoom was connected through another Zoom app. Press Connect Zoom on the dashboard.")
    return _Held(open_grant(state, grant), connection.api_url, grant.refresh_token_sealed, grant.expires_at)


def _take_lease(connection_id: str, version: str, lease: str, now: datetime, session: Session) -> bool:
    taken = session.execute(
        update(models.Grant)
        .where(
            models.Grant.connection_id == connection_id,
            models.Grant.refresh_token_sealed == version,
            or_(models.Grant.lease_until.is_(None), models.Grant.lease_until < now),
        )
        .values(lease=lease, lease_until=now + _LEASE)
        .returning(models.Grant.connection_id)
    )
    return taken.one_or_none() is not None


def _refresh(state: State, connection_id: str, held: _Held, lease: str) -> _Held:
    try:
        tokens = _ask(state, held.tokens.refresh_token)
    except ZoomGrantLost:
        # Another holder may have refreshed after our lease ran out: only the row tells whether the grant is lost.
        if state.database.write(lambda session: _lose(state, session, connection_id, held.version)):
            state.work.wake()
            raise NotConnected("Zoom no longer accepts our access. Press Reconnect Zoom on the dashboard.") from None
        return _fresh(state, connection_id, rejected=held.tokens.access_token)
    except BaseException:
        state.database.write(lambda session: _release(session, lease))
        raise
    now = datetime.now(UTC)
    values = seal_grant(state, connection_id, tokens, now)
    if not state.database.write(lambda session: _store(session, connection_id, held.version, values)):
        return _superseded(state, connection_id, tokens)
    version = str(values["refresh_token_sealed"])
    return _Held(tokens, held.api_url, version, now + timedelta(seconds=tokens.expires_in))


def _ask(state: State, refresh_token: str) -> TokenSet:
    try:
        return state.oauth.refresh(refresh_token)
    except ZoomUnknown:
        # The answer was lost. If Zoom did not rotate, the old token still works; if it did, this says so clearly.
        return state.oauth.refresh(refresh_token)


def _store(session: Session, connection_id: str, version: str, values: dict[str, object]) -> bool:
    # Compared by version, not by lease: a pair that Zoom has rotated to must be kept even if our lease ran out.
    stored = session.execute(
        update(models.Grant)
        .where(models.Grant.connection_id == connection_id, models.Grant.refresh_token_sealed == version)
        .values(**values)
        .returning(models.Grant.connection_id)
    )
    return stored.one_or_none() is not None


def _superseded(state: State, connection_id: str, tokens: TokenSet) -> _Held:
    """Use the pair that replaced ours; when the host disconnected meanwhile, give ours back to Zoom."""
    try:
        return state.database.read(lambda session: _read(state, session, connection_id))
    except NotConnected:
        try:
            state.oauth.revoke(tokens.access_token)
        except ZoomError as error:
            _log.warning("Zoom did not confirm the revocation of a grant that came too late: %s", error)
        raise


def _release(session: Session, lease: str) -> None:
    session.execute(update(models.Grant).where(models.Grant.lease == lease).values(lease=None, lease_until=None))


def _lose(state: State, session: Session, connection_id: str, version: str) -> bool:
    connection = session.get_one(models.Connection, connection_id)
    hosts.lock(session, connection.host_id)
    lost = session.execute(
        delete(models.Grant)
        .where(models.Grant.connection_id == connection_id, models.Grant.refresh_token_sealed == version)
        .returning(models.Grant.connection_id)
    )
    if lost.one_or_none() is None:
        return False
    connection.status = ConnectionStatus.UNHEALTHY
    connection.reason = ConnectionReason.LOST
    now = datetime.now(UTC)
    payload = ConnectionPayload(connection=snapshots.connection(connection))
    journal.record(state, session, EventName.ZOOM_UNHEALTHY, payload, now=now, mails={"mail:host": now})
    return True
