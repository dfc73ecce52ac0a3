"""The tables, all named ``zoom_*``.

Columns that end in ``_sealed`` hold text made by ``store.crypto.Cipher``. ``Due`` is the queue that lives in the rows:
see DESIGN, "The row is the queue".
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from zoom_blueprint.store.base import Base, UtcDateTime, new_id

_ID = String(32)
_HOST_ID = String(191)
_NAME = String(200)
_MAIL = String(254)
_ZONE = String(64)


class Due:
    """What a row owes: work is due when ``due_at`` has come, and claimed while ``claim`` holds a nonce.

    ``wanted_version`` is raised by every command; whoever finishes compares it with what was seen at the claim.
    ``attempts`` counts claims since the last success.
    """

    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claim: Mapped[str | None] = mapped_column(_ID)
    wanted_version: Mapped[int] = mapped_column(default=1)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)


class Host(Base):
    """A bookable person of the embedding app; ``revision`` changes with everything that may change the slots."""

    __tablename__ = "zoom_host"
    id: Mapped[str] = mapped_column(_HOST_ID, primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(_NAME)
    email: Mapped[str] = mapped_column(_MAIL)
    time_zone: Mapped[str] = mapped_column(_ZONE)
    locale: Mapped[str] = mapped_column(String(16), default="en")
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Schedule(Base):
    """Weekly hours and date overrides in local wall-clock time of ``time_zone``."""

    __tablename__ = "zoom_schedule"
    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    host_id: Mapped[str] = mapped_column(ForeignKey("zoom_host.id"), index=True)
    name: Mapped[str] = mapped_column(_NAME)
    time_zone: Mapped[str] = mapped_column(_ZONE)
    weekly: Mapped[dict[str, Any]] = mapped_column(JSON)
    overrides: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class EventType(Base):
    """What can be booked with a host. Lengths are minutes; ``horizon_days`` None means no limit."""

    __tablename__ = "zoom_event_type"
    __table_args__ = (UniqueConstraint("host_id", "slug"),)
    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    host_id: Mapped[str] = mapped_column(ForeignKey("zoom_host.id"))
    schedule_id: Mapped[str] = mapped_column(ForeignKey("zoom_schedule.id"))
    slug: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(_NAME)
    description: Mapped[str] = mapped_column(Text, default="")
    duration_minutes: Mapped[int] = mapped_column(default=30)
    step_minutes: Mapped[int] = mapped_column(default=30)
    buffer_before: Mapped[int] = mapped_column(default=0)
    buffer_after: Mapped[int] = mapped_column(default=0)
    notice_minutes: Mapped[int] = mapped_column(default=60)
    horizon_days: Mapped[int | None] = mapped_column(default=60)
    questions: Mapped[list[Any]] = mapped_column(JSON, default=list)
    location: Mapped[str] = mapped_column(String(16), default="zoom")
    location_text: Mapped[str] = mapped_column(String(500), default="")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BlockedTime(Base):
    """Time that a host keeps free of bookings."""

    __tablename__ = "zoom_blocked_time"
    __table_args__ = (Index(None, "host_id", "ends_at"),)
    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    host_id: Mapped[str] = mapped_column(ForeignKey("zoom_host.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    title: Mapped[str] = mapped_column(_NAME, default="")


class Booking(Base):
    """The wish. ``busy_start`` and ``busy_end`` include the buffers.

    ``key`` is a digest of the idempotency key, for whoever has the key and the body is given the links; ``body_hmac``
    belongs to it.
    """

    __tablename__ = "zoom_booking"
    __table_args__ = (
        UniqueConstraint("host_id", "key"),
        Index(None, "host_id", "busy_end"),
        Index(None, "host_id", "starts_at"),
    )
    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    host_id: Mapped[str] = mapped_column(ForeignKey("zoom_host.id"))
    event_type_id: Mapped[str] = mapped_column(ForeignKey("zoom_event_type.id"))
    status: Mapped[str] = mapped_column(String(16))
    ended_reason: Mapped[str | None] = mapped_column(String(16))
    hold_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    busy_start: Mapped[datetime] = mapped_column(UtcDateTime)
    busy_end: Mapped[datetime] = mapped_column(UtcDateTime)
    sequence: Mapped[int] = mapped_column(default=0)
    key: Mapped[str] = mapped_column(String(100))
    body_hmac: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(_NAME)
    email: Mapped[str] = mapped_column(_MAIL, index=True)
    time_zone: Mapped[str] = mapped_column(_ZONE)
    locale: Mapped[str] = mapped_column(String(16))
    details_sealed: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Connection(Base):
    """A host's lasting link to a provider account, with the client and address it was made for."""

    __tablename__ = "zoom_connection"
    __table_args__ = (UniqueConstraint("provider", "zoom_user_id"),)
    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    host_id: Mapped[str] = mapped_column(ForeignKey("zoom_host.id"), index=True)
    provider: Mapped[str] = mapped_column(String(16), default="zoom")
    status: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(Text)
    zoom_user_id: Mapped[str | None] = mapped_column(String(64))
    zoom_account_id: Mapped[str | None] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(_NAME, default="")
    email: Mapped[str] = mapped_column(_MAIL, default="")
    time_zone: Mapped[str] = mapped_column(_ZONE, default="")
    missing_scopes: Mapped[list[str]] = mapped_column(JSON, default=list)
    client_id: Mapped[str] = mapped_column(String(200))
    oauth_url: Mapped[str] = mapped_column(String(200))
    api_url: Mapped[str] = mapped_column(String(200))
    connected_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Grant(Base):
    """The token set inside a connection; ``lease`` is held by the one who refreshes it."""

    __tablename__ = "zoom_grant"
    connection_id: Mapped[str] = mapped_column(ForeignKey("zoom_connection.id"), primary_key=True)
    access_token_sealed: Mapped[str] = mapped_column(Text)
    refresh_token_sealed: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    scopes: Mapped[str] = mapped_column(Text, default="")
    refreshed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease: Mapped[str | None] = mapped_column(_ID)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Consent(Base):
    """One attempt to connect: single use, bound to a host and by a cookie to a browser."""

    __tablename__ = "zoom_consent"
    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    state_hash: Mapped[str] = mapped_column(String(64), unique=True)
    browser_hash: Mapped[str] = mapped_column(String(64))
    host_id: Mapped[str] = mapped_column(ForeignKey("zoom_host.id"))
    verifier_sealed: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Meeting(Due, Base):
    """The Zoom object behind a booking: what is wanted, and what was last seen at Zoom.

    ``unsure_until`` is set before each create and cleared by its answer: until then a create without one may still
    take effect at Zoom.
    """

    __tablename__ = "zoom_meeting"
    __table_args__ = (Index(None, "due_at"), Index(None, "zoom_meeting_id"))
    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    booking_id: Mapped[str] = mapped_column(ForeignKey("zoom_booking.id"), unique=True)
    host_id: Mapped[str] = mapped_column(_HOST_ID)
    connection_id: Mapped[str | None] = mapped_column(ForeignKey("zoom_connection.id"), index=True)
    wanted: Mapped[bool] = mapped_column(default=True)
    look_again: Mapped[bool] = mapped_column(default=False)
    conflict: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(String(32))
    retry_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    unsure_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    zoom_meeting_id: Mapped[int | None] = mapped_column(BigInteger)
    topic: Mapped[str | None] = mapped_column(_NAME)
    seen_start: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_duration: Mapped[int | None]
    join_url_sealed: Mapped[str | None] = mapped_column(Text)
    passcode_sealed: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LifecycleEvent(Base):
    """An entry of the log, written with the change it tells of."""

    __tablename__ = "zoom_lifecycle_event"
    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(40))
    host_id: Mapped[str] = mapped_column(_HOST_ID, index=True)
    booking_id: Mapped[str | None] = mapped_column(_ID, index=True)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    payload_sealed: Mapped[str] = mapped_column(Text)


