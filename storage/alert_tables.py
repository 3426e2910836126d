"""The tables of alerts: the questions that people have saved, and what was found for them."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, Text, UniqueConstraint

from bot.domain.alerts import Manner
from storage.tables import Table, UtcDateTime, column, words_of


class AlertRow(Table):
    """A saved question. Without a member it is the destination's own. `since_item_id`: items up to this one are not
    looked at. One with `removed_at` can be brought back for a while."""

    __tablename__ = "alerts"
    # Ids are in buttons below messages: one must never come to mean another question.
    __table_args__ = (UniqueConstraint("member_id", "question"), {"sqlite_autoincrement": True})

    id = column(Integer, primary_key=True)
    member_id = column(Integer, ForeignKey("members.id", ondelete="CASCADE"), nullable=True)
    destination_id = column(Integer, ForeignKey("destinations.id", ondelete="CASCADE"))
    question = column(Text)
    manner = column(words_of(Manner, "manner"))
    paused = column(Boolean)
    since_item_id = column(Integer)
    created_at = column(UtcDateTime)
    removed_at = column(UtcDateTime, index=True, nullable=True)


_OF_CHATS = AlertRow.member_id.is_(None)
Index(None, AlertRow.destination_id, AlertRow.question, unique=True, sqlite_where=_OF_CHATS)


class AlertStoryRow(Table):
    """A story that was found for an alert, once. `item_id` is what fitted; `told_at` NULL: it waits to be told."""

    __tablename__ = "alert_stories"

    alert_id = column(Integer, ForeignKey("alerts.id", ondelete="CASCADE"), primary_key=True)
    story_id = column(Integer, ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True, index=True)
    item_id = column(Integer, ForeignKey("items.id", ondelete="CASCADE"), index=True)
    found_at = column(UtcDateTime)
    told_at = column(UtcDateTime, nullable=True)


_WAITING = AlertStoryRow.told_at.is_(None)
Index(None, AlertStoryRow.alert_id, AlertStoryRow.told_at)
Index("ix_alert_stories_waiting", AlertStoryRow.alert_id, sqlite_where=_WAITING)


class AlertProgressRow(Table):
    """How far all alerts have come: items up to this one were looked at. There is one row at most."""

    __tablename__ = "alert_progress"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id = column(Integer, primary_key=True)
    item_id = column(Integer)
