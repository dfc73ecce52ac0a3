"""What a host decides for one booking, sends again and puts in order, sites of their buttons, and counts of steps."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_EVENTS = "ix_zoom_lifecycle_event_host_id_occurred_at"
_EVENTS_OF_HOST = "ix_zoom_lifecycle_event_host_id"


def upgrade() -> None:
    """Add them."""
    op.add_column("zoom_booking", sa.Column("topic", sa.String(length=200), nullable=True))
    op.add_column("zoom_booking", sa.Column("settings", sa.JSON(), nullable=True))
    op.add_column("zoom_meeting", sa.Column("edited", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("zoom_meeting", sa.Column("settings_before", sa.JSON(), nullable=True))
    op.add_column("zoom_host", sa.Column("allowed_sites", sa.JSON(), nullable=True))
    op.add_column("zoom_event_type", sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.create_table(
        "zoom_tally",
        sa.Column("host_id", sa.String(length=191), nullable=False),
        sa.Column("event_type_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("site", sa.String(length=100), nullable=False),
        sa.Column("campaign", sa.String(length=100), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "host_id", "event_type_id", "day", "step", "site", "campaign", name=op.f("pk_zoom_tally")
        ),
    )
    op.add_column("zoom_delivery", sa.Column("replays", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.create_index(_EVENTS, "zoom_lifecycle_event", ["host_id", "occurred_at"])
    op.drop_index(_EVENTS_OF_HOST, table_name="zoom_lifecycle_event")


def downgrade() -> None:
    """Take them away again."""
    op.create_index(_EVENTS_OF_HOST, "zoom_lifecycle_event", ["host_id"])
    op.drop_index(_EVENTS, table_name="zoom_lifecycle_event")
    op.drop_column("zoom_delivery", "replays")
    op.drop_table("zoom_tally")
    op.drop_column("zoom_event_type", "position")
    op.drop_column("zoom_host", "allowed_sites")
    op.drop_column("zoom_meeting", "settings_before")
    op.drop_column("zoom_meeting", "edited")
    op.drop_column("zoom_booking", "settings")
    op.drop_column("zoom_booking", "topic")
