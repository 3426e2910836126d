"""The table of posts that may announce a session."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ColumnClause, ForeignKey, Integer, Text, UniqueConstraint

from bot.domain.announcements import AnnouncementState
from storage.tables import Table, UtcDateTime, column, words_of


class AnnouncementRow(Table):
    """A post of a source, by its own id there, that the organisers of a community were asked about. `post` is what it
    says (`storage.announcements` writes it)."""

    __tablename__ = "announcements"
    __table_args__ = (UniqueConstraint("community_id", "source_id", "guid"), {"sqlite_autoincrement": True})

    id = column(Integer, primary_key=True)
    community_id = column(Integer, ForeignKey("communities.id", ondelete="CASCADE"))
    source_id = column(Integer, ForeignKey("sources.id", ondelete="CASCADE"), index=True)
    guid = column(Text)
    post: ColumnClause[dict[str, Any]] = column(JSON)
    state = column(words_of(AnnouncementState, "state"))
    draft_id = column(Integer, ForeignKey("session_drafts.id", ondelete="SET NULL"), index=True, nullable=True)
    session_id = column(Integer, ForeignKey("club_sessions.id", ondelete="SET NULL"), index=True, nullable=True)
    noticed_at = column(UtcDateTime)
