"""Consents: one attempt of a host to connect an account, from the button to what the provider answers."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import and_, delete, update
from sqlalchemy.orm import Session

from zoom_blueprint import logs, values
from zoom_blueprint.errors import (
    ClientRefused,
    ConnectError,
    GrantLost,
    ProviderError,
    Unauthorized,
    ZoomScopeMissing,
)
from zoom_blueprint.exchanges.token_endpoints import new_verifier
from zoom_blueprint.services import connections, duties, grants, pending_grants, providers, settlements
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.services.placings import Outcome, Question, Refusal
from zoom_blueprint.services.providers import Granted, Kept, Side
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id
from zoom_blueprint.values import Host, Provider

CONSENT_SECONDS = 600
_KEPT = timedelta(days=1)
_SOON = timedelta(seconds=5)
_log = logs.logger(__name__)


class AnotherAccount(ConnectError):
    """The host is connected as one person and signed in as another: they are asked before anything changes."""

    def __init__(self, question: Question) -> None:
        super().__init__(
            f"This connection belongs to {question.connected_as}, and you just signed in to "
            f"{question.provider.title()} as {question.signed_in_as}."
        )
        self.question = question


class NoSuchAttempt(ConnectError):
    """What came back ends no attempt of this host in this browser; another one may be under way."""


class NotYetKnown(ConnectError):
    """There is access, and it is not known whose it is; the connection follows without the host."""


@dataclass(frozen=True)
class Attempt:
    """Where to send the host, and what the browser must bring back."""

    authorize_url: str = field(repr=False)
    browser_secret: str = field(repr=False)


def begin(
    state: State,
    host_id: str,
    connection_id: str | None = None,
    provider: Provider = Provider.ZOOM,
    *,
    is_held: bool = True,
) -> Attempt:
    """Start one attempt to connect: single use, ten minutes, bound to this browser.

    ``connection_id`` is the connection to restore, whose provider it then is; None for a first or another one.
    ``is_held``: lasting access that a connection holds may serve the new one, too.

    Raises:
        NotFound: the host has no such connection.
    """
    if connection_id is not None:
        provider = connections.get(state, host_id, connection_id).provider
    side = providers.side(provider)
    nonce, browser_secret = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    verifier = new_verifier()
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
                provider=provider,
                verifier_sealed=state.cipher.seal(models.Consent.__tablename__, consent_id, "verifier", verifier),
                expires_at=now + timedelta(seconds=CONSENT_SECONDS),
                connection_id=connection_id,
            )
        )

    state.database.write(work)
    url = side.oauth(state).authorize_url(
        state=nonce,
        verifier=verifier,
        redirect_uri=side.callback(state),
        is_held=is_held and _kept(state, host_id, side) is not None,
    )
    return Attempt(url, browser_secret)


def complete(
    state: State,
    host: Host,
    *,
    nonce: str,
    browser_secret: str,
    code: str,
    error: str,
    provider: Provider = Provider.ZOOM,
) -> values.Connection:
    """End one attempt with a connection.

    Raises:
        AnotherAccount: the host has to answer a question first.
        NoSuchAttempt: nothing has ended by it.
        NotYetKnown: the connection comes later, by itself.
        ConsentNeeded: the host has to be sent to the provider once more.
        ConnectError: it did not work out; the text is for the host.
    """
    words = providers.side(provider).sentences
    if not nonce:
        # An installation that begins inside Zoom arrives without a state: the host starts our own flow instead.
        raise NoSuchAttempt(words.begin_here)
    consent_id, verifier = _use_consent(state, host.id, provider, nonce, browser_secret)
    if error == "access_denied":
        raise ConnectError(words.declined)
    if error:
        raise ConnectError(words.failed)
    if not code:
        raise ConnectError(words.no_code)
    refused = connections.may_connect(
        state, host, provider
    )  # once more: a plan may have ended since the button was pressed
    if refused is not None:
        raise ConnectError(refused)
    side = providers.side(provider)
    granted = _exchange(state, side, code, verifier, _kept(state, host.id, side))
    pending_grants.put(state, consent_id, granted)
    outcome = _settle(state, side, consent_id)
    if isinstance(outcome, Question):
        raise AnotherAccount(outcome)
    if isinstance(outcome, Refusal):
        raise ConnectError(outcome.words)
    # Nothing was kept any more: a worker was faster, or the host has cut the connection meanwhile.
    connection = outcome or connections.current(state, host.id, provider)
    if connection is None:
        raise ConnectError(words.expired)
    return connection


def _kept(state: State, host_id: str, side: Side) -> Kept | None:
    """Return the lasting access that a host's account gave before, where a consent may bring none of its own."""
    return grants.kept_of_google(state, host_id) if side.is_shared else None


def _use_consent(state: State, host_id: str, provider: Provider, nonce: str, browser_secret: str) -> tuple[str, str]:
    now = datetime.now(UTC)

    def work(session: Session) -> models.Consent | None:
        return session.scalars(
            update(models.Consent)
            .where(
                models.Consent.state_hash == _hash(nonce),
                models.Consent.browser_hash == _hash(browser_secret),
                models.Consent.host_id == host_id,
                models.Consent.provider == provider,
                models.Consent.expires_at > now,
                models.Consent.used_at.is_(None),
            )
            .values(used_at=now)
            .returning(models.Consent)
        ).one_or_none()

    consent = state.database.write(work)
    if consent is None:
        raise NoSuchAttempt(providers.side(provider).sentences.expired)
    verifier = state.cipher.open(models.Consent.__tablename__, consent.id, "verifier", consent.verifier_sealed)
    return consent.id, verifier


def _exchange(state: State, side: Side, code: str, verifier: str, kept: Kept | None) -> Granted:
    oauth = side.oauth(state)
    try:
        return oauth.exchange(code=code, verifier=verifier, redirect_uri=side.callback(state), kept=kept)
    except GrantLost:
        raise ConnectError(side.sentences.expired) from None
    except ClientRefused:
        _log.error("%s", side.sentences.refused)  # the cause holds no news
        raise ConnectError(side.sentences.refused) from None
    except ProviderError as error:
        _log.warning("connecting failed: %s", error)
        raise ConnectError(side.sentences.silent) from None


def _settle(state: State, side: Side, consent_id: str) -> Outcome | None:
    try:
        return settlements.settle(state, consent_id)
    except ZoomScopeMissing as error:
        named = " or ".join(error.scopes) or "to read your profile"
        raise ConnectError(
            f"Zoom did not give the permission {named}. Press Connect Zoom again and allow all that Zoom asks for."
        ) from None
    except Unauthorized:
        raise ConnectError(
            "Zoom has taken this access back, perhaps for one that was given later. Press Connect Zoom again, unless "
            "your account is shown as connected."
        ) from None
    except ProviderError as error:
        _log.warning("whose a new grant is, is not known yet: %s", error)
        again_at = datetime.now(UTC) + _SOON
        state.database.write(lambda session: duties.want(session, DutyName.CONSENT, consent_id, again_at))
        raise NotYetKnown(side.sentences.slow) from None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
