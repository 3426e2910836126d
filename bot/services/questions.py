"""Questions for a session: asked beforehand, wanted by others too, and handed to who speaks when it begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.club import ClubSession, SessionState
from bot.domain.errors import UserError
from bot.domain.members import Member
from bot.domain.messages import Message
from bot.domain.questions import (
    MOST_QUESTIONS,
    Question,
    QuestionGroup,
    checked_question,
    group_of,
    grouped,
    require_open,
)
from bot.domain.reaching import WordKind
from bot.domain.roster import Role, Seat
from bot.locales import N_, Translator
from bot.services.clubs import ClubAccess
from bot.services.ports import Clock
from bot.services.question_message import handed_over
from bot.services.reaching import Reaching, Word
from bot.services.session_numbers import meant_session
from storage.database import Database
from storage.stemming import analyser
from storage.unit_of_work import UnitOfWork

WORTH_IT_FOR = timedelta(hours=1)
"""How long after the end of a session its questions may still come, where the bot was away meanwhile."""
MOST_SPEAKERS = 50
GONE = N_("This question is not there any more.")


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions for a session as one person sees them: `member_id` is who looks, None for somebody unknown;
    `question` is the one that they have just asked."""

    session: ClubSession
    groups: tuple[QuestionGroup, ...]
    member_id: int | None
    open: bool
    question: Question | None = None

    @property
    def mine(self) -> tuple[Question, ...]:
        """What the one who looks has asked."""
        questions = (one for group in self.groups for one in group.questions)
        return tuple(one for one in questions if self.member_id is not None and one.member_id == self.member_id)


