"""The tables of questions that are asked before a session."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Index, Integer, Text

from storage.tables import Table, UtcDateTime, column


class QuestionRow(Table):
    """A question. `member_id` is NULL once who asked it has taken it back, which leaves it to those who want it too."""

    __tablename__ = "club_questions"
    # Ids are in buttons below messages: one must never come to mean another question.
    __table_args__ = (Index(None, "session_id", "asked_at"), {"sqlite_autoincrement": True})

    id = column(Integer, primary_key=True)
    session_id = column(Integer, ForeignKey("club_sessions.id", ondelete="CASCADE"))
    member_id = column(Integer, ForeignKey("members.id", ondelete="SET NULL"), index=True, nullable=True)
    text = column(Text)
    anonymous = column(Boolean)
    asked_at = column(UtcDateTime)


class QuestionWishRow(Table):
    """Somebody wants a question answered that another one has asked."""

    __tablename__ = "club_question_wishes"

    question_id = column(Integer, ForeignKey("club_questions.id", ondelete="CASCADE"), primary_key=True)
    member_id = column(Integer, ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)


class QuestionsDueRow(Table):
    """When the questions for a session are to be handed to who speaks; none once they have been."""

    __tablename__ = "club_questions_due"

    session_id = column(Integer, ForeignKey("club_sessions.id", ondelete="CASCADE"), primary_key=True)
    due_at = column(UtcDateTime, index=True, nullable=True)
