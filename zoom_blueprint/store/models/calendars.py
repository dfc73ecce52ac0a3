"""Hosts' calendars at Google, the busy times in them, and the events of bookings."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from zoom_blueprint.store.base import Base, UtcDateTime, new_id
from zoom_blueprint.store.columns import HOST_ID, ID, NAME, ZONE
from zoom_blueprint.store.models.due import Due, parked_index

CALENDAR_ID = String(320)


class Calendar(Base):
    """A calendar of a connected account: is it the one that bookings are put into, and does what is in it count.

    ``is_target`` says the first, ``blocks`` the second. ``calendar_id`` is Google's; ``has_meet``: Google makes Meet
    links in it; ``has_events``: it shows more than when it is busy. ``listed_at`` is when it was last in the account's
    list. ``sync_token`` asks for what changed since ``asked_at``, None while nothing is known; ``read_at`` is when all
    of it was last read; ``trouble`` is Google's word for why nothing can be known. The channel is the push channel on
    which Google tells of changes.
    """

    __tablename__ = "zoom_calendar"
    __table_args__ = (UniqueConstraint("connection_id", "calendar_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    connection_id: Mapped[str] = mapped_column(ForeignKey("zoom_connection.id"))
    host_id: Mapped[str] = mapped_column(HOST_ID, index=True)
    calendar_id: Mapped[str] = mapped_column(CALENDAR_ID)
    name: Mapped[str] = mapped_column(NAME, default="")
    time_zone: Mapped[str] = mapped_column(ZONE, default="")
    is_primary: Mapped[bool] = mapped_column(default=False)
    is_writable: Mapped[bool] = mapped_column(default=False)
    has_meet: Mapped[bool] = mapped_column(default=False)
    has_events: Mapped[bool] = mapped_column(default=True)
    is_target: Mapped[bool] = mapped_column(default=False)
    blocks: Mapped[bool] = mapped_column(default=False)
    listed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sync_token: Mapped[str | None] = mapped_column(Text)
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trouble: Mapped[str | None] = mapped_column(String(64))
    channel_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    channel_resource_id: Mapped[str | None] = mapped_column(String(255))
    channel_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BusyTime(Base):
    """When an event of somebody's calendar keeps them busy; ``event_id`` is Google's, one for each instance."""

    __tablename__ = "zoom_busy_time"
    __table_args__ = (UniqueConstraint("calendar_id", "event_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    calendar_id: Mapped[str] = mapped_column(ForeignKey("zoom_calendar.id"))
    event_id: Mapped[str] = mapped_column(String(1024))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Timetable(Base):
    """All the busy times of a host in one piece, as a ``scheduling.timetables.Timetable`` packs them.

    There is one while a calendar blocks. ``version`` is another for each content; ``asked_at`` is when the calendar was
    asked that was asked the longest ago, None until each of them was.
    """

    __tablename__ = "zoom_timetable"

    host_id: Mapped[str] = mapped_column(HOST_ID, primary_key=True)
    connection_id: Mapped[str] = mapped_column(ForeignKey("zoom_connection.id"), index=True)
    version: Mapped[str] = mapped_column(ID, default=new_id)
    packed: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CalendarEvent(Due, Base):
    """The event of a booking in its host's Google calendar: what is wanted, and what was last seen there.

    ``conference`` is ``meet`` where people meet by it, and then ``join_url_sealed`` is Google's link. ``event_id`` is
    Google's once it is known to be there, and ``generation`` counts those before it that were deleted; ``link`` opens
    it for the host. ``unsure_until`` is set before each insert, and until its answer the event may be there.
    ``asked_start`` and ``asked_end`` are set before each insert and patch, until it is known what stands there.
    ``told`` are digests of the texts that we last put there, and of what Google made of them. ``detached`` says that
    its connection was cut. ``response`` is what Google last said of the invitee.
    """

    __tablename__ = "zoom_calendar_event"
    __table_args__ = (Index(None, "due_at"), parked_index())

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    booking_id: Mapped[str] = mapped_column(ForeignKey("zoom_booking.id"), unique=True)
    host_id: Mapped[str] = mapped_column(HOST_ID)
    connection_id: Mapped[str] = mapped_column(ForeignKey("zoom_connection.id"), index=True)
    calendar_id: Mapped[str | None] = mapped_column(CALENDAR_ID)
    conference: Mapped[str | None] = mapped_column(String(16))
    event_id: Mapped[str | None] = mapped_column(String(64), index=True)
    generation: Mapped[int] = mapped_column(default=0)
    look_again: Mapped[bool] = mapped_column(default=False, server_default=false())
    seen_start: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_end: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_start: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_end: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    unsure_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    link: Mapped[str | None] = mapped_column(Text)
    join_url_sealed: Mapped[str | None] = mapped_column(Text)
    response: Mapped[str | None] = mapped_column(String(16))
    detached: Mapped[bool] = mapped_column(default=False, server_default=false())
    conflict: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(String(32))
    reason_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retry_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
