"""The tables of stories: what belongs together, why, and what administrators have said about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Table, UtcDateTime


class StoryRow(Table):
    """A story. One that became part of another stays, so that what was posted as it is still known to be the same."""

    __tablename__ = "stories"

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), index=True)


class StoryItemRow(Table):
    """That an item belongs to a story. Every item does, also one that nobody else writes about."""

    __tablename__ = "story_items"

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), index=True)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StoryKeyRow(Table):
    """A trace by which items that may be the same story are found: a hash of a paper, a link, a name, a first line."""

    __tablename__ = "story_keys"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it from the class

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), primary_key=True, index=True)


class StoryEvidenceRow(Table):
    """Why two items are about the same thing: `reasons` are pairs of a kind and what agrees."""

    __tablename__ = "story_evidence"
    __table_args__ = (CheckConstraint("item_id < other_id", name="order"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), primary_key=True, index=True)
    strength: Mapped[float]
    reasons: Mapped[list[Any]] = mapped_column(JSON)


class StoryCorrectionRow(Table):
    """What an administrator said about two items: the same story, or two. It outweighs all evidence."""

    __tablename__ = "story_corrections"
    __table_args__ = (CheckConstraint("item_id < other_id", name="order"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), primary_key=True, index=True)
    same: Mapped[bool]
    made_by: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
