"""The table of calls: the moments of sessions at which something is said."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Integer

from bot.domain.reminders import CallKind, CallState
from storage.tables import Seconds, Table, UtcDateTime, column, words_of


class CallRow(Table):
    """A moment of one schedule of a session. `due_at` is NULL once there is nothing more to do about it; `planned_at`
    is what it was. `told` counts those who were told, up to the one with the id `told_up_to`. `was_at`: when a session
    that was moved was to begin before."""

    __tablename__ = "session_calls"
    __table_args__ = (Index(None, "due_at", "session_id"),)

    session_id = column(Integer, ForeignKey("club_sessions.id", ondelete="CASCADE"), primary_key=True)
    schedule_version = column(Integer, primary_key=True)
    kind = column(words_of(CallKind, "kind"), primary_key=True)
    lead = column(Seconds, primary_key=True)
    planned_at = column(UtcDateTime)
    due_at = column(UtcDateTime, nullable=True)
    state = column(words_of(CallState, "state"))
    told = column(Integer)
    told_up_to = column(Integer)
    called_at = column(UtcDateTime, nullable=True)
    was_at = column(UtcDateTime, nullable=True)
