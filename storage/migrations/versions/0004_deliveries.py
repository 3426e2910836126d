"""The outbox: deliveries and their parts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)
DELIVERY_KINDS = ("digest", "notice")
PART_STATES = ("pending", "sending", "sent", "unknown", "failed", "superseded", "expired")
UNKNOWN_POLICIES = ("ask", "resend", "assume_sent")


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("unknown_policy", sa.String(32), nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("lease_owner", sa.String(64)),
        sa.Column("lease_until", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("key", name="uq_deliveries_key"),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["destinations.id"], ondelete="CASCADE", name="fk_deliveries_destination_id"
        ),
        _one_of("deliveries", "kind", DELIVERY_KINDS),
        _one_of("deliveries", "unknown_policy", UNKNOWN_POLICIES),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deliveries_platform_due_at", "deliveries", ["platform", "due_at"])
    op.create_index("ix_deliveries_destination_id_due_at", "deliveries", ["destination_id", "due_at"])
    op.create_index("ix_deliveries_created_at", "deliveries", ["created_at"])
    op.create_table(
        "delivery_parts",
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("doubts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("message_id", sa.String(64)),
        sa.Column("attempted_at", MOMENT),
        sa.Column("sent_at", MOMENT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("posted", sa.Integer()),
        sa.PrimaryKeyConstraint("delivery_id", "number", name="pk_delivery_parts"),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_delivery_parts_attempts")),
        sa.CheckConstraint("doubts >= 0", name=op.f("ck_delivery_parts_doubts")),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], ondelete="CASCADE", name="fk_delivery_parts_delivery_id"
        ),
        _one_of("delivery_parts", "state", PART_STATES),
    )


def _one_of(table: str, column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    quoted = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({quoted})", name=op.f(f"ck_{table}_{column}"))
