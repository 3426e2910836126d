"""The outbox also carries the cards of club sessions, and what clubs tell their members.

SQLite cannot change a CHECK, so the table is written anew; the keys that refer to it are off meanwhile (`upgrade` in
`storage.migrations`), or dropping the old one would drop all parts with it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

MOMENT = sa.DateTime(timezone=True)
COLUMNS = (
    "id, key, destination_id, platform, kind, unknown_policy, not_before, expires_at, created_at, due_at, lease_owner,"
    " lease_until"
)


def upgrade() -> None:
    op.create_table(
        "new_deliveries",
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
        sa.CheckConstraint("kind IN ('digest', 'notice', 'card', 'club')", name=op.f("ck_deliveries_kind")),
        sa.CheckConstraint(
            "unknown_policy IN ('ask', 'resend', 'assume_sent')", name=op.f("ck_deliveries_unknown_policy")
        ),
        sqlite_autoincrement=True,
    )
    op.execute(f"INSERT INTO new_deliveries ({COLUMNS}) SELECT {COLUMNS} FROM deliveries")  # noqa: S608 - a constant
    # No number may come to mean another delivery, also not those of deliveries that are gone.
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'new_deliveries'")
    op.execute("UPDATE sqlite_sequence SET name = 'new_deliveries' WHERE name = 'deliveries'")
    op.drop_table("deliveries")
    op.rename_table("new_deliveries", "deliveries")
    op.create_index("ix_deliveries_platform_due_at", "deliveries", ["platform", "due_at"])
    op.create_index("ix_deliveries_destination_id_due_at", "deliveries", ["destination_id", "due_at"])
    op.create_index("ix_deliveries_created_at", "deliveries", ["created_at"])
