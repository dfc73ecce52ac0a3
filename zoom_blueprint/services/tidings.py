"""Tidings: what Zoom tells of meetings of ours, and of their hosts, brought into the rows."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from zoom_blueprint import logs
from zoom_blueprint.events import EventName
from zoom_blueprint.services import attendances, changes, claims, duties
from zoom_blueprint.services.duties import DutyName
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import ConnectionStatus, Provider
from zoom_blueprint.zoom_api import webhooks
from zoom_blueprint.zoom_api.webhooks import Notice, Participant

_LOOK = frozenset({"meeting.updated", "meeting.deleted", "meeting.permanently_deleted", "meeting.recovered"})
_ROOM = {webhooks.STARTED: EventName.MEETING_STARTED, webhooks.ENDED: EventName.MEETING_ENDED}
_PEOPLE = frozenset({webhooks.JOINED, webhooks.LEFT})
# A meeting that we made comes back as this one; one whose answer was lost is looked for by its agenda.
_CREATED = "meeting.created"
USERS = frozenset({"user.updated", "user.activated", "user.deactivated", "user.deleted", "user.disassociated"})
KNOWN = _LOOK | _ROOM.keys() | _PEOPLE | USERS | {_CREATED}


@dataclass(frozen=True)
class Result:
    """What became of an event: a word for the row, whose it was, and whether its content is worth keeping."""

    outcome: str
    connection_id: str | None = None
    is_kept: bool = False


_NOT_OURS = Result("not ours")


@dataclass
class Meetings:
    """Those of our meetings that events are about, locked for the length of a transaction.

    ``attended`` are the bookings to which somebody came besides the host, as was not known before.
    """

    _found: dict[int, list[tuple[str, bool]]]
    _locked: dict[str, Any]
    _to_look_at: set[str] = field(default_factory=set)
    attended: set[str] = field(default_factory=set)

    def has(self, number: int | None) -> bool:
        """Tell whether nobody else has the meetings of this number locked."""
        return all(row_id in self._locked for row_id, is_followed in self._of(number) if is_followed)

    def tell(self, state: State, session: Session, notice: Notice, at: datetime) -> Result:
        """Bring in what an event about a meeting says; ``wish`` is to be called after the last one."""
        if notice.meeting_id is None:
            return Result("no meeting id")
        result = _NOT_OURS
        for row_id, is_followed in self._of(notice.meeting_id):
            ours = self._locked.get(row_id)
            if ours is not None:
                with logs.about(booking=ours.booking_id, host=ours.host_id):
                    result = self._about(state, session, notice, at, ours)
            elif not is_followed and result is _NOT_OURS:
                result = Result("not followed any more")
        return result

    def wish(self, session: Session, now: datetime) -> None:
        """Have the meetings looked at in Zoom of which more can be learned there."""
        if self._to_look_at:
            which = models.Meeting.id.in_(self._to_look_at)
            session.execute(
                update(models.Meeting).where(which).values(look_again=True).execution_options(synchronize_session=False)
            )
            claims.wish(session, models.Meeting, which, now)

    def _of(self, number: int | None) -> Collection[tuple[str, bool]]:
        return () if number is None else self._found.get(number, ())

    def _about(self, state: State, session: Session, notice: Notice, at: datetime, ours: Any) -> Result:
        if notice.name in _PEOPLE:
            return self._about_person(state, session, notice, at, ours)
        is_new = True
        if notice.name in _ROOM:
            meeting = session.get_one(models.Meeting, ours.id)
            is_new = _note(meeting, notice.name, at)
            session.flush()
            if is_new:
                changes.tell(state, session, _ROOM[notice.name], meeting.booking_id, datetime.now(UTC))
        elif notice.name in _LOOK:
            self._to_look_at.add(ours.id)
        return Result("applied" if is_new else "known", ours.connection_id, is_kept=True)

    def _about_person(self, state: State, session: Session, notice: Notice, at: datetime, ours: Any) -> Result:
        """Keep who came or left, and nothing else of what Zoom tells of them: mail and network address among it."""
        if notice.participant is None:
            return Result("nobody is named", ours.connection_id)
        is_host = _is_host(notice.participant, notice, ours)
        is_first = not is_host and not attendances.has_guests(session, ours.id)
        is_new = attendances.record(
            state,
            session,
            session.get_one(models.Meeting, ours.id),
            notice.participant,
            at,
            is_host=is_host,
            has_left=notice.name == webhooks.LEFT,
        )
        if is_new and is_first:
            self.attended.add(ours.booking_id)
        return Result("applied" if is_new else "known", ours.connection_id)


def meetings(session: Session, numbers: Collection[int], *, waits: bool) -> Meetings:
    """Lock the meetings that we follow among those that have these numbers in Zoom.

    With ``waits`` those that somebody else has locked are waited for; without, they are passed over.
    """
    meeting, connection = models.Meeting, models.Connection
    found: dict[int, list[tuple[str, bool]]] = {}
    for row in session.execute(
        select(meeting.zoom_meeting_id, meeting.id, _followed())
        .join(models.Booking, models.Booking.id == meeting.booking_id)
        .outerjoin(connection, connection.id == meeting.connection_id)
        .where(meeting.zoom_meeting_id.in_(numbers))
    ):
        number, row_id, is_followed = row
        found.setdefault(number or 0, []).append((row_id, is_followed))
    if not found:
        return Meetings({}, {})
    locked = session.execute(
        select(
            meeting.id,
            meeting.booking_id,
            meeting.host_id,
            meeting.connection_id,
            connection.zoom_user_id,
            connection.email,
            models.Host.email.label("host_email"),
        )
        .join(models.Booking, models.Booking.id == meeting.booking_id)
        .join(connection, connection.id == meeting.connection_id)
        .join(models.Host, models.Host.id == meeting.host_id)
        .where(meeting.zoom_meeting_id.in_(numbers), _followed())
        .order_by(meeting.id)  # who locks several does so in one order
        .with_for_update(of=meeting, skip_locked=not waits)
    )
    return Meetings(found, {row.id: row for row in locked})


def about_user(session: Session, notice: Notice) -> Result:
    """Have a connection looked at: what a notice says of a person's standing is not believed."""
    connection = models.Connection
    found = session.scalars(
        update(connection)
        .where(
            connection.zoom_user_id == notice.user_id,
            connection.provider == Provider.ZOOM,
            connection.status != ConnectionStatus.INACTIVE,
        )
        .values(checked_at=None)
        .returning(connection.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if found is None:
        return _NOT_OURS
    duties.want(session, DutyName.TEND, found, datetime.now(UTC))
    return Result("applied", found, is_kept=True)


def _is_host(who: Participant, notice: Notice, ours: Any) -> bool:
    """Tell whether somebody in the room has one of the ids or addresses by which the host is known."""
    ids = {ours.zoom_user_id, notice.host_id} - {"", None}
    mails = {ours.email.lower(), ours.host_email.lower(), notice.host_email} - {""}
    return who.user_id in ids or who.email in mails


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
