"""The inbox: webhook events are stored once, answered at once, and applied by ``drain()``."""

import hashlib
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from zoom_blueprint import logs, metrics
from zoom_blueprint.errors import StoreUnavailable
from zoom_blueprint.loading import turn
from zoom_blueprint.services import claims, tallies, tidings
from zoom_blueprint.services.claims import Claimed
from zoom_blueprint.services.tidings import Meetings, Result
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id
from zoom_blueprint.store.crypto import SealBroken
from zoom_blueprint.zoom_api import webhooks
from zoom_blueprint.zoom_api.webhooks import Notice

SUBSCRIBED = tuple(sorted(tidings.KNOWN))
"""The events that a Zoom app has to be subscribed to; the one about its removal comes by itself."""
_HANDLED = tidings.KNOWN | {webhooks.DEAUTHORIZED}
_ALONE = tidings.USERS | {webhooks.DEAUTHORIZED}  # connections are locked before meetings, or by themselves
_NAME_LENGTH = 80
_LANE_LENGTH = 16
_log = logs.logger(__name__)


@dataclass(frozen=True)
class _Event:
    """A stored event that is in hand; its content is gone where it was wiped with its connection."""

    claimed: Claimed
    notice: Notice | None
    received_at: datetime


def accept(state: State, body: bytes, name: str, account: str = "") -> bool:
    """Store a verified event, one insert and nothing else; False when it was stored before.

    ``body`` is the raw JSON text, an object with a text ``event``; ``account`` is Zoom's id of whose it is. Of an event
    that is not handled only its name and digest are kept.
    """
    event_id = new_id()
    now = datetime.now(UTC)
    is_handled = name in _HANDLED
    sealed = None
    if is_handled:
        text = body.decode(errors="replace")
        sealed = state.cipher.seal(models.WebhookEvent.__tablename__, event_id, "payload", text)
    values = {
        "id": event_id,
        "digest": hashlib.sha256(body).hexdigest(),
        "name": name[:_NAME_LENGTH],
        "received_at": now,
        "payload_sealed": sealed,
        "due_at": now if is_handled else None,
        "outcome": None if is_handled else "ignored",
        "lane": hashlib.sha256(account.encode()).hexdigest()[:_LANE_LENGTH] if is_handled and account else "",
    }
    is_new = state.database.add_new(models.WebhookEvent, values, unless="digest")
    if is_new:
        state.work.wake()
    return is_new


def apply(state: State, claimed: Claimed) -> None:
    """Apply one stored event; applying it twice changes nothing the second time."""
    event = _read(state, *_stored(state, [claimed])[0])
    if event.notice is None:
        state.database.write(lambda session: _finish(session, [claimed], Result("wiped")))
    elif event.notice.name == webhooks.DEAUTHORIZED:
        _deauthorize(state, event, event.notice)
    else:
        _take(state, [(event, event.notice)], waits=True)


def apply_together(state: State, held: Sequence[Claimed]) -> Sequence[Claimed]:
    """Apply stored events in one transaction, and return those that are to be applied alone.

    It waits for nobody's lock, for others may wait for those it has. When one of the events fails, all are left.
    """
    began = time.perf_counter()
    events = []
    for one in _stored(state, held):
        with suppress(SealBroken, msgspec.DecodeError):  # which is said when it is alone
            event = _read(state, *one)
            if event.notice is not None and event.notice.name not in _ALONE:
                events.append((event, event.notice))
    try:
        applied = _take(state, events, waits=False)
    except StoreUnavailable:
        raise
    except Exception as error:  # noqa: BLE001  # whichever it is says so when it is alone
        _log.debug("webhooks are applied one by one: %s", type(error).__name__)
        return held
    metrics.drained("inbox", len(applied), time.perf_counter() - began)
    return [one for one in held if one.row_id not in applied]


