"""The words of the vocabulary backwards, in a table of their own. All words are counted anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.execute("DELETE FROM search_words")
    op.execute("DELETE FROM search_marks WHERE name = 'words'")
    op.drop_index("ix_search_words_backwards", "search_words")
    op.drop_column("search_words", "backwards")
    op.create_table(
        "search_endings",
        sa.Column("backwards", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("backwards", name="pk_search_endings"),
        sqlite_with_rowid=False,
    )
