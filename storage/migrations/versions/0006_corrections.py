"""What is needed to compose a digest again, and which stories have changed since they were told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("digests", sa.Column("beyond", sa.Integer()))
    op.add_column("digest_stories", sa.Column("section", sa.String(32)))
    op.create_table(
        "story_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_story_changes"),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], ondelete="CASCADE", name="fk_story_changes_story_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_story_changes_story_id", "story_changes", ["story_id"])
    op.create_index("ix_story_changes_changed_at", "story_changes", ["changed_at"])
