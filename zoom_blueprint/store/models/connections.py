"""Links between hosts and Zoom accounts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from zoom_blueprint.store.base import Base, UtcDateTime, new_id
from zoom_blueprint.store.columns import ID, MAIL, NAME, ZONE


class Connection(Base):
    """A host's lasting link to a provider account, with the client and address it was made for.

    ``provider`` is a ``values.Provider``; ``zoom_user_id`` and ``zoom_account_id`` are its names for person and
    account, of Google's too. ``preferences`` are what the host chose for it. ``reason`` is a
    ``values.ConnectionReason``; ``health`` is what the last check found; ``compared_at`` is when our meetings were last
    compared with Zoom's list; ``told_at`` when the host was last written to about a loss.
    """

    __tablename__ = "zoom_connection"
    __table_args__ = (UniqueConstraint("provider", "zoom_user_id"),)
    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    host_id: Mapped[str] = mapped_column(ForeignKey("zoom_host.id"), index=True)
    provider: Mapped[str] = mapped_column(String(16), default="zoom")
    status: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(Text)
    zoom_user_id: Mapped[str | None] = mapped_column(String(64))
    zoom_account_id: Mapped[str | None] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(NAME, default="")
    email: Mapped[str] = mapped_column(MAIL, default="")
    time_zone: Mapped[str] = mapped_column(ZONE, default="")
    missing_scopes: Mapped[list[str]] = mapped_column(JSON, default=list)
    client_id: Mapped[str] = mapped_column(String(200))
    oauth_url: Mapped[str] = mapped_column(String(200))
    api_url: Mapped[str] = mapped_column(String(200))
    connected_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_call_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_webhook_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    health: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    compared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    preferences: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class Grant(Base):
    """The token set inside a connection; ``lease`` is held by the one who refreshes it.

    ``lost_at`` is set when Zoom refused the refresh token: what a refresher that was held up brings later may still
    replace it. ``wait_until`` is before when Zoom wants no refresh.
    """

    __tablename__ = "zoom_grant"
    connection_id: Mapped[str] = mapped_column(ForeignKey("zoom_connection.id"), primary_key=True)
    access_token_sealed: Mapped[str] = mapped_column(Text)
    refresh_token_sealed: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    scopes: Mapped[str] = mapped_column(Text, default="")
    refreshed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease: Mapped[str | None] = mapped_column(ID)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lost_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    wait_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Consent(Base):
    """One attempt to connect: single use, bound to a host and by a cookie to a browser.

    ``connection_id`` is the connection to restore, None for a new one. ``grant_sealed`` holds what Zoom gave until it
    is known whose it is and stands in a connection, so that no crash loses it; ``zoom_user_sealed`` whose it is.
    """

    __tablename__ = "zoom_consent"
    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    state_hash: Mapped[str] = mapped_column(String(64), unique=True)
    browser_hash: Mapped[str] = mapped_column(String(64))
    host_id: Mapped[str] = mapped_column(ForeignKey("zoom_host.id"))
    provider: Mapped[str] = mapped_column(String(16), default="zoom", server_default="zoom")
    verifier_sealed: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    connection_id: Mapped[str | None] = mapped_column(ID)
    grant_sealed: Mapped[str | None] = mapped_column(Text)
    zoom_user_sealed: Mapped[str | None] = mapped_column(Text)


class ZoomQuota(Base):
    """Create and update calls made for a connection on one UTC day; Zoom allows 100."""

    __tablename__ = "zoom_quota"
    connection_id: Mapped[str] = mapped_column(ForeignKey("zoom_connection.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    used: Mapped[int] = mapped_column(default=0)
