"""What programs of a host have: their keys, what they asked for once, and where they are told of what happened."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Add them."""
    op.add_column("zoom_host", sa.Column("has_endpoints", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "zoom_api_key",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("host_id", sa.String(length=191), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("actions", sa.JSON(), nullable=False),
        _moment("created_at", nullable=False),
        _moment("expires_at"),
        _moment("last_used_at"),
        _moment("revoked_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zoom_api_key")),
        sa.UniqueConstraint("digest", name=op.f("uq_zoom_api_key_digest")),
    )
    op.create_index(op.f("ix_zoom_api_key_host_id"), "zoom_api_key", ["host_id"])
    op.create_table(
        "zoom_action_call",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("host_id", sa.String(length=191), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("body", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        _moment("begun_at", nullable=False),
        _moment("until", nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=True),
        sa.Column("connection_id", sa.String(length=32), nullable=True),
        sa.Column("answer_sealed", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zoom_action_call")),
        sa.UniqueConstraint("host_id", "key", name=op.f("uq_zoom_action_call_host_id_key")),
    )
    op.create_index(op.f("ix_zoom_action_call_begun_at"), "zoom_action_call", ["begun_at"])
    op.create_table(
        "zoom_endpoint",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("host_id", sa.String(length=191), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("url_sealed", sa.Text(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("secret_sealed", sa.Text(), nullable=False),
        sa.Column("former_secret_sealed", sa.Text(), nullable=True),
        _moment("former_until"),
        _moment("created_at", nullable=False),
        _moment("failing_since"),
        _moment("rests_until"),
        _moment("disabled_at"),
        sa.Column("disabled_reason", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zoom_endpoint")),
    )
    op.create_index(op.f("ix_zoom_endpoint_host_id"), "zoom_endpoint", ["host_id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("zoom_endpoint")
    op.drop_table("zoom_action_call")
    op.drop_table("zoom_api_key")
    op.drop_column("zoom_host", "has_endpoints")
