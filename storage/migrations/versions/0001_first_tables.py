"""The first tables: sources, what was fetched, documents, items and what belongs to them, chats, views."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)
SOURCE_KINDS = ("feed", "newsletter", "webpage", "telegram")
STATUSES = ("new", "active", "damaged", "failing", "retired")
SECTIONS = (
    *("top_stories", "publications", "creativity_society", "tools_datasets", "ethics", "articles", "education"),
    *("mentions", "updates", "stay_informed", "other"),
)
ITEM_KINDS = ("item", "mention", "post", "review", "announcement", "photo", "poll")

SEARCH_INDEX_OF_SQLITE = (
    """
    CREATE VIRTUAL TABLE search_index
    USING fts5(title, body, original, authors, tokenize = 'unicode61 remove_diacritics 2')
    """,
    # Each commit leaves a small tree behind. Merging more of them at once makes storing a third faster.
    "INSERT INTO search_index(search_index, rank) VALUES ('automerge', 16)",
    """
    CREATE TRIGGER items_leave_search_index AFTER DELETE ON items
    BEGIN DELETE FROM search_index WHERE rowid = old.id; END
    """,
)


def upgrade() -> None:
    _create_sources()
    _create_documents()
    _create_items()
    _create_chats_and_views()
    if op.get_bind().dialect.name == "sqlite":
        for statement in SEARCH_INDEX_OF_SQLITE:
            op.execute(statement)


def _create_sources() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("listed_address", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(32)),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_given", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(35)),
        sa.Column("interval", sa.Integer()),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("problem", sa.Text()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_poll_at", MOMENT),
        sa.Column("last_polled_at", MOMENT),
        sa.Column("last_changed_at", MOMENT),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("content_hash", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
        sa.CheckConstraint("interval > 0", name=op.f("ck_sources_interval")),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_sources_failures")),
        sa.UniqueConstraint("address", name="uq_sources_address"),
        sa.UniqueConstraint("listed_address", name="uq_sources_listed_address"),
        _one_of("sources", "kind", SOURCE_KINDS),
        _one_of("sources", "status", STATUSES),
    )
    op.create_index("ix_sources_next_poll_at", "sources", ["next_poll_at"])


def _create_documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("guid", sa.Text(), nullable=False),
        sa.Column("address_key", sa.Text()),
        sa.Column("url", sa.Text()),
        sa.Column("title", sa.Text()),
        sa.Column("language", sa.String(35)),
        sa.Column("published_at", MOMENT),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
        sa.UniqueConstraint("source_id", "guid", name="uq_documents_source_id_guid"),
        _belongs_to("documents", "source_id", "sources"),
    )
    op.create_index("ix_documents_published_at", "documents", ["published_at"])
    op.create_index("ix_documents_source_id_address_key", "documents", ["source_id", "address_key"])
    op.create_table(
        "raw_documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text()),
        sa.Column("fetched_at", MOMENT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_raw_documents"),
        sa.UniqueConstraint("source_id", "content_hash", name="uq_raw_documents_source_id_content_hash"),
        _belongs_to("raw_documents", "source_id", "sources"),
    )


def _create_items() -> None:
    op.create_table(
        "items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("guid", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("section", sa.String(32), nullable=False),
        sa.Column("heading", sa.Text()),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("language", sa.String(35)),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("code", sa.Text()),
        sa.Column("images", sa.JSON(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("original_text", sa.Text()),
        sa.Column("url", sa.Text()),
        sa.Column("published_at", MOMENT),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("edited_at", MOMENT),
        sa.Column("withdrawn_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_items"),
        sa.UniqueConstraint("source_id", "guid", name="uq_items_source_id_guid"),
        _belongs_to("items", "source_id", "sources"),
        _belongs_to("items", "document_id", "documents"),
        _one_of("items", "section", SECTIONS),
        _one_of("items", "kind", ITEM_KINDS),
    )
    op.create_index("ix_items_document_id", "items", ["document_id"])
    op.create_index("ix_items_first_seen_at", "items", ["first_seen_at"])
    op.create_index("ix_items_source_id_withdrawn_at_language", "items", ["source_id", "withdrawn_at", "language"])
    op.create_table(
        "item_links",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("item_id", "position", name="pk_item_links"),
        _belongs_to("item_links", "item_id", "items"),
    )
    op.create_index("ix_item_links_key", "item_links", ["key"])
    op.create_table(
        "item_papers",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(16), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("item_id", "position", name="pk_item_papers"),
        _belongs_to("item_papers", "item_id", "items"),
    )
    op.create_index("ix_item_papers_scheme_value", "item_papers", ["scheme", "value"])


def _create_chats_and_views() -> None:
    op.create_table(
        "chats",
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("chat_id", sa.String(64), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.PrimaryKeyConstraint("platform", "chat_id", name="pk_chats"),
    )
    op.create_table(
        "views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_views"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_views_created_at", "views", ["created_at"])


def _belongs_to(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], ondelete="CASCADE", name=f"fk_{table}_{column}")


def _one_of(table: str, column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    allowed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({allowed})", name=op.f(f"ck_{table}_{column}"))
