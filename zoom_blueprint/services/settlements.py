"""Settlements: from what Zoom gave to a connection, or to a question for the host, or back to Zoom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from zoom_blueprint import logs, values
from zoom_blueprint.errors import ConnectError, NotFound, ZoomError, ZoomScopeMissing, ZoomUnknown
from zoom_blueprint.events import EventName
from zoom_blueprint.languages import said
from zoom_blueprint.services import connections, endings, hosts, pending_grants, snapshots
from zoom_blueprint.services.pending_grants import PendingGrant
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id
from zoom_blueprint.values import ConnectionReason, ConnectionStatus
from zoom_blueprint.zoom_api.client import api_base
from zoom_blueprint.zoom_api.payloads import ZoomUser

ANSWERED = said("This question has been answered, or has expired. Nothing was changed.")
_SILENT = said("Zoom did not answer as expected. Nothing was changed. Try again in a moment.")
_LINKED = said(
    "This Zoom account is already linked to another host here. Sign in to Zoom as yourself and press "
    "Connect Zoom again, or ask the other host to disconnect first."
)
_FULL = said(
    "You have connected as many Zoom accounts as this site allows, and signed in to Zoom as {account}, which is none "
    "of them. Disconnect one first."
)
_TRIES = 3
_SHORTEST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)
_log = logs.logger(__name__)


@dataclass(frozen=True)
class Question:
    """What only the host can decide: the connection is ``connected_as``, and they signed in as somebody else."""

    consent_id: str
    connected_as: str
    signed_in_as: str


@dataclass(frozen=True)
class Refusal:
    """A grant that could not become a connection of this host; the text tells them why."""

    words: str


class _Overtaken(Exception):
    """Another process was at it as well: look again from the beginning."""


Outcome = values.Connection | Question | Refusal


def settle(state: State, consent_id: str, *, may_replace: bool = False) -> Outcome | None:
    """Ask Zoom whose grant a consent keeps and put it where it belongs; None when nothing was kept any more.

    ``may_replace``: the host has agreed to change a connection to this Zoom user.

    Raises:
        ZoomError: Zoom did not say whose it is; the grant is kept for a later try.
    """
    for _ in range(_TRIES):
        pending = pending_grants.read(state, consent_id)
        if pending is None or not pending.is_ours(state):
            return None
        asked_at = datetime.now(UTC)
        api_url = api_base(state.config.api_url, pending.tokens.api_url)
        user = state.zoom(api_url, pending.tokens.access_token).me()
        placing = _Placing(state, consent_id, pending, user, asked_at, may_replace=may_replace)
        try:
            outcome = state.database.write(placing.place)
        except (_Overtaken, IntegrityError):
            continue
        if may_replace:
            state.database.checkpoint()  # the other account was wiped
        state.work.wake()
        return outcome
    raise ZoomUnknown(said("Several attempts to connect one Zoom account came at the same time."))


def pursue(state: State, consent_id: str) -> datetime | None:
    """Do the duty towards a grant that a consent keeps; return when to look again."""
    consent = state.database.read(lambda session: session.get(models.Consent, consent_id))
    pending = None if consent is None else pending_grants.open_pending(state, consent)
    if consent is None or pending is None:
        return None
    if not pending.is_ours(state):
        pending_grants.forget(state, consent_id)
        return None
    now = datetime.now(UTC)
    if consent.expires_at <= now:
        is_done = pending_grants.give_back(state, consent_id, pending, now - consent.expires_at)
        return None if is_done else now + _pause(consent.expires_at, now)
    if consent.zoom_user_sealed is not None:
        return consent.expires_at
    try:
        outcome = settle(state, consent_id)
    except ZoomScopeMissing:
        return consent.expires_at
    except ZoomError as error:
        _log.warning("Zoom does not say whose a new grant is: %s", error)
        return min(consent.expires_at, now + _pause(pending.got_at, now))
    return consent.expires_at if isinstance(outcome, Question) else None


def questions(state: State, host_id: str) -> list[Question]:
    """Return what a host has been asked and has not answered yet."""

    def work(session: Session) -> list[Question]:
        consents = session.scalars(
            select(models.Consent)
            .where(models.Consent.host_id == host_id, models.Consent.zoom_user_sealed.is_not(None))
            .order_by(models.Consent.expires_at)
        )
        return [_question(state, session, consent) for consent in consents if _is_open(consent)]

    return state.database.read(work)


def question(state: State, host_id: str, consent_id: str) -> Question | None:
    """Return a question to a host, None when it is answered or has expired.

    Raises:
        NotFound: there is no such consent of this host.
    """

    def work(session: Session) -> Question | None:
        consent = _own(session, host_id, consent_id)
        return _question(state, session, consent) if _is_open(consent) else None

    return state.database.read(work)


def change(state: State, host_id: str, consent_id: str) -> values.Connection:
    """Answer a question with yes: the connection's present account is cut off, and the other one takes its place.

    Raises:
        NotFound: there is no such consent of this host.
        ConnectError: it was answered before or has expired, or Zoom does not answer; the text is for the host.
    """
    if question(state, host_id, consent_id) is None:
        raise ConnectError(ANSWERED)
    try:
        outcome = settle(state, consent_id, may_replace=True)
    except ZoomError as error:
        _log.warning("changing the account failed: %s", error)
        raise ConnectError(_SILENT) from None
    if isinstance(outcome, values.Connection):
        return outcome
    raise ConnectError(outcome.words if isinstance(outcome, Refusal) else ANSWERED)


def keep(state: State, host_id: str, consent_id: str) -> None:
    """Answer a question with no: the other account's grant goes back to Zoom, soon.

    Raises:
        NotFound: there is no such consent of this host.
        ConnectError: it was answered before or has expired; the text is for the host.
    """

    def work(session: Session) -> None:
        consent = _own(session, host_id, consent_id)
        if not _is_open(consent):
            raise ConnectError(ANSWERED)
        pending_grants.return_soon(session, consent, datetime.now(UTC))

    state.database.write(work)
    state.work.wake()


@dataclass(frozen=True)
class _Placing:
    """One try to place a grant; ``asked_at`` is an instant at which it still worked in Zoom."""

    state: State
    consent_id: str
    pending: PendingGrant
    user: ZoomUser
    asked_at: datetime
    may_replace: bool

    def place(self, session: Session) -> Outcome | None:
        """Decide and record under the lock of the host whom it concerns."""
        begun = session.get_one(models.Consent, self.consent_id)
        first = self._owner(session)
        locked = begun.host_id if first is None else first.host_id
        hosts.lock(session, locked)
        session.expire_all()
        consent = session.get_one(models.Consent, self.consent_id, with_for_update=True)
        now_pending = pending_grants.open_pending(self.state, consent)
        if now_pending is None:
            return None
        owner = self._owner(session)
        if now_pending != self.pending or locked != (consent.host_id if owner is None else owner.host_id):
            raise _Overtaken
        if consent.expires_at <= datetime.now(UTC):
            return Refusal(ANSWERED)
        if owner is None:
            return self._for_new_user(session, consent)
        if owner.connected_at > self.asked_at:
            # Zoom ends a user's earlier grant by giving a newer one: which of the two is that, only Zoom can tell.
            raise _Overtaken
        pending_grants.settled(consent)
        if owner.host_id == consent.host_id:
            pending_grants.end_those_of(session, owner.id, datetime.now(UTC), but=consent.id)
        # Without the new grant the other host would be cut off.
        self._store(session, owner)
        return snapshots.connection(owner) if owner.host_id == consent.host_id else Refusal(_LINKED)

    def _for_new_user(self, session: Session, consent: models.Consent) -> Outcome:
        now = datetime.now(UTC)
        rows = connections.of_host(session, consent.host_id)
        has_room = connections.has_room(self.state, rows)
        used = [row for row in rows if row.status != ConnectionStatus.INACTIVE]
        row = next((row for row in rows if row.id == consent.connection_id), None)
        if row is None and not has_room and len(used) == 1:
            row = used[0]
        is_used = row is not None and row.status != ConnectionStatus.INACTIVE
        if not is_used and not has_room:
            pending_grants.return_soon(session, consent, now)
            return Refusal(said(_FULL, account=_account(self.user)))
        if row is not None and is_used and not self.may_replace:
            pending_grants.end_those_of(session, row.id, now, but=consent.id)
            consent.connection_id = row.id
            consent.zoom_user_sealed = _sealed(self.state, consent.id, self.user)
            return _question(self.state, session, consent)
        pending_grants.settled(consent)
        consent.connection_id = None
        session.flush()
        ended = None
        if row is None:
            row = self._spare(rows) or models.Connection(id=new_id(), host_id=consent.host_id)
            session.add(row)
        elif is_used:
            ended = endings.wipe(self.state, session, row, EventName.ZOOM_DISCONNECTED, ConnectionReason.DISCONNECTED)
        self._store(session, row)
        pending_grants.return_ended(self.state, session, consent, ended, now)
        return snapshots.connection(row)

    def _spare(self, rows: Sequence[models.Connection]) -> models.Connection | None:
        """Return the row of the connection that was cut, where a host has but one.

        Among several it stays what it was: an event type may have chosen that account and no other.
        """
        if self.state.config.connections_per_host > 1:
            return None
        cut = [row for row in rows if row.status == ConnectionStatus.INACTIVE]
        return max(cut, key=lambda row: row.ended_at or row.connected_at, default=None)

    def _owner(self, session: Session) -> models.Connection | None:
        return session.scalars(
            select(models.Connection).where(models.Connection.zoom_user_id == self.user.id)
        ).one_or_none()

    def _store(self, session: Session, row: models.Connection) -> None:
        granted = self.pending.tokens_at(datetime.now(UTC))
        connections.store_grant(self.state, session, row, granted, self.user)


def _own(session: Session, host_id: str, consent_id: str) -> models.Consent:
    consent = session.get(models.Consent, consent_id, with_for_update=True)
    if consent is None or consent.host_id != host_id:
        raise NotFound(said("There is no such question."))
    return consent


def _is_open(consent: models.Consent) -> bool:
    is_kept = consent.grant_sealed is not None and consent.zoom_user_sealed is not None
    return is_kept and consent.expires_at > datetime.now(UTC)


def _question(state: State, session: Session, consent: models.Consent) -> Question:
    row = session.get(models.Connection, consent.connection_id)
    content = state.cipher.open(models.Consent.__tablename__, consent.id, "zoom_user", consent.zoom_user_sealed or "")
    signed_in = msgspec.json.decode(content, type=ZoomUser)
    return Question(consent.id, (row and (row.email or row.name)) or said("nobody"), _account(signed_in))


def _account(user: ZoomUser) -> str:
    return user.email or user.display_name or said("somebody else")


def _sealed(state: State, consent_id: str, user: ZoomUser) -> str:
    content = msgspec.json.encode(user).decode()
    return state.cipher.seal(models.Consent.__tablename__, consent_id, "zoom_user", content)


def _pause(since: datetime, now: datetime) -> timedelta:
    """Return how long to wait before the next try: as long again as it has taken so far."""
    return min(max(now - since, _SHORTEST_PAUSE), _LONGEST_PAUSE)
