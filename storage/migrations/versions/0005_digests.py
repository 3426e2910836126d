"""Digests of subscriptions, the stories in them, and the stories that people saved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "digests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer()),
        sa.Column("edition", sa.BigInteger(), nullable=False),
        sa.Column("window_start", MOMENT, nullable=False),
        sa.Column("window_end", MOMENT, nullable=False),
        sa.Column("built_at", MOMENT, nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("stories", sa.Integer(), nullable=False),
        sa.Column("fitting", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_digests"),
        sa.UniqueConstraint("subscription_id", "window_end", name="uq_digests_subscription_id_window_end"),
        _belongs_to("digests", "subscription_id", "subscriptions"),
        _belongs_to("digests", "destination_id", "destinations"),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], ondelete="SET NULL", name="fk_digests_delivery_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_digests_destination_id_built_at", "digests", ["destination_id", "built_at"])
    op.create_index("ix_digests_delivery_id", "digests", ["delivery_id"])
    op.create_index("ix_digests_edition", "digests", ["edition"])
    op.create_table(
        "digest_stories",
        sa.Column("digest_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("merits", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("digest_id", "position", name="pk_digest_stories"),
        _belongs_to("digest_stories", "digest_id", "digests"),
        _belongs_to("digest_stories", "destination_id", "destinations"),
        _belongs_to("digest_stories", "story_id", "stories"),
    )
    op.create_index("ix_digest_stories_destination_id_story_id", "digest_stories", ["destination_id", "story_id"])
    op.create_index("ix_digest_stories_story_id", "digest_stories", ["story_id"])
    op.create_table(
        "saved_stories",
        sa.Column("person", sa.String(96), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("person", "story_id", name="pk_saved_stories"),
        _belongs_to("saved_stories", "story_id", "stories"),
    )
    op.create_index("ix_saved_stories_story_id", "saved_stories", ["story_id"])


def _belongs_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], ondelete="CASCADE", name=f"fk_{table}_{column}")
