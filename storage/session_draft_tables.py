"""The tables of what becomes of sessions before and between: drafts, templates, and who has edited what."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, ColumnClause, ForeignKey, Integer, String, UniqueConstraint

from storage.tables import Table, UtcDateTime, column


class SessionDraftRow(Table):
    """A session that is being drawn up or changed. `draft` is all that was said (`storage.session_drafts` writes it);
    once it is confirmed, `session_id` is what it has become, before that the session that it changes."""

    __tablename__ = "session_drafts"
    # Ids are in buttons below messages: one must never come to mean another draft.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id = column(Integer, primary_key=True)
    community_id = column(Integer, ForeignKey("communities.id", ondelete="CASCADE"), index=True)
    author = column(Integer, ForeignKey("members.id", ondelete="CASCADE"), index=True)
    draft: ColumnClause[dict[str, Any]] = column(JSON)
    session_id = column(Integer, ForeignKey("club_sessions.id", ondelete="CASCADE"), index=True, nullable=True)
    version = column(Integer)
    confirmed = column(Boolean)
    created_at = column(UtcDateTime, index=True)


class SessionTemplateRow(Table):
    """What sessions of a community may begin as, by name; `plain_name` is that without case. One that was
    deleted (`deleted_at`) is kept for a while, in case somebody wants it back."""

    __tablename__ = "session_templates"
    __table_args__ = (UniqueConstraint("community_id", "plain_name"), {"sqlite_autoincrement": True})

    id = column(Integer, primary_key=True)
    community_id = column(Integer, ForeignKey("communities.id", ondelete="CASCADE"))
    name = column(String(64))
    plain_name = column(String(64))
    sketch: ColumnClause[dict[str, Any]] = column(JSON)
    deleted_at = column(UtcDateTime, nullable=True)


class SessionEditRow(Table):
    """Who has brought a session to a version."""

    __tablename__ = "session_edits"

    session_id = column(Integer, ForeignKey("club_sessions.id", ondelete="CASCADE"), primary_key=True)
    version = column(Integer, primary_key=True)
    member_id = column(Integer, ForeignKey("members.id", ondelete="SET NULL"), index=True, nullable=True)
    edited_at = column(UtcDateTime)
