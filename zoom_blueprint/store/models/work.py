"""The log, what is owed to others, and what the work itself remembers."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from zoom_blueprint.store.base import Base, UtcDateTime, new_id
from zoom_blueprint.store.columns import HOST_ID, ID
from zoom_blueprint.store.models.due import Due, parked_index


class LifecycleEvent(Base):
    """An entry of the log, written with the change it tells of."""

    __tablename__ = "zoom_lifecycle_event"
    __table_args__ = (Index(None, "host_id", "occurred_at"),)
    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(40))
    host_id: Mapped[str] = mapped_column(HOST_ID)
    booking_id: Mapped[str | None] = mapped_column(ID, index=True)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    payload_sealed: Mapped[str] = mapped_column(Text)


class Delivery(Due, Base):
    """One lifecycle event owed to one subscriber.

    These are ``mail:invitee``, ``mail:host`` and ``mail:guests``, which becomes one ``mail:guest:<number>`` for each
    when it is due; the same with ``:remind:<minutes>`` at the end; and ``hook:<name>``. ``replays`` counts how often
    the host had it sent again after it was done.
    """

    __tablename__ = "zoom_delivery"
    __table_args__ = (UniqueConstraint("event_id", "subscriber"), Index(None, "due_at"), parked_index())
    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    event_id: Mapped[str] = mapped_column(ForeignKey("zoom_lifecycle_event.id"))
    host_id: Mapped[str] = mapped_column(HOST_ID, server_default=text("''"))
    booking_id: Mapped[str | None] = mapped_column(ID, index=True)
    event_name: Mapped[str] = mapped_column(String(40))
    subscriber: Mapped[str] = mapped_column(String(120))
    sequence: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str | None] = mapped_column(String(32))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replays: Mapped[int] = mapped_column(default=0, server_default=text("0"))


class WebhookEvent(Due, Base):
    """One POST from Zoom, stored before it is acted on; ``digest`` is the SHA-256 of its raw body.

    ``connection_id`` is whose it turned out to be, so that its content goes with the connection. ``lane`` is the same
    for all events of one account, and says nothing else of it.
    """

    __tablename__ = "zoom_webhook_event"
    __table_args__ = (Index(None, "due_at"), parked_index())
    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    payload_sealed: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(String(32))
    connection_id: Mapped[str | None] = mapped_column(ID, index=True)
    lane: Mapped[str] = mapped_column(ID, default="", server_default=text("''"))


class Duty(Due, Base):
    """What is to be done again and again, or some time later: ``name`` is a kind, ``subject`` the row it is about.

    The kinds are ``services.duties.DutyName``; the migrations put the one ``purge`` there.
    """

    __tablename__ = "zoom_duty"
    __table_args__ = (UniqueConstraint("name", "subject"), Index(None, "due_at"), parked_index())
    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(ID, default="")


class RateCounter(Base):
    """One fixed window of a visitor rate limit."""

    __tablename__ = "zoom_rate_counter"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    hits: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Tally(Base):
    """How often a step towards a booking was taken on one day (UTC), by where its visitors came from; nobody's trace.

    ``step`` is one of ``services.tallies.Step``, ``site`` the origin of the page with the button, ``campaign`` its
    ``utm_source``; both may be empty.
    """

    __tablename__ = "zoom_tally"
    host_id: Mapped[str] = mapped_column(HOST_ID, primary_key=True)
    event_type_id: Mapped[str] = mapped_column(ID, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(String(16), primary_key=True)
    site: Mapped[str] = mapped_column(String(100), primary_key=True)
    campaign: Mapped[str] = mapped_column(String(100), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


class KnownAddress(Base):
    """A mail address, as a digest, whose owner entered a code that was mailed there."""

    __tablename__ = "zoom_known_address"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WorkerHeartbeat(Base):
    """When a worker last gave a sign of life."""

    __tablename__ = "zoom_worker_heartbeat"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)
