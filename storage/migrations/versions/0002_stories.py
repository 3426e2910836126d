"""Stories: which items are about the same thing, why, what they are found by, and what administrators corrected."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "stories",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("merged_into_id", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_stories"),
        _belongs_to("stories", "merged_into_id", "stories"),
    )
    op.create_index("ix_stories_merged_into_id", "stories", ["merged_into_id"])
    op.create_table(
        "story_items",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("joined_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("item_id", name="pk_story_items"),
        _belongs_to("story_items", "item_id", "items"),
        _belongs_to("story_items", "story_id", "stories"),
    )
    op.create_index("ix_story_items_story_id", "story_items", ["story_id"])
    op.create_table(
        "story_keys",
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "item_id", name="pk_story_keys"),
        _belongs_to("story_keys", "item_id", "items"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_story_keys_item_id", "story_keys", ["item_id"])
    op.create_table(
        "story_evidence",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("strength", sa.Double(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("item_id", "other_id", name="pk_story_evidence"),
        sa.CheckConstraint("item_id < other_id", name=op.f("ck_story_evidence_order")),
        _belongs_to("story_evidence", "item_id", "items"),
        _belongs_to("story_evidence", "other_id", "items"),
    )
    op.create_index("ix_story_evidence_other_id", "story_evidence", ["other_id"])
    op.create_table(
        "story_corrections",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("item_id", "other_id", name="pk_story_corrections"),
        sa.CheckConstraint("item_id < other_id", name=op.f("ck_story_corrections_order")),
        _belongs_to("story_corrections", "item_id", "items"),
        _belongs_to("story_corrections", "other_id", "items"),
    )
    op.create_index("ix_story_corrections_other_id", "story_corrections", ["other_id"])


def _belongs_to(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], ondelete="CASCADE", name=f"fk_{table}_{column}")
