"""Clubs: which one somebody means, and what they may do there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from bot.domain.club import Club, ClubSession
from bot.domain.communities import Community, Destination, DestinationKind, DestinationSpec
from bot.domain.errors import UserError
from bot.domain.members import Account, Member, Membership
from bot.locales import N_
from bot.services.ports import ChatDirectory, Clock
from bot.services.resuming import write_there_again
from storage.database import Database
from storage.unit_of_work import UnitOfWork

RIGHTS_KNOWN_FOR = timedelta(minutes=1)
"""How long it is believed what a platform has said about somebody's rights: a panel is pressed several times."""
MOST_CHATS_ASKED = 5
NOT_HERE = N_("This session belongs to another club. Open it from one of that club's chats.")
NOT_YOURS = N_("I do not know you in this club. Open it from one of its chats.")
A_CHAT_ASKS = N_("You write as a chat here. Ask me in our private chat, so that I know who you are.")
ONLY_ORGANISERS = N_("Only organisers of the club can do that: its chats' administrators, and those they appoint.")


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and where. `chat_administrator`: they may decide for that chat; `bot_administrator`: they run the
    bot."""

    account: Account
    spec: DestinationSpec
    chat_administrator: bool = False
    bot_administrator: bool = False

    @property
    def private(self) -> bool:
        return self.spec.kind is DestinationKind.PRIVATE

    @property
    def is_person(self) -> bool:
        """Whether somebody writes, and no chat that speaks for itself."""
        return self.account.is_person


@dataclass(frozen=True, slots=True)
class ClubAccess:
    """A club as somebody meets it. `member` is None for somebody who was never seen, `membership` for who has not
    joined; `now` is when they asked."""

    asking: Asking
    community: Community
    club: Club
    member: Member | None
    membership: Membership | None
    organiser: bool
    now: datetime

    def require_person(self) -> None:
        """Raises UserError for a chat that speaks for itself."""
        if not self.asking.is_person:
            raise UserError(A_CHAT_ASKS)

    def require_organiser(self) -> None:
        """Raises UserError unless they may decide for the club."""
        if not self.organiser:
            raise UserError(ONLY_ORGANISERS)


class Clubs:
    """Finds the club that somebody means.

    In a group or channel it is the one of that chat's community. In private it is the one they came from, joined, or
    answered a session of; who has none of these is alone in the club of their own chat. So nobody reaches a club that
    they have nothing to do with.
    """

    def __init__(
        self, database: Database, clock: Clock, zone: tzinfo, *, directories: Mapping[str, ChatDirectory]
    ) -> None:
        """`zone` is what a new community lives by; `directories` are those of the platforms that are connected."""
        self._database = database
        self._clock = clock
        self._zone = str(zone)
        self._directories = directories
        self._rights: dict[tuple[str, str, str], tuple[datetime, bool]] = {}

    async def enter(self, asking: Asking, language: str) -> ClubAccess:
        """The club that somebody means. A chat that belongs to no community founds one, which reads this language. An
        organiser who asks in a chat finds its club in private from then on, and has that chat written to again."""
        community = await self._database.query(self._community, asking)
        if community is None:
            community = await self._database.run(self._found, asking, language)
        access = await self._access(asking, community)
        if access.organiser and not asking.private:
            await self._write_here_again(asking, community.id)
        if access.organiser and asking.is_person and not asking.private:
            await self._remember(access)
        return access

    async def enter_session(self, asking: Asking, session_id: int) -> tuple[ClubAccess, ClubSession]:
        """A session, and the club that it is of. Raises UserError where there is no such session, or where it is none
        of the asker's business."""
        found = await self._database.query(self._session, asking, session_id)
        if found is None:
            raise UserError(NOT_HERE)
        session, community = found
        return await self._access(asking, community), session

    async def enter_club(self, asking: Asking, community_id: int) -> ClubAccess:
        """The club of this community. Raises UserError where it is none of the asker's business."""

        def look_up(uow: UnitOfWork) -> Community | None:
            return uow.communities.get(community_id) if community_id in reachable(uow, asking) else None

        community = await self._database.query(look_up)
        if community is None:
            raise UserError(NOT_YOURS)
        return await self._access(asking, community)

    async def appoints(self, access: ClubAccess) -> bool:
        """Whether who asks may appoint organisers: the administrators of the club's chats may, and those who run the
        bot, but nobody who was appointed themselves."""
        if access.membership is None or not access.membership.organiser or access.asking.bot_administrator:
            return access.organiser
        chats = await self._database.query(lambda uow: uow.communities.destinations(access.community.id))
        return await self._decides_for(access.asking, access.member, chats)

    async def choices(self, asking: Asking) -> list[Community]:
        """The communities whose clubs somebody may mean in private, the likeliest first."""

        def look_up(uow: UnitOfWork) -> list[Community]:
            return [one for id_ in reachable(uow, asking) if (one := uow.communities.get(id_))]

        return await self._database.query(look_up)

    async def choose(self, asking: Asking, community_id: int) -> None:
        """In private, somebody means this club from now on. Raises UserError where it is none of theirs."""

        def choose(uow: UnitOfWork) -> bool:
            if community_id not in reachable(uow, asking):
                return False
            uow.clubs.came_from(uow.members.ensure(asking.account, now=self._clock()).id, community_id)
            return True

        if not await self._database.run(choose):
            raise UserError(NOT_HERE)

    async def _write_here_again(self, asking: Asking, community_id: int) -> None:
        """Where an organiser asks in a chat that could not be written to, it is worth another try."""

        def lost(uow: UnitOfWork) -> list[int]:
            chats = uow.communities.destinations(community_id)
            return [one.id for one in chats if _is_same(one, asking.spec) and one.paused_reason is not None]

        for destination_id in await self._database.query(lost):
            await self._database.run(write_there_again, destination_id, self._clock())

    async def _remember(self, access: ClubAccess) -> None:
        """In private, an organiser means the club in whose chat they were last. Writes only where that is new."""
        account, community_id, known = access.asking.account, access.community.id, access.member

        def remember(uow: UnitOfWork) -> None:
            uow.clubs.came_from(uow.members.ensure(account, now=access.now).id, community_id)

        ids = await self._database.query(lambda uow: uow.clubs.of_member(known.id)) if known else []
        if ids[:1] != [community_id]:
            await self._database.run(remember)

    def _community(self, uow: UnitOfWork, asking: Asking) -> Community | None:
        ids = reachable(uow, asking)
        return uow.communities.get(ids[0]) if ids else None

    def _session(self, uow: UnitOfWork, asking: Asking, session_id: int) -> tuple[ClubSession, Community] | None:
        session = uow.club_sessions.get(session_id)
        if session is None or session.community_id not in reachable(uow, asking):
            return None
        community = uow.communities.get(session.community_id)
        return (session, community) if community else None

    def _found(self, uow: UnitOfWork, asking: Asking, language: str) -> Community:
        here = uow.communities.ensure_destination(asking.spec, zone=self._zone, languages=(language,))
        community = uow.communities.get(here.community_id)
        assert community is not None  # a foreign key holds it
        return community

    async def _access(self, asking: Asking, community: Community) -> ClubAccess:
        def look_up(uow: UnitOfWork) -> tuple[Club, Member | None, Membership | None, list[Destination]]:
            member = uow.members.of_account(asking.account)
            membership = uow.members.membership(community.id, member.id) if member else None
            return uow.clubs.get(community.id), member, membership, uow.communities.destinations(community.id)

        club, member, membership, chats = await self._database.query(look_up)
        organiser = bool(membership and membership.organiser) or asking.bot_administrator
        if not organiser:
            organiser = await self._decides_for(asking, member, chats)
        return ClubAccess(asking, community, club, member, membership, organiser, self._clock())

    async def _decides_for(self, asking: Asking, member: Member | None, chats: list[Destination]) -> bool:
        """Whether somebody administers the chat where they ask, or in private one of these chats by any account. Who is
        alone in a club decides for it: their private chat is its only one."""
        here = next((chat for chat in chats if _is_same(chat, asking.spec)), None)
        if not asking.private:
            return asking.chat_administrator
        others = [chat for chat in chats if chat.kind is not DestinationKind.PRIVATE]
        if here is not None and not others:
            return asking.chat_administrator
        accounts = member.accounts if member else (asking.account,)
        asked = [(chat, account) for chat in others for account in accounts if account.platform == chat.platform]
        for chat, account in asked[:MOST_CHATS_ASKED]:
            if await self._is_administrator(chat, account):
                return True
        return False

    async def _is_administrator(self, chat: Destination, account: Account) -> bool:
        key, now = (chat.platform, chat.chat_id, account.id), self._clock()
        known = self._rights.get(key)
        if known is not None and now - known[0] < RIGHTS_KNOWN_FOR:
            return known[1]
        directory = self._directories.get(chat.platform)
        answer = directory is not None and await directory.is_administrator(chat.chat_id, account.id)
        self._rights = {one: said for one, said in self._rights.items() if now - said[0] < RIGHTS_KNOWN_FOR}
        self._rights[key] = (now, answer)
        return answer


def reachable(uow: UnitOfWork, asking: Asking) -> list[int]:
    """The communities whose clubs somebody can reach from where they are, the one that they mean first."""
    here = uow.communities.of(asking.spec)
    own = [here.id] if here else []
    if not asking.private:
        return own
    member = uow.members.of_account(asking.account)
    return list(dict.fromkeys([*(uow.clubs.of_member(member.id) if member else ()), *own]))


def _is_same(chat: Destination, spec: DestinationSpec) -> bool:
    return (chat.platform, chat.chat_id) == (spec.platform, spec.chat_id)