def _stored(state: State, held: Sequence[Claimed]) -> list[tuple[Claimed, str | None, datetime]]:
    event = models.WebhookEvent
    query = select(event.id, event.payload_sealed, event.received_at).where(event.id.in_([one.row_id for one in held]))
    found = {row.id: row for row in state.database.read(lambda session: session.execute(query).all())}
    return [(one, found[one.row_id].payload_sealed, found[one.row_id].received_at) for one in held]


def _read(state: State, claimed: Claimed, sealed: str | None, received_at: datetime) -> _Event:
    if sealed is None:
        return _Event(claimed, None, received_at)
    body = state.cipher.open(models.WebhookEvent.__tablename__, claimed.row_id, "payload", sealed)
    return _Event(claimed, webhooks.read(body), received_at)


def _deauthorize(state: State, event: _Event, notice: Notice) -> None:
    with turn:  # rare, and much to load
        from zoom_blueprint.services import endings

    with logs.about(event=notice.name):
        at = notice.happened_at or event.received_at
        is_wiped = endings.deauthorize(state, notice.user_id, at, notice.client_id)
        result = Result("applied" if is_wiped else "nothing of theirs here")
        state.database.write(lambda session: _finish(session, [event.claimed], result))
        state.database.checkpoint()  # only now: the notice itself names the user
        _note(event, notice, result)
    state.work.wake()


def _take(state: State, events: Sequence[tuple[_Event, Notice]], *, waits: bool) -> Collection[str]:
    """Apply events in one transaction, and return the ids of those that are; ``waits`` is about others' locks."""

    def work(session: Session) -> tuple[list[tuple[_Event, Notice, Result]], set[str]]:
        numbers = {notice.meeting_id for _, notice in events if notice.meeting_id is not None}
        ours = tidings.meetings(session, numbers, waits=waits)
        told = [
            (event, notice, _tell(state, session, ours, event, notice))
            for event, notice in events
            if waits or ours.has(notice.meeting_id)
        ]
        ours.wish(session, datetime.now(UTC))
        alike: dict[Result, list[Claimed]] = {}
        for event, _, result in told:
            alike.setdefault(result, []).append(event.claimed)
        for result, those in alike.items():
            _finish(session, those, result)
        return told, ours.attended

    told, attended = state.database.write(work) if events else ([], set())
    tallies.count_attended(state, sorted(attended))
    heard: dict[str, datetime] = {}
    for event, notice, result in told:
        _note(event, notice, result)
        if result.connection_id is not None:
            heard[result.connection_id] = max(event.received_at, heard.get(result.connection_id, event.received_at))
    if heard:
        # By itself: whoever ends a connection locks it before its meetings, and we have just had meetings locked.
        state.database.write(lambda session: _hear(session, heard))
    if told:
        state.work.wake()
    return {event.claimed.row_id for event, *_ in told}


def _tell(state: State, session: Session, ours: Meetings, event: _Event, notice: Notice) -> Result:
    with logs.about(event=notice.name):
        if notice.name in tidings.USERS:
            return tidings.about_user(session, notice)
        return ours.tell(state, session, notice, notice.happened_at or event.received_at)


def _note(event: _Event, notice: Notice, result: Result) -> None:
    metrics.applied(notice.happened_at, event.received_at)
    with logs.about(event=notice.name):
        _log.info("webhook: %s", result.outcome)


def _finish(session: Session, held: Sequence[Claimed], result: Result) -> None:
    record: dict[str, object] = {"outcome": result.outcome, "connection_id": result.connection_id}
    if not result.is_kept:
        record["payload_sealed"] = None
    claims.finish_all(session, models.WebhookEvent, held, datetime.now(UTC), record)


def _hear(session: Session, heard: Mapping[str, datetime]) -> None:
    """Remember when connections last had a message from Zoom."""
    connection = models.Connection
    for connection_id, at in sorted(heard.items()):  # who locks several does so in one order
        is_later = or_(connection.last_webhook_at.is_(None), connection.last_webhook_at < at)
        session.execute(
            update(connection)
            .where(connection.id == connection_id, is_later)
            .values(last_webhook_at=at)
            .execution_options(synchronize_session=False)
        )
