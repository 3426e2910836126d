"""Swaps: two speakers change places, if both want to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.domain.club import ClubSession, SessionState
from bot.domain.errors import UserError
from bot.domain.members import Member
from bot.domain.messages import Message
from bot.domain.reaching import WordKind
from bot.domain.roster import Answer, Role
from bot.domain.speaker_queue import OfferState
from bot.locales import N_, Translator
from bot.services import speaker_message as words
from bot.services.clubs import Asking
from bot.services.ports import Clock
from bot.services.reaching import Reaching, Word
from bot.services.rosters import OpenRoster, RosterNews, Tell
from storage.database import Database
from storage.speakers import SpeakerSwap
from storage.unit_of_work import UnitOfWork

MOST_CHOICES = 20
NOT_YOURS = N_("This is for speakers: you are not to speak in this session.")
NOT_THERE = N_("This cannot be swapped any more: who speaks has changed.")
REFUSED = N_("They have said that they cannot swap.")


@dataclass(frozen=True, slots=True)
class SwapChoice:
    """A talk that somebody could take in exchange for theirs."""

    session: ClubSession
    member_id: int
    name: str


@dataclass(frozen=True, slots=True)
class SwapAnswer:
    """What has become of a swap: with `state` ACCEPTED, who answered speaks in `session` in place of `name`."""

    state: OfferState
    session: ClubSession
    name: str


class SpeakerSwaps:
    """Lets speakers change places. Who asks speaks in the session, or is being asked to; everything else raises
    UserError."""

    def __init__(self, database: Database, clock: Clock, reaching: Reaching, tell: Tell) -> None:
        """`tell` tells members what others' answers have moved, as for RSVPs."""
        self._database = database
        self._clock = clock
        self._reaching = reaching
        self._tell = tell

    async def choices(self, asking: Asking, session_id: int) -> list[SwapChoice]:
        """The talks of others in the club's other sessions to come, the soonest first."""

        def work(uow: UnitOfWork) -> list[SwapChoice]:
            now = self._clock()
            member, session = _talk(uow, asking, session_id, now)
            others = [one for one in _open_sessions(uow, session.community_id, now) if one.id != session.id]
            there = {one.id: one for one in others}
            talks = uow.speakers.talks(list(there))
            own = {talk.session_id for talk in talks if talk.member_id == member.id}
            names = {one.id: one.name for one in uow.members.many([talk.member_id for talk in talks])}
            found = [
                SwapChoice(there[talk.session_id], talk.member_id, names.get(talk.member_id, ""))
                for talk in talks
                if talk.session_id not in own
            ]
            return sorted(found, key=lambda one: one.session.plan.starts_at)[:MOST_CHOICES]

        return await self._database.query(work)

    async def ask(self, asking: Asking, session_id: int, other_session_id: int, other_id: int) -> str:
        """Asks another speaker to swap and says what they are called. May be repeated; they are asked once."""

        def work(uow: UnitOfWork) -> str:
            now = self._clock()
            member, session = _talk(uow, asking, session_id, now)
            swap = SpeakerSwap(0, session.id, member.id, other_session_id, other_id, now)
            theirs, other = self._other(uow, swap, session, now)
            known = uow.speakers.same_swap(swap)
            if known is not None and known.state is OfferState.DECLINED:
                raise UserError(REFUSED)
            swap = uow.speakers.ask_to_swap(swap) if known is None or known.state is not OfferState.OPEN else known

            def compose(say: Translator, _member: Member) -> Message:
                return words.swap_asked_message(swap.id, member.name, session, theirs, say)

            until = min(session.plan.starts_at, theirs.plan.starts_at)
            word = Word(other.id, f"swap:{swap.id}", WordKind.SPEAKING, session.id, compose, until)
            self._reaching.tell(uow, word, now=now)
            return other.name

        return await self._database.run(work)

    async def answer(self, asking: Asking, swap_id: int, *, agree: bool) -> SwapAnswer:
        """Who was asked agrees, or does not; who asked is told. It is answered once. Raises UserError where they were
        not asked, or where who speaks has changed meanwhile."""
        return await self._database.run(self._answer, asking, swap_id, agree)

    def _answer(self, uow: UnitOfWork, asking: Asking, swap_id: int, agree: bool) -> SwapAnswer:
        now = self._clock()
        member, swap = uow.members.of_account(asking.account), uow.speakers.swap(swap_id)
        if member is None or swap is None or swap.other_id != member.id:
            raise UserError(NOT_YOURS)
        session, asker = uow.club_sessions.get(swap.session_id), uow.members.get(swap.member_id)
        if session is None or asker is None:
            raise UserError(NOT_THERE)
        if swap.state is not OfferState.OPEN:
            return SwapAnswer(swap.state, session, asker.name)
        theirs, _other = self._other(uow, swap, session, now)
        if not _is_to_speak(uow, session, asker.id, now):
            raise UserError(NOT_THERE)
        if not agree:
            uow.speakers.close_swap(swap.id, OfferState.DECLINED)
            refused = partial(words.not_swapped_message, member.name, session)
            self._tell_asker(uow, asker, f"unswapped:{swap.id}", session, refused, now=now)
            return SwapAnswer(OfferState.DECLINED, session, asker.name)
        self._exchange(uow, swap, session, theirs, now)
        uow.speakers.close_swap(swap.id, OfferState.ACCEPTED)
        swapped = partial(words.swapped_message, member.name, theirs)
        self._tell_asker(uow, asker, f"swapped:{swap.id}", theirs, swapped, now=now)
        return SwapAnswer(OfferState.ACCEPTED, session, asker.name)

    def _tell_asker(
        self,
        uow: UnitOfWork,
        asker: Member,
        key: str,
        session: ClubSession,
        compose: Callable[[Translator], Message],
        *,
        now: datetime,
    ) -> None:
        """Word about the session that they speak in, until it begins."""
        until = session.plan.starts_at
        word = Word(asker.id, key, WordKind.SPEAKING, session.id, lambda say, _member: compose(say), until)
        self._reaching.tell(uow, word, now=now)

    def _exchange(
        self, uow: UnitOfWork, swap: SpeakerSwap, session: ClubSession, theirs: ClubSession, now: datetime
    ) -> None:
        """Each takes the other's place, before that one leaves it: so nobody else moves up. Who spoke stays as a
        listener."""
        moved = {swap.member_id, swap.other_id}

        def tell_others(uow: UnitOfWork, news: Sequence[RosterNews], now: datetime) -> None:
            if others := [one for one in news if one.member_id not in moved]:
                self._tell(uow, others, now)

        for one, comes, leaves in ((session, swap.other_id, swap.member_id), (theirs, swap.member_id, swap.other_id)):
            spoke = _speaks(uow, one.id, leaves)
            roster = OpenRoster(uow, one, uow.clubs.get(one.community_id), tell_others, now)
            roster.place(comes, Role.SPEAKER)
            if spoke:
                roster.answer(leaves, Answer.LISTENING, by_organiser=True)
        offer = uow.speakers.open_offer(session.id)
        if offer is not None and offer.member_id == swap.member_id:
            uow.speakers.close_offer(offer.id, OfferState.ACCEPTED)

    def _other(
        self, uow: UnitOfWork, swap: SpeakerSwap, session: ClubSession, now: datetime
    ) -> tuple[ClubSession, Member]:
        """The other session and its speaker, while they can be swapped with."""
        theirs, other = uow.club_sessions.get(swap.other_session_id), uow.members.get(swap.other_id)
        if (
            theirs is None
            or other is None
            or theirs.community_id != session.community_id
            or theirs.id == session.id
            or not _is_open(theirs, now)
            or not _is_open(session, now)
            or not _speaks(uow, theirs.id, other.id)
            or _speaks(uow, theirs.id, swap.member_id)
            or _speaks(uow, session.id, other.id)
        ):
            raise UserError(NOT_THERE)
        return theirs, other


def _talk(uow: UnitOfWork, asking: Asking, session_id: int, now: datetime) -> tuple[Member, ClubSession]:
    """Who asks, and the session in which they are to speak."""
    member, session = uow.members.of_account(asking.account), uow.club_sessions.get(session_id)
    if member is None or session is None or not _is_to_speak(uow, session, member.id, now):
        raise UserError(NOT_YOURS)
    return member, session


def _is_to_speak(uow: UnitOfWork, session: ClubSession, member_id: int, now: datetime) -> bool:
    offer = uow.speakers.open_offer(session.id)
    is_asked = offer is not None and offer.member_id == member_id and now < offer.expires_at
    return is_asked or _speaks(uow, session.id, member_id)


def _speaks(uow: UnitOfWork, session_id: int, member_id: int) -> bool:
    rsvp = uow.rosters.of_member(session_id, member_id)
    return rsvp is not None and rsvp.speaks


def _open_sessions(uow: UnitOfWork, community_id: int, now: datetime) -> list[ClubSession]:
    return [one for one in uow.club_sessions.upcoming(community_id, now=now) if _is_open(one, now)]


def _is_open(session: ClubSession, now: datetime) -> bool:
    return session.state is SessionState.PLANNED and now < session.plan.starts_at
