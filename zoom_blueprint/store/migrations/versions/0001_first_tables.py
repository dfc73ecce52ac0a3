"""The first tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _due() -> list[sa.Column[Any]]:
    """Return the columns of a row that owes work."""
    return [
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claim", sa.String(length=32), nullable=True),
        sa.Column("wanted_version", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
    ]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "zoom_host",
        sa.Column("id", sa.String(length=191), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zoom_host")),
        sa.UniqueConstraint("slug", name=op.f("uq_zoom_host_slug")),
    )
    op.create_table(
        "zoom_lifecycle_event",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("host_id", sa.String(length=191), nullable=False),
        sa.Column("booking_id", sa.String(length=32), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload_sealed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zoom_lifecycle_event")),
    )
    op.create_index(op.f("ix_zoom_lifecycle_event_booking_id"), "zoom_lifecycle_event", ["booking_id"], unique=False)
    op.create_index(op.f("ix_zoom_lifecycle_event_host_id"), "zoom_lifecycle_event", ["host_id"], unique=False)
    op.create_table(
        "zoom_rate_counter",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_zoom_rate_counter")),
    )
    op.create_index(op.f("ix_zoom_rate_counter_expires_at"), "zoom_rate_counter", ["expires_at"], unique=False)
    op.create_table(
        "zoom_webhook_event",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload_sealed", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        *_due(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zoom_webhook_event")),
        sa.UniqueConstraint("digest", name=op.f("uq_zoom_webhook_event_digest")),
    )
    op.create_index(op.f("ix_zoom_webhook_event_due_at"), "zoom_webhook_event", ["due_at"], unique=False)
    op.create_index(op.f("ix_zoom_webhook_event_received_at"), "zoom_webhook_event", ["received_at"], unique=False)
    op.create_table(
        "zoom_worker_heartbeat",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zoom_worker_heartbeat")),
    )
    op.create_table(
        "zoom_blocked_time",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("host_id", sa.String(length=191), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["host_id"], ["zoom_host.id"], name=op.f("fk_zoom_blocked_time_host_id_zoom_host")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zoom_blocked_time")),
    )
    op.create_index(
        op.f("ix_zoom_blocked_time_host_id_ends_at"), "zoom_blocked_time", ["host_id", "ends_at"], unique=False
    )
    op.create_table(
        "zoom_connection",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("host_id", sa.String(length=191), nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("zoom_user_id", sa.String(length=64), nullable=True),
        sa.Column("zoom_account_id", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("missing_scopes", sa.JSON(), nullable=False),
        sa.Column("client_id", sa.String(length=200), nullable=False),
        sa.Column("oauth_url", sa.String(length=200), nullable=False),
        sa.Column("api_url", sa.String(length=200), nullable=False),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["host_id"], ["zoom_host.id"], name=op.f("fk_zoom_connection_host_id_zoom_host")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zoom_connection")),
        sa.UniqueConstraint("provider", "zoom_user_id", name=op.f("uq_zoom_connection_provider_zoom_user_id")),
    )
    op.create_index(op.f("ix_zoom_connection_host_id"), "zoom_connection", ["host_id"], unique=False)
    op.create_table(
        "zoom_consent",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("host_id", sa.String(length=191), nullable=False),
        sa.Column("verifier_sealed", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["host_id"], ["zoom_host.id"], name=op.f("fk_zoom_consent_host_id_zoom_host")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zoom_consent")),
        sa.UniqueConstraint("state_hash", name=op.f("uq_zoom_consent_state_hash")),
    )
    op.create_index(op.f("ix_zoom_consent_expires_at"), "zoom_consent", ["expires_at"], unique=False)
    op.create_table(
        "zoom_delivery",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("event_id", sa.String(length=32), nullable=False),
        sa.Column("booking_id", sa.String(length=32), nullable=True),
        sa.Column("event_name", sa.String(length=40), nullable=False),
        sa.Column("subscriber", sa.String(length=120), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        *_due(),
        sa.ForeignKeyConstraint(
            ["event_id"], ["zoom_lifecycle_event.id"], name=op.f("fk_zoom_delivery_event_id_zoom_lifecycle_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zoom_delivery")),
        sa.UniqueConstraint("event_id", "subscriber", name=op.f("uq_zoom_delivery_event_id_subscriber")),
    )
    op.create_index(op.f("ix_zoom_delivery_booking_id"), "zoom_delivery", ["booking_id"], unique=False)
    op.create_index(op.f("ix_zoom_delivery_due_at"), "zoom_delivery", ["due_at"], unique=False)
    op.create_table(
        "zoom_schedule",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("host_id", sa.String(length=191), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("weekly", sa.JSON(), nullable=False),
        sa.Column("overrides", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["host_id"], ["zoom_host.id"], name=op.f("fk_zoom_schedule_host_id_zoom_host")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zoom_schedule")),
    )
    op.create_index(op.f("ix_zoom_schedule_host_id"), "zoom_schedule", ["host_id"], unique=False)
    op.create_table(
        "zoom_event_type",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("host_id", sa.String(length=191), nullable=False),
        sa.Column("schedule_id", sa.String(length=32), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("step_minutes", sa.Integer(), nullable=False),
        sa.Column("buffer_before", sa.Integer(), nullable=False),
        sa.Column("buffer_after", sa.Integer(), nullable=False),
        sa.Column("notice_minutes", sa.Integer(), nullable=False),
        sa.Column("horizon_days", sa.Integer(), nullable=True),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("location", sa.String(length=16), nullable=False),
        sa.Column("location_text", sa.String(length=500), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["host_id"], ["zoom_host.id"], name=op.f("fk_zoom_event_type_host_id_zoom_host")),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["zoom_schedule.id"], name=op.f("fk_zoom_event_type_schedule_id_zoom_schedule")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zoom_event_type")),
        sa.UniqueConstraint("host_id", "slug", name=op.f("uq_zoom_event_type_host_id_slug")),
    )
    op.create_table(
        "zoom_grant",
        sa.Column("connection_id", sa.String(length=32), nullable=False),
        sa.Column("access_token_sealed", sa.Text(), nullable=False),
        sa.Column("refresh_token_sealed", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["zoom_connection.id"], name=op.f("fk_zoom_grant_connection_id_zoom_connection")
        ),
        sa.PrimaryKeyConstraint("connection_id", name=op.f("pk_zoom_grant")),
    )
    op.create_table(
        "zoom_quota",
        sa.Column("connection_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["zoom_connection.id"], name=op.f("fk_zoom_quota_connection_id_zoom_connection")
        ),
        sa.PrimaryKeyConstraint("connection_id", "day", name=op.f("pk_zoom_quota")),
    )
    op.create_table(
        "zoom_booking",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("host_id", sa.String(length=191), nullable=False),
        sa.Column("event_type_id", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("ended_reason", sa.String(length=16), nullable=True),
        sa.Column("hold_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("busy_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("busy_end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("body_hmac", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("details_sealed", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_type_id"], ["zoom_event_type.id"], name=op.f("fk_zoom_booking_event_type_id_zoom_event_type")
        ),
        sa.ForeignKeyConstraint(["host_id"], ["zoom_host.id"], name=op.f("fk_zoom_booking_host_id_zoom_host")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zoom_booking")),
        sa.UniqueConstraint("host_id", "key", name=op.f("uq_zoom_booking_host_id_key")),
    )
    op.create_index(op.f("ix_zoom_booking_email"), "zoom_booking", ["email"], unique=False)
    op.create_index(op.f("ix_zoom_booking_host_id_busy_end"), "zoom_booking", ["host_id", "busy_end"], unique=False)
    op.create_index(op.f("ix_zoom_booking_host_id_starts_at"), "zoom_booking", ["host_id", "starts_at"], unique=False)
    op.create_table(
        "zoom_meeting",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("booking_id", sa.String(length=32), nullable=False),
        sa.Column("host_id", sa.String(length=191), nullable=False),
        sa.Column("connection_id", sa.String(length=32), nullable=True),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("look_again", sa.Boolean(), nullable=False),
        sa.Column("conflict", sa.Text(), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unsure_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("zoom_meeting_id", sa.BigInteger(), nullable=True),
        sa.Column("topic", sa.String(length=200), nullable=True),
        sa.Column("seen_start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_duration", sa.Integer(), nullable=True),
        sa.Column("join_url_sealed", sa.Text(), nullable=True),
        sa.Column("passcode_sealed", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *_due(),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["zoom_booking.id"], name=op.f("fk_zoom_meeting_booking_id_zoom_booking")
        ),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["zoom_connection.id"], name=op.f("fk_zoom_meeting_connection_id_zoom_connection")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zoom_meeting")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_zoom_meeting_booking_id")),
    )
    op.create_index(op.f("ix_zoom_meeting_connection_id"), "zoom_meeting", ["connection_id"], unique=False)
    op.create_index(op.f("ix_zoom_meeting_due_at"), "zoom_meeting", ["due_at"], unique=False)
    op.create_index(op.f("ix_zoom_meeting_zoom_meeting_id"), "zoom_meeting", ["zoom_meeting_id"], unique=False)


def downgrade() -> None:
    """Drop the tables with their data."""
    op.drop_table("zoom_meeting")
    op.drop_table("zoom_booking")
    op.drop_table("zoom_quota")
    op.drop_table("zoom_grant")
    op.drop_table("zoom_event_type")
    op.drop_table("zoom_schedule")
    op.drop_table("zoom_delivery")
    op.drop_table("zoom_consent")
    op.drop_table("zoom_connection")
    op.drop_table("zoom_blocked_time")
    op.drop_table("zoom_worker_heartbeat")
    op.drop_table("zoom_webhook_event")
    op.drop_table("zoom_rate_counter")
    op.drop_table("zoom_lifecycle_event")
    op.drop_table("zoom_host")
