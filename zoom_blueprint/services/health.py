"""Health of connections: ask the provider, keep what it said, and say how each one stands."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from zoom_blueprint import logs
from zoom_blueprint.errors import ClientRefused, NotConnected, NotFound, ProviderError, RateLimited, Unknown
from zoom_blueprint.healths import Health, Permission, TokenState, Unanswered
from zoom_blueprint.languages import said
from zoom_blueprint.services import ailments, connections, examinations, hosts, permissions, providers, quotas, troubles
from zoom_blueprint.services.examinations import Examined, Findings
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionReason, ConnectionStatus, Provider

_FIELDS = {"name": "display_name", "email": "email", "time_zone": "time_zone"}
_log = logs.logger(__name__)


def check(state: State, connection_id: str) -> Health:
    """Ask how an account stands, act on it, and return what is known now; nothing is changed there.

    A cut or lost connection is not asked. Where no answer comes, what was known before stays.

    Raises:
        NotFound: there is no such connection.
    """
    try:
        examine(state, connection_id)
    except (NotConnected, ProviderError) as error:
        _log.info("the check of connection %s learned nothing: %s", connection_id, error)
    return last(state, connection_id)


def examine(state: State, connection_id: str) -> None:
    """Ask the provider and record what it says, or that it said nothing.

    Raises:
        NotFound: there is no such connection.
        NotConnected: there is no access to ask with.
        ProviderError: there was no answer that says how the account stands.
    """
    before = state.database.read(lambda session: _row(session, connection_id))
    ask = examinations.examine_google if before.provider == Provider.GOOGLE else examinations.examine
    try:
        found = ask(state, connection_id)
    except ProviderError as error:
        why = _kind_of(error)
        state.database.write(lambda session: _note_silence(session, before, why))
        raise
    state.database.write(lambda session: _record(state, session, before, found))
    state.work.wake()


def last(state: State, connection_id: str) -> Health:
    """Return what is known of a connection without asking anybody.

    Raises:
        NotFound: there is no such connection.
    """
    return state.database.read(lambda session: _healths(state, session, [_row(session, connection_id)]))[connection_id]


def of_host(state: State, host_id: str, provider: Provider = Provider.ZOOM) -> dict[str, Health]:
    """Return what is known of a host's connections to one provider, by their ids."""

    def work(session: Session) -> dict[str, Health]:
        return _healths(state, session, connections.of_host(session, host_id, provider))

    return state.database.read(work)


def _row(session: Session, connection_id: str) -> models.Connection:
    row = session.get(models.Connection, connection_id)
    if row is None:
        raise NotFound(said("There is no such connection."))
    return row


def _kind_of(error: ProviderError) -> Unanswered:
    if isinstance(error, ClientRefused):
        return Unanswered.CREDENTIALS
    if isinstance(error, RateLimited):
        return Unanswered.BUSY
    return Unanswered.UNREACHABLE if isinstance(error, Unknown) else Unanswered.REFUSED


def _note_silence(session: Session, before: models.Connection, why: Unanswered) -> None:
    row = _row(session, before.id)
    if row.connected_at == before.connected_at and row.status != ConnectionStatus.INACTIVE:
        row.health = msgspec.to_builtins(replace(_findings(row), unanswered=why, unanswered_at=datetime.now(UTC)))


def _record(state: State, session: Session, before: models.Connection, found: Examined) -> None:
    hosts.lock(session, before.host_id)
    row = _row(session, before.id)
    if row.connected_at != before.connected_at or row.status == ConnectionStatus.INACTIVE:
        return  # cut, or connected anew, while we asked: what we heard is about another grant
    now = datetime.now(UTC)
    grant = session.get(models.Grant, row.id)
    row.health = msgspec.to_builtins(replace(found.findings, checked_at=now))
    if row.checked_at == before.checked_at:  # else somebody wants one more look
        row.checked_at = now
    if found.user is not None:
        for column, name in _FIELDS.items():
            setattr(row, column, getattr(found.user, name))
    lacking = [one for one in _permissions(row, grant, found.findings) if one.granted is False]
    row.missing_scopes = [one.scope for one in lacking]
    reason = _reason(found.findings, lacking)
    if reason is not None:
        ailments.fall_ill(state, session, row, reason, now)
    elif grant is not None and grant.lost_at is None:
        ailments.recover(state, session, row, now)


def _reason(findings: Findings, lacking: Sequence[Permission]) -> ConnectionReason | None:
    if findings.account_active is False:
        return ConnectionReason.ACCOUNT_INACTIVE
    if findings.may_host is False:
        return ConnectionReason.MAY_NOT_HOST
    is_useless = any(one.action in permissions.NEEDED for one in lacking)
    return ConnectionReason.SCOPES if is_useless else None


def _healths(state: State, session: Session, rows: Sequence[models.Connection]) -> dict[str, Health]:
    """Return how connections stand, by their ids; as many queries for many as for one."""
    now, ids = datetime.now(UTC), [row.id for row in rows]
    grants = session.scalars(select(models.Grant).where(models.Grant.connection_id.in_(ids)))
    by_id = {grant.connection_id: grant for grant in grants}
    left = quotas.left(session, ids, now)
    return {row.id: _health(state, row, by_id.get(row.id), left[row.id], now) for row in rows}


def _health(state: State, row: models.Connection, grant: models.Grant | None, left: int, now: datetime) -> Health:
    findings = _findings(row)
    known = Health(
        connection_id=row.id,
        host_id=row.host_id,
        provider=Provider(row.provider),
        status=ConnectionStatus(row.status),
        reason=ConnectionReason(row.reason) if row.reason else None,
        token=_token(state, row, grant, now),
        account_active=findings.account_active,
        may_host=findings.may_host,
        permissions=_permissions(row, grant, findings),
        quota_left=left,
        quota_resets_at=quotas.resets_at(now),
        last_call_at=max((at for at in (row.last_call_at, findings.checked_at) if at), default=None),
        last_webhook_at=row.last_webhook_at,
        clock_skew=findings.clock_skew,
        checked_at=findings.checked_at,
        unanswered_at=findings.unanswered_at,
        unanswered=findings.unanswered,
        problems=(),
    )
    return replace(known, problems=troubles.of(known))


def _findings(row: models.Connection) -> Findings:
    return msgspec.convert(row.health or {}, Findings)


def _permissions(row: models.Connection, grant: models.Grant | None, findings: Findings) -> tuple[Permission, ...]:
    """Say for each action whether the grant allows it; what was refused at a call is lacking, whatever was told."""
    side = providers.of(row)
    told = frozenset(grant.scopes.split()) if grant else frozenset()
    lacking = side.missing(told)
    return tuple(
        Permission(
            action=one.action,
            scope=one.scope,
            granted=False if one.action in findings.refused else one.scope not in lacking if told else None,
        )
        for one in permissions.of(side.provider)
    )


def _token(state: State, row: models.Connection, grant: models.Grant | None, now: datetime) -> TokenState:
    if grant is None or row.status == ConnectionStatus.INACTIVE:
        is_lost = row.status != ConnectionStatus.INACTIVE
        return TokenState.LOST if is_lost else TokenState.NONE
    if grant.lost_at is not None:
        return TokenState.LOST
    if (row.client_id, row.oauth_url) != providers.of(row).app(state):
        return TokenState.FOREIGN
    return TokenState.VALID if grant.expires_at > now else TokenState.REFRESHABLE
