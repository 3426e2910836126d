"""Communities, the places where they are written to, and what these subscribe to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)
DESTINATION_KINDS = ("private", "group", "channel", "topic", "thread")


def upgrade() -> None:
    _create_communities()
    _create_subscriptions()
    _create_links()


def _create_communities() -> None:
    op.create_table(
        "communities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_communities"),
    )
    op.create_table(
        "destinations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("chat_id", sa.String(64), nullable=False),
        sa.Column("thread_id", sa.String(64), nullable=False),
        sa.Column("server_id", sa.String(64)),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("paused_reason", sa.Text()),
        sa.Column("told_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_destinations"),
        sa.UniqueConstraint("platform", "chat_id", "thread_id", name="uq_destinations_platform_chat_id_thread_id"),
        _belongs_to("destinations", "community_id", "communities"),
        _one_of("destinations", "kind", DESTINATION_KINDS),
    )
    op.create_index("ix_destinations_community_id", "destinations", ["community_id"])
    op.create_index("ix_destinations_platform_server_id", "destinations", ["platform", "server_id"])


def _create_subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("active_from", MOMENT, nullable=False),
        sa.Column("window_end", MOMENT, nullable=False),
        sa.Column("next_due_at", MOMENT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("removed_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
        _belongs_to("subscriptions", "destination_id", "destinations"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_subscriptions_destination_id", "subscriptions", ["destination_id"])
    op.create_index("ix_subscriptions_next_due_at", "subscriptions", ["next_due_at"])
    op.create_index("ix_subscriptions_created_by", "subscriptions", ["created_by"])
    op.create_table(
        "subscription_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("spec", sa.JSON(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("subscription_id", sa.Integer()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscription_drafts"),
        _belongs_to("subscription_drafts", "subscription_id", "subscriptions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_subscription_drafts_subscription_id", "subscription_drafts", ["subscription_id"])
    op.create_index("ix_subscription_drafts_created_at", "subscription_drafts", ["created_at"])


def _create_links() -> None:
    op.create_table(
        "link_codes",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("code_hash", name="pk_link_codes"),
        _belongs_to("link_codes", "community_id", "communities"),
    )
    op.create_index("ix_link_codes_community_id", "link_codes", ["community_id"])
    op.create_table(
        "link_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_link_attempts"),
    )
    op.create_index("ix_link_attempts_person_at", "link_attempts", ["person", "at"])


def _belongs_to(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], ondelete="CASCADE", name=f"fk_{table}_{column}")


def _one_of(table: str, column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    quoted = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({quoted})", name=op.f(f"ck_{table}_{column}"))
