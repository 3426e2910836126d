"""The tables of stories: what belongs together, why, and what administrators have said about it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, CheckConstraint, ColumnClause, Double, ForeignKey, Integer, Text

from storage.tables import Table, UtcDateTime, column


class StoryRow(Table):
    """A story. One that became part of another stays, so that what was posted as it is still known to be the same."""

    __tablename__ = "stories"

    id = column(Integer, primary_key=True)
    made_at = column(UtcDateTime)
    merged_into_id = column(Integer, ForeignKey("stories.id", ondelete="CASCADE"), index=True, nullable=True)


class StoryItemRow(Table):
    """That an item belongs to a story. Every item does, also one that nobody else writes about."""

    __tablename__ = "story_items"

    item_id = column(Integer, ForeignKey("items.id", ondelete="CASCADE"), primary_key=True)
    story_id = column(Integer, ForeignKey("stories.id", ondelete="CASCADE"), index=True)
    joined_at = column(UtcDateTime)


class StoryKeyRow(Table):
    """A trace by which items that may be the same story are found: a hash of a paper, a link, a name, a first line."""

    __tablename__ = "story_keys"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key = column(BigInteger, primary_key=True, autoincrement=False)
    item_id = column(Integer, ForeignKey("items.id", ondelete="CASCADE"), primary_key=True, index=True)


class StoryEvidenceRow(Table):
    """Why two items are about the same thing: `reasons` are pairs of a kind and what agrees."""

    __tablename__ = "story_evidence"
    __table_args__ = (CheckConstraint("item_id < other_id", name="order"),)

    item_id = column(Integer, ForeignKey("items.id", ondelete="CASCADE"), primary_key=True)
    other_id = column(Integer, ForeignKey("items.id", ondelete="CASCADE"), primary_key=True, index=True)
    strength = column(Double)
    reasons: ColumnClause[list[Any]] = column(JSON)


class StoryCorrectionRow(Table):
    """What an administrator said about two items: the same story, or two. It outweighs all evidence."""

    __tablename__ = "story_corrections"
    __table_args__ = (CheckConstraint("item_id < other_id", name="order"),)

    item_id = column(Integer, ForeignKey("items.id", ondelete="CASCADE"), primary_key=True)
    other_id = column(Integer, ForeignKey("items.id", ondelete="CASCADE"), primary_key=True, index=True)
    same = column(Boolean)
    made_by = column(Text)
    made_at = column(UtcDateTime)
