"""Consents: one attempt of a host to connect Zoom, from the button to the stored grant."""

import hashlib
import logging
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from zoom_blueprint import values
from zoom_blueprint.errors import ConnectError, ZoomClientRefused, ZoomError, ZoomGrantLost, ZoomScopeMissing
from zoom_blueprint.services import connections, endings, hosts, snapshots
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id
from zoom_blueprint.values import ConnectionStatus, Host
from zoom_blueprint.zoom_api.client import api_base
from zoom_blueprint.zoom_api.payloads import TokenSet, ZoomUser

CONSENT_SECONDS = 600
EXPIRED = "This connection attempt has expired. Press Connect Zoom again."
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Attempt:
    """Where to send the host, and what the browser must bring back."""

    authorize_url: str = field(repr=False)
    browser_secret: str = field(repr=False)


def begin(state: State, host_id: str) -> Attempt:
    """Start one attempt to connect: single use, ten minutes, bound to this browser."""
    nonce, browser_secret = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    verifier = state.oauth.new_verifier()
    now = datetime.now(UTC)
    consent_id = new_id()

    def work(session: Session) -> None:
        session.execute(delete(models.Consent).where(models.Consent.expires_at < now - timedelta(days=1)))
        session.add(
            models.Consent(
                id=consent_id,
                state_hash=_hash(nonce),
                browser_hash=_hash(browser_secret),
                host_id=host_id,
                verifier_sealed=state.cipher.seal(models.Consent.__tablename__, consent_id, "verifier", verifier),
                expires_at=now + timedelta(seconds=CONSENT_SECONDS),
            )
        )

    state.database.write(work)
    url = state.oauth.authorize_url(state=nonce, verifier=verifier, redirect_uri=redirect_uri(state))
    return Attempt(url, browser_secret)


def redirect_uri(state: State) -> str:
    """Return the address to enter as redirect URL and in the allow list of the Zoom app."""
    return f"{state.links.base}/callback"


def complete(state: State, host: Host, *, nonce: str, browser_secret: str, code: str, error: str) -> values.Connection:
    """End one attempt with a connection.

    Raises:
        ConnectError: it did not work out; the text is for the host.
    """
    if not nonce:
        # An installation that begins inside Zoom arrives without a state: the host starts our own flow instead.
        raise ConnectError("Press Connect Zoom to finish: connections start from this page.")
    verifier = _use_consent(state, host.id, nonce, browser_secret)
    if error == "access_denied":
        raise ConnectError("Zoom was not connected, because access was declined. Press Connect Zoom to try again.")
    if error:
        raise ConnectError("Zoom reported an error instead of giving access. Press Connect Zoom to try again.")
    if not code:
        raise ConnectError("Zoom sent no authorization code. Press Connect Zoom again.")
    granted, user = _fetch(state, code, verifier)
    return _settle(state, host, granted, user)


def _use_consent(state: State, host_id: str, nonce: str, browser_secret: str) -> str:
    now = datetime.now(UTC)

    def work(session: Session) -> models.Consent | None:
        return session.scalars(
            update(models.Consent)
            .where(
                models.Consent.state_hash == _hash(nonce),
                models.Consent.browser_hash == _hash(browser_secret),
                models.Consent.host_id == host_id,
                models.Consent.expires_at > now,
                models.Consent.used_at.is_(None),
            )
            .values(used_at=now)
            .returning(models.Consent)
        ).one_or_none()

    consent = state.database.write(work)
    if consent is None:
        raise ConnectError(EXPIRED)
    return state.cipher.open(models.Consent.__tablename__, consent.id, "verifier", consent.verifier_sealed)


def _fetch(state: State, code: str, verifier: str) -> tuple[TokenSet, ZoomUser]:
    try:
        granted = state.oauth.exchange(code=code, verifier=verifier, redirect_uri=redirect_uri(state))
        api_url = api_base(state.config.api_url, granted.api_url)
        return granted, state.zoom(api_url, granted.access_token).me()
    except ZoomGrantLost:
        raise ConnectError(EXPIRED) from None
    except ZoomClientRefused:
        _log.error("Zoom refuses ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET")  # the cause holds no news
        raise ConnectError(
            "Zoom refused this site's app credentials. Tell the site's operator to check ZOOM_CLIENT_ID and "
            "ZOOM_CLIENT_SECRET."
        ) from None
    except ZoomScopeMissing as error:
        named = " or ".join(error.scopes) or "to read your profile"
        raise ConnectError(
            f"Zoom did not give the permission {named}. Press Connect Zoom again and allow all that Zoom asks for."
        ) from None
    except ZoomError as error:
        _log.warning("connecting failed: %s (tracking id %s)", error, error.tracking_id)
        raise ConnectError("Zoom did not answer as expected. Press Connect Zoom to try again.") from None


class _OtherAccount(ConnectError):
    """The host is connected as somebody else; the new grant serves nobody and goes back to Zoom."""


def _settle(state: State, host: Host, granted: TokenSet, user: ZoomUser) -> values.Connection:
    def work(session: Session) -> values.Connection | None:
        return _store(state, session, host, granted, user)

    try:
        try:
            connection = state.database.write(work)
        except IntegrityError:  # the same Zoom user was linked a moment ago, so this time there is an owner
            connection = state.database.write(work)
    except _OtherAccount:
        endings.revoke(state, granted, is_expired=False)
        raise
    state.work.wake()
    if connection is None:
        raise ConnectError(
            "This Zoom account is already linked to another host here. Sign in to Zoom as yourself and press "
            "Connect Zoom again, or ask the other host to disconnect first."
        )
    return connection


def _store(state: State, session: Session, host: Host, granted: TokenSet, user: ZoomUser) -> values.Connection | None:
    owner = session.scalars(select(models.Connection).where(models.Connection.zoom_user_id == user.id)).first()
    hosts.lock(session, owner.host_id if owner else host.id)
    if owner and owner.host_id != host.id:
        # Zoom has ended this user's earlier grant by giving the new one: without it the other host would be cut off.
        connections.store_grant(state, session, owner, granted, user)
        return None
    row = connections.of_host(session, host.id)
    if row and row.status != ConnectionStatus.INACTIVE and row.zoom_user_id != user.id:
        raise _OtherAccount(
            f"You are connected as {row.email}, and just signed in to Zoom as {user.email}. "
            "To change accounts, press Disconnect first."
        )
    if row is None:
        row = models.Connection(id=new_id(), host_id=host.id)
        session.add(row)
    connections.store_grant(state, session, row, granted, user)
    return snapshots.connection(row)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
