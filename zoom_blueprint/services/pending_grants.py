"""Pending grants: what a provider gave and what stands in no connection, kept in its consent so that no crash loses it.

Sooner or later each one is moved into a connection or given back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from zoom_blueprint import logs
from zoom_blueprint.errors import GrantLost, ProviderError
from zoom_blueprint.services import duties, providers, tokens
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.services.providers import Granted, Person, Side
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionStatus, Provider

SETTLE_SECONDS = 600
_FIRST_LOOK = timedelta(seconds=30)
_GIVEN_UP_AFTER = timedelta(days=7)
_log = logs.logger(__name__)


@dataclass(frozen=True)
class PendingGrant:
    """A token set, when it was given, and the app and address it was made for: its tokens travel to no other."""

    tokens: Granted
    got_at: datetime
    client_id: str
    oauth_url: str
    provider: Provider = Provider.ZOOM

    @property
    def side(self) -> Side:
        """Return whose tokens they are."""
        return providers.side(self.provider)

    def is_ours(self, state: State) -> bool:
        """Return whether it was made for the app and address that are configured now."""
        return (self.client_id, self.oauth_url) == self.side.app(state)

    def tokens_at(self, now: datetime) -> Granted:
        """Return the tokens with the seconds that the access token has left."""
        return replace(self.tokens, expires_in=self.tokens.expires_in - int((now - self.got_at).total_seconds()))


@dataclass(frozen=True)
class Ended:
    """What a cut connection held: tokens for the last calls, and whether the access token has expired."""

    provider: Provider
    tokens: Granted
    is_expired: bool


def put(state: State, consent_id: str, granted: Granted) -> None:
    """Keep what a code was traded for; whoever drains settles it should this process die."""
    now = datetime.now(UTC)

    def work(session: Session) -> None:
        consent = session.get_one(models.Consent, consent_id, with_for_update=True)
        _write(state, consent, granted, now)
        consent.expires_at = now + timedelta(seconds=SETTLE_SECONDS)
        duties.want(session, DutyName.CONSENT, consent_id, now + _FIRST_LOOK)

    tokens.keep(state, work)


def read(state: State, consent_id: str) -> PendingGrant | None:
    """Return what a consent keeps, None when that is settled."""

    def work(session: Session) -> PendingGrant | None:
        consent = session.get(models.Consent, consent_id)
        return None if consent is None else open_pending(state, consent)

    return state.database.read(work)


def open_pending(state: State, consent: models.Consent) -> PendingGrant | None:
    """Return what a consent's row keeps, None when that is settled."""
    if consent.grant_sealed is None:
        return None
    content = state.cipher.open(models.Consent.__tablename__, consent.id, "grant", consent.grant_sealed)
    return msgspec.json.decode(content, type=PendingGrant)


def settled(consent: models.Consent) -> None:
    """Let a consent keep nothing any more."""
    consent.grant_sealed = consent.zoom_user_sealed = None


def return_soon(session: Session, consent: models.Consent, now: datetime) -> None:
    """Have what a consent keeps given back by whoever drains next."""
    consent.zoom_user_sealed, consent.expires_at = None, now
    session.flush()
    duties.want(session, DutyName.CONSENT, consent.id, now)


def return_ended(state: State, session: Session, consent: models.Consent, ended: Ended | None, now: datetime) -> None:
    """Let a consent keep the grant of a connection that has ended by it, to be given back."""
    if ended is not None:
        _write(state, consent, replace(ended.tokens, expires_in=0 if ended.is_expired else 60), now)
        return_soon(session, consent, now)


def end_those_of(session: Session, connection_id: str, now: datetime, *, but: str = "") -> None:
    """End the consents that would restore a connection, ``but`` one; what they keep is given back."""
    ended = session.execute(
        update(models.Consent)
        .where(models.Consent.connection_id == connection_id, models.Consent.expires_at > now, models.Consent.id != but)
        .values(expires_at=now, zoom_user_sealed=None)
        .returning(models.Consent.id, models.Consent.grant_sealed.is_not(None))
        .execution_options(synchronize_session=False)
    ).all()
    for consent_id, is_pending in ended:
        if is_pending:
            duties.want(session, DutyName.CONSENT, consent_id, now)


def give_back(state: State, consent_id: str, pending: PendingGrant, overdue: timedelta) -> bool:
    """Have what a consent keeps revoked, and forget it; False when that is not confirmed, and it is kept.

    Google's is only forgotten while the same person's access is in use: all of it would end.
    """
    try:
        if not pending.side.is_shared:
            _revoke(state, consent_id, pending)
        elif not is_needed(state, pending.tokens.person, but=consent_id):
            oauth = pending.side.oauth(state)
            oauth.revoke(pending.tokens.refresh_token)
    except GrantLost:
        _log.info("a grant that nobody needs was gone already")
    except ProviderError as error:
        if overdue < _GIVEN_UP_AFTER:
            _log.warning("the revocation of a grant that nobody needs is not confirmed: %s", error)
            return False
        _log.error("the revocation of a grant is not confirmed for %s; it is forgotten: %s", overdue, error)
    forget(state, consent_id)
    return True


def is_needed(state: State, person: Person | None, *, but: str = "") -> bool:
    """Return whether a connection to Google is of this person, or a consent other than ``but`` may become one."""
    if person is None:
        return False
    connection, consent = models.Connection, models.Consent
    used = select(connection.id).where(
        connection.provider == Provider.GOOGLE,
        connection.zoom_user_id == person.id,
        connection.status != ConnectionStatus.INACTIVE,
    )
    waiting = select(consent).where(
        consent.provider == Provider.GOOGLE,
        consent.grant_sealed.is_not(None),
        consent.expires_at > datetime.now(UTC),
        consent.id != but,
    )

    def work(session: Session) -> tuple[bool, Sequence[models.Consent]]:
        return session.scalar(used) is not None, session.scalars(waiting).all()

    is_used, consents = state.database.read(work)
    kept = [open_pending(state, one) for one in consents]
    return is_used or any(
        one is not None and one.tokens.person is not None and one.tokens.person.id == person.id for one in kept
    )


def _revoke(state: State, consent_id: str, pending: PendingGrant) -> None:
    oauth = pending.side.oauth(state)
    if pending.tokens_at(datetime.now(UTC)).expires_in <= 0:
        pending = _refreshed(state, consent_id, pending)
    try:
        oauth.revoke(pending.tokens.access_token)
    except GrantLost:  # perhaps the access token alone is at its end, by Zoom's clock
        oauth.revoke(_refreshed(state, consent_id, pending).tokens.access_token)


def forget(state: State, consent_id: str) -> None:
    """Wipe what a consent keeps, from SQLite's files too."""

    def work(session: Session) -> None:
        settled(session.get_one(models.Consent, consent_id, with_for_update=True))

    state.database.write(work)
    state.database.checkpoint()


def _refreshed(state: State, consent_id: str, pending: PendingGrant) -> PendingGrant:
    oauth = pending.side.oauth(state)
    granted, now = oauth.refresh(pending.tokens.refresh_token), datetime.now(UTC)

    def work(session: Session) -> PendingGrant:
        return _write(state, session.get_one(models.Consent, consent_id, with_for_update=True), granted, now)

    return tokens.keep(state, work)


def _write(state: State, consent: models.Consent, granted: Granted, now: datetime) -> PendingGrant:
    side = providers.of(consent)
    pending = PendingGrant(granted, now, *side.app(state), side.provider)
    content = msgspec.json.encode(pending).decode()
    consent.grant_sealed = state.cipher.seal(models.Consent.__tablename__, consent.id, "grant", content)
    return pending
