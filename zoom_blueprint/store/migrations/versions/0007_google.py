"""Google's calendars: those of a connection, their busy times, and the events of bookings in them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Add them."""
    op.add_column("zoom_consent", sa.Column("provider", sa.String(length=16), server_default="zoom", nullable=False))
    op.add_column("zoom_connection", sa.Column("preferences", sa.JSON(), nullable=True))
    op.create_table(
        "zoom_calendar",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("connection_id", sa.String(length=32), nullable=False),
        sa.Column("host_id", sa.String(length=191), nullable=False),
        sa.Column("calendar_id", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("is_writable", sa.Boolean(), nullable=False),
        sa.Column("has_meet", sa.Boolean(), nullable=False),
        sa.Column("has_events", sa.Boolean(), nullable=False),
        sa.Column("is_target", sa.Boolean(), nullable=False),
        sa.Column("blocks", sa.Boolean(), nullable=False),
        _moment("listed_at", nullable=False),
        sa.Column("sync_token", sa.Text(), nullable=True),
        _moment("asked_at"),
        _moment("read_at"),
        sa.Column("trouble", sa.String(length=64), nullable=True),
        sa.Column("channel_id", sa.String(length=64), nullable=True),
        sa.Column("channel_resource_id", sa.String(length=255), nullable=True),
        _moment("channel_expires_at"),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["zoom_connection.id"], name=op.f("fk_zoom_calendar_connection_id_zoom_connection")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zoom_calendar")),
        sa.UniqueConstraint("connection_id", "calendar_id", name=op.f("uq_zoom_calendar_connection_id_calendar_id")),
        sa.UniqueConstraint("channel_id", name=op.f("uq_zoom_calendar_channel_id")),
    )
    op.create_index(op.f("ix_zoom_calendar_host_id"), "zoom_calendar", ["host_id"])
    op.create_table(
        "zoom_busy_time",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("calendar_id", sa.String(length=32), nullable=False),
        sa.Column("event_id", sa.String(length=1024), nullable=False),
        _moment("starts_at", nullable=False),
        _moment("ends_at", nullable=False),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["zoom_calendar.id"], name=op.f("fk_zoom_busy_time_calendar_id_zoom_calendar")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zoom_busy_time")),
        sa.UniqueConstraint("calendar_id", "event_id", name=op.f("uq_zoom_busy_time_calendar_id_event_id")),
    )
    op.create_table(
        "zoom_timetable",
        sa.Column("host_id", sa.String(length=191), nullable=False),
        sa.Column("connection_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        _moment("asked_at"),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["zoom_connection.id"], name=op.f("fk_zoom_timetable_connection_id_zoom_connection")
        ),
        sa.PrimaryKeyConstraint("host_id", name=op.f("pk_zoom_timetable")),
    )
    op.create_index(op.f("ix_zoom_timetable_connection_id"), "zoom_timetable", ["connection_id"])
    op.create_table(
        "zoom_calendar_event",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("booking_id", sa.String(length=32), nullable=False),
        sa.Column("host_id", sa.String(length=191), nullable=False),
        sa.Column("connection_id", sa.String(length=32), nullable=False),
        sa.Column("calendar_id", sa.String(length=320), nullable=True),
        sa.Column("conference", sa.String(length=16), nullable=True),
        sa.Column("event_id", sa.String(length=64), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("look_again", sa.Boolean(), server_default=sa.false(), nullable=False),
        _moment("seen_start"),
        _moment("seen_end"),
        _moment("asked_start"),
        _moment("asked_end"),
        sa.Column("told", sa.JSON(), nullable=True),
        _moment("unsure_until"),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("join_url_sealed", sa.Text(), nullable=True),
        sa.Column("response", sa.String(length=16), nullable=True),
        sa.Column("detached", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("conflict", sa.Text(), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=True),
        _moment("reason_since"),
        _moment("retry_at"),
        _moment("due_at"),
        sa.Column("claim", sa.String(length=32), nullable=True),
        sa.Column("wanted_version", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        _moment("parked_at"),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["zoom_booking.id"], name=op.f("fk_zoom_calendar_event_booking_id_zoom_booking")
        ),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["zoom_connection.id"], name=op.f("fk_zoom_calendar_event_connection_id_zoom_connection")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zoom_calendar_event")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_zoom_calendar_event_booking_id")),
    )
    op.create_index(op.f("ix_zoom_calendar_event_connection_id"), "zoom_calendar_event", ["connection_id"])
    op.create_index(op.f("ix_zoom_calendar_event_due_at"), "zoom_calendar_event", ["due_at"])
    op.create_index(op.f("ix_zoom_calendar_event_event_id"), "zoom_calendar_event", ["event_id"])
    is_parked = sa.text("parked_at IS NOT NULL")
    op.create_index(
        op.f("ix_zoom_calendar_event_parked_at"),
        "zoom_calendar_event",
        ["parked_at"],
        sqlite_where=is_parked,
        postgresql_where=is_parked,
    )


def downgrade() -> None:
    """Take them away again, and what leads to an account at Google with them."""
    for table in ("zoom_calendar_event", "zoom_timetable", "zoom_busy_time", "zoom_calendar"):
        op.drop_table(table)
    op.drop_column("zoom_connection", "preferences")
    op.drop_column("zoom_consent", "provider")
