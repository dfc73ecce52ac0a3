"""Consents: one attempt of a host to connect Zoom, from the button to what Zoom answers."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import and_, delete, update
from sqlalchemy.orm import Session

from zoom_blueprint import logs, values
from zoom_blueprint.errors import (
    ConnectError,
    ZoomClientRefused,
    ZoomError,
    ZoomGrantLost,
    ZoomScopeMissing,
    ZoomUnauthorized,
)
from zoom_blueprint.languages import said
from zoom_blueprint.services import connections, duties, pending_grants, settlements
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.services.settlements import Outcome, Question, Refusal
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id
from zoom_blueprint.values import Host
from zoom_blueprint.zoom_api.payloads import TokenSet

CONSENT_SECONDS = 600
EXPIRED = said("This connection attempt has expired. Press Connect Zoom again.")
SLOW = said("Zoom is slow to tell whose account this is; this page will show it in a moment.")
_KEPT = timedelta(days=1)
_SOON = timedelta(seconds=5)
_log = logs.logger(__name__)


class AnotherAccount(ConnectError):
    """The host is connected as one Zoom user and signed in as another: they are asked before anything changes."""

    def __init__(self, question: Question) -> None:
        super().__init__(
            f"This connection belongs to {question.connected_as}, and you just signed in to Zoom as "
            f"{question.signed_in_as}."
        )
        self.question = question


class NoSuchAttempt(ConnectError):
    """What came back ends no attempt of this host in this browser; another one may be under way."""


class NotYetKnown(ConnectError):
    """Zoom has given access and does not say whose it is; the connection follows without the host."""


@dataclass(frozen=True)
class Attempt:
    """Where to send the host, and what the browser must bring back."""

    authorize_url: str = field(repr=False)
    browser_secret: str = field(repr=False)


def begin(state: State, host_id: str, connection_id: str | None = None) -> Attempt:
    """Start one attempt to connect: single use, ten minutes, bound to this browser.

    ``connection_id`` is the connection to restore, None for a first or another one.

    Raises:
        NotFound: the host has no such connection.
    """
    if connection_id is not None:
        connections.get(state, host_id, connection_id)
    nonce, browser_secret = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    verifier = state.oauth.new_verifier()
    now = datetime.now(UTC)
    consent_id = new_id()

    def work(session: Session) -> None:
        spent = and_(models.Consent.expires_at < now - _KEPT, models.Consent.grant_sealed.is_(None))
        session.execute(delete(models.Consent).where(spent))
        session.add(
            models.Consent(
                id=consent_id,
                state_hash=_hash(nonce),
                browser_hash=_hash(browser_secret),
                host_id=host_id,
                verifier_sealed=state.cipher.seal(models.Consent.__tablename__, consent_id, "verifier", verifier),
                expires_at=now + timedelta(seconds=CONSENT_SECONDS),
                connection_id=connection_id,
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
        AnotherAccount: the host has to answer a question first.
        NoSuchAttempt: nothing has ended by it.
        NotYetKnown: the connection comes later, by itself.
        ConnectError: it did not work out; the text is for the host.
    """
    if not nonce:
        # An installation that begins inside Zoom arrives without a state: the host starts our own flow instead.
        raise NoSuchAttempt(said("Press Connect Zoom to finish: connections start from this page."))
    consent_id, verifier = _use_consent(state, host.id, nonce, browser_secret)
    if error == "access_denied":
        raise ConnectError(
            said("Zoom was not connected, because access was declined. Press Connect Zoom to try again.")
        )
    if error:
        raise ConnectError(said("Zoom reported an error instead of giving access. Press Connect Zoom to try again."))
    if not code:
        raise ConnectError(said("Zoom sent no authorization code. Press Connect Zoom again."))
    refused = connections.may_connect(state, host)  # once more: a plan may have ended since the button was pressed
    if refused is not None:
        raise ConnectError(refused)
    pending_grants.put(state, consent_id, _exchange(state, code, verifier))
    outcome = _settle(state, consent_id)
    if isinstance(outcome, Question):
        raise AnotherAccount(outcome)
    if isinstance(outcome, Refusal):
        raise ConnectError(outcome.words)
    # Nothing was kept any more: a worker was faster, or the host has cut the connection meanwhile.
    connection = outcome or connections.current(state, host.id)
    if connection is None:
        raise ConnectError(EXPIRED)
    return connection


def _use_consent(state: State, host_id: str, nonce: str, browser_secret: str) -> tuple[str, str]:
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
        raise NoSuchAttempt(EXPIRED)
    verifier = state.cipher.open(models.Consent.__tablename__, consent.id, "verifier", consent.verifier_sealed)
    return consent.id, verifier


def _exchange(state: State, code: str, verifier: str) -> TokenSet:
    try:
        return state.oauth.exchange(code=code, verifier=verifier, redirect_uri=redirect_uri(state))
    except ZoomGrantLost:
        raise ConnectError(EXPIRED) from None
    except ZoomClientRefused:
        _log.error("Zoom refuses ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET")  # the cause holds no news
        raise ConnectError(
            "Zoom refused this site's app credentials. Tell the site's operator to check ZOOM_CLIENT_ID and "
            "ZOOM_CLIENT_SECRET."
        ) from None
    except ZoomError as error:
        _log.warning("connecting failed: %s", error)
        raise ConnectError(said("Zoom did not answer as expected. Press Connect Zoom to try again.")) from None


def _settle(state: State, consent_id: str) -> Outcome | None:
    try:
        return settlements.settle(state, consent_id)
    except ZoomScopeMissing as error:
        named = " or ".join(error.scopes) or "to read your profile"
        raise ConnectError(
            f"Zoom did not give the permission {named}. Press Connect Zoom again and allow all that Zoom asks for."
        ) from None
    except ZoomUnauthorized:
        raise ConnectError(
            "Zoom has taken this access back, perhaps for one that was given later. Press Connect Zoom again, unless "
            "your account is shown as connected."
        ) from None
    except ZoomError as error:
        _log.warning("whose a new grant is, is not known yet: %s", error)
        again_at = datetime.now(UTC) + _SOON
        state.database.write(lambda session: duties.want(session, DutyName.CONSENT, consent_id, again_at))
        raise NotYetKnown(SLOW) from None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