class Questions:
    """Asks, shows and hands over. All methods may be repeated."""

    def __init__(self, database: Database, clock: Clock, reaching: Reaching) -> None:
        self._database = database
        self._clock = clock
        self._reaching = reaching

    async def session(self, access: ClubAccess, number: int | None) -> ClubSession:
        """The session of a club with a number, without one the next. Raises UserError where there is none."""
        found = await self._database.query(meant_session, access, number)
        if found is None:
            raise UserError("No session is planned yet.")
        return found

    async def session_of(self, question_id: int) -> int:
        """The session that a question is for. Raises UserError where it is gone."""
        found = await self._database.query(lambda uow: uow.questions.session_of(question_id))
        if found is None:
            raise UserError(GONE)
        return found

    async def asked(self, access: ClubAccess, session: ClubSession) -> Asked:
        """The questions for a session."""
        member_id = access.member.id if access.member else None
        return await self._database.query(_asked, session, member_id, access.now)

    async def ask(self, access: ClubAccess, session: ClubSession, typed: str, *, anonymous: bool) -> Asked:
        """Asks something. Raises UserError where it is no question, the session has begun, or they have asked enough.
        The same again changes nothing."""
        words = checked_question(typed)
        require_open(session, access.now)
        access.require_person()

        def ask(uow: UnitOfWork) -> Asked:
            member = uow.members.ensure(access.asking.account, now=access.now)
            same = [one for one in uow.questions.of_session(session.id) if _is_same(one, member, words)]
            if not same and uow.questions.number_of(session.id, member.id) >= MOST_QUESTIONS:
                raise UserError(
                    "You have asked {number} questions for this session. That is all.", number=MOST_QUESTIONS
                )
            if same:
                question_id = same[0].id
                uow.questions.set_anonymous(question_id, anonymous=anonymous)
            else:
                question_id = uow.questions.add(session.id, member.id, words, anonymous=anonymous, now=access.now)
            if not uow.questions.has_due(session.id):
                uow.questions.set_due(session.id, session.plan.starts_at)
            return _asked(uow, session, member.id, access.now, question_id)

        return await self._database.run(ask)

    async def want(self, access: ClubAccess, session: ClubSession, question_id: int, *, wanted: bool) -> Asked:
        """Somebody wants a question answered too, or not any more. Raises UserError where it is gone or too late."""
        require_open(session, access.now)

        def want(uow: UnitOfWork, question: Question, group: QuestionGroup, member: Member) -> None:
            if not wanted:
                for one in group.questions:
                    uow.questions.want(one.id, member.id, wanted=False)
            elif member.id not in group.people:
                uow.questions.want(question.id, member.id, wanted=True)

        return await self._act(access, session, question_id, want)

    async def take_back(self, access: ClubAccess, session: ClubSession, question_id: int) -> Asked:
        """Who asked a question asks it no more; an organiser may take any away. Raises UserError for anybody else."""

        def take_back(uow: UnitOfWork, question: Question, group: QuestionGroup, member: Member) -> None:
            if question.member_id != member.id:
                access.require_organiser()
            uow.questions.take_back(question)

        return await self._act(access, session, question_id, take_back)

    async def set_anonymous(
        self, access: ClubAccess, session: ClubSession, question_id: int, *, anonymous: bool
    ) -> Asked:
        """Who asked is named or not from now on. Raises UserError unless it is they who ask for that."""

        def change(uow: UnitOfWork, question: Question, group: QuestionGroup, member: Member) -> None:
            if question.member_id != member.id:
                raise UserError("Only who asked a question can change that.")
            uow.questions.set_anonymous(question.id, anonymous=anonymous)

        return await self._act(access, session, question_id, change)

    async def _act(
        self,
        access: ClubAccess,
        session: ClubSession,
        question_id: int,
        act: Callable[[UnitOfWork, Question, QuestionGroup, Member], None],
    ) -> Asked:
        access.require_person()

        def work(uow: UnitOfWork) -> Asked:
            member = uow.members.ensure(access.asking.account, now=access.now)
            group = group_of(grouped(uow.questions.of_session(session.id), analyser()), question_id)
            if group is None:
                raise UserError(GONE)
            act(uow, next(one for one in group.questions if one.id == question_id), group, member)
            return _asked(uow, session, member.id, access.now)

        return await self._database.run(work)

    # Handing over

    def session_changed(self, uow: UnitOfWork, old: ClubSession | None, new: ClubSession, now: datetime) -> None:
        """A session has another time, or does not take place: its questions are handed over then, or not at all."""
        if not uow.questions.has_due(new.id):
            return
        if new.state is SessionState.CANCELLED:
            uow.questions.set_due(new.id, None)
        elif old is None or old.plan.starts_at != new.plan.starts_at or old.state is not new.state:
            uow.questions.set_due(new.id, new.plan.starts_at)

    async def hand_over_due(self) -> int:
        """Hands the questions over for the sessions that begin now; for how many."""
        if not await self._database.query(lambda uow: uow.questions.due(self._clock(), limit=1)):
            return 0
        return await self._database.run(self._hand_over)

    def _hand_over(self, uow: UnitOfWork) -> int:
        now = self._clock()
        due = uow.questions.due(now)
        for session_id in due:
            uow.questions.set_due(session_id, None)
            session = uow.club_sessions.get(session_id)
            if session is not None and session.state is SessionState.PLANNED:
                self._hand_over_for(uow, session, now)
        return len(due)

    def _hand_over_for(self, uow: UnitOfWork, session: ClubSession, now: datetime) -> None:
        groups = grouped(uow.questions.of_session(session.id), analyser())
        expires_at = session.plan.ends_at + WORTH_IT_FOR
        if not groups or expires_at <= now:
            return

        def compose(say: Translator, _member: Member) -> Message:
            return handed_over(session, groups, say)

        key = f"questions:{session.id}:{session.schedule_version}"
        speakers = uow.rosters.named(session.id, Seat.GOING, Role.SPEAKER, limit=MOST_SPEAKERS)
        words = [
            Word(one.rsvp.member_id, key, WordKind.SPEAKING, session.id, compose, expires_at)
            for one in speakers
            if one.rsvp.member_id is not None
        ]
        self._reaching.tell_all(uow, words, now=now)
        self._reaching.tell_organisers(
            uow, session.community_id, key, compose, expires_at=expires_at, now=now, session_id=session.id
        )


def _is_same(question: Question, member: Member, words: str) -> bool:
    return question.member_id == member.id and question.text.casefold() == words.casefold()


def _asked(
    uow: UnitOfWork, session: ClubSession, member_id: int | None, now: datetime, question_id: int | None = None
) -> Asked:
    questions = uow.questions.of_session(session.id)
    is_open = session.state is SessionState.PLANNED and now < session.plan.starts_at
    new = next((one for one in questions if one.id == question_id), None)
    return Asked(session, tuple(grouped(questions, analyser())), member_id, is_open, new)
