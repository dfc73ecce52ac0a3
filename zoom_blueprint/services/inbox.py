"""The inbox: webhook events are stored once, answered at once, and applied by ``drain()``."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from zoom_blueprint import logs, metrics
from zoom_blueprint.events import EventName
from zoom_blueprint.services import attendances, changes, claims, duties, endings
from zoom_blueprint.services.claims import Claimed
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.store.base import new_id
from zoom_blueprint.values import ConnectionStatus
from zoom_blueprint.zoom_api import webhooks
from zoom_blueprint.zoom_api.webhooks import Notice, Participant

_LOOK = frozenset({"meeting.updated", "meeting.deleted", "meeting.permanently_deleted", "meeting.recovered"})
_ROOM = {webhooks.STARTED: EventName.MEETING_STARTED, webhooks.ENDED: EventName.MEETING_ENDED}
_PEOPLE = frozenset({webhooks.JOINED, webhooks.LEFT})
# A meeting that we made comes back as this one; one whose answer was lost is looked for by its agenda.
_CREATED = "meeting.created"
_USERS = frozenset({"user.updated", "user.activated", "user.deactivated", "user.deleted", "user.disassociated"})
_HANDLED = _LOOK | _ROOM.keys() | _PEOPLE | _USERS | {_CREATED, webhooks.DEAUTHORIZED}
SUBSCRIBED = tuple(sorted(_HANDLED - {webhooks.DEAUTHORIZED}))
"""The events that a Zoom app has to be subscribed to; the one about its removal comes by itself."""
_NAME_LENGTH = 80
_LANE_LENGTH = 16
_log = logs.logger(__name__)


@dataclass(frozen=True)
class _Result:
    """What became of an event: a word for the row, whose it was, and whether its content is worth keeping."""

    outcome: str
    connection_id: str | None = None
    is_kept: bool = False


_NOT_OURS = _Result("not ours")


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

    def read(session: Session) -> tuple[str | None, datetime]:
        row = session.get_one(models.WebhookEvent, claimed.row_id)
        return row.payload_sealed, row.received_at

    sealed, received_at = state.database.read(read)
    if sealed is None:  # wiped with its connection
        state.database.write(lambda session: _finish(session, claimed, _Result("wiped")))
        return
    notice = webhooks.read(state.cipher.open(models.WebhookEvent.__tablename__, claimed.row_id, "payload", sealed))
    with logs.about(event=notice.name):
        _take(state, claimed, notice, received_at)
    state.work.wake()


def _take(state: State, claimed: Claimed, notice: Notice, received_at: datetime) -> None:
    def work(session: Session) -> _Result:
        result = _apply(state, session, notice, at)
        _finish(session, claimed, result)
        return result

    at = notice.happened_at or received_at
    if notice.name == webhooks.DEAUTHORIZED:
        is_wiped = endings.deauthorize(state, notice.user_id, at, notice.client_id)
        result = _Result("applied" if is_wiped else "nothing of theirs here")
        state.database.write(lambda session: _finish(session, claimed, result))
        state.database.checkpoint()  # only now: the notice itself names the user
    else:
        result = state.database.write(work)
    if result.connection_id is not None:
        # By itself: whoever ends a connection locks it before its meetings, and we have just had a meeting locked.
        state.database.write(partial(_hear, connection_id=result.connection_id, at=received_at))
    metrics.applied(notice.happened_at, received_at)
    _log.info("webhook: %s", result.outcome)


def _apply(state: State, session: Session, notice: Notice, at: datetime) -> _Result:
    if notice.name in _USERS:
        return _about_user(session, notice)
    if notice.meeting_id is None:
        return _Result("no meeting id")
    result = _NOT_OURS
    ours = session.execute(
        select(models.Meeting.id, _followed())
        .join(models.Booking, models.Booking.id == models.Meeting.booking_id)
        .outerjoin(models.Connection, models.Connection.id == models.Meeting.connection_id)
        .where(models.Meeting.zoom_meeting_id == notice.meeting_id)
    )
    for meeting_id, is_followed in ours.all():
        if is_followed:
            result = _about_meeting(state, session, notice, at, meeting_id)
        elif result is _NOT_OURS:
            result = _Result("not followed any more")
    return result


def _about_user(session: Session, notice: Notice) -> _Result:
    """Have a connection looked at: what a notice says of a person's standing is not believed."""
    connection = models.Connection
    found = session.scalars(
        update(connection)
        .where(connection.zoom_user_id == notice.user_id, connection.status != ConnectionStatus.INACTIVE)
        .values(checked_at=None)
        .returning(connection.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if found is None:
        return _NOT_OURS
    duties.want(session, DutyName.TEND, found, datetime.now(UTC))
    return _Result("applied", found, is_kept=True)


def _about_meeting(state: State, session: Session, notice: Notice, at: datetime, meeting_id: str) -> _Result:
    found = session.execute(
        select(models.Meeting, models.Connection, models.Host.email)
        .join(models.Booking, models.Booking.id == models.Meeting.booking_id)
        .join(models.Connection, models.Connection.id == models.Meeting.connection_id)
        .join(models.Host, models.Host.id == models.Meeting.host_id)
        .where(models.Meeting.id == meeting_id, models.Meeting.zoom_meeting_id == notice.meeting_id, _followed())
        .with_for_update(of=models.Meeting)
    ).one_or_none()
    if found is None:
        return _NOT_OURS
    meeting, connection, host_email = found
    with logs.about(booking=meeting.booking_id, host=meeting.host_id):
        return _about_ours(state, session, notice, at, meeting, _HostSide(connection, host_email, notice))


def _about_ours(
    state: State, session: Session, notice: Notice, at: datetime, meeting: models.Meeting, host_side: "_HostSide"
) -> _Result:
    if notice.name in _PEOPLE:
        return _about_person(state, session, notice, at, meeting, host_side)
    is_new = True
    if notice.name in _ROOM:
        is_new = _note(meeting, notice.name, at)
        if is_new:
            session.flush()
            changes.tell(state, session, _ROOM[notice.name], meeting.booking_id, datetime.now(UTC))
    elif notice.name in _LOOK:
        meeting.look_again = True
        session.flush()
        claims.wish(session, models.Meeting, models.Meeting.id == meeting.id, datetime.now(UTC))
    return _Result("applied" if is_new else "known", meeting.connection_id, is_kept=True)


class _HostSide:
    """By which ids and addresses the host is known in a room."""

    def __init__(self, connection: models.Connection, host_email: str, notice: Notice) -> None:
        self._ids = {connection.zoom_user_id, notice.host_id} - {"", None}
        self._mails = {connection.email.lower(), host_email.lower(), notice.host_email} - {""}

    def has(self, who: Participant) -> bool:
        return who.user_id in self._ids or who.email in self._mails


def _about_person(
    state: State, session: Session, notice: Notice, at: datetime, meeting: models.Meeting, host_side: _HostSide
) -> _Result:
    """Keep who came or left, and nothing else of what Zoom tells of them: mail and network address among it."""
    if notice.participant is None:
        return _Result("nobody is named", meeting.connection_id)
    is_new = attendances.record(
        state,
        session,
        meeting,
        notice.participant,
        at,
        is_host=host_side.has(notice.participant),
        has_left=notice.name == webhooks.LEFT,
    )
    return _Result("applied" if is_new else "known", meeting.connection_id)


def _note(meeting: models.Meeting, name: str, at: datetime) -> bool:
    """Keep the earliest start and the latest end, for a meeting may be restarted; False when there was one before."""
    if name == webhooks.STARTED:
        is_new = meeting.started_at is None
        meeting.started_at = min(meeting.started_at or at, at)
    else:
        is_new = meeting.ended_at is None
        meeting.ended_at = max(meeting.ended_at or at, at)
    return is_new


def _followed() -> ColumnElement[bool]:
    """Whether we keep up with a meeting: its connection stands, and its booking's people are known."""
    stands = and_(models.Meeting.detached.is_(False), models.Connection.status != ConnectionStatus.INACTIVE)
    return and_(stands, models.Booking.purged_at.is_(None))


def _finish(session: Session, claimed: Claimed, result: _Result) -> None:
    event = models.WebhookEvent
    claims.finish(session, event, claimed, datetime.now(UTC))
    kept = {} if result.is_kept else {"payload_sealed": None}
    session.execute(
        update(event)
        .where(event.id == claimed.row_id)
        .values(outcome=result.outcome, connection_id=result.connection_id, **kept)
        .execution_options(synchronize_session=False)
    )


def _hear(session: Session, connection_id: str, at: datetime) -> None:
    """Remember when a connection last had a message from Zoom."""
    connection = models.Connection
    is_later = or_(connection.last_webhook_at.is_(None), connection.last_webhook_at < at)
    session.execute(
        update(connection)
        .where(connection.id == connection_id, is_later)
        .values(last_webhook_at=at)
        .execution_options(synchronize_session=False)
    )
