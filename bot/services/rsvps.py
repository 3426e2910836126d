"""RSVPs as people give them: answers to sessions, guests, offers, and what organisers put right."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.club import ClubSession, SessionState
from bot.domain.errors import UserError
from bot.domain.members import Account, Member, Reach, in_one_line
from bot.domain.roster import GUEST_NAME_LIMIT, MOST_GUESTS, Answer, Role
from bot.locales import N_
from bot.services.clubs import NOT_HERE, Asking, ClubAccess, reachable
from bot.services.ports import Clock
from bot.services.rosters import OpenRoster, RosterNews, RsvpTruth, Tell
from storage.database import Database
from storage.group_commit import GroupCommit
from storage.rosters import NamedRsvp
from storage.unit_of_work import UnitOfWork

NO_GUEST = N_("You can bring up to {most} guests once you are coming yourself.")
NO_NAME = N_("Write a name.")
NOT_ON_THE_LIST = N_("This person is not on the list any more.")
A_CHAT = N_("You write as a chat here. Answer in our private chat, so that I know who comes.")
CANCELLED = N_("This session is cancelled.")
SEVERAL = N_("Several people are called {name}. On Discord you can mention the one whom you mean.")
UNKNOWN = N_("I know nobody in the club who is called {name}.")
_SESSIONS_AT_ONCE = 50
_MENTION = re.compile(r"<@!?(\d{1,20})>")

Act = Callable[[OpenRoster, int], RsvpTruth | None]
"""Does what a member, given by id, wants of an open roster. None: it cannot be done for them."""


@dataclass(frozen=True, slots=True, eq=False)
class _Wish:
    asking: Asking
    session_id: int
    act: Act

    @property
    def account(self) -> tuple[str, str]:
        return self.asking.account.platform, self.asking.account.id


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

    async def needs_start(self, asking: Asking) -> bool:
        """Whether word for somebody, such as reminders, would not reach them before they press Start in our private
        chat on Telegram, which does not let bots write first."""
        if asking.account.platform != "telegram":
            return False

        def look_up(uow: UnitOfWork) -> bool:
            member = uow.members.of_account(asking.account)
            person = uow.reaching.reachable([member.id]).get(member.id) if member else None
            if person is None or person.member.reach is Reach.CHANNEL:
                return False
            return not any(chat.heard_at or chat.account.platform != "telegram" for chat in person.chats)

        return await self._database.query(look_up)

    async def next_session(self, access: ClubAccess) -> int | None:
        """The id of the next session of a club, or of the one that runs now; None where none is planned."""

        def look_up(uow: UnitOfWork) -> int | None:
            session = uow.club_sessions.next(access.community.id, now=access.now)
            return session.id if session else None

        return await self._database.query(look_up)

    # What organisers do. Raises UserError for others.

    async def people(self, access: ClubAccess, session: ClubSession) -> list[NamedRsvp]:
        """Everybody who has answered, in the order in which they came."""
        access.require_organiser()
        return await self._database.query(lambda uow: uow.rosters.everybody(session.id))

    async def add(self, access: ClubAccess, session: ClubSession, words: str, role: Role) -> None:
        """Puts somebody on the list, also after sign-up and where all places are taken. A member of the club, or who
        has answered the session, by name or by a mention of Discord: they are told. Anybody else comes as a guest;
        raises UserError for a speaker whom nobody knows, and where several people are called so."""
        access.require_organiser()
        name = _tidy(words)
        await self._database.run(self._add, session.id, name, role)

    def _add(self, uow: UnitOfWork, session_id: int, name: str, role: Role) -> None:
        session = self._to_organise(uow, session_id)
        found = _called(uow, session, name)
        if len(found) > 1:
            raise UserError(SEVERAL, name=name)
        roster = self._open(uow, session, self._clock())
        if found:
            roster.place(found[0].id, role)
        elif role is Role.SPEAKER or _MENTION.fullmatch(name):
            raise UserError(UNKNOWN, name=name)
        else:
            roster.place_guest(name)

    async def take_off(self, access: ClubAccess, session: ClubSession, rsvp_id: int) -> NamedRsvp:
        """Takes somebody off the list; a member is told. Raises UserError where they are not on it."""
        access.require_organiser()

        def take_off(uow: UnitOfWork) -> NamedRsvp:
            roster = self._open(uow, self._to_organise(uow, session.id), self._clock())
            found = uow.rosters.named_one(session.id, rsvp_id)
            if found is None or not found.rsvp.is_coming:
                raise UserError(NOT_ON_THE_LIST)
            roster.take_off(found.rsvp)
            return found

        return await self._database.run(take_off)

    async def keep_guest(self, access: ClubAccess, session: ClubSession, rsvp_id: int) -> NamedRsvp:
        """A guest stays on the list whether or not the member comes who named them. Raises UserError where there is no
        such guest."""
        access.require_organiser()

        def keep(uow: UnitOfWork) -> NamedRsvp:
            roster = self._open(uow, self._to_organise(uow, session.id), self._clock())
            found = uow.rosters.named_one(session.id, rsvp_id)
            if found is None or found.rsvp.member_id is not None:
                raise UserError(NOT_ON_THE_LIST)
            roster.keep_guest(found.rsvp)
            return found

        return await self._database.run(keep)

    # What follows from other things, in their transaction

    def refill(self, uow: UnitOfWork, session: ClubSession, *, now: datetime) -> None:
        """A session was changed: who waits gets the places that there are more, in order; offers end with a session
        that is cancelled, and are not kept beyond its start. May be repeated."""
        self._open(uow, session, now).refill()

    def session_changed(self, uow: UnitOfWork, old: ClubSession | None, new: ClubSession, now: datetime) -> None:
        """What `refill` does, for a session that is not new."""
        if old is not None:
            self.refill(uow, new, now=now)

    def place_speakers(self, uow: UnitOfWork, session: ClubSession, member_ids: Sequence[int], now: datetime) -> None:
        """Puts members on the list of a session as its speakers; they are told. May be repeated."""
        roster = self._open(uow, session, now)
        for member_id in member_ids:
            roster.place(member_id, Role.SPEAKER)

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
        """Does what people want in the order in which they came; what that takes is read for all of them at once."""
        now = self._clock()
        sessions = _reached(uow, wishes)
        allowed = [wish for wish in wishes if isinstance(sessions[wish], ClubSession)]
        members = uow.members.ensure_all([wish.asking.account for wish in allowed], now=now)
        rosters: dict[int, OpenRoster] = {}
        news: list[RosterNews] = []
        for session in {one.id: one for one in sessions.values() if isinstance(one, ClubSession)}.values():
            club = uow.clubs.get(session.community_id)
            rosters[session.id] = OpenRoster(uow, session, club, lambda _uow, some, _now: news.extend(some), now)
            asked = [wish for wish in allowed if wish.session_id == session.id]
            rosters[session.id].look_up({members[wish.account] for wish in asked})
        done: list[RsvpTruth | UserError] = []
        for wish in wishes:
            session_or_mistake = sessions[wish]
            if isinstance(session_or_mistake, UserError):
                done.append(session_or_mistake)
                continue
            truth = wish.act(rosters[wish.session_id], members[wish.account])
            done.append(truth or UserError(NO_GUEST, most=MOST_GUESTS))
        if news:
            self._tell(uow, news, now)
        return done

    def _open(self, uow: UnitOfWork, session: ClubSession, now: datetime) -> OpenRoster:
        return OpenRoster(uow, session, uow.clubs.get(session.community_id), self._tell, now)

    def _to_organise(self, uow: UnitOfWork, session_id: int) -> ClubSession:
        """The session as it is now. Raises UserError where it is cancelled."""
        session = uow.club_sessions.get(session_id)
        if session is None or session.state is SessionState.CANCELLED:
            raise UserError(CANCELLED)
        return session


def _reached(uow: UnitOfWork, wishes: Sequence[_Wish]) -> dict[_Wish, ClubSession | UserError]:
    """The session of each wish, or why it is none of their business."""
    sessions = {one.id: one for one in uow.club_sessions.many({wish.session_id for wish in wishes})}
    reach: dict[object, list[int]] = {}  # who asks in a chat reaches what all others reach there
    found: dict[_Wish, ClubSession | UserError] = {}
    for wish in wishes:
        session, who = sessions.get(wish.session_id), wish.asking
        if not who.is_person:
            found[wish] = UserError(A_CHAT)
            continue
        key: object = wish if who.private else who.spec
        if session is not None and key not in reach:
            reach[key] = reachable(uow, who)
        found[wish] = session if session and session.community_id in reach[key] else UserError(NOT_HERE)
    return found


def _called(uow: UnitOfWork, session: ClubSession, name: str) -> list[Member]:
    """The people of the club, and those who have answered the session, who are called so in any case of letters; or
    whom a mention of Discord means."""
    mention = _MENTION.fullmatch(name)
    if mention:
        found = uow.members.of_account(Account("discord", mention[1]))
        return [found] if found and session.community_id in uow.clubs.of_member(found.id) else []
    ids = [one.member_id for one in uow.members.memberships(session.community_id)]
    ids += [one.rsvp.member_id for one in uow.rosters.everybody(session.id) if one.rsvp.member_id]
    wanted = name.lstrip("@").casefold()
    return [
        member
        for member in uow.members.many(ids)
        if wanted in {one.casefold() for one in (member.name, *(account.name for account in member.accounts))}
    ]


def _tidy(name: str) -> str:
    tidy = in_one_line(name, GUEST_NAME_LIMIT)
    if not tidy:
        raise UserError(NO_NAME)
    return tidy
