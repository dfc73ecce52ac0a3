"""What programs of a host have: their keys, what they asked for once, and where they are told of what happened."""

from datetime import datetime

from sqlalchemy import JSON, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from zoom_blueprint.store.base import Base, UtcDateTime, new_id
from zoom_blueprint.store.columns import HOST_ID, ID

DIGEST = String(64)


class ApiKey(Base):
    """A key by which a program acts for a host, as far as ``actions`` (their names) go.

    ``digest`` is the SHA-256 of its whole text, of which ``prefix`` is the readable beginning; the rest is known to
    nobody but its holder.
    """

    __tablename__ = "zoom_api_key"
    __table_args__ = (UniqueConstraint("digest"), Index(None, "host_id"))

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    host_id: Mapped[str] = mapped_column(HOST_ID)
    name: Mapped[str] = mapped_column(String(100))
    prefix: Mapped[str] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(DIGEST)
    actions: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ActionCall(Base):
    """An action that was asked for with an idempotency key: the same key again gets the same answer.

    ``key`` and ``body`` are keyed digests of what was sent. While ``until`` is ahead somebody is at it; whoever finds
    it past, and no answer, goes on in their place. ``connection_id`` is in which Zoom account a meeting was or may have
    been made. The answer goes with ``zoom_action_call`` after a day.
    """

    __tablename__ = "zoom_action_call"
    __table_args__ = (UniqueConstraint("host_id", "key"), Index(None, "begun_at"))

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    host_id: Mapped[str] = mapped_column(HOST_ID)
    key: Mapped[str] = mapped_column(DIGEST)
    body: Mapped[str] = mapped_column(DIGEST)
    action: Mapped[str] = mapped_column(String(40))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    claim: Mapped[str | None] = mapped_column(ID)
    connection_id: Mapped[str | None] = mapped_column(ID)
    answer_sealed: Mapped[str | None] = mapped_column(Text)


class Endpoint(Base):
    """Where a host's program is told of lifecycle events, by Standard Webhooks; ``events`` are their names.

    ``former_secret_sealed`` signs as well until ``former_until``, while the receiver learns the new one.
    ``failing_since`` is when the first of the deliveries failed since which none arrived; until ``rests_until`` it is
    left alone, for it kept us waiting; ``disabled_at`` is when we stopped sending, and ``disabled_reason`` says why.
    """

    __tablename__ = "zoom_endpoint"
    __table_args__ = (Index(None, "host_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    host_id: Mapped[str] = mapped_column(HOST_ID)
    name: Mapped[str] = mapped_column(String(100), default="")
    url_sealed: Mapped[str] = mapped_column(Text)
    events: Mapped[list[str]] = mapped_column(JSON)
    secret_sealed: Mapped[str] = mapped_column(Text)
    former_secret_sealed: Mapped[str | None] = mapped_column(Text)
    former_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rests_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_reason: Mapped[str | None] = mapped_column(String(32))
