"""Grants: the row that holds a connection's tokens, and the lease by which one at a time may renew them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from zoom_blueprint.errors import NotConnected, ZoomUnknown
from zoom_blueprint.languages import said
from zoom_blueprint.services import ailments, hosts, providers
from zoom_blueprint.services.providers import Granted, Kept, Side
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id, table_of
from zoom_blueprint.values import ConnectionReason, ConnectionStatus, Provider

_LEASE = timedelta(seconds=30)
_connection, _grant = models.Connection, models.Grant
_HELD: Any = (
    select(
        _connection.status,
        _connection.client_id,
        _connection.oauth_url,
        _connection.api_url,
        _connection.zoom_user_id,
        _connection.provider,
        _grant.connection_id,
        _grant.access_token_sealed,
        _grant.refresh_token_sealed,
        _grant.scopes,
        _grant.expires_at,
        _grant.lease,
        _grant.lease_until,
        _grant.wait_until,
        _grant.lost_at,
    )
    .join(_grant, _grant.connection_id == _connection.id)
    .where(_connection.id == bindparam("connection"))
)
_LEASED = select(models.Grant.lease).where(
    models.Grant.connection_id == bindparam("connection"),
    models.Grant.refresh_token_sealed == bindparam("version"),
    models.Grant.lost_at.is_(None),
    models.Grant.lease_until >= bindparam("now"),
)
_consent = models.Consent
_OF_NOBODY = (
    select(_consent.id)
    .join(_connection, _connection.host_id == _consent.host_id)
    .where(
        _connection.id == bindparam("connection"),
        _connection.provider == Provider.ZOOM,
        _consent.provider == Provider.ZOOM,
        _consent.grant_sealed.is_not(None),
        _consent.zoom_user_sealed.is_(None),
        _consent.expires_at > bindparam("now"),
    )
    .limit(1)
)
# Without the ORM, whose work on it takes longer than the statement: a host's processes come for it at once.
_TAKE = (
    update(table_of(models.Grant))
    .where(
        _grant.connection_id == bindparam("connection"),
        _grant.refresh_token_sealed == bindparam("version"),
        _grant.lost_at.is_(None),
        _grant.lease.is_not_distinct_from(bindparam("seen")),
        or_(_grant.lease_until.is_(None), _grant.lease_until < bindparam("now")),
    )
    .values(lease=bindparam("nonce"), lease_until=bindparam("until"))
    .returning(_grant.connection_id)
)


class _Row(NamedTuple):
    """What ``_HELD`` finds, as the driver gives it."""

    status: str
    client_id: str
    oauth_url: str
    api_url: str
    zoom_user_id: str | None
    provider: str
    connection_id: str
    access_token_sealed: str
    refresh_token_sealed: str
    scopes: str
    expires_at: Any
    lease: str | None
    lease_until: Any
    wait_until: Any
    lost_at: Any


@dataclass(frozen=True)
class Held:
    """The grant as read: tokens in the clear, for as long as this object lives.

    ``version`` is the sealed refresh token, no two of which are equal: it tells a grant from every other, before and
    after, even when the host has disconnected and connected again meanwhile. ``lease`` is the nonce of whoever is
    refreshing it, which has to be done by ``leased_until``; before ``wait_until`` the provider wants no refresh.
    """

    side: Side
    tokens: Granted
    api_url: str
    version: str = field(repr=False)
    expires_at: datetime
    zoom_user_id: str | None
    lease: str | None = None
    leased_until: datetime | None = None
    wait_until: datetime | None = None

    def is_fresh(self, now: datetime, rejected: str | None, margin: timedelta) -> bool:
        """Return whether the access token may be used: not known to be refused, and good for a while yet."""
        return self.tokens.access_token != rejected and self.expires_at - now > margin


@dataclass(frozen=True)
class Lease:
    """The right to refresh; ``is_inherited`` when an earlier refresh ended without a clear answer, or has not ended."""

    nonce: str
    is_inherited: bool


def seal(state: State, connection_id: str, tokens: Granted, now: datetime) -> dict[str, object]:
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
        "wait_until": None,
    }


def open_tokens(state: State, grant: Any) -> Granted:
    """Return the token set of a grant's row."""
    table = models.Grant.__tablename__
    return Granted(
        access_token=state.cipher.open(table, grant.connection_id, "access_token", grant.access_token_sealed),
        refresh_token=state.cipher.open(table, grant.connection_id, "refresh_token", grant.refresh_token_sealed),
        expires_in=0,
        scopes=frozenset(grant.scopes.split()),
    )


