"""Access tokens: one refresh at a time over all processes, by a lease on the grant's row.

HTTP happens outside any transaction. The new pair is committed at once; whoever lost the lease waits and uses it.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy import update
from sqlalchemy.orm import Session

from zoom_blueprint.errors import (
    NotConnected,
    StoreUnavailable,
    ZoomError,
    ZoomGrantLost,
    ZoomUnauthorized,
    ZoomUnknown,
)
from zoom_blueprint.services import ailments, hosts
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
_KEEP_SECONDS = 30.0
_KEEP_PAUSE_SECONDS = 0.5
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Held:
    """The grant as read: tokens in the clear, for as long as this object lives.

    ``version`` is the sealed refresh token, no two of which are equal: it tells a grant from every other, before and
    after, even when the host has disconnected and connected again meanwhile. ``leased_until`` is when whoever is
    refreshing it has to be done.
    """

    tokens: TokenSet
    api_url: str
    version: str = field(repr=False)
    expires_at: datetime
    zoom_user_id: str | None
    leased_until: datetime | None = None

    def is_fresh(self, now: datetime, rejected: str | None, margin: timedelta) -> bool:
        """Return whether the access token may be used: not known to be refused, and good for a while yet."""
        return self.tokens.access_token != rejected and self.expires_at - now > margin


@dataclass(frozen=True)
class _Lease:
    """The right to refresh; ``is_inherited`` when an earlier refresh ended without a clear answer, or has not ended."""

    nonce: str
    is_inherited: bool


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
        "lost_at": None,
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
    held = fresh(state, connection_id)
    try:
        return call(state.zoom(held.api_url, held.tokens.access_token, budget=budget))
    except ZoomUnauthorized:
        held = fresh(state, connection_id, rejected=held.tokens.access_token)
        return call(state.zoom(held.api_url, held.tokens.access_token, budget=budget))


def fresh(state: State, connection_id: str, *, rejected: str | None = None, margin: timedelta = MARGIN) -> Held:
    """Return tokens that are good for at least ``margin``, and not the access token that Zoom has ``rejected``.

    Raises:
        NotConnected: the connection is inactive or its grant is lost.
        ZoomError: Zoom gave no new pair; the old one is kept for a later try.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        held = state.database.read(partial(_read, state, connection_id))
        now = datetime.now(UTC)
        if held.is_fresh(now, rejected, margin):
            return held
        is_free = held.leased_until is None or held.leased_until < now
        lease = state.database.write(partial(_take_lease, connection_id, held.version, now)) if is_free else None
        if lease is not None:
            return _refresh(state, connection_id, held, lease)
        if time.monotonic() > deadline:
            raise ZoomUnknown("Another process has been refreshing the Zoom access for too long.")
        time.sleep(_PAUSE_SECONDS)


def renew(state: State, connection_id: str) -> Held:
    """Return new tokens, however good the old ones are, so that an idle refresh token does not age out.

    Raises:
        NotConnected, ZoomError: as with ``fresh``.
    """
    held = state.database.read(partial(_read, state, connection_id))
    return fresh(state, connection_id, rejected=held.tokens.access_token)


def keep(state: State, work: Callable[[Session], T]) -> T:
    """Commit what Zoom gives only once; a database that is away for a moment must not lose it.

    Raises:
        StoreUnavailable: it was away for more than half a minute.
    """
    deadline = time.monotonic() + _KEEP_SECONDS
    while True:
        try:
            return state.database.write(work)
        except StoreUnavailable as error:
            if time.monotonic() > deadline:
                _log.error("New Zoom tokens could not be stored and are lost: %s", error)
                raise
            _log.warning("The database is away, and new Zoom tokens wait for it: %s", error)
            time.sleep(_KEEP_PAUSE_SECONDS)


def _read(state: State, connection_id: str, session: Session) -> Held:
    connection = session.get(models.Connection, connection_id)
    grant = session.get(models.Grant, connection_id)
    if connection is None or grant is None or connection.status == ConnectionStatus.INACTIVE:
        raise NotConnected("Zoom is not connected. Press Connect Zoom on the dashboard.")
    if grant.lost_at is not None:
        raise NotConnected("Zoom no longer accepts our access. Press Reconnect Zoom on the dashboard.")
    if (connection.client_id, connection.oauth_url) != (state.config.client_id, state.config.oauth_url):
        # Tokens never travel to another address or app than they came from.
        raise NotConnected("Zoom was connected through another Zoom app. Press Connect Zoom on the dashboard.")
    return Held(
        open_grant(state, grant),
        connection.api_url,
        grant.refresh_token_sealed,
        grant.expires_at,
        connection.zoom_user_id,
        grant.lease_until,
    )


