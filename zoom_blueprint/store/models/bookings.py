"""Bookings, and the Zoom meetings behind them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from zoom_blueprint.store.base import Base, UtcDateTime, new_id
from zoom_blueprint.store.columns import HOST_ID, ID, MAIL, NAME, ZONE
from zoom_blueprint.store.models.due import Due, parked_index


class Booking(Base):
    """The wish. ``busy_start`` and ``busy_end`` include the buffers; a pending one holds them until ``hold_until``.

    ``topic`` and ``settings`` are what the host decided for this one: the meeting's topic, and options on top of the
    event type's.

    ``key`` is a digest of the idempotency key, for whoever has the key and the body is given the links; ``body_hmac``
    belongs to it.
    """

    __tablename__ = "zoom_booking"
    __table_args__ = (
        UniqueConstraint("host_id", "key"),
        Index(None, "host_id", "busy_end"),
        Index(None, "host_id", "starts_at"),
    )
    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    host_id: Mapped[str] = mapped_column(ForeignKey("zoom_host.id"))
    event_type_id: Mapped[str] = mapped_column(ForeignKey("zoom_event_type.id"))
    status: Mapped[str] = mapped_column(String(16))
    ended_reason: Mapped[str | None] = mapped_column(String(16))
    hold_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    busy_start: Mapped[datetime] = mapped_column(UtcDateTime)
    busy_end: Mapped[datetime] = mapped_column(UtcDateTime)
    sequence: Mapped[int] = mapped_column(default=0)
    key: Mapped[str] = mapped_column(String(100))
    body_hmac: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(NAME)
    email: Mapped[str] = mapped_column(MAIL, index=True)
    time_zone: Mapped[str] = mapped_column(ZONE)
    locale: Mapped[str] = mapped_column(String(16))
    details_sealed: Mapped[str] = mapped_column(Text)
    topic: Mapped[str | None] = mapped_column(NAME)
    settings: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    purged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Meeting(Due, Base):
    """The Zoom object behind a booking: what is wanted, and what was last seen at Zoom.

    ``unsure_until`` is set before each create and cleared by its answer: until then a create without one may still
    take effect at Zoom. ``detached`` says that its connection was cut: the link works and follows no change.
    ``asked_start`` and ``asked_duration`` are set before each update, and until it is known what stands at Zoom.
    ``edited``: Zoom was not told yet of the topic and the options that the host decided for its booking;
    ``settings_before`` is what Zoom had of those options before it was told.
    ``reason_since`` is when ``reason`` began; ``setting_changes`` is what Zoom stored otherwise than asked.
    """

    __tablename__ = "zoom_meeting"
    __table_args__ = (Index(None, "due_at"), Index(None, "zoom_meeting_id"), parked_index())
    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    booking_id: Mapped[str] = mapped_column(ForeignKey("zoom_booking.id"), unique=True)
    host_id: Mapped[str] = mapped_column(HOST_ID)
    connection_id: Mapped[str | None] = mapped_column(ForeignKey("zoom_connection.id"), index=True)
    wanted: Mapped[bool] = mapped_column(default=True)
    look_again: Mapped[bool] = mapped_column(default=False)
    edited: Mapped[bool] = mapped_column(default=False, server_default=false())
    settings_before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    conflict: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(String(32))
    retry_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    unsure_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    zoom_meeting_id: Mapped[int | None] = mapped_column(BigInteger)
    topic: Mapped[str | None] = mapped_column(NAME)
    seen_start: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_duration: Mapped[int | None]
    asked_start: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_duration: Mapped[int | None]
    join_url_sealed: Mapped[str | None] = mapped_column(Text)
    passcode_sealed: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    detached: Mapped[bool] = mapped_column(default=False, server_default=false())
    reason_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    setting_changes: Mapped[list[Any] | None] = mapped_column(JSON)


class Attendance(Base):
    """One stay of one person in a meeting, by Zoom's webhooks; ``digest`` tells the same stay when it comes again."""

    __tablename__ = "zoom_attendance"
    __table_args__ = (UniqueConstraint("meeting_id", "digest"),)
    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("zoom_meeting.id"))
    digest: Mapped[str] = mapped_column(String(64))
    name_sealed: Mapped[str] = mapped_column(Text)
    is_host: Mapped[bool]
    joined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
