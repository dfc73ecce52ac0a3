"""Duties, attendance, and what a connection, an event type and a meeting remember besides."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MOMENTS = {
    "zoom_booking": ("purged_at",),
    "zoom_connection": ("last_call_at", "last_webhook_at", "checked_at", "compared_at", "told_at"),
    "zoom_grant": ("lost_at", "wait_until"),
    "zoom_meeting": ("reason_since",),
}
_OTHERS: tuple[tuple[str, sa.Column[Any]], ...] = (
    ("zoom_connection", sa.Column("health", sa.JSON(), nullable=True)),
    ("zoom_consent", sa.Column("connection_id", sa.String(length=32), nullable=True)),
    ("zoom_consent", sa.Column("grant_sealed", sa.Text(), nullable=True)),
    ("zoom_consent", sa.Column("zoom_user_sealed", sa.Text(), nullable=True)),
    ("zoom_event_type", sa.Column("connection_id", sa.String(length=32), nullable=True)),
    ("zoom_event_type", sa.Column("without_zoom", sa.String(length=16), nullable=False, server_default="refuse")),
    ("zoom_event_type", sa.Column("settings", sa.JSON(), nullable=True)),
    ("zoom_meeting", sa.Column("detached", sa.Boolean(), nullable=False, server_default=sa.false())),
    ("zoom_meeting", sa.Column("setting_changes", sa.JSON(), nullable=True)),
    ("zoom_webhook_event", sa.Column("connection_id", sa.String(length=32), nullable=True)),
)
_REASONS = {"unhealthy": "lost", "inactive": "disconnected"}


def upgrade() -> None:
    """Add them; connections that work are tended from now on."""
    for table, names in _MOMENTS.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for table, column in _OTHERS:
        op.add_column(table, column)
    op.create_index(op.f("ix_zoom_webhook_event_connection_id"), "zoom_webhook_event", ["connection_id"], unique=False)
    op.create_table(
        "zoom_attendance",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("meeting_id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name_sealed", sa.Text(), nullable=False),
        sa.Column("is_host", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["zoom_meeting.id"], name=op.f("fk_zoom_attendance_meeting_id_zoom_meeting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zoom_attendance")),
        sa.UniqueConstraint("meeting_id", "digest", name=op.f("uq_zoom_attendance_meeting_id_digest")),
    )
    duty = op.create_table(
        "zoom_duty",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claim", sa.String(length=32), nullable=True),
        sa.Column("wanted_version", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zoom_duty")),
        sa.UniqueConstraint("name", "subject", name=op.f("uq_zoom_duty_name_subject")),
    )
    op.create_index(op.f("ix_zoom_duty_due_at"), "zoom_duty", ["due_at"], unique=False)
    connection = sa.table("zoom_connection", *(sa.column(name, sa.Text()) for name in ("id", "status", "reason")))
    bind = op.get_bind()
    for status, reason in _REASONS.items():
        bind.execute(sa.update(connection).where(connection.c.status == status).values(reason=reason))
    alive = bind.execute(sa.select(connection.c.id).where(connection.c.status == "active")).scalars()
    now = datetime.now(UTC) if bind.dialect.name != "sqlite" else datetime.now(UTC).replace(tzinfo=None)
    owed = [("purge", "", now + timedelta(days=1)), *(("tend", one, now) for one in alive)]
    op.bulk_insert(
        duty,
        [
            {"id": uuid4().hex, "name": name, "subject": subject, "due_at": at, "wanted_version": 1, "attempts": 0}
            for name, subject, at in owed
        ],
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("zoom_duty")
    op.drop_table("zoom_attendance")
    op.drop_index(op.f("ix_zoom_webhook_event_connection_id"), "zoom_webhook_event")
    for table, column in reversed(_OTHERS):
        op.drop_column(table, str(column.name))
    for table, names in _MOMENTS.items():
        for name in names:
            op.drop_column(table, name)
