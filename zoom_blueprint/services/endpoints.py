"""Endpoints: where a host's programs are told of what happens, and the secrets by which they know that it is us."""

import base64
import secrets
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from zoom_blueprint.errors import BadInput, NotFound
from zoom_blueprint.events import for_programs
from zoom_blueprint.languages import said
from zoom_blueprint.services import hosts, rests
from zoom_blueprint.services.lines import printable
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id
from zoom_blueprint.values import DisabledReason, Endpoint

MOST = 10
ROTATED: Final = said("The new secret is made already. If you do not have it, make another one.")
FORMER_SECRET_COUNTS = timedelta(hours=24)
_BEGINNING = "whsec_"
_SECRET_BYTES = 32
LONGEST_NAME, _LONGEST_URL = 100, 2000


def make(
    state: State,
    host_id: str,
    url: str,
    events: Collection[str],
    *,
    name: str = "",
    endpoint_id: str | None = None,
) -> tuple[Endpoint, str]:
    """Make an endpoint that is told of these events, and return it with the secret that its messages are signed with.

    Whoever sends a form twice sends the same ``endpoint_id`` twice, and gets one endpoint.

    Raises:
        NotFound: there is no such host.
        BadInput: the address cannot be sent to, no event is named or one that there is not, there are ten already, or
            it is made already.
    """
    given = _checked(state, name, url, events)
    secret = _new_secret()

    def work(session: Session) -> Endpoint:
        hosts.lock(session, host_id)
        if endpoint_id is not None and session.get(models.Endpoint, endpoint_id) is not None:
            raise BadInput(
                {"": said("This webhook is made already. If you do not have its secret, make it a new one.")}
            )
        if _count(session, host_id) >= MOST:
            raise BadInput({"": said("There are {most} webhooks already. Remove one first.", most=MOST)})
        row = models.Endpoint(id=endpoint_id or new_id(), host_id=host_id, created_at=datetime.now(UTC))
        _write(state, row, *given)
        row.secret_sealed = _seal(state, row, "secret", secret)
        session.add(row)
        _note(session, host_id, has_endpoints=True)
        return _value(state, row)

    return state.database.write(work), secret


def all_of(state: State, host_id: str, *, only_off: bool = False) -> list[Endpoint]:
    """Return a host's endpoints, the oldest first; ``only_off``: those that were switched off."""
    row = models.Endpoint
    query = select(row).where(row.host_id == host_id).order_by(row.created_at, row.id)
    if only_off:
        query = query.where(row.disabled_at.is_not(None))
    return state.database.read(lambda session: [_value(state, one) for one in session.scalars(query)])


def get(state: State, host_id: str, endpoint_id: str) -> Endpoint:
    """Return one of a host's endpoints.

    Raises:
        NotFound: the host has no such endpoint.
    """
    return state.database.read(lambda session: _value(state, find(session, host_id, endpoint_id)))


def change(
    state: State, host_id: str, endpoint_id: str, url: str, events: Collection[str], *, name: str = ""
) -> Endpoint:
    """Have an endpoint told of these events at this address; what it is owed already goes there, too.

    Raises:
        NotFound: the host has no such endpoint.
        BadInput: as ``make`` says.
    """
    given = _checked(state, name, url, events)

    def work(row: models.Endpoint) -> None:
        _write(state, row, *given)
        row.rests_until = None

    return _changed(state, host_id, endpoint_id, work)


def rotate(state: State, host_id: str, endpoint_id: str, *, seen: Endpoint | None = None) -> tuple[Endpoint, str]:
    """Give an endpoint a new secret and return it; the one before signs as well for a day, and none before that.

    Whoever sends a form twice has ``seen`` the endpoint before the first: the secret that its program knows then stays.

    Raises:
        NotFound: the host has no such endpoint.
        BadInput: it has got a new secret since it was ``seen``.
    """
    secret = _new_secret()

    def work(row: models.Endpoint) -> None:
        if seen is not None and seen.former_until != row.former_until:
            raise BadInput({"": ROTATED})
        row.former_secret_sealed = _seal(state, row, "former_secret", _open(state, row, "secret", row.secret_sealed))
        row.former_until = datetime.now(UTC) + FORMER_SECRET_COUNTS
        row.secret_sealed = _seal(state, row, "secret", secret)

    return _changed(state, host_id, endpoint_id, work), secret


def enable(state: State, host_id: str, endpoint_id: str) -> Endpoint:
    """Send to an endpoint again; what happened since we stopped is not made up for by itself.

    Raises:
        NotFound: the host has no such endpoint.
    """

    def work(row: models.Endpoint) -> None:
        row.disabled_at = row.disabled_reason = row.failing_since = row.rests_until = None

    return _changed(state, host_id, endpoint_id, work)


