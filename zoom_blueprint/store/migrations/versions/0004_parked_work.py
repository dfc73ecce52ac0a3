"""Work that is given up for now, and whose it is, so that one host's keeps nobody else's waiting."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_DUE = ("zoom_meeting", "zoom_delivery", "zoom_webhook_event", "zoom_duty")
_COLUMNS: tuple[tuple[str, sa.Column[Any]], ...] = (
    ("zoom_delivery", sa.Column("host_id", sa.String(length=191), nullable=False, server_default=sa.text("''"))),
    ("zoom_webhook_event", sa.Column("lane", sa.String(length=32), nullable=False, server_default=sa.text("''"))),
)


def upgrade() -> None:
    """Add them; a delivery belongs to the host whom its event is about."""
    is_parked = sa.text("parked_at IS NOT NULL")
    for table, column in _COLUMNS:
        op.add_column(table, column)
    for table in _DUE:
        op.add_column(table, sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True))
        op.create_index(
            op.f(f"ix_{table}_parked_at"), table, ["parked_at"], sqlite_where=is_parked, postgresql_where=is_parked
        )
    op.execute(
        sa.text(
            "UPDATE zoom_delivery SET host_id = (SELECT event.host_id FROM zoom_lifecycle_event AS event"
            " WHERE event.id = zoom_delivery.event_id)"
        )
    )


def downgrade() -> None:
    """Take them away again; what was parked is due again."""
    for table in _DUE:
        rows = sa.table(table, sa.column("due_at"), sa.column("parked_at"))
        op.execute(rows.update().where(rows.c.parked_at.is_not(None)).values(due_at=rows.c.parked_at))
        op.drop_index(op.f(f"ix_{table}_parked_at"), table_name=table)
        op.drop_column(table, "parked_at")
    for table, column in reversed(_COLUMNS):
        op.drop_column(table, str(column.name))