def read(state: State, connection_id: str) -> Held:
    """Return what a connection holds.

    Raises:
        NotConnected: there is nothing that the provider would take from us.
    """
    row = next((_Row(*found) for found in state.database.look(_HELD, {"connection": connection_id})), None)
    side = providers.side(Provider.ZOOM if row is None else row.provider)
    if row is None or row.status == ConnectionStatus.INACTIVE:
        raise NotConnected(side.sentences.not_connected)
    if row.lost_at is not None:
        raise NotConnected(side.sentences.lost)
    if (row.client_id, row.oauth_url) != side.app(state):
        # Tokens never travel to another address or app than they came from.
        raise NotConnected(side.sentences.foreign)
    instant = state.database.instant
    return Held(
        side,
        open_tokens(state, row),
        row.api_url,
        row.refresh_token_sealed,
        instant(row.expires_at),
        row.zoom_user_id,
        row.lease,
        None if row.lease_until is None else instant(row.lease_until),
        None if row.wait_until is None else instant(row.wait_until),
    )


def kept_of_google(state: State, host_id: str) -> Kept | None:
    """Return the refresh token that a host's connection to Google holds, if it may still be good."""
    side = providers.side(Provider.GOOGLE)

    def work(session: Session) -> Any:
        used = _connection.host_id == host_id, _connection.provider == side.provider, _grant.lost_at.is_(None)
        return session.execute(
            select(_connection, _grant).join(_grant, _grant.connection_id == _connection.id).where(*used)
        ).one_or_none()

    found = state.database.read(work)
    if found is None or (found[0].client_id, found[0].oauth_url) != side.app(state) or not found[0].zoom_user_id:
        return None
    return Kept(found[0].zoom_user_id, open_tokens(state, found[1]).refresh_token)


def is_being_renewed(state: State, connection_id: str, version: str) -> bool:
    """Return whether somebody has the right to refresh the grant of this version, and time left for it."""
    values = {"connection": connection_id, "version": version, "now": datetime.now(UTC)}
    return bool(state.database.look(_LEASED, values))


def take_lease(connection_id: str, held: Held, now: datetime, session: Session) -> Lease | None:
    """Take the right to refresh the grant as it was read, or return None when somebody has it or it is past.

    Raises:
        ZoomUnknown: Zoom has given this host another grant, and did not yet tell whose. If it is the same user's, it
            has ended this one. Google's do not.
    """
    connection = session.connection()
    if connection.scalar(_OF_NOBODY, {"connection": connection_id, "now": now}) is not None:
        raise ZoomUnknown(
            said("Zoom has given new access and does not say yet to whose account. Try again in a moment.")
        )
    taken = Lease(new_id(), held.lease is not None)
    values = {"nonce": taken.nonce, "until": now + _LEASE, "seen": held.lease, "version": held.version}
    found = connection.scalar(_TAKE, {**values, "connection": connection_id, "now": now})
    return None if found is None else taken


def store(connection_id: str, version: str, values: dict[str, object], session: Session) -> str | None:
    """Replace a grant by the pair that Zoom gave for it; None when it is another one by now, or was given up."""
    # Compared by version, not by lease: a pair that Zoom has rotated to must be kept even if our lease ran out.
    found: str | None = session.connection().scalar(
        update(table_of(models.Grant))
        .where(_grant.connection_id == connection_id, _grant.refresh_token_sealed == version, _grant.lost_at.is_(None))
        .values(**values)
        .returning(_grant.connection_id)
    )
    return found


def restore(state: State, connection_id: str, version: str, values: dict[str, object], session: Session) -> bool:
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


def release(connection_id: str, lease: Lease, is_clear: bool, wait_until: datetime | None, session: Session) -> None:
    """Let others refresh, from ``wait_until`` on if the provider named an instant.

    A lease that stays, run out, tells them that Zoom may have rotated without our knowing.
    """
    session.execute(
        update(models.Grant)
        .where(models.Grant.connection_id == connection_id, models.Grant.lease == lease.nonce)
        .values(lease=None if is_clear else lease.nonce, lease_until=None, wait_until=wait_until)
    )


def lose(
    state: State, connection_id: str, version: str, lease: Lease, reason: ConnectionReason, session: Session
) -> bool:
    """Give a grant up that the provider does not take; False when somebody else is at it, or has a newer one by now."""
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
