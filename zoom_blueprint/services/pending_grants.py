"""Pending grants: what Zoom gave and what stands in no connection, kept in its consent so that no crash loses it.

Sooner or later each one is moved into a connection or given back to Zoom.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import update
from sqlalchemy.orm import Session

from zoom_blueprint import logs
from zoom_blueprint.errors import ZoomError, ZoomGrantLost
from zoom_blueprint.services import duties, tokens
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.zoom_api.payloads import TokenSet

SETTLE_SECONDS = 600
_FIRST_LOOK = timedelta(seconds=30)
_GIVEN_UP_AFTER = timedelta(days=7)
_log = logs.logger(__name__)


@dataclass(frozen=True)
class PendingGrant:
    """A token set, when Zoom gave it, and the app and address it was made for: its tokens travel to no other."""

    tokens: TokenSet
    got_at: datetime
    client_id: str
    oauth_url: str

    def is_ours(self, state: State) -> bool:
        """Return whether it was made for the app and address that are configured now."""
        return (self.client_id, self.oauth_url) == (state.config.client_id, state.config.oauth_url)

    def tokens_at(self, now: datetime) -> TokenSet:
        """Return the tokens with the seconds that the access token has left."""
        return replace(self.tokens, expires_in=self.tokens.expires_in - int((now - self.got_at).total_seconds()))


def put(state: State, consent_id: str, granted: TokenSet) -> None:
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
    """Have what a consent keeps given back to Zoom by whoever drains next."""
    consent.zoom_user_sealed, consent.expires_at = None, now
    session.flush()
    duties.want(session, DutyName.CONSENT, consent.id, now)


def return_ended(
    state: State, session: Session, consent: models.Consent, ended: tuple[TokenSet, bool] | None, now: datetime
) -> None:
    """Let a consent keep the grant of a connection that has ended by it, to be given back to Zoom.

    ``ended`` are its tokens, and whether the access token has expired.
    """
    if ended is not None:
        granted, is_expired = ended
        _write(state, consent, replace(granted, expires_in=0 if is_expired else 60), now)
        return_soon(session, consent, now)


def end_those_of(session: Session, connection_id: str, now: datetime, *, but: str = "") -> None:
    """End the consents that would restore a connection, ``but`` one; what they keep is given back to Zoom."""
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
    """Have Zoom revoke what a consent keeps, and forget it; False when Zoom did not confirm, and it is kept."""
    try:
        if pending.tokens_at(datetime.now(UTC)).expires_in <= 0:
            pending = _refreshed(state, consent_id, pending)
        try:
            state.oauth.revoke(pending.tokens.access_token)
        except ZoomGrantLost:  # perhaps the access token alone is at its end, by Zoom's clock
            state.oauth.revoke(_refreshed(state, consent_id, pending).tokens.access_token)
    except ZoomGrantLost:
        _log.info("a grant that nobody needs was gone already")
    except ZoomError as error:
        if overdue < _GIVEN_UP_AFTER:
            _log.warning("Zoom did not confirm the revocation of a grant that nobody needs: %s", error)
            return False
        _log.error("Zoom has not confirmed the revocation of a grant for %s; it is forgotten: %s", overdue, error)
    forget(state, consent_id)
    return True


def forget(state: State, consent_id: str) -> None:
    """Wipe what a consent keeps, from SQLite's files too."""

    def work(session: Session) -> None:
        settled(session.get_one(models.Consent, consent_id, with_for_update=True))

    state.database.write(work)
    state.database.checkpoint()


def _refreshed(state: State, consent_id: str, pending: PendingGrant) -> PendingGrant:
    granted, now = state.oauth.refresh(pending.tokens.refresh_token), datetime.now(UTC)

    def work(session: Session) -> PendingGrant:
        return _write(state, session.get_one(models.Consent, consent_id, with_for_update=True), granted, now)

    return tokens.keep(state, work)


def _write(state: State, consent: models.Consent, granted: TokenSet, now: datetime) -> PendingGrant:
    pending = PendingGrant(granted, now, state.config.client_id, state.config.oauth_url)
    content = msgspec.json.encode(pending).decode()
    consent.grant_sealed = state.cipher.seal(models.Consent.__tablename__, consent.id, "grant", content)
    return pending
