"""The index of words, anew: by the stems of their languages. What is there already is indexed once the bot runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

SEARCH_INDEX_OF_SQLITE = (
    """
    CREATE VIRTUAL TABLE search_tokens
    USING fts5(tokens, content = '', detail = none, columnsize = 0, tokenize = 'ascii')
    """,
    "INSERT INTO search_tokens(search_tokens, rank) VALUES ('automerge', 16)",
    """
    CREATE TRIGGER search_documents_leave AFTER DELETE ON search_documents
    BEGIN
    INSERT OR REPLACE INTO search_leavers (item_id, language, day, source_id, length, packed)
    VALUES (old.item_id, old.language, old.day, old.source_id, old.length, old.packed);
    END
    """,
)


def upgrade() -> None:
    op.create_table(
        "search_documents",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("item_id", name="pk_search_documents"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_search_documents_item_id", ondelete="CASCADE"),
    )
    op.create_index("ix_search_documents_version", "search_documents", ["version"])
    op.create_table(
        "search_leavers",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("item_id", name="pk_search_leavers"),
    )
    op.create_table(
        "search_marks",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_search_marks"),
    )
    op.create_table(
        "search_words",
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("lead", sa.Integer(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("backwards", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("word", name="pk_search_words"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_words_backwards", "search_words", ["backwards"])
    op.create_index("ix_search_words_items", "search_words", ["items"], sqlite_where=sa.text("items >= 10"))
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER items_leave_search_index")
        op.execute("DROP TABLE search_index")
        for statement in SEARCH_INDEX_OF_SQLITE:
            op.execute(statement)
    # A million items would take minutes: the bot analyses them while it runs, the newest first.
    op.execute(
        "INSERT INTO search_marks (name, item_id) SELECT 'missing', max(id) + 1 FROM items HAVING max(id) IS NOT NULL"
    )
