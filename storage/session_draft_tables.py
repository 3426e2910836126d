"""The tables of what becomes of sessions before and between: drafts, templates, and who has edited what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Table, UtcDateTime


class SessionDraftRow(Table):
    """A session that is being drawn up or changed. `draft` is all that was said (`storage.session_drafts` writes it);
    once it is confirmed, `session_id` is what it has become, before that the session that it changes."""

    __tablename__ = "session_drafts"
    # Ids are in buttons below messages: one must never come to mean another draft.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy reads it from the class

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"), index=True)
    author: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    draft: Mapped[dict[str, Any]] = mapped_column(JSON)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("club_sessions.id", ondelete="CASCADE"), index=True)
    version: Mapped[int]
    confirmed: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class SessionTemplateRow(Table):
    """What sessions of a community may begin as, by name; `plain_name` is that without case. One that was
    deleted (`deleted_at`) is kept for a while, in case somebody wants it back."""

    __tablename__ = "session_templates"
    __table_args__ = (UniqueConstraint("community_id", "plain_name"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(64))
    plain_name: Mapped[str] = mapped_column(String(64))
    sketch: Mapped[dict[str, Any]] = mapped_column(JSON)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SessionEditRow(Table):
    """Who has brought a session to a version."""

    __tablename__ = "session_edits"

    session_id: Mapped[int] = mapped_column(ForeignKey("club_sessions.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    edited_at: Mapped[datetime] = mapped_column(UtcDateTime)
