"""Alerts: saved questions, and what was found for them. Word about them is a kind of its own.

SQLite cannot change a CHECK, so the table of words is written anew; the keys that refer to it are off meanwhile
(`upgrade` in `storage.migrations`).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

MOMENT = sa.DateTime(timezone=True)
COLUMNS = (
    "id, key, member_id, community_id, session_id, kind, aloud, spare, not_before, expires_at, created_at, lost_at"
)
KINDS = (
    "kind IN ('reminder', 'moved', 'cancelled', 'seat', 'speaking', 'papers', 'after', 'invite', 'organising', 'alert')"
)


def upgrade() -> None:
    _make_alerts()
    _let_words_be_alerts()


def _make_alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer()),
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("manner", sa.String(32), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("since_item_id", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("removed_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sa.UniqueConstraint("member_id", "question", name="uq_alerts_member_id_question"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], ondelete="CASCADE", name="fk_alerts_member_id"),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["destinations.id"], ondelete="CASCADE", name="fk_alerts_destination_id"
        ),
        sa.CheckConstraint("manner IN ('at_once', 'daily')", name=op.f("ck_alerts_manner")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alerts_removed_at", "alerts", ["removed_at"])
    of_chats = sa.text("member_id IS NULL")
    op.create_index(
        "ix_alerts_destination_id_question",
        "alerts",
        ["destination_id", "question"],
        unique=True,
        sqlite_where=of_chats,
        postgresql_where=of_chats,
    )
    op.create_table(
        "alert_stories",
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("told_at", MOMENT),
        sa.PrimaryKeyConstraint("alert_id", "story_id", name="pk_alert_stories"),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], ondelete="CASCADE", name="fk_alert_stories_alert_id"),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], ondelete="CASCADE", name="fk_alert_stories_story_id"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], ondelete="CASCADE", name="fk_alert_stories_item_id"),
    )
    op.create_index("ix_alert_stories_story_id", "alert_stories", ["story_id"])
    op.create_index("ix_alert_stories_item_id", "alert_stories", ["item_id"])
    waiting = sa.text("told_at IS NULL")
    op.create_index(
        "ix_alert_stories_waiting", "alert_stories", ["alert_id"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_table(
        "alert_progress",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert_progress"),
        sa.CheckConstraint("id = 1", name=op.f("ck_alert_progress_single")),
    )


def _let_words_be_alerts() -> None:
    op.create_table(
        "new_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer()),
        sa.Column("session_id", sa.Integer()),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("aloud", sa.Text()),
        sa.Column("spare", sa.JSON(), nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("lost_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_words"),
        sa.UniqueConstraint("key", name="uq_words_key"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], ondelete="CASCADE", name="fk_words_member_id"),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], ondelete="CASCADE", name="fk_words_community_id"),
        sa.ForeignKeyConstraint(["session_id"], ["club_sessions.id"], ondelete="CASCADE", name="fk_words_session_id"),
        sa.CheckConstraint(KINDS, name=op.f("ck_words_kind")),
    )
    op.execute(f"INSERT INTO new_words ({COLUMNS}) SELECT {COLUMNS} FROM words")  # noqa: S608 - a constant
    op.drop_table("words")
    op.rename_table("new_words", "words")
    op.create_index("ix_words_community_id", "words", ["community_id"])
    op.create_index("ix_words_member_id", "words", ["member_id"])
    op.create_index("ix_words_session_id_kind", "words", ["session_id", "kind"])
