"""Sources that chats feed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

MOMENT = sa.DateTime(timezone=True)
OLD_KINDS = "kind IN ('feed', 'newsletter', 'webpage', 'telegram')"
NEW_KINDS = "kind IN ('feed', 'newsletter', 'webpage', 'telegram', 'discord')"


def upgrade() -> None:
    _widen_kinds()
    op.create_table(
        "source_chats",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("chat_id", sa.String(64), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("watched_since", MOMENT),
        sa.Column("watched_by", sa.Text()),
        sa.PrimaryKeyConstraint("source_id", name="pk_source_chats"),
        sa.UniqueConstraint("platform", "chat_id", name="uq_source_chats_platform_chat_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], ondelete="CASCADE", name="fk_source_chats_source_id"),
    )
    op.create_index("ix_source_chats_watched_by", "source_chats", ["watched_by"])
    op.create_table(
        "albums",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("album", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("words_in", sa.Integer()),
        sa.PrimaryKeyConstraint("source_id", "album", name="pk_albums"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], ondelete="CASCADE", name="fk_albums_source_id"),
    )
    op.create_index("ix_delivery_parts_message_id", "delivery_parts", ["message_id"])


def _widen_kinds() -> None:
    """One more kind of source in the CHECK of the column, in the way that SQLite describes for this
    (https://sqlite.org/lang_altertable.html#otheralter): making the table anew would take all documents along, which
    belong to it."""
    version = op.get_bind().scalar(sa.text("PRAGMA schema_version"))
    op.execute("PRAGMA writable_schema = ON")
    op.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :old, :new) WHERE type = 'table' AND name = 'sources'"
        ).bindparams(old=OLD_KINDS, new=NEW_KINDS)
    )
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = OFF")
