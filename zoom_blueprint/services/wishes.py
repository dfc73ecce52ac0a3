"""Wishes: what is wanted of a booking's meeting, and what is recorded of it, as read in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from zoom_blueprint import values
from zoom_blueprint.services import changes, connections, judgements, snapshots
from zoom_blueprint.services.judgements import Verdict
from zoom_blueprint.state import State
from zoom_blueprint.store import models
from zoom_blueprint.values import BookingStatus, ConnectionStatus
from zoom_blueprint.zoom_api.payloads import TOPIC_LENGTH


@dataclass(frozen=True)
class Wish:
    """What is wanted and what is recorded, as read at the beginning.

    While the booking ``awaits_approval`` nothing is asked of Zoom, be the meeting there from before or not. Of one that
    ``is_edited`` Zoom does not have the topic and the options yet that its host decided on; ``settings_before`` is what
    it had of those that it has been told.
    """

    booking: values.Booking
    wanted: bool
    awaits_approval: bool
    look_again: bool
    connection_id: str | None
    is_cut: bool
    zoom_meeting_id: int | None
    seen_start: datetime | None
    seen_duration: int | None
    asked_start: datetime | None
    asked_duration: int | None
    seen_topic: str | None
    is_edited: bool
    settings_before: Mapping[str, object]
    unsure_until: datetime | None
    read_at: datetime

    @property
    def is_detached(self) -> bool:
        """The connection was cut since the meeting was made; what stands at Zoom now is not known."""
        return self.booking.is_detached or (self.is_cut and self.zoom_meeting_id is not None)

    @property
    def is_left_alone(self) -> bool:
        """Nothing is asked of Zoom: the meeting follows no change."""
        return self.is_detached and (self.is_cut or not self.wanted)

    @property
    def is_sure(self) -> bool:
        """No create without an answer can have left a meeting that we do not know."""
        return self.unsure_until is None

    @property
    def can_settle(self) -> bool:
        """Whatever creates without an answer may have left stands at Zoom by now."""
        return self.unsure_until is None or self.unsure_until <= self.read_at

    @property
    def start(self) -> datetime:
        """When the meeting shall begin."""
        return self.booking.start

    @property
    def duration(self) -> int:
        """How many minutes it shall last."""
        return int((self.booking.end - self.booking.start).total_seconds()) // 60

    @property
    def is_over(self) -> bool:
        """There is nothing left to meet for."""
        return self.booking.end <= self.read_at

    @property
    def has_asked(self) -> bool:
        """A change without an answer may have given the meeting a time that we have not seen there."""
        return self.asked_start is not None

    def judge(self, start: datetime | None, duration: int | None) -> Verdict:
        """Judge who has changed the time, which is this at Zoom."""
        asked = (self.asked_start, self.asked_duration) if self.has_asked else None
        seen = (self.seen_start, self.seen_duration)
        return judgements.judge((self.start, self.duration), seen, asked, (start, duration))

    def is_renamed(self, topic: str) -> bool:
        """Return whether the host has called the meeting otherwise in Zoom since we looked, and not here."""
        return bool(self.seen_topic) and not self.is_edited and topic[:TOPIC_LENGTH] != self.seen_topic

    def is_as(self, start: datetime | None, duration: int | None) -> bool:
        """Return whether this is the wanted time."""
        return (self.start, self.duration) == (start, duration)


def read(state: State, session: Session, meeting_id: str) -> Wish:
    """Return what is wanted of a meeting, and of which connection to ask it.

    That is the one in which the meeting was made, or may have been made; else the event type's choice.
    """
    meeting = session.get_one(models.Meeting, meeting_id)
    row, *_ = rows = changes.load(session, meeting.booking_id)
    booking = snapshots.booking(state, *rows)
    made_in = session.get(models.Connection, meeting.connection_id) if meeting.connection_id else None
    unsure_until = meeting.unsure_until
    if made_in is not None and made_in.status == ConnectionStatus.INACTIVE:
        unsure_until = None  # nobody can look there any more
    if meeting.zoom_meeting_id is not None or unsure_until is not None:
        connection = made_in
    else:
        connection = connections.chosen(session, meeting.host_id, booking.event.connection_id)
    return Wish(
        booking=booking,
        wanted=meeting.wanted and row.status == BookingStatus.CONFIRMED and not booking.is_own_link,
        # One whose time has run out included: what follows from that is recorded first.
        awaits_approval=row.status == BookingStatus.PENDING,
        look_again=meeting.look_again,
        connection_id=None if connection is None else connection.id,
        is_cut=connection is not None and connection.status == ConnectionStatus.INACTIVE,
        zoom_meeting_id=meeting.zoom_meeting_id,
        seen_start=meeting.seen_start,
        seen_duration=meeting.seen_duration,
        asked_start=meeting.asked_start,
        asked_duration=meeting.asked_duration,
        seen_topic=meeting.topic,
        is_edited=meeting.edited,
        settings_before=meeting.settings_before or {},
        unsure_until=unsure_until,
        read_at=datetime.now(UTC),
    )
