"""Reminders at work: the calls of sessions are stored with these, and made when they are due.

Making a call puts word for those whom it concerns into the outbox, some hundred people in a transaction, which also
writes down how far it has come. So a process that ends at any instruction leaves a call that goes on where it was, and
what it had said is in the outbox. Nothing here touches the network.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.domain.club import Club, ClubSession, SessionState
from bot.domain.members import Member
from bot.domain.messages import Message
from bot.domain.reaching import WordKind
from bot.domain.reminders import (
    REMINDED,
    TOLD_OF_CHANGES,
    WORTH_THANKING,
    Call,
    CallKind,
    CallState,
    Concerned,
    Phase,
    due_leads,
    is_late,
    is_reminded,
    leads_of,
    phase,
    rearm,
    speaks_for,
    worth_until,
)
from bot.domain.roster import Seat
from bot.locales import Translator
from bot.services import reminder_message
from bot.services.ports import Clock
from bot.services.reaching import Compose, Reaching, Word
from bot.services.reminder_message import CHAT, Hearer
from storage.database import Database
from storage.unit_of_work import UnitOfWork

PEOPLE_AT_ONCE = 50
"""People who are told in one transaction: it keeps others who write waiting for some tens of milliseconds."""
CALLS_AT_ONCE = 20
TEXTS_KEPT = timedelta(days=30)
WORTH_TELLING = timedelta(days=2)
"""So long word of a session that was cancelled, or that nobody was reminded of, is worth telling."""

log = structlog.get_logger(__name__)


class Reminders:
    """Stores the calls of sessions, and makes those that are due."""

    def __init__(self, database: Database, clock: Clock, reaching: Reaching) -> None:
        self._database = database
        self._clock = clock
        self._reaching = reaching
        self._calling = asyncio.Lock()

    def session_changed(self, uow: UnitOfWork, old: ClubSession | None, new: ClubSession, now: datetime) -> None:
        """A session is new (`old` None) or was changed, in this transaction: what has not been said of how it was is
        void, and its calls are those of how it is now."""
        voided = uow.reminders.void(new.id)
        if old is not None and old.schedule_version != new.schedule_version:
            self._reaching.withdraw(uow, new.id, [WordKind.REMINDER, WordKind.MOVED], now=now)
        calls = rearm(old, new, uow.clubs.get(new.community_id), now, voided=voided)
        uow.reminders.arm(new.id, calls)

    async def enqueue_due(self) -> int:
        """Makes every call that is due; how many people were told of something. May be repeated, and be broken off
        anywhere: nobody is told the same twice, and nobody is left out."""
        told, failed = 0, set[Call]()
        async with self._calling:
            while await self._database.query(self._any_due, failed):
                calls = await self._database.query(self._due, failed)
                told += await self._make(calls, failed)
        return told

    async def prune(self) -> None:
        """Forgets what words said that went another way, long after they were worth saying. May be repeated."""
        before = self._clock() - TEXTS_KEPT
        await self._database.run(lambda uow: uow.reaching.prune(before))

    def _any_due(self, uow: UnitOfWork, failed: set[Call]) -> bool:
        return uow.reminders.any_due(self._clock()) and (not failed or bool(self._due(uow, failed)))

    def _due(self, uow: UnitOfWork, failed: set[Call]) -> list[Call]:
        due = uow.reminders.due(self._clock(), limit=CALLS_AT_ONCE + len(failed))
        return [call for call in due if call not in failed]

    async def _make(self, calls: Sequence[Call], failed: set[Call]) -> int:
        """Makes calls in one transaction; where that fails, one by one, so that none keeps the others back."""
        try:
            return await self._database.run(self._make_all, calls)
        except Exception:
            if len(calls) == 1:
                failed.add(calls[0])
                log.exception("call_not_made", session=calls[0].session_id, kind=calls[0].kind.value)
                return 0
        return sum([await self._make([call], failed) for call in calls])

    def _make_all(self, uow: UnitOfWork, calls: Iterable[Call]) -> int:
        """Makes calls until enough people were told for one transaction; how many were."""
        told = 0
        for call in calls:
            if told >= PEOPLE_AT_ONCE:
                break
            told += _Caller(uow, self._reaching, call, self._clock()).make()
        return told


class _Caller:
    """Makes one call, or goes on with it."""

    def __init__(self, uow: UnitOfWork, reaching: Reaching, call: Call, now: datetime) -> None:
        session = uow.club_sessions.get(call.session_id)
        assert session is not None  # a foreign key holds it
        self._uow = uow
        self._reaching = reaching
        self._call = call
        self._now = now
        self._session: ClubSession = session
        self._club: Club = uow.clubs.get(session.community_id)
        self._composed: dict[tuple[Hearer, str, bool], Message] = {}

    def make(self) -> int:
        """Tells some of those whom it concerns. Returns how many were looked at."""
        call, session = self._call, self._session
        void = session.state is SessionState.CANCELLED and call.kind is not CallKind.CANCELLED
        if void or call.schedule_version != session.schedule_version:
            return self._finish(CallState.VOID)
        match call.kind:
            case CallKind.REMINDER:
                return self._remind()
            case CallKind.MOVED:
                return self._tell_of_move()
            case CallKind.CANCELLED:
                return self._tell_of_cancellation()
            case CallKind.MINIMUM:
                return self._check_minimum()
            case CallKind.AFTER:
                return self._thank()

    # What is said

    def _remind(self) -> int:
        session, lead = self._session, self._call.lead
        where, late = phase(session, self._now), is_late(self._call, self._now)
        if where is Phase.OVER:
            return self._miss()
        due = due_leads(session, self._club, self._now)
        late = late and where is not Phase.RUNNING
        is_open = session.is_open(self._now)
        materials = self._uow.materials.of_session(session.id)

        def compose(hearer: Hearer, say: Translator) -> Message:
            return reminder_message.reminder(
                session, hearer, say, phase=where, is_open=is_open, late=late, materials=materials
            )

        if speaks_for(lead, self._club.leads, due | {lead}):
            self._tell_chats(compose)
        return self._tell(
            WordKind.REMINDER,
            REMINDED,
            compose,
            wanted=lambda one: is_reminded(one, lead, self._club, due),
            expires_at=lambda one: worth_until(session, lead, leads_of(one.leads, self._club), self._now),
            aloud=True,
        )

    def _tell_of_move(self) -> int:
        session, was_at = self._session, self._call.was_at
        is_open = session.is_open(self._now)
        if session.is_over(self._now):
            return self._finish(CallState.MISSED)

        def compose(hearer: Hearer, say: Translator) -> Message:
            return reminder_message.moved(session, hearer, say, was_at=was_at, is_open=is_open)

        self._tell_chats(compose)
        seats = [seat for seat in TOLD_OF_CHANGES if was_at is not None or seat is not Seat.WAITLISTED]
        return self._tell(WordKind.MOVED, seats, compose, expires_at=lambda _one: session.plan.ends_at)

    def _tell_of_cancellation(self) -> int:
        def compose(_hearer: Hearer, say: Translator) -> Message:
            return reminder_message.cancelled(self._session, say)

        expires_at = max(self._session.plan.ends_at, self._now + WORTH_TELLING)
        self._tell_chats(compose, expires_at=expires_at)
        return self._tell(WordKind.CANCELLED, TOLD_OF_CHANGES, compose, expires_at=lambda _one: expires_at)

    def _check_minimum(self) -> int:
        session = self._session
        going = self._uow.reminders.going(session.id)
        if session.plan.minimum is None or going >= session.plan.minimum or session.is_over(self._now):
            return self._finish(CallState.DONE)
        self._tell_organisers("minimum", partial(reminder_message.too_few, session, going), session.plan.ends_at)
        return self._finish(CallState.DONE)

    def _thank(self) -> int:
        session, club = self._session, self._club
        if self._now >= session.plan.ends_at + WORTH_THANKING:
            return self._finish(CallState.MISSED)
        materials = self._uow.materials.of_session(session.id)
        if club.attendance and self._call.told_up_to == 0 and self._uow.attendance.of_session(session.id):
            who_came = partial(reminder_message.who_came, session)
            self._tell_organisers("attendance", who_came, session.plan.ends_at + WORTH_THANKING)

        def compose(hearer: Hearer, say: Translator, asked: bool = False) -> Message:
            return reminder_message.thanks(session, hearer, say, asked=asked, materials=materials)

        return self._tell(
            WordKind.AFTER,
            [Seat.GOING],
            compose,
            asked=lambda one: club.attendance and one.attendance,
            expires_at=lambda _one: session.plan.ends_at + WORTH_THANKING,
        )

    def _miss(self) -> int:
        """The session is over before anybody was reminded: organisers hear of it, once for all of its reminders."""
        people = self._uow.reminders.concerned(self._session.id, self._session.community_id, REMINDED, limit=1)
        if people or self._call.lead in self._club.leads:
            self._tell_organisers("missed", partial(reminder_message.missed, self._session), self._now + WORTH_TELLING)
        log.warning("reminder_missed", session=self._session.id, lead=self._call.lead.total_seconds())
        return self._finish(CallState.MISSED)

    # Telling

    def _tell(
        self,
        kind: WordKind,
        seats: Sequence[Seat],
        compose: Callable[..., Message],
        *,
        expires_at: Callable[[Concerned], datetime],
        wanted: Callable[[Concerned], bool] = lambda _one: True,
        asked: Callable[[Concerned], bool] | None = None,
        aloud: bool = False,
    ) -> int:
        """Tells the next of those with these seats; finishes where there are no more."""
        call, session = self._call, self._session
        people = self._uow.reminders.concerned(
            session.id, session.community_id, seats, after=call.told_up_to, limit=PEOPLE_AT_ONCE
        )
        told = [one for one in people if wanted(one)]
        words = [
            Word(
                one.member_id,
                self._key,
                kind,
                session.id,
                self._for(one, compose, asked),
                expires_at(one),
                not_before=call.due_at,
                aloud=partial(reminder_message.aloud, session) if aloud else None,
            )
            for one in told
        ]
        self._reaching.tell_all(self._uow, words, now=self._now)
        self._uow.reminders.advance(call, told=len(told), up_to=people[-1].member_id if people else call.told_up_to)
        if len(people) < PEOPLE_AT_ONCE:
            self._finish(CallState.DONE if told or call.told_up_to else self._idle())
        return max(len(people), 1)

    def _for(
        self, person: Concerned, compose: Callable[..., Message], asked: Callable[[Concerned], bool] | None
    ) -> Compose:
        """What is said to somebody, composed once for all who hear the same."""
        hearer = Hearer(person.seat, person.role)
        more = () if asked is None else (asked(person),)

        def composed(say: Translator, _member: Member) -> Message:
            key = (hearer, say.language, any(more))
            if key not in self._composed:
                self._composed[key] = compose(hearer, say, *more)
            return self._composed[key]

        return composed

    def _tell_chats(
        self, compose: Callable[[Hearer, Translator], Message], *, expires_at: datetime | None = None
    ) -> None:
        if self._call.told_up_to == 0:
            self._reaching.tell_chats(
                self._uow,
                self._session.community_id,
                self._key,
                lambda say: compose(CHAT, say),
                expires_at=expires_at or self._session.plan.ends_at,
                now=self._now,
            )

    def _tell_organisers(self, what: str, compose: Callable[[Translator], Message], expires_at: datetime) -> None:
        self._reaching.tell_organisers(
            self._uow,
            self._session.community_id,
            f"{what}:{self._session.id}:{self._call.schedule_version}",
            lambda say, _member: compose(say),
            expires_at=expires_at,
            now=self._now,
            session_id=self._session.id,
        )

    @property
    def _key(self) -> str:
        call = self._call
        return f"{call.kind.value}:{call.session_id}:{call.schedule_version}:{int(call.lead.total_seconds())}"

    def _idle(self) -> CallState:
        """What to call it when there was nobody to tell: a later reminder may have told them all."""
        if self._call.kind is not CallKind.REMINDER:
            return CallState.DONE
        due = due_leads(self._session, self._club, self._now)
        return CallState.FOLDED if min(due, default=self._call.lead) < self._call.lead else CallState.DONE

    def _finish(self, state: CallState) -> int:
        self._uow.reminders.finish(self._call, state, now=self._now)
        return 1