def remove(state: State, host_id: str, endpoint_id: str) -> None:
    """Forget an endpoint with its address and its secrets; it is sent nothing more.

    Raises:
        NotFound: the host has no such endpoint.
    """

    def work(session: Session) -> None:
        hosts.lock(session, host_id)
        session.delete(find(session, host_id, endpoint_id))
        session.flush()
        _note(session, host_id, has_endpoints=_count(session, host_id) > 0)

    state.database.write(work)


def find(session: Session, host_id: str, endpoint_id: str) -> models.Endpoint:
    """Return the row of one of a host's endpoints.

    Raises:
        NotFound: the host has no such endpoint.
    """
    row = None if "\x00" in endpoint_id else session.get(models.Endpoint, endpoint_id)
    if row is None or row.host_id != host_id:
        raise NotFound(said("There is no such webhook."))
    return row


def url_of(state: State, row: models.Endpoint) -> str:
    """Return the address of an endpoint."""
    return _open(state, row, "url", row.url_sealed)


def secrets_of(state: State, row: models.Endpoint, now: datetime) -> list[str]:
    """Return what a message is signed with: the newest secret, and the one before while it counts."""
    found = [_open(state, row, "secret", row.secret_sealed)]
    if row.former_secret_sealed is not None and row.former_until is not None and row.former_until > now:
        found.append(_open(state, row, "former_secret", row.former_secret_sealed))
    return found


def without_address(state: State, row: models.Endpoint) -> Endpoint:
    """Return an endpoint as everybody may read of it."""
    parts = urlsplit(url_of(state, row))
    return Endpoint(
        id=row.id,
        host_id=row.host_id,
        name=row.name,
        site=f"{parts.scheme}://{parts.netloc}",
        events=tuple(row.events),
        created_at=row.created_at,
        former_until=row.former_until,
        failing_since=row.failing_since,
        disabled_at=row.disabled_at,
        disabled_reason=None if row.disabled_reason is None else DisabledReason(row.disabled_reason),
    )


def _count(session: Session, host_id: str) -> int:
    return session.scalar(select(func.count()).where(models.Endpoint.host_id == host_id)) or 0


def _note(session: Session, host_id: str, *, has_endpoints: bool) -> None:
    """Let whoever writes of what happens know whether to ask for endpoints; under the host's lock."""
    session.execute(update(models.Host).where(models.Host.id == host_id).values(has_endpoints=has_endpoints))


def _changed(state: State, host_id: str, endpoint_id: str, work: Callable[[models.Endpoint], None]) -> Endpoint:
    """Change a row under the host's lock: it tells who keeps what can be booked that there may be endpoints now."""

    def write(session: Session) -> Endpoint:
        hosts.lock(session, host_id)
        row = find(session, host_id, endpoint_id)
        work(row)
        if row.rests_until is None:
            rests.end(session, row.id, datetime.now(UTC))
        return _value(state, row)

    changed = state.database.write(write)
    state.work.wake()
    return changed


def _checked(state: State, name: str, url: str, events: Collection[str]) -> tuple[str, str, list[str]]:
    from zoom_blueprint.exchanges import pinned  # slow to import, and few need it

    errors: dict[str, str] = {}
    name = printable(name)
    try:
        found = pinned.normal(url, on_loopback=state.sends_to_loopback)
    except ValueError:
        found = ""
    if not found or len(found) > _LONGEST_URL:
        errors["url"] = said("Give a public address that begins with https://.")
    if len(name) > LONGEST_NAME:
        errors["name"] = said("Give a name of at most {most} characters.", most=LONGEST_NAME)
    if not events:
        errors["events"] = said("Choose at least one event.")
    elif unknown := sorted(set(events) - set(for_programs)):
        errors["events"] = said("There is no event {event}.", event=unknown[0])
    if errors:
        raise BadInput(errors)
    return name, found, [one for one in for_programs if one in events]


def _write(state: State, row: models.Endpoint, name: str, url: str, events: list[str]) -> None:
    row.name, row.events = name, events
    row.url_sealed = _seal(state, row, "url", url)


def _new_secret() -> str:
    return _BEGINNING + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def _seal(state: State, row: models.Endpoint, column: str, value: str) -> str:
    return state.cipher.seal(models.Endpoint.__tablename__, row.id, column, value)


def _open(state: State, row: models.Endpoint, column: str, sealed: str) -> str:
    return state.cipher.open(models.Endpoint.__tablename__, row.id, column, sealed)


def _value(state: State, row: models.Endpoint) -> Endpoint:
    return replace(without_address(state, row), url=url_of(state, row))
