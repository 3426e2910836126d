"""What people have opened."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "opened_stories",
        sa.Column("person", sa.String(96), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person", "story_id", name="pk_opened_stories"),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], ondelete="CASCADE", name="fk_opened_stories_story_id"),
    )
    op.create_index("ix_opened_stories_story_id", "opened_stories", ["story_id"])
    op.create_index("ix_opened_stories_opened_at", "opened_stories", ["opened_at"])
