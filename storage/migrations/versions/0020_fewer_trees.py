"""Fewer trees in the index of words: two of a size become one in the background."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.execute("INSERT INTO search_tokens(search_tokens, rank) VALUES ('usermerge', 2)")
