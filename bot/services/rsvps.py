"""RSVPs as people give them: answers to sessions, guests, offers, and what organisers put right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.club import Club, ClubSession, SessionState
from bot.domain.errors import UserError
from bot.domain.roster import GUEST_NAME_LIMIT, MOST_GUESTS, Answer, Role, Rsvp
from bot.domain.text import cut
from bot.locales import N_
from bot.services.clubs import NOT_HERE, Asking, ClubAccess, reachable
from bot.services.ports import Clock
from bot.services.rosters import OpenRoster, RsvpTruth, Tell
from storage.database import Database
from storage.group_commit import GroupCommit
from storage.rosters import NamedRsvp
from storage.unit_of_work import UnitOfWork

NO_GUEST = N_("You can bring up to {most} guests once you are coming yourself.")
NO_NAME = N_("Write a name.")
NOT_ON_THE_LIST = N_("This person is not on the list any more.")
CANCELLED = N_("This session is cancelled.")
_SESSIONS_AT_ONCE = 50

Act = Callable[[OpenRoster, int], RsvpTruth | None]
"""Does what a member, given by id, wants of an open roster. None: it cannot be done for them."""


@dataclass(frozen=True, slots=True, eq=False)
class _Wish:
    asking: Asking
    session_id: int
    act: Act


class Rsvps:
    """Takes answers. Those that come at the same time share a transaction, in the order in which they came; each is
    acknowledged when it is committed. Everything may be repeated: an answer sets, it never toggles.

    Each method that takes `asking` raises UserError where there is no such session, or it is none of their business.
    """

    def __init__(self, database: Database, clock: Clock, tell: Tell) -> None:
        """`tell` tells members what others' answers have moved, in the transaction that moves it."""
        self._database = database
        self._clock = clock
        self._tell = tell
        self._together = GroupCommit(database)

    # What people say

    async def answer(self, asking: Asking, session_id: int, answer: Answer) -> RsvpTruth:
        """Sets what somebody says, and tells what is true then."""
        return await self._done(asking, session_id, lambda roster, member: roster.answer(member, answer))

    async def keep(self, asking: Asking, session_id: int) -> RsvpTruth:
        """Somebody takes the places that are kept for them and their guests. Where none is, nothing changes."""
        return await self._done(asking, session_id, lambda roster, member: roster.accept(member))

    async def drop(self, asking: Asking, session_id: int) -> RsvpTruth:
        """Somebody does not want the places that are kept for them and their guests. Where none is, nothing changes."""
        return await self._done(asking, session_id, lambda roster, member: roster.decline(member))

    async def truth(self, asking: Asking, session_id: int) -> RsvpTruth:
        """How it stands with somebody; changes nothing."""
        return await self._done(asking, session_id, lambda roster, member: roster.truth(member))

    async def bring(self, asking: Asking, session_id: int, name: str) -> RsvpTruth:
        """Somebody brings a guest. Raises UserError where they are not coming, or bring as many as they may already."""
        tidy = _tidy(name)
        return await self._done(asking, session_id, lambda roster, member: roster.bring(member, tidy))

    async def unbring(self, asking: Asking, session_id: int, guest_id: int) -> RsvpTruth:
        """Somebody does not bring a guest after all."""
        return await self._done(asking, session_id, lambda roster, member: roster.unbring(member, guest_id))

    # What organisers do. Raises UserError for others.

    async def people(self, access: ClubAccess, session: ClubSession) -> list[NamedRsvp]:
        """Everybody who has answered, in the order in which they came."""
        access.require_organiser()
        return await self._database.query(lambda uow: uow.rosters.everybody(session.id))

    async def place(self, access: ClubAccess, session: ClubSession, member_id: int, role: Role) -> None:
        """Puts a member on the list, also after sign-up and where all places are taken; they are told."""
        access.require_organiser()
        await self._database.run(self._organised, session.id, lambda roster: roster.place(member_id, role))

    async def place_guest(self, access: ClubAccess, session: ClubSession, name: str) -> None:
        """Puts somebody without an account on the list."""
        access.require_organiser()
        tidy = _tidy(name)
        await self._database.run(self._organised, session.id, lambda roster: roster.place_guest(tidy))

    async def take_off(self, access: ClubAccess, session: ClubSession, rsvp_id: int) -> NamedRsvp:
        """Takes somebody off the list; a member is told. Raises UserError where they are not on it."""
        access.require_organiser()

        def take_off(uow: UnitOfWork) -> NamedRsvp:
            found = uow.rosters.named_one(session.id, rsvp_id)
            if found is None or not found.rsvp.is_coming:
                raise UserError(NOT_ON_THE_LIST)
            self._organised(uow, session.id, lambda roster: roster.take_off(found.rsvp))
            return found

        return await self._database.run(take_off)

    async def keep_guest(self, access: ClubAccess, session: ClubSession, rsvp_id: int) -> NamedRsvp:
        """A guest stays on the list whether or not the member comes who named them. Raises UserError where there is no
        such guest."""
        access.require_organiser()

        def keep(uow: UnitOfWork) -> NamedRsvp:
            found = uow.rosters.named_one(session.id, rsvp_id)
            if found is None or found.rsvp.member_id is not None:
                raise UserError(NOT_ON_THE_LIST)
            self._organised(uow, session.id, lambda roster: roster.keep_guest(found.rsvp))
            return found

        return await self._database.run(keep)

    # What follows from other things, in their transaction

    def refill(self, uow: UnitOfWork, session: ClubSession, *, now: datetime) -> None:
        """A session was changed: who waits gets the places that there are more, in order; offers end with a session
        that is cancelled, and are not kept beyond its start. May be repeated."""
        self._open(uow, session, now).refill()

    def merge(self, uow: UnitOfWork, kept_member: int, gone_member: int, *, now: datetime) -> None:
        """Two people turn out to be one, who keeps the better seat and the earlier turn everywhere; a place that they
        had twice goes to the next one."""
        for session in uow.club_sessions.many(uow.rosters.merge(kept_member, gone_member)):
            self.refill(uow, session, now=now)
            uow.session_cards.touch(session.id, now=now)

    def forget(self, uow: UnitOfWork, member_id: int, *, now: datetime) -> None:
        """Somebody's data are to go: they and their guests leave all sessions, and their places go to the next ones."""
        ids = [one.session_id for one in uow.rosters.answers_of(member_id)]
        for session in uow.club_sessions.many(ids):
            self._open(uow, session, now).forget(member_id)

    async def expire_due_offers(self) -> int:
        """Offers that nobody has answered in time go to the next ones. Returns in how many sessions; safe to repeat."""
        return await self._database.run(self._expire)

    def _expire(self, uow: UnitOfWork) -> int:
        now = self._clock()
        ids = uow.rosters.sessions_with_overdue_offers(now=now, limit=_SESSIONS_AT_ONCE)
        for session in uow.club_sessions.many(ids):
            self._open(uow, session, now)  # which is when they go
        return len(ids)

    # How it is done

    async def _done(self, asking: Asking, session_id: int, act: Act) -> RsvpTruth:
        truth = await self._together.run(self._do_all, _Wish(asking, session_id, act))
        if isinstance(truth, UserError):  # returned and not raised, since it undoes nobody else's
            raise truth
        return truth

    def _do_all(self, uow: UnitOfWork, wishes: Sequence[_Wish]) -> list[RsvpTruth | UserError]:
        now = self._clock()
        reach: dict[object, list[int]] = {}
        sessions = {one.id: one for one in uow.club_sessions.many({wish.session_id for wish in wishes})}
        rosters: dict[int, OpenRoster] = {}
        done: list[RsvpTruth | UserError] = []
        for wish in wishes:
            session = sessions.get(wish.session_id)
            if session is None or session.community_id not in _reachable(uow, wish.asking, reach):
                done.append(UserError(NOT_HERE))
                continue
            if session.id not in rosters:
                rosters[session.id] = self._open(uow, session, now)
            member = uow.members.ensure(wish.asking.account, now=now)
            truth = wish.act(rosters[session.id], member.id)
            done.append(truth or UserError(NO_GUEST, most=MOST_GUESTS))
        return done

    def _open(self, uow: UnitOfWork, session: ClubSession, now: datetime) -> OpenRoster:
        club: Club = uow.clubs.get(session.community_id)
        return OpenRoster(uow, session, club, self._tell, now)

    def _organised(self, uow: UnitOfWork, session_id: int, act: Callable[[OpenRoster], Rsvp | None]) -> None:
        """Does what an organiser wants of a session as it is now."""
        session = uow.club_sessions.get(session_id)
        if session is None or session.state is SessionState.CANCELLED:
            raise UserError(CANCELLED)
        act(self._open(uow, session, self._clock()))


def _reachable(uow: UnitOfWork, asking: Asking, known: dict[object, list[int]]) -> list[int]:
    """The communities whose sessions somebody can answer from where they are; of a chat it is asked once."""
    if asking.private:
        return reachable(uow, asking)
    if asking.spec not in known:
        known[asking.spec] = reachable(uow, asking)
    return known[asking.spec]


def _tidy(name: str) -> str:
    tidy = cut(" ".join(name.split()), GUEST_NAME_LIMIT)
    if not tidy:
        raise UserError(NO_NAME)
    return tidy
