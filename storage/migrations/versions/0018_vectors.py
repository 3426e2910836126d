"""Vectors, which stand for what items mean."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "item_vectors",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("item_id", name="pk_item_vectors"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_item_vectors_item_id", ondelete="CASCADE"),
    )
    op.create_index("ix_item_vectors_model", "item_vectors", ["model"], unique=False)