def _take_lease(connection_id: str, version: str, now: datetime, session: Session) -> _Lease | None:
    grant = session.get(models.Grant, connection_id, with_for_update=True)
    if grant is None or grant.lost_at is not None or grant.refresh_token_sealed != version:
        return None
    if grant.lease_until is not None and grant.lease_until >= now:
        return None
    taken = _Lease(new_id(), grant.lease is not None)
    grant.lease, grant.lease_until = taken.nonce, now + _LEASE
    return taken


def _refresh(state: State, connection_id: str, held: Held, lease: _Lease) -> Held:
    is_unsure = lease.is_inherited
    try:
        try:
            tokens = state.oauth.refresh(held.tokens.refresh_token)
        except ZoomUnknown:
            # The answer was lost. If Zoom did not rotate, the old token still works; if it did, this says so clearly.
            is_unsure = True
            tokens = state.oauth.refresh(held.tokens.refresh_token)
    except ZoomGrantLost:
        reason = ConnectionReason.INTERRUPTED if is_unsure else ConnectionReason.LOST
        # Another holder may be at it, or done, after our lease ran out: only the row tells whether the grant is lost.
        if state.database.write(partial(_lose, state, connection_id, held.version, lease, reason)):
            state.work.wake()
        return fresh(state, connection_id, rejected=held.tokens.access_token)
    except BaseException as error:
        is_clear = isinstance(error, ZoomError) and not isinstance(error, ZoomUnknown) and not is_unsure
        state.database.write(partial(_release, connection_id, lease, is_clear))
        raise
    now = datetime.now(UTC)
    values = seal_grant(state, connection_id, tokens, now)
    stored = keep(state, partial(_store, connection_id, held.version, values))
    if stored is None and keep(state, partial(_restore, state, connection_id, held.version, values)):
        state.work.wake()
        stored = connection_id
    if stored is None:
        return _superseded(state, connection_id, held, tokens)
    version = str(values["refresh_token_sealed"])
    return Held(tokens, held.api_url, version, now + timedelta(seconds=tokens.expires_in), held.zoom_user_id)


def _store(connection_id: str, version: str, values: dict[str, object], session: Session) -> str | None:
    # Compared by version, not by lease: a pair that Zoom has rotated to must be kept even if our lease ran out.
    return session.scalar(
        update(models.Grant)
        .where(
            models.Grant.connection_id == connection_id,
            models.Grant.refresh_token_sealed == version,
            models.Grant.lost_at.is_(None),
        )
        .values(**values)
        .returning(models.Grant.connection_id)
    )


def _restore(state: State, connection_id: str, version: str, values: dict[str, object], session: Session) -> bool:
    """Store a pair that came so late that the grant was given up meanwhile: the connection works again."""
    connection = session.get_one(models.Connection, connection_id)
    hosts.lock(session, connection.host_id)
    grant = session.get(models.Grant, connection_id, with_for_update=True)
    if grant is None or grant.refresh_token_sealed != version:
        return False
    for name, value in values.items():
        setattr(grant, name, value)
    session.refresh(connection)
    ailments.recover(state, session, connection, datetime.now(UTC))
    return True


def _superseded(state: State, connection_id: str, held: Held, tokens: TokenSet) -> Held:
    """Use the pair that replaced ours; ours goes back to Zoom, unless the newer consent of its user has ended it."""
    try:
        newer = state.database.read(partial(_read, state, connection_id))
    except NotConnected:
        _give_back(state, tokens)
        raise
    if newer.zoom_user_id != held.zoom_user_id:
        _give_back(state, tokens)
    return newer


def _give_back(state: State, tokens: TokenSet) -> None:
    try:
        state.oauth.revoke(tokens.access_token)
    except ZoomError as error:
        _log.warning("Zoom did not confirm the revocation of a grant that came too late: %s", error)


def _release(connection_id: str, lease: _Lease, is_clear: bool, session: Session) -> None:
    """Let others refresh; a lease that stays, run out, tells them that Zoom may have rotated without our knowing."""
    session.execute(
        update(models.Grant)
        .where(models.Grant.connection_id == connection_id, models.Grant.lease == lease.nonce)
        .values(lease=None if is_clear else lease.nonce, lease_until=None)
    )


def _lose(
    state: State, connection_id: str, version: str, lease: _Lease, reason: ConnectionReason, session: Session
) -> bool:
    connection = session.get_one(models.Connection, connection_id)
    hosts.lock(session, connection.host_id)
    grant = session.get(models.Grant, connection_id, with_for_update=True)
    if grant is None or (grant.refresh_token_sealed, grant.lease) != (version, lease.nonce):
        return False
    session.refresh(connection)
    now = datetime.now(UTC)
    grant.lost_at, grant.lease, grant.lease_until = now, None, None
    ailments.fall_ill(state, session, connection, reason, now)
    return True
