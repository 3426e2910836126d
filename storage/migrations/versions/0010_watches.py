"""For whom the posts of a chat are read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

HERE = """
    EXISTS (
        SELECT 1 FROM destinations
        WHERE destinations.platform = source_chats.platform AND destinations.chat_id = source_chats.chat_id
    )
"""


def upgrade() -> None:
    op.create_table(
        "watches",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("watched_by", sa.Text(), nullable=False),
        sa.Column("for_everybody", sa.Boolean(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "destination_id", name="pk_watches"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source_chats.source_id"], ondelete="CASCADE", name="fk_watches_source_id"
        ),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["destinations.id"], ondelete="CASCADE", name="fk_watches_destination_id"
        ),
    )
    op.create_index("ix_watches_destination_id", "watches", ["destination_id"])
    op.add_column("items", sa.Column("for_everybody", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("saved_stories", sa.Column("item_ids", sa.JSON(), nullable=False, server_default="[]"))
    # Posts of public channels that nobody watches, such as those that were forwarded, stay everybody's.
    op.execute(
        """
        UPDATE items SET for_everybody = 1 WHERE source_id IN (
            SELECT source_id FROM source_chats JOIN sources ON sources.id = source_id
            WHERE watched_since IS NULL AND address LIKE 'https://t.me/s/%'
        )
        """
    )
    # What was watched before is read for the chat's own community. A chat of none has to be asked for again: better
    # nothing is read than something is shown to the wrong people.
    op.execute(
        f"""
        INSERT INTO watches (source_id, destination_id, watched_by, for_everybody, ended)
        SELECT source_id, (
            SELECT min(destinations.id) FROM destinations
            WHERE destinations.platform = source_chats.platform AND destinations.chat_id = source_chats.chat_id
        ), coalesce(watched_by, ''), 0, 0
        FROM source_chats WHERE watched_since IS NOT NULL AND {HERE}
        """  # noqa: S608 - a constant
    )
    op.execute(f"UPDATE source_chats SET watched_since = NULL WHERE NOT {HERE}")  # noqa: S608 - a constant
    op.drop_index("ix_source_chats_watched_by", "source_chats")
    op.drop_column("source_chats", "watched_by")
