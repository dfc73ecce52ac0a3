"""The time that a change asked Zoom for, until it is known whether Zoom took it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it."""
    op.add_column("zoom_meeting", sa.Column("asked_start", sa.DateTime(timezone=True), nullable=True))
    op.add_column("zoom_meeting", sa.Column("asked_duration", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("zoom_meeting", "asked_duration")
    op.drop_column("zoom_meeting", "asked_start")
