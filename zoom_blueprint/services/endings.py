"""Endings of connections: by the host, or by Zoom's notice that the app was removed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from zoom_blueprint import logs
from zoom_blueprint.errors import GrantLost, NotFound, ProviderError
from zoom_blueprint.events import ConnectionPayload, EventName
from zoom_blueprint.languages import said
from zoom_blueprint.loading import turn
from zoom_blueprint.services import (
    calendar_cuts,
    claims,
    duties,
    erasures,
    farewells,
    grants,
    hosts,
    journal,
    pending_grants,
    providers,
    readers,
    snapshots,
)
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.services.farewells import Notice
from zoom_blueprint.services.pending_grants import Ended
from zoom_blueprint.services.providers import OAuth, Person
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionReason, ConnectionStatus, Provider

_log = logs.logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How a disconnect went: whether the revocation was confirmed, and how many bookings' invitees are told."""

    is_confirmed: bool
    told: int = 0


def disconnect(state: State, host_id: str, connection_id: str, notice: Notice | None = None) -> Ending:
    """Cut the host's link: everything of the provider's is wiped at once, then it is asked to revoke.

    Meetings stay in Zoom and no longer follow changes; with a ``notice`` their invitees are told. Events stay in Google
    Calendar and follow none either. Disconnecting twice wipes nothing more, tells nobody twice, and confirms nothing.

    Raises:
        NotFound: no such connection of this host.
    """

    def work(session: Session) -> Ended | None:
        hosts.lock(session, host_id)
        row = session.get(models.Connection, connection_id)
        if row is None or row.host_id != host_id:
            raise NotFound(said("There is no such connection."))
        return wipe(state, session, row, providers.of(row).disconnected, ConnectionReason.DISCONNECTED)

    with turn:  # most sites know nothing of Google
        from zoom_blueprint.services import channels

    channels.stop_all(state, host_id, connection_id)
    wiped = state.database.write(work)
    state.database.checkpoint()
    told = farewells.tell(state, host_id, connection_id, notice) if notice is not None else 0
    state.work.wake()
    is_confirmed = wiped is not None and revoke(state, wiped)
    return Ending(is_confirmed=is_confirmed, told=told)


def deauthorize(state: State, zoom_user_id: str, happened_at: datetime, client_id: str = "") -> bool:
    """Wipe what belongs to a Zoom user who removed the app; False when nothing of theirs was wiped.

    A notice older than the present grant is about an earlier one and is ignored. One that names another app than the
    connection was made for wipes nothing either; as a precaution the account is looked at. The caller drops the notice
    itself, which names the user too, and calls ``Database.checkpoint`` after that.
    """
    found = state.database.read(
        lambda session: session.execute(
            select(models.Connection.id, models.Connection.host_id).where(
                models.Connection.zoom_user_id == zoom_user_id,
                models.Connection.provider == Provider.ZOOM,
                models.Connection.connected_at <= happened_at,
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
        if client_id and client_id != row.client_id:
            _log.warning("Zoom told of the removal of another app than the one that connection %s is of", row.id)
            row.checked_at = None
            duties.want(session, DutyName.TEND, row.id, datetime.now(UTC))
            return False
        mails = {readers.HOST: datetime.now(UTC)}
        wipe(state, session, row, EventName.ZOOM_DEAUTHORIZED, ConnectionReason.DEAUTHORIZED, mails)
        return True

    return state.database.write(work)


def wipe(
    state: State,
    session: Session,
    row: models.Connection,
    name: EventName,
    reason: ConnectionReason,
    mails: Mapping[str, datetime] | None = None,
) -> Ended | None:
    """End a connection inside a transaction that holds its host's lock; wiping it again changes nothing.

    Returns what the last calls to the provider need; None when there is nothing that it could revoke. On SQLite the
    bytes are gone after ``Database.checkpoint``, outside the transaction.
    """
    now, side = datetime.now(UTC), providers.of(row)
    grant = session.get(models.Grant, row.id, with_for_update=True)
    held = None
    if grant is not None:
        # Tokens never travel to another address or app than they came from.
        if (row.client_id, row.oauth_url) == side.app(state) and grant.lost_at is None:
            tokens = replace(grants.open_tokens(state, grant), person=Person(row.zoom_user_id or ""))
            held = Ended(side.provider, tokens, is_expired=grant.expires_at < now)
        session.delete(grant)
    if row.status == ConnectionStatus.INACTIVE:
        return held
    row.status, row.reason, row.ended_at = ConnectionStatus.INACTIVE, reason, now
    erasures.erase(state, session, row, now)
    if side.provider is Provider.ZOOM:
        _look_again(session, row, now)
    else:
        calendar_cuts.cut(state, session, row.id, now)
    pending_grants.end_those_of(session, row.id, now)
    payload = ConnectionPayload(connection=snapshots.connection(row))
    journal.record(state, session, name, payload, now=now, mails=mails)
    return held


def _look_again(session: Session, row: models.Connection, now: datetime) -> None:
    """Let meetings that waited for Zoom's limit, say, or were parked find that they wait for the host, and say so."""
    meeting = models.Meeting
    to_come = select(models.Booking.id).where(models.Booking.host_id == row.host_id, models.Booking.ends_at > now)
    waits = and_(meeting.booking_id.in_(to_come), meeting.wanted, meeting.zoom_meeting_id.is_(None))
    is_parked = and_(meeting.connection_id == row.id, meeting.parked_at.is_not(None))
    claims.wish(session, meeting, or_(waits, is_parked), now)


def revoke(state: State, ended: Ended) -> bool:
    """Give a grant back; return whether that is confirmed."""
    side, held = providers.side(ended.provider), ended.tokens
    oauth = side.oauth(state)
    try:
        if side.is_shared:
            # Connected again meanwhile: the new access would end, too.
            if pending_grants.is_needed(state, held.person):
                return False
            oauth.revoke(held.refresh_token)
        elif ended.is_expired or not _accepts(oauth, held.access_token):
            oauth.revoke(oauth.refresh(held.refresh_token).access_token)
    except ProviderError as error:
        _log.warning("the revocation is not confirmed: %s", error)
        return False
    return True


def _accepts(oauth: OAuth, access_token: str) -> bool:
    """Revoke by an access token; False when Zoom knows none like it, be it that it is at its end by Zoom's clock."""
    try:
        oauth.revoke(access_token)
    except GrantLost:
        return False
    return True