class Delivery(Due, Base):
    """One lifecycle event owed to one subscriber: ``mail:invitee``, ``mail:host`` or ``hook:<name>``."""

    __tablename__ = "zoom_delivery"
    __table_args__ = (UniqueConstraint("event_id", "subscriber"), Index(None, "due_at"))
    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    event_id: Mapped[str] = mapped_column(ForeignKey("zoom_lifecycle_event.id"))
    booking_id: Mapped[str | None] = mapped_column(_ID, index=True)
    event_name: Mapped[str] = mapped_column(String(40))
    subscriber: Mapped[str] = mapped_column(String(120))
    sequence: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str | None] = mapped_column(String(32))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WebhookEvent(Due, Base):
    """One POST from Zoom, stored before it is acted on; ``digest`` is the SHA-256 of its raw body."""

    __tablename__ = "zoom_webhook_event"
    __table_args__ = (Index(None, "due_at"),)
    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    payload_sealed: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(String(32))


class ZoomQuota(Base):
    """Create and update calls made for a connection on one UTC day; Zoom allows 100."""

    __tablename__ = "zoom_quota"
    connection_id: Mapped[str] = mapped_column(ForeignKey("zoom_connection.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    used: Mapped[int] = mapped_column(default=0)


class RateCounter(Base):
    """One fixed window of a visitor rate limit."""

    __tablename__ = "zoom_rate_counter"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    hits: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class WorkerHeartbeat(Base):
    """When a worker last gave a sign of life."""

    __tablename__ = "zoom_worker_heartbeat"
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)
