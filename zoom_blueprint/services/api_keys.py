"""API keys: how programs show that they act for a host."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from zoom_blueprint.errors import BadInput, NotFound
from zoom_blueprint.languages import said
from zoom_blueprint.services import hosts
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id
from zoom_blueprint.values import ApiKey

_BEGINNING = "zbk_"
_SHOWN = len(_BEGINNING) + 8
_SECRET_BYTES = 32
_LONGEST_NAME = 100
_NOTED_EVERY = timedelta(minutes=1)


def make(
    state: State,
    host_id: str,
    name: str,
    actions: Collection[str],
    *,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Make a key that may do these actions, and return it with its whole text, which is never known again.

    Raises:
        NotFound: there is no such host.
        BadInput: the name is empty or too long, no action is named, or the key has expired already.
    """
    hosts.get(state, host_id)
    now = datetime.now(UTC)
    _check(name, actions, expires_at, now)
    text = _BEGINNING + secrets.token_urlsafe(_SECRET_BYTES)
    row = models.ApiKey(
        id=new_id(),
        host_id=host_id,
        name=name.strip(),
        prefix=text[:_SHOWN],
        digest=_digest(text),
        actions=sorted(set(actions)),
        created_at=now,
        expires_at=expires_at,
    )
    key = _value(row)
    state.database.write(lambda session: session.add(row))
    return key, text


def all_of(state: State, host_id: str) -> list[ApiKey]:
    """Return a host's keys, the newest first; those that were revoked are gone."""
    query = select(models.ApiKey).where(models.ApiKey.host_id == host_id, models.ApiKey.revoked_at.is_(None))
    ordered = query.order_by(models.ApiKey.created_at.desc(), models.ApiKey.id)
    return state.database.read(lambda session: [_value(row) for row in session.scalars(ordered)])


def revoke(state: State, host_id: str, key_id: str) -> None:
    """Take a key back: it is refused from now on. One that is revoked stays so.

    Raises:
        NotFound: the host has no such key.
    """

    def work(session: Session) -> None:
        row = session.get(models.ApiKey, key_id)
        if row is None or row.host_id != host_id:
            raise NotFound(said("There is no such key."))
        row.revoked_at = row.revoked_at or datetime.now(UTC)

    state.database.write(work)


def find(state: State, text: str) -> ApiKey | None:
    """Return the key with this text, be it good or not; None when there is none."""
    query = select(models.ApiKey).where(models.ApiKey.digest == _digest(text))
    row = state.database.read(lambda session: session.scalars(query).one_or_none())
    return None if row is None else _value(row)


def note_use(state: State, key: ApiKey) -> None:
    """Remember that a key was used now; at most one write a minute."""
    now = datetime.now(UTC)
    if key.last_used_at is not None and key.last_used_at > now - _NOTED_EVERY:
        return
    row = models.ApiKey
    change = (
        update(row)
        .where(row.id == key.id, or_(row.last_used_at.is_(None), row.last_used_at < now))
        .values(last_used_at=now)
    )
    state.database.write(lambda session: session.execute(change))


def _check(name: str, actions: Collection[str], expires_at: datetime | None, now: datetime) -> None:
    errors: dict[str, str] = {}
    if not 0 < len(name.strip()) <= _LONGEST_NAME:
        errors["name"] = said("Give a name of at most {most} characters.", most=_LONGEST_NAME)
    if not actions:
        errors["actions"] = said("Choose what the key may do.")
    if expires_at is not None and expires_at <= now:
        errors["expires_at"] = said("Choose a time that is still to come.")
    if errors:
        raise BadInput(errors)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _value(row: models.ApiKey) -> ApiKey:
    return ApiKey(
        id=row.id,
        host_id=row.host_id,
        name=row.name,
        prefix=row.prefix,
        actions=tuple(row.actions),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
