"""API keys: how programs show that they act for a host."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from zoom_blueprint.errors import BadInput, NotFound
from zoom_blueprint.languages import said
from zoom_blueprint.services import hosts
from zoom_blueprint.services.lines import printable
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id
from zoom_blueprint.values import ApiKey, NewApiKey

BEGINNING = "zbk_"
MOST = 50
"""How many good keys a host has at most."""
LONGEST_NAME = 100
_SHOWN = len(BEGINNING) + 8
_SECRET_BYTES = 32
_LISTED = 2 * MOST
_NOTED_EVERY = timedelta(minutes=1)


def make(
    state: State,
    host_id: str,
    name: str,
    actions: Collection[str],
    *,
    expires_at: datetime | None = None,
    key_id: str | None = None,
) -> NewApiKey:
    """Make a key that may do these actions; its whole text is known now, and never again.

    Whoever sends a form twice sends the same ``key_id`` twice, and gets one key.

    Raises:
        NotFound: there is no such host.
        BadInput: the name is empty or too long, no action is named, the key has expired already, the host has as many
            as there may be, or it is made already.
    """
    now, name = datetime.now(UTC), printable(name)
    _check(name, actions, expires_at, now)
    text = BEGINNING + secrets.token_urlsafe(_SECRET_BYTES)

    def work(session: Session) -> NewApiKey:
        hosts.lock(session, host_id)
        if key_id is not None and session.get(models.ApiKey, key_id) is not None:
            raise BadInput({"": said("This key is made already. If you do not have its text, revoke it.")})
        _ensure_room(session, host_id, now)
        row = models.ApiKey(
            id=key_id or new_id(),
            host_id=host_id,
            name=name,
            prefix=text[:_SHOWN],
            digest=_digest(text),
            actions=sorted(set(actions)),
            created_at=now,
            expires_at=expires_at,
        )
        session.add(row)
        session.flush()
        return NewApiKey(**vars(_value(row)), text=text)

    return state.database.write(work)


def all_of(state: State, host_id: str) -> list[ApiKey]:
    """Return a host's keys: those that are good first, then what is left of others; of each the newest first."""
    row = models.ApiKey
    query = select(row).where(row.host_id == host_id)
    ordered = query.order_by(_is_over(datetime.now(UTC)), row.created_at.desc(), row.id).limit(_LISTED)
    return state.database.read(lambda session: [_value(one) for one in session.scalars(ordered)])


def get(state: State, host_id: str, key_id: str) -> ApiKey:
    """Return one of a host's keys.

    Raises:
        NotFound: the host has no such key.
    """
    return state.database.read(lambda session: _value(_get(session, host_id, key_id)))


def revoke(state: State, host_id: str, key_id: str) -> None:
    """Take a key back: it is refused from now on. One that is revoked stays so.

    Raises:
        NotFound: the host has no such key.
    """

    def work(session: Session) -> None:
        row = _get(session, host_id, key_id)
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


def _get(session: Session, host_id: str, key_id: str) -> models.ApiKey:
    row = session.get(models.ApiKey, key_id)
    if row is None or row.host_id != host_id:
        raise NotFound(said("There is no such key."))
    return row


def _is_over(now: datetime) -> ColumnElement[bool]:
    row = models.ApiKey
    return or_(row.revoked_at.is_not(None), and_(row.expires_at.is_not(None), row.expires_at <= now))


def _ensure_room(session: Session, host_id: str, now: datetime) -> None:
    mine = models.ApiKey.host_id == host_id
    if (session.scalar(select(func.count()).where(mine, ~_is_over(now))) or 0) >= MOST:
        raise BadInput({"": said("There are {most} keys, which is the most. Revoke one that nobody uses.", most=MOST)})


def _check(name: str, actions: Collection[str], expires_at: datetime | None, now: datetime) -> None:
    errors: dict[str, str] = {}
    if not 0 < len(name) <= LONGEST_NAME:
        errors["name"] = said("Give a name of at most {most} characters.", most=LONGEST_NAME)
    if not actions:
        errors["actions"] = said("Choose what the key may do.")
    if expires_at is not None and expires_at.tzinfo is None:
        errors["expires_at"] = said("Give this time with its time zone.")
    elif expires_at is not None and expires_at <= now:
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
