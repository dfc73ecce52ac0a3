"""Farewells: the bookings whose Zoom links a cut connection leaves behind, and what their invitees are told."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from zoom_blueprint.errors import NotFound
from zoom_blueprint.events import EventName
from zoom_blueprint.services import changes, hosts, readers, snapshots
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus, ConnectionStatus

_BATCH = 50


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What invitees are told: the host's own words, or a link that replaces Zoom's, or both."""

    words: str | None = None
    link: str | None = None


def linked(state: State, connection_id: str) -> int:
    """Return how many upcoming bookings have a Zoom link of this connection."""
    query = (
        select(func.count())
        .select_from(models.Meeting)
        .join(models.Booking, models.Booking.id == models.Meeting.booking_id)
        .where(_has_link(datetime.now(UTC)), models.Meeting.connection_id == connection_id)
    )
    return state.database.read(lambda session: session.scalar(query)) or 0


def untold(state: State, host_id: str) -> dict[str, int]:
    """Return for each of a host's cut connections how many invitees still rely on its links and were told nothing."""
    query = (
        select(models.Connection.id, func.count())
        .select_from(models.Meeting)
        .join(models.Booking, models.Booking.id == models.Meeting.booking_id)
        .join(models.Connection, models.Connection.id == models.Meeting.connection_id)
        .where(models.Connection.host_id == host_id, _is_untold(datetime.now(UTC)))
        .group_by(models.Connection.id)
    )
    return state.database.read(lambda session: {row[0]: row[1] for row in session.execute(query)})


def tell(state: State, host_id: str, connection_id: str, notice: Notice, *, batch: int = _BATCH) -> int:
    """Tell those who were told nothing yet, and return how many bookings that were; the mails are owed from then on.

    A link in the notice becomes the booking's own: everybody's calendar follows, and no Zoom meeting is wanted for it
    any more. Each ``batch`` of bookings is one transaction. Called twice, the second call finds nobody; one that breaks
    off is finished by the next.

    Raises:
        NotFound: no such connection of this host.
    """
    total, last = 0, batch
    while last == batch:
        last = state.database.write(partial(_tell_some, state, host_id, connection_id, notice, batch))
        total += last
    state.work.wake()
    return total


def _tell_some(state: State, host_id: str, connection_id: str, notice: Notice, size: int, session: Session) -> int:
    hosts.lock(session, host_id)
    row = session.get(models.Connection, connection_id)
    if row is None or row.host_id != host_id:
        raise NotFound("There is no such connection.")
    now = datetime.now(UTC)
    found = session.scalars(
        select(models.Booking.id)
        .join(models.Meeting, models.Meeting.booking_id == models.Booking.id)
        .join(models.Connection, models.Connection.id == models.Meeting.connection_id)
        .where(models.Connection.id == connection_id, _is_untold(now))
        .order_by(models.Booking.starts_at)
        .limit(size)
    ).all()
    # Another machine's clock may have been ahead when it cut the connection: told is told after that.
    told_at = max(now, row.ended_at or now)
    for booking_id in found:
        _tell_one(state, session, booking_id, notice, told_at)
    return len(found)


def _tell_one(state: State, session: Session, booking_id: str, notice: Notice, now: datetime) -> None:
    row, _, _, meeting, _ = changes.load(session, booking_id)
    details = snapshots.open_details(state.cipher, row)
    mails = readers.everybody(details.guests, now)
    if notice.link is None:
        del mails[readers.HOST]  # they know their own words, and nothing in their calendar changes
    else:
        details = replace(details, own_link=notice.link)
        row.details_sealed = snapshots.seal_details(state.cipher, row.id, details)
        row.sequence += 1
        row.changed_at = now
        changes.keep_reminders(session, row)
        if meeting is not None:
            meeting.wanted, meeting.conflict = False, None
    session.flush()
    changes.tell(state, session, EventName.MEETING_DETACHED, booking_id, now, mails=mails, note=notice.words)


def _has_link(now: datetime) -> ColumnElement[bool]:
    return and_(
        models.Booking.status == BookingStatus.CONFIRMED,
        models.Booking.ends_at > now,
        models.Meeting.wanted,
        models.Meeting.join_url_sealed.is_not(None),
    )


def _is_untold(now: datetime) -> ColumnElement[bool]:
    told = (
        select(models.LifecycleEvent.id)
        .where(
            models.LifecycleEvent.booking_id == models.Booking.id,
            models.LifecycleEvent.name == EventName.MEETING_DETACHED,
            models.LifecycleEvent.occurred_at >= models.Connection.ended_at,
        )
        .correlate(models.Booking, models.Connection)
        .exists()
    )
    return and_(_has_link(now), models.Meeting.detached, models.Connection.status == ConnectionStatus.INACTIVE, ~told)
