"""The table of calls: the moments of sessions at which something is said."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.reminders import CallKind, CallState
from storage.tables import Seconds, Table, UtcDateTime, words_of


class CallRow(Table):
    """A moment of one schedule of a session. `due_at` is NULL once there is nothing more to do about it; `planned_at`
    is what it was. `told` counts those who were told, up to the one with the id `told_up_to`. `was_at`: when a session
    that was moved was to begin before."""

    __tablename__ = "session_calls"
    __table_args__ = (Index(None, "due_at", "session_id"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("club_sessions.id", ondelete="CASCADE"), primary_key=True)
    schedule_version: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[CallKind] = mapped_column(words_of(CallKind, "kind"), primary_key=True)
    lead: Mapped[timedelta] = mapped_column(Seconds, primary_key=True)
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[CallState] = mapped_column(words_of(CallState, "state"))
    told: Mapped[int]
    told_up_to: Mapped[int]
    called_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    was_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
