"""Calendar wishes: what is wanted of a booking's event in Google, and what is recorded of it, as read at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from zoom_blueprint import values
from zoom_blueprint.services import calendar_facts, changes, inscriptions, judgements, snapshots
from zoom_blueprint.services.inscriptions import Inscription, Told
from zoom_blueprint.services.judgements import Verdict
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus, ConnectionStatus

Times = tuple[datetime, datetime]
_PRIMARY = "primary"


@dataclass(frozen=True)
class EventWish:
    """What is wanted and what is recorded, as read at the beginning.

    One that ``is_detached`` was left alone since its connection was cut. ``calendar_id`` is where the event is, or is
    to be made; ``event_id`` the id that it has or will have. ``is_meet``: people meet by the link that Google makes for
    it, and ``has_meet``: that is known.
    """

    booking: values.Booking
    wanted: bool
    awaits_approval: bool
    look_again: bool
    connection_id: str
    is_cut: bool
    is_detached: bool
    calendar_id: str
    event_id: str
    is_there: bool
    seen: Times | None
    asked: Times | None
    told: Told
    inscription: Inscription
    unsure_until: datetime | None
    is_meet: bool
    has_meet: bool
    reason_since: datetime | None
    preferences: Mapping[str, Any] = field(repr=False)
    read_at: datetime

    @property
    def times(self) -> Times:
        """From when to when the event shall be."""
        return self.booking.start, self.booking.end

    @property
    def is_over(self) -> bool:
        """There is nothing left to meet for."""
        return self.booking.end <= self.read_at

    @property
    def can_settle(self) -> bool:
        """Whatever an insert without an answer may have left stands in Google by now."""
        return self.unsure_until is None or self.unsure_until <= self.read_at

    @property
    def is_in_line(self) -> bool:
        """All that is known of the event is as it shall be."""
        if self.look_again or self.asked is not None or (self.is_meet and not self.has_meet):
            return False
        has_conflict = self.booking.calendar is not None and self.booking.calendar.conflict is not None
        return (has_conflict or self.seen == self.times) and self.inscription.is_told(self.told)

    def judge(self, now: Times | None) -> Verdict:
        """Judge who has changed the time, which is this in Google."""
        return judgements.judge(self.times, self.seen, self.asked, now)


def read(state: State, session: Session, row_id: str) -> EventWish | None:
    """Return what is wanted of an event; None when nothing is any more, for Google was disconnected before."""
    calendar = session.get(models.CalendarEvent, row_id)
    if calendar is None:
        return None
    row, *_ = rows = changes.load(session, calendar.booking_id)
    booking = snapshots.booking(state, *rows)
    connection = session.get_one(models.Connection, calendar.connection_id)
    is_meet = calendar_facts.is_met_in(calendar) and booking.conference is values.Conference.MEET
    return EventWish(
        booking=booking,
        wanted=row.status == BookingStatus.CONFIRMED,
        awaits_approval=row.status == BookingStatus.PENDING,
        look_again=calendar.look_again,
        connection_id=connection.id,
        is_cut=connection.status == ConnectionStatus.INACTIVE,
        is_detached=calendar.detached,
        calendar_id=calendar.calendar_id or _target(session, connection.id),
        event_id=calendar.event_id or calendar_facts.id_of(calendar),
        is_there=calendar.event_id is not None,
        seen=_times(calendar.seen_start, calendar.seen_end),
        asked=_times(calendar.asked_start, calendar.asked_end),
        told=calendar.told or {},
        inscription=inscriptions.of(booking, has_mail=state.has_mail),
        unsure_until=calendar.unsure_until,
        is_meet=is_meet,
        has_meet=calendar.join_url_sealed is not None,
        reason_since=calendar.reason_since,
        preferences=connection.preferences or {},
        read_at=datetime.now(UTC),
    )


def _target(session: Session, connection_id: str) -> str:
    calendar = models.Calendar
    query = select(calendar.calendar_id).where(calendar.connection_id == connection_id, calendar.is_target).limit(1)
    return session.scalar(query) or _PRIMARY


def _times(start: datetime | None, end: datetime | None) -> Times | None:
    return None if start is None or end is None else (start, end)
