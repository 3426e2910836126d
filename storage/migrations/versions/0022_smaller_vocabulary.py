"""The vocabulary in less room: pairs in scripts without spaces by what they begin with, other words also by how they
end, many in a row. All words are counted anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.execute("DELETE FROM search_words")
    op.execute("DELETE FROM search_marks WHERE name = 'words'")
    op.drop_table("search_endings")
    op.create_table(
        "search_endings",
        sa.Column("backwards", sa.Text(), nullable=False),
        sa.Column("beginnings", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("backwards", name="pk_search_endings"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_pairs",
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("first", name="pk_search_pairs"),
    )
