"""The reading club: members, sessions, RSVPs, and what belongs to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "file_bodies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_file_bodies"),
        sa.UniqueConstraint("digest", name="uq_file_bodies_digest"),
    )
    op.create_table(
        "papers",
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("identity", name="pk_papers"),
    )
    op.create_index("ix_papers_due_at", "papers", ["due_at"], unique=False)
    op.create_table(
        "private_chats",
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("platform", "account_id", name="pk_private_chats"),
    )
    op.create_table(
        "word_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("payloads", sa.JSON(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_word_texts"),
        sa.UniqueConstraint("digest", name="uq_word_texts_digest"),
    )
    op.create_index("ix_word_texts_used_at", "word_texts", ["used_at"], unique=False)
    op.create_table(
        "clubs",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("community_id", name="pk_clubs"),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name="fk_clubs_community_id", ondelete="CASCADE"),
        sa.UniqueConstraint("token", name="uq_clubs_token"),
    )
    op.create_table(
        "members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("reach", sa.String(32), nullable=True),
        sa.Column("leads", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_members"),
        sa.CheckConstraint("reach IN ('telegram', 'discord', 'channel')", name=op.f("ck_members_reach")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_members_community_id", ondelete="SET NULL"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_members_community_id", "members", ["community_id"], unique=False)
    op.create_table(
        "session_templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("plain_name", sa.String(length=64), nullable=False),
        sa.Column("sketch", sa.JSON(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_session_templates"),
        sa.UniqueConstraint("community_id", "plain_name", name="uq_session_templates_community_id_plain_name"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_session_templates_community_id", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "account_codes",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code_hash", name="pk_account_codes"),
        sa.UniqueConstraint("member_id", name="uq_account_codes_member_id"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_account_codes_member_id", ondelete="CASCADE"),
    )
    op.create_table(
        "accounts",
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("platform", "account_id", name="pk_accounts"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_accounts_member_id", ondelete="CASCADE"),
    )
    op.create_index("ix_accounts_member_id", "accounts", ["member_id"], unique=False)
    op.create_table(
        "calendar_addresses",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_calendar_addresses"),
        sa.CheckConstraint("(community_id IS NULL) <> (member_id IS NULL)", name=op.f("ck_calendar_addresses_owner")),
        sa.UniqueConstraint("community_id", name="uq_calendar_addresses_community_id"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_calendar_addresses_community_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("member_id", name="uq_calendar_addresses_member_id"),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name="fk_calendar_addresses_member_id", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("chat_id", sa.String(length=64), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_invitations_community_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_invitations_member_id", ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_invitations_address", "invitations", ["address"], unique=False)
    op.create_index("ix_invitations_community_id", "invitations", ["community_id"], unique=False)
    op.create_index("ix_invitations_member_id", "invitations", ["member_id"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("listener", sa.Boolean(), nullable=False),
        sa.Column("speaker", sa.Boolean(), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("organiser", sa.Boolean(), nullable=False),
        sa.Column("attendance", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("community_id", "member_id", name="pk_memberships"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_memberships_community_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_memberships_member_id", ondelete="CASCADE"),
    )
    op.create_index("ix_memberships_member_id", "memberships", ["member_id"], unique=False)
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("template", sa.JSON(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organiser", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_series"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_series_community_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("uid", name="uq_series_uid"),
        sa.ForeignKeyConstraint(["organiser"], ["members.id"], name="fk_series_organiser", ondelete="SET NULL"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_series_community_id", "series", ["community_id"], unique=False)
    op.create_index("ix_series_organiser", "series", ["organiser"], unique=False)
    op.create_table(
        "speaker_volunteers",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("community_id", "member_id", name="pk_speaker_volunteers"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_speaker_volunteers_community_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name="fk_speaker_volunteers_member_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_speaker_volunteers_member_id", "speaker_volunteers", ["member_id"], unique=False)
    op.create_table(
        "votings",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("community_id", name="pk_votings"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_votings_community_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["set_by"], ["members.id"], name="fk_votings_set_by", ondelete="SET NULL"),
    )
    op.create_index("ix_votings_closes_at", "votings", ["closes_at"], unique=False)
    op.create_index("ix_votings_set_by", "votings", ["set_by"], unique=False)
    op.create_table(
        "club_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=64), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("occurrence", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("schedule_version", sa.Integer(), nullable=False),
        sa.Column("drawn_up_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_club_sessions"),
        sa.UniqueConstraint("community_id", "number", name="uq_club_sessions_community_id_number"),
        sa.UniqueConstraint("series_id", "occurrence", name="uq_club_sessions_series_id_occurrence"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_club_sessions_community_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("uid", name="uq_club_sessions_uid"),
        sa.CheckConstraint("state IN ('planned', 'cancelled')", name=op.f("ck_club_sessions_state")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name="fk_club_sessions_series_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["drawn_up_by"], ["members.id"], name="fk_club_sessions_drawn_up_by", ondelete="SET NULL"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_club_sessions_community_id_starts_at", "club_sessions", ["community_id", "starts_at"], unique=False
    )
    op.create_index("ix_club_sessions_drawn_up_by", "club_sessions", ["drawn_up_by"], unique=False)
    op.create_index("ix_club_sessions_starts_at", "club_sessions", ["starts_at"], unique=False)
    op.create_table(
        "delivery_files",
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("delivery_id", "number", name="pk_delivery_files"),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name="fk_delivery_files_delivery_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["body_id"], ["file_bodies.id"], name="fk_delivery_files_body_id"),
    )
    op.create_index("ix_delivery_files_body_id", "delivery_files", ["body_id"], unique=False)
    op.create_table(
        "club_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_club_questions"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["club_sessions.id"], name="fk_club_questions_session_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_club_questions_member_id", ondelete="SET NULL"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_club_questions_member_id", "club_questions", ["member_id"], unique=False)
    op.create_index("ix_club_questions_session_id_asked_at", "club_questions", ["session_id", "asked_at"], unique=False)
    op.create_table(
        "club_questions_due",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("session_id", name="pk_club_questions_due"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["club_sessions.id"], name="fk_club_questions_due_session_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_club_questions_due_due_at", "club_questions_due", ["due_at"], unique=False)
    op.create_table(
        "materials",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("link_key", sa.Text(), nullable=False),
        sa.Column("file_name", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=128), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("announce_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_materials"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["club_sessions.id"], name="fk_materials_session_id", ondelete="CASCADE"
        ),
        sa.CheckConstraint("kind IN ('slides', 'notes', 'recording', 'other')", name=op.f("ck_materials_kind")),
        sa.ForeignKeyConstraint(["added_by"], ["members.id"], name="fk_materials_added_by", ondelete="SET NULL"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_materials_added_by", "materials", ["added_by"], unique=False)
    op.create_index("ix_materials_announce_at", "materials", ["announce_at"], unique=False)
    op.create_index("ix_materials_session_id_added_at", "materials", ["session_id", "added_at"], unique=False)
    op.create_table(
        "nominations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("open_identity", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_nominations"),
        sa.UniqueConstraint("community_id", "open_identity", name="uq_nominations_community_id_open_identity"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_nominations_community_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_nominations_item_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["members.id"], name="fk_nominations_proposed_by", ondelete="SET NULL"
        ),
        sa.CheckConstraint("state IN ('open', 'picked', 'withdrawn', 'removed')", name=op.f("ck_nominations_state")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["club_sessions.id"], name="fk_nominations_session_id", ondelete="SET NULL"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_nominations_community_id_state", "nominations", ["community_id", "state"], unique=False)
    op.create_index("ix_nominations_item_id", "nominations", ["item_id"], unique=False)
    op.create_index("ix_nominations_proposed_by", "nominations", ["proposed_by"], unique=False)
    op.create_index("ix_nominations_session_id", "nominations", ["session_id"], unique=False)
    op.create_table(
        "rsvps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("guest_name", sa.Text(), nullable=False),
        sa.Column("brought_by", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("seat", sa.String(32), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("speaker_turn", sa.Integer(), nullable=True),
        sa.Column("offered_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("speaker_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attended", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_rsvps"),
        sa.UniqueConstraint("session_id", "member_id", name="uq_rsvps_session_id_member_id"),
        sa.UniqueConstraint("session_id", "turn", name="uq_rsvps_session_id_turn"),
        sa.ForeignKeyConstraint(["session_id"], ["club_sessions.id"], name="fk_rsvps_session_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_rsvps_member_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["brought_by"], ["members.id"], name="fk_rsvps_brought_by", ondelete="CASCADE"),
        sa.CheckConstraint("role IN ('listener', 'speaker')", name=op.f("ck_rsvps_role")),
        sa.CheckConstraint(
            "seat IN ('going', 'offered', 'waitlisted', 'maybe', 'declined')", name=op.f("ck_rsvps_seat")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_rsvps_brought_by", "rsvps", ["brought_by"], unique=False)
    op.create_index("ix_rsvps_member_id", "rsvps", ["member_id"], unique=False)
    op.create_index("ix_rsvps_offered_until", "rsvps", ["offered_until"], unique=False)
    op.create_index("ix_rsvps_session_id_brought_by", "rsvps", ["session_id", "brought_by"], unique=False)
    op.create_index("ix_rsvps_session_id_seat_role_turn", "rsvps", ["session_id", "seat", "role", "turn"], unique=False)
    op.create_index("ix_rsvps_session_id_speaker_turn", "rsvps", ["session_id", "speaker_turn"], unique=False)
    op.create_index("ix_rsvps_speaker_until", "rsvps", ["speaker_until"], unique=False)
    op.create_table(
        "session_calls",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("schedule_version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("lead", sa.Integer(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("told_up_to", sa.Integer(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("was_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("session_id", "schedule_version", "kind", "lead", name="pk_session_calls"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["club_sessions.id"], name="fk_session_calls_session_id", ondelete="CASCADE"
        ),
        sa.CheckConstraint(
            "kind IN ('reminder', 'moved', 'cancelled', 'minimum', 'after')", name=op.f("ck_session_calls_kind")
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'done', 'folded', 'missed', 'void')", name=op.f("ck_session_calls_state")
        ),
    )
    op.create_index("ix_session_calls_due_at_session_id", "session_calls", ["due_at", "session_id"], unique=False)
    op.create_table(
        "session_cards",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("shown", sa.String(length=64), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("editing", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("taken_off", sa.Boolean(), nullable=False),
        sa.Column("thread_id", sa.String(length=64), nullable=True),
        sa.Column("event_id", sa.String(length=64), nullable=True),
        sa.Column("event_shown", sa.String(length=64), nullable=True),
        sa.Column("pinned_id", sa.String(length=64), nullable=True),
        sa.Column("refused", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("mirrors_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mirrors_tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", "destination_id", name="pk_session_cards"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["club_sessions.id"], name="fk_session_cards_session_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["destinations.id"], name="fk_session_cards_destination_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name="fk_session_cards_delivery_id", ondelete="SET NULL"
        ),
    )
    op.create_index("ix_session_cards_delivery_id", "session_cards", ["delivery_id"], unique=False)
    op.create_index("ix_session_cards_destination_id", "session_cards", ["destination_id"], unique=False)
    op.create_index("ix_session_cards_due_at", "session_cards", ["due_at"], unique=False)
    op.create_index("ix_session_cards_mirrors_due_at", "session_cards", ["mirrors_due_at"], unique=False)
    op.create_table(
        "session_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("author", sa.Integer(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_session_drafts"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_session_drafts_community_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["author"], ["members.id"], name="fk_session_drafts_author", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["club_sessions.id"], name="fk_session_drafts_session_id", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_session_drafts_author", "session_drafts", ["author"], unique=False)
    op.create_index("ix_session_drafts_community_id", "session_drafts", ["community_id"], unique=False)
    op.create_index("ix_session_drafts_created_at", "session_drafts", ["created_at"], unique=False)
    op.create_index("ix_session_drafts_session_id", "session_drafts", ["session_id"], unique=False)
    op.create_table(
        "session_edits",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("session_id", "version", name="pk_session_edits"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["club_sessions.id"], name="fk_session_edits_session_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_session_edits_member_id", ondelete="SET NULL"),
    )
    op.create_index("ix_session_edits_member_id", "session_edits", ["member_id"], unique=False)
    op.create_table(
        "session_papers",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", "identity", name="pk_session_papers"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["club_sessions.id"], name="fk_session_papers_session_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_session_papers_identity", "session_papers", ["identity"], unique=False)
    op.create_table(
        "speaker_offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("open_session_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_speaker_offers"),
        sa.UniqueConstraint("open_session_id", name="uq_speaker_offers_open_session_id"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["club_sessions.id"], name="fk_speaker_offers_session_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_speaker_offers_member_id", ondelete="CASCADE"),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'declined', 'expired', 'void')", name=op.f("ck_speaker_offers_state")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_speaker_offers_member_id", "speaker_offers", ["member_id"], unique=False)
    op.create_index(
        "ix_speaker_offers_session_id_offered_at", "speaker_offers", ["session_id", "offered_at"], unique=False
    )
    op.create_index("ix_speaker_offers_state_expires_at", "speaker_offers", ["state", "expires_at"], unique=False)
    op.create_table(
        "speaker_searches",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.Integer(), nullable=True),
        sa.Column("fallback_id", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", name="pk_speaker_searches"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["club_sessions.id"], name="fk_speaker_searches_session_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["started_by"], ["members.id"], name="fk_speaker_searches_started_by", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["fallback_id"], ["members.id"], name="fk_speaker_searches_fallback_id", ondelete="SET NULL"
        ),
    )
    op.create_index("ix_speaker_searches_active", "speaker_searches", ["active"], unique=False)
    op.create_index("ix_speaker_searches_fallback_id", "speaker_searches", ["fallback_id"], unique=False)
    op.create_index("ix_speaker_searches_started_by", "speaker_searches", ["started_by"], unique=False)
    op.create_table(
        "speaker_swaps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("other_session_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_speaker_swaps"),
        sa.UniqueConstraint(
            "session_id",
            "member_id",
            "other_session_id",
            "other_id",
            name="uq_speaker_swaps_session_id_member_id_other_session_id_other_id",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["club_sessions.id"], name="fk_speaker_swaps_session_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_speaker_swaps_member_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["other_session_id"], ["club_sessions.id"], name="fk_speaker_swaps_other_session_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["other_id"], ["members.id"], name="fk_speaker_swaps_other_id", ondelete="CASCADE"),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'declined', 'expired', 'void')", name=op.f("ck_speaker_swaps_state")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_speaker_swaps_member_id", "speaker_swaps", ["member_id"], unique=False)
    op.create_index("ix_speaker_swaps_other_id", "speaker_swaps", ["other_id"], unique=False)
    op.create_index("ix_speaker_swaps_other_session_id", "speaker_swaps", ["other_session_id"], unique=False)
    op.create_table(
        "words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("aloud", sa.Text(), nullable=True),
        sa.Column("spare", sa.JSON(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lost_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_words"),
        sa.UniqueConstraint("key", name="uq_words_key"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_words_member_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name="fk_words_community_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["session_id"], ["club_sessions.id"], name="fk_words_session_id", ondelete="CASCADE"),
        sa.CheckConstraint(
            "kind IN ('reminder', 'moved', 'cancelled', 'seat', 'speaking', 'papers', 'after', 'invite', 'organising')",
            name=op.f("ck_words_kind"),
        ),
    )
    op.create_index("ix_words_community_id", "words", ["community_id"], unique=False)
    op.create_index("ix_words_member_id", "words", ["member_id"], unique=False)
    op.create_index("ix_words_session_id_kind", "words", ["session_id", "kind"], unique=False)
    op.create_table(
        "announcements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("guid", sa.Text(), nullable=False),
        sa.Column("post", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_announcements"),
        sa.UniqueConstraint("community_id", "source_id", "guid", name="uq_announcements_community_id_source_id_guid"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_announcements_community_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_announcements_source_id", ondelete="CASCADE"),
        sa.CheckConstraint("state IN ('open', 'ignored', 'taken_up')", name=op.f("ck_announcements_state")),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["session_drafts.id"], name="fk_announcements_draft_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["club_sessions.id"], name="fk_announcements_session_id", ondelete="SET NULL"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_announcements_draft_id", "announcements", ["draft_id"], unique=False)
    op.create_index("ix_announcements_session_id", "announcements", ["session_id"], unique=False)
    op.create_index("ix_announcements_source_id", "announcements", ["source_id"], unique=False)
    op.create_table(
        "club_question_wishes",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("question_id", "member_id", name="pk_club_question_wishes"),
        sa.ForeignKeyConstraint(
            ["question_id"], ["club_questions.id"], name="fk_club_question_wishes_question_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name="fk_club_question_wishes_member_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_club_question_wishes_member_id", "club_question_wishes", ["member_id"], unique=False)
    op.create_table(
        "material_files",
        sa.Column("material_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("material_id", name="pk_material_files"),
        sa.ForeignKeyConstraint(
            ["material_id"], ["materials.id"], name="fk_material_files_material_id", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "nomination_votes",
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("nomination_id", "member_id", name="pk_nomination_votes"),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["nominations.id"], name="fk_nomination_votes_nomination_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name="fk_nomination_votes_member_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_nomination_votes_member_id", "nomination_votes", ["member_id"], unique=False)
    op.create_table(
        "word_routes",
        sa.Column("word_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("mention", sa.Boolean(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("word_id", "number", name="pk_word_routes"),
        sa.ForeignKeyConstraint(["word_id"], ["words.id"], name="fk_word_routes_word_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name="fk_word_routes_delivery_id", ondelete="SET NULL"
        ),
    )
    op.create_index("ix_word_routes_delivery_id", "word_routes", ["delivery_id"], unique=False)
    op.drop_index("ix_deliveries_platform_due_at", table_name="deliveries")
    op.create_index("ix_deliveries_platform_kind_due_at", "deliveries", ["platform", "kind", "due_at"], unique=False)
