"""Questions that are asked before a session."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from bot.domain.questions import Question
from storage.member_tables import MemberRow
from storage.question_tables import QuestionRow, QuestionsDueRow, QuestionWishRow


class Questions:
    """Questions by session, who wants them, and when they are to be handed over."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_session(self, session_id: int) -> list[Question]:
        """The questions for a session, the first one asked first."""
        wanted: defaultdict[int, set[int]] = defaultdict(set)
        wishes = (
            select(QuestionWishRow.question_id, QuestionWishRow.member_id)
            .join(QuestionRow, QuestionRow.id == QuestionWishRow.question_id)
            .where(QuestionRow.session_id == session_id)
        )
        for question_id, member_id in self._connection.execute(wishes):
            wanted[question_id].add(member_id)
        rows = self._connection.execute(
            select(QuestionRow.__table__, MemberRow.name)
            .outerjoin(MemberRow, MemberRow.id == QuestionRow.member_id)
            .where(QuestionRow.session_id == session_id)
            .order_by(QuestionRow.asked_at, QuestionRow.id)
        )
        return [
            Question(
                row.id,
                session_id,
                row.member_id,
                row.text,
                row.asked_at,
                row.anonymous,
                "" if row.anonymous else row.name or "",
                frozenset(wanted[row.id]),
            )
            for row in rows
        ]

    def session_of(self, question_id: int) -> int | None:
        """The session that a question is for, None where it is gone."""
        return self._connection.scalar(select(QuestionRow.session_id).where(QuestionRow.id == question_id))

    def number_of(self, session_id: int, member_id: int) -> int:
        """How many questions somebody has asked for a session."""
        asked = (QuestionRow.session_id == session_id, QuestionRow.member_id == member_id)
        return self._connection.scalar(select(func.count()).select_from(QuestionRow).where(*asked)) or 0

    def add(self, session_id: int, member_id: int, text: str, *, anonymous: bool, now: datetime) -> int:
        """A new question. Returns its id."""
        values = {"session_id": session_id, "member_id": member_id, "text": text, "anonymous": anonymous}
        new = insert(QuestionRow).values(asked_at=now, **values).returning(QuestionRow.id)
        return self._connection.execute(new).scalar_one()

    def set_anonymous(self, question_id: int, *, anonymous: bool) -> None:
        """Who asked is named or not from now on."""
        self._connection.execute(update(QuestionRow).where(QuestionRow.id == question_id).values(anonymous=anonymous))

    def want(self, question_id: int, member_id: int, *, wanted: bool) -> None:
        """Somebody wants a question answered, or not any more. May be repeated."""
        mine = (QuestionWishRow.question_id == question_id, QuestionWishRow.member_id == member_id)
        self._connection.execute(delete(QuestionWishRow).where(*mine))
        if wanted:
            self._connection.execute(insert(QuestionWishRow).values(question_id=question_id, member_id=member_id))

    def take_back(self, question: Question) -> None:
        """Who asked a question asks it no more: it is gone unless others want it. May be repeated."""
        here = QuestionRow.id == question.id
        if question.wanted_by - {question.member_id}:
            self._connection.execute(update(QuestionRow).where(here).values(member_id=None, anonymous=True))
        else:
            self._connection.execute(delete(QuestionRow).where(here))

    # When they are handed over

    def set_due(self, session_id: int, due_at: datetime | None) -> None:
        """The questions for a session are to be handed over then; None: they have been, or need not be."""
        self._connection.execute(delete(QuestionsDueRow).where(QuestionsDueRow.session_id == session_id))
        self._connection.execute(insert(QuestionsDueRow).values(session_id=session_id, due_at=due_at))

    def has_due(self, session_id: int) -> bool:
        """Whether it is known already when the questions for a session are handed over, or that they were."""
        known = select(QuestionsDueRow.session_id).where(QuestionsDueRow.session_id == session_id)
        return self._connection.scalar(known) is not None

    def due(self, now: datetime, *, limit: int = 50) -> list[int]:
        """The sessions whose questions are to be handed over by now."""
        found = select(QuestionsDueRow.session_id).where(QuestionsDueRow.due_at <= now)
        return list(self._connection.scalars(found.order_by(QuestionsDueRow.due_at).limit(limit)))
