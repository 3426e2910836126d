"""Forms that are being answered, and whether somebody has chosen a community's zone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("communities", sa.Column("zone_chosen", sa.Boolean(), nullable=False, server_default=sa.false()))
    # Communities that there are had been founded with a zone that somebody saw and confirmed.
    op.execute("UPDATE communities SET zone_chosen = 1")
    op.create_table(
        "open_forms",
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("chat_id", sa.String(64), nullable=False),
        sa.Column("person_id", sa.String(64), nullable=False),
        sa.Column("message_id", sa.String(64), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("platform", "chat_id", "person_id", name="pk_open_forms"),
    )
    op.create_index("ix_open_forms_asked_at", "open_forms", ["asked_at"])
