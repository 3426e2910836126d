"""The table of posts that may announce a session."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.announcements import AnnouncementState
from storage.tables import Table, UtcDateTime, words_of


class AnnouncementRow(Table):
    """A post of a source, by its own id there, that the organisers of a community were asked about. `post` is what it
    says (`storage.announcements` writes it)."""

    __tablename__ = "announcements"
    __table_args__ = (UniqueConstraint("community_id", "source_id", "guid"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"))
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"), index=True)
    guid: Mapped[str] = mapped_column(Text)
    post: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[AnnouncementState] = mapped_column(words_of(AnnouncementState, "state"))
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("session_drafts.id", ondelete="SET NULL"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("club_sessions.id", ondelete="SET NULL"), index=True)
    noticed_at: Mapped[datetime] = mapped_column(UtcDateTime)
