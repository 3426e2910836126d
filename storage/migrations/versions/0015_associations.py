"""What words go together across languages, learned from stories that are told in several of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "associations",
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("other_language", sa.String(length=35), nullable=False),
        sa.Column("other", sa.Text(), nullable=False),
        sa.Column("strength", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("word", "language", "other_language", "other", name="pk_associations"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_associations_language_other_language", "associations", ["language", "other_language"], unique=False
    )
    op.create_table(
        "association_lessons",
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("other_language", sa.String(length=35), nullable=False),
        sa.Column("stories", sa.Integer(), nullable=False),
        sa.Column("up_to", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("language", "other_language", name="pk_association_lessons"),
    )
