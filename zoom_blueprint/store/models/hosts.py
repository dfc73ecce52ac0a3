"""Hosts, and what can be booked with them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from zoom_blueprint.store.base import Base, UtcDateTime, new_id
from zoom_blueprint.store.columns import HOST_ID, ID, MAIL, NAME, ZONE


class Host(Base):
    """A bookable person of the embedding app; ``revision`` changes with everything that may change the slots.

    ``allowed_sites`` are the origins on which their buttons work; none means any. ``has_endpoints``: programs of theirs
    may be told of what happens.
    """

    __tablename__ = "zoom_host"
    id: Mapped[str] = mapped_column(HOST_ID, primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(NAME)
    email: Mapped[str] = mapped_column(MAIL)
    time_zone: Mapped[str] = mapped_column(ZONE)
    locale: Mapped[str] = mapped_column(String(16), default="en")
    revision: Mapped[int] = mapped_column(default=1)
    allowed_sites: Mapped[list[str] | None] = mapped_column(JSON)
    has_endpoints: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Schedule(Base):
    """Weekly hours and date overrides in local wall-clock time of ``time_zone``; names differ within a host."""

    __tablename__ = "zoom_schedule"
    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    host_id: Mapped[str] = mapped_column(ForeignKey("zoom_host.id"), index=True)
    name: Mapped[str] = mapped_column(NAME)
    time_zone: Mapped[str] = mapped_column(ZONE)
    weekly: Mapped[dict[str, Any]] = mapped_column(JSON)
    overrides: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class EventType(Base):
    """What can be booked with a host, as ``values.EventType`` says.

    Of one host's the one with the lower ``position`` comes first, and of two with the same the older one.
    """

    __tablename__ = "zoom_event_type"
    __table_args__ = (UniqueConstraint("host_id", "slug"),)
    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    host_id: Mapped[str] = mapped_column(ForeignKey("zoom_host.id"))
    schedule_id: Mapped[str] = mapped_column(ForeignKey("zoom_schedule.id"))
    slug: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(NAME)
    description: Mapped[str] = mapped_column(Text, default="")
    duration_minutes: Mapped[int] = mapped_column(default=30)
    step_minutes: Mapped[int] = mapped_column(default=30)
    buffer_before: Mapped[int] = mapped_column(default=0)
    buffer_after: Mapped[int] = mapped_column(default=0)
    notice_minutes: Mapped[int] = mapped_column(default=60)
    horizon_days: Mapped[int | None] = mapped_column(default=60)
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    per_day: Mapped[int | None]
    per_week: Mapped[int | None]
    approval: Mapped[bool] = mapped_column(default=False, server_default=false())
    approval_when_moved: Mapped[bool] = mapped_column(default=False, server_default=false())
    reminders: Mapped[list[int] | None] = mapped_column(JSON)
    questions: Mapped[list[Any]] = mapped_column(JSON, default=list)
    location: Mapped[str] = mapped_column(String(16), default="zoom")
    location_text: Mapped[str] = mapped_column(String(500), default="")
    connection_id: Mapped[str | None] = mapped_column(ID)
    without_zoom: Mapped[str] = mapped_column(String(16), default="refuse", server_default="refuse")
    settings: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    colour: Mapped[str] = mapped_column(String(7), default="", server_default=text("''"))
    hidden: Mapped[bool] = mapped_column(default=False, server_default=false())
    active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BlockedTime(Base):
    """Time that a host keeps free of bookings."""

    __tablename__ = "zoom_blocked_time"
    __table_args__ = (Index(None, "host_id", "ends_at"),)
    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    host_id: Mapped[str] = mapped_column(ForeignKey("zoom_host.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    title: Mapped[str] = mapped_column(NAME, default="")
