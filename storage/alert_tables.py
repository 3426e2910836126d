"""The tables of alerts: the questions that people have saved, and what was found for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.alerts import Manner
from storage.tables import Table, UtcDateTime, words_of


class AlertRow(Table):
    """A saved question. Without a member it is the destination's own. `since_item_id`: items up to this one are not
    looked at. One with `removed_at` can be brought back for a while."""

    __tablename__ = "alerts"
    # Ids are in buttons below messages: one must never come to mean another question.
    __table_args__ = (UniqueConstraint("member_id", "question"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    destination_id: Mapped[int] = mapped_column(ForeignKey("destinations.id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(Text)
    manner: Mapped[Manner] = mapped_column(words_of(Manner, "manner"))
    paused: Mapped[bool]
    since_item_id: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


_OF_CHATS = AlertRow.member_id.is_(None)
Index(None, AlertRow.destination_id, AlertRow.question, unique=True, sqlite_where=_OF_CHATS)


class AlertStoryRow(Table):
    """A story that was found for an alert, once. `item_id` is what fitted; `told_at` NULL: it waits to be told."""

    __tablename__ = "alert_stories"

    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id", ondelete="CASCADE"), primary_key=True)
    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True, index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), index=True)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


_WAITING = AlertStoryRow.told_at.is_(None)
Index(None, AlertStoryRow.alert_id, AlertStoryRow.told_at)
Index("ix_alert_stories_waiting", AlertStoryRow.alert_id, sqlite_where=_WAITING)


class AlertProgressRow(Table):
    """How far all alerts have come: items up to this one were looked at. There is one row at most."""

    __tablename__ = "alert_progress"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int]
