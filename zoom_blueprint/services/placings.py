"""Placings: one try to put what a provider gave where it belongs, decided under the lock of the host it concerns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from zoom_blueprint import values
from zoom_blueprint.languages import said
from zoom_blueprint.services import connections, endings, hosts, pending_grants, snapshots
from zoom_blueprint.services.pending_grants import PendingGrant
from zoom_blueprint.services.providers import Person
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id
from zoom_blueprint.values import ConnectionReason, ConnectionStatus, Provider

ANSWERED = said("This question has been answered, or has expired. Nothing was changed.")
_FULL = said(
    "You have connected as many Zoom accounts as this site allows, and signed in to Zoom as {account}, which is none "
    "of them. Disconnect one first."
)


@dataclass(frozen=True)
class Question:
    """What only the host can decide: the connection is ``connected_as``, and they signed in as somebody else."""

    consent_id: str
    connection_id: str
    connected_as: str
    signed_in_as: str
    provider: Provider


@dataclass(frozen=True)
class Refusal:
    """A grant that could not become a connection of this host; the text tells them why."""

    words: str


class Overtaken(Exception):
    """Another process was at it as well: look again from the beginning."""


Outcome = values.Connection | Question | Refusal


@dataclass(frozen=True)
class Placing:
    """One try to place a grant; ``asked_at`` is an instant at which it still worked."""

    state: State
    consent_id: str
    pending: PendingGrant
    user: Person
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
            raise Overtaken
        if consent.expires_at <= datetime.now(UTC):
            return Refusal(ANSWERED)
        if owner is None:
            return self._for_new_user(session, consent)
        if owner.connected_at > self.asked_at:
            # Zoom ends a user's earlier grant by giving a newer one: which of the two is that, only Zoom can tell.
            raise Overtaken
        pending_grants.settled(consent)
        if owner.host_id == consent.host_id:
            pending_grants.end_those_of(session, owner.id, datetime.now(UTC), but=consent.id)
            self._store(session, owner)
            return snapshots.connection(owner)
        if not self.pending.side.is_shared:
            self._store(session, owner)  # without the new grant the other host would be cut off
        return Refusal(self.pending.side.sentences.linked)

    def _for_new_user(self, session: Session, consent: models.Consent) -> Outcome:
        now, side = datetime.now(UTC), self.pending.side
        rows = connections.of_host(session, consent.host_id, side.provider)
        has_room = connections.has_room(self.state, rows, side.provider)
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
            return question_of(self.state, session, consent)
        pending_grants.settled(consent)
        consent.connection_id = None
        session.flush()
        ended = None
        if row is not None and is_used:
            ended = endings.wipe(self.state, session, row, side.disconnected, ConnectionReason.DISCONNECTED)
        if row is None or (is_used and side.is_shared):
            # The events of bookings that were put into a calendar at Google stay those of the account that was cut.
            others = [one for one in rows if one is not row]
            row = self._spare(others) or models.Connection(id=new_id(), host_id=consent.host_id, provider=side.provider)
            session.add(row)
        self._store(session, row)
        pending_grants.return_ended(self.state, session, consent, ended, now)
        return snapshots.connection(row)

    def _spare(self, rows: Sequence[models.Connection]) -> models.Connection | None:
        """Return the row of the connection that was cut, where a host has but one.

        Among several it stays what it was: an event type may have chosen that account and no other.
        """
        if self.pending.side.most(self.state) > 1:
            return None
        cut = [row for row in rows if row.status == ConnectionStatus.INACTIVE]
        return max(cut, key=lambda row: row.ended_at or row.connected_at, default=None)

    def _owner(self, session: Session) -> models.Connection | None:
        connection = models.Connection
        of_user = connection.zoom_user_id == self.user.id, connection.provider == self.pending.provider
        return session.scalars(select(connection).where(*of_user)).one_or_none()

    def _store(self, session: Session, row: models.Connection) -> None:
        granted = self.pending.tokens_at(datetime.now(UTC))
        connections.store_grant(self.state, session, row, granted, self.user)


def is_open(consent: models.Consent) -> bool:
    """Return whether a consent keeps a grant about which the host has been asked."""
    is_kept = consent.grant_sealed is not None and consent.zoom_user_sealed is not None
    return is_kept and consent.expires_at > datetime.now(UTC)


def question_of(state: State, session: Session, consent: models.Consent) -> Question:
    """Return what the host is asked about a consent."""
    row = session.get(models.Connection, consent.connection_id)
    content = state.cipher.open(models.Consent.__tablename__, consent.id, "zoom_user", consent.zoom_user_sealed or "")
    signed_in = msgspec.json.decode(content, type=Person)
    connected_as = (row and (row.email or row.name)) or said("nobody")
    provider = Provider(consent.provider)
    return Question(consent.id, consent.connection_id or "", connected_as, _account(signed_in), provider)


def _account(user: Person) -> str:
    return user.email or user.display_name or said("somebody else")


def _sealed(state: State, consent_id: str, user: Person) -> str:
    content = msgspec.json.encode(user).decode()
    return state.cipher.seal(models.Consent.__tablename__, consent_id, "zoom_user", content)
