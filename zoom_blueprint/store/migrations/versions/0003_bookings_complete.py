"""Limits, approval and reminders of event types, and mail addresses whose owners confirmed them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_COLUMNS: tuple[tuple[str, sa.Column[Any]], ...] = (
    ("zoom_booking", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True)),
    ("zoom_event_type", sa.Column("first_day", sa.Date(), nullable=True)),
    ("zoom_event_type", sa.Column("last_day", sa.Date(), nullable=True)),
    ("zoom_event_type", sa.Column("per_day", sa.Integer(), nullable=True)),
    ("zoom_event_type", sa.Column("per_week", sa.Integer(), nullable=True)),
    ("zoom_event_type", sa.Column("approval", sa.Boolean(), nullable=False, server_default=sa.false())),
    ("zoom_event_type", sa.Column("approval_when_moved", sa.Boolean(), nullable=False, server_default=sa.false())),
    ("zoom_event_type", sa.Column("reminders", sa.JSON(), nullable=True)),
    ("zoom_event_type", sa.Column("colour", sa.String(length=7), nullable=False, server_default=sa.text("''"))),
    ("zoom_event_type", sa.Column("hidden", sa.Boolean(), nullable=False, server_default=sa.false())),
)


def upgrade() -> None:
    """Add them; whatever was booked so far was confirmed when it was made."""
    for table, column in _COLUMNS:
        op.add_column(table, column)
    op.create_table(
        "zoom_known_address",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_zoom_known_address")),
    )
    op.execute(sa.text("UPDATE zoom_booking SET confirmed_at = created_at"))


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("zoom_known_address")
    for table, column in reversed(_COLUMNS):
        op.drop_column(table, str(column.name))
