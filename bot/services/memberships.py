"""Being in a club: joining and leaving it, what people say of themselves, and who is appointed to organise it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.domain.club import ClubSession
from bot.domain.communities import Community, DestinationKind
from bot.domain.errors import UserError
from bot.domain.members import Member, Membership
from bot.domain.pages import Page, page_of
from bot.locales import N_
from bot.services.clubs import NOT_YOURS, Asking, ClubAccess
from bot.services.ports import Clock
from storage.database import Database
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

PAGE_SIZE = 8
NOT_IN_IT = N_("You are not in the club. /club join takes you in.")
ONLY_ADMINISTRATORS = N_("Only the administrators of the club's chats appoint and dismiss organisers.")


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody in a club, and what comes next there. `new`: they were not in it a moment ago. `alone`: it is the club
    of a private chat, in which there is nobody else."""

    community: Community
    member: Member
    membership: Membership
    next_session: ClubSession | None
    new: bool = False
    alone: bool = False


@dataclass(frozen=True, slots=True)
class ClubMember:
    """Somebody in a club, as its organisers see them."""

    member: Member
    membership: Membership


class Memberships:
    """Knows who is in which club. Who asks has a `ClubAccess`, which says whose club it is and what they may do."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def come(self, asking: Asking, token: str) -> int:
        """Somebody comes by a link to a club, whose community is returned: in private, they mean it from now on. Raises
        UserError where no club has this token. May be repeated."""

        def come(uow: UnitOfWork) -> int | None:
            community_id = uow.clubs.with_token(token)
            if community_id is not None:
                uow.clubs.came_from(uow.members.ensure(asking.account, now=self._clock()).id, community_id)
            return community_id

        community_id = await self._database.run(come)
        if community_id is None:
            raise UserError(NOT_YOURS)
        return community_id

    async def way(self, access: ClubAccess) -> str:
        """The token of the club for links to it; who asks for it means this club in private from now on."""

        def way(uow: UnitOfWork) -> str:
            if access.asking.is_person:
                uow.clubs.came_from(uow.members.ensure(access.asking.account, now=access.now).id, access.community.id)
            return uow.clubs.token(access.community.id)

        return await self._database.run(way)

    async def join(self, access: ClubAccess) -> Standing:
        """Who asks is in the club from now on, as a listener unless they say otherwise. Who has left it is back as they
        were, but for being an organiser. May be repeated. Raises UserError for a chat that speaks for itself."""
        access.require_person()
        standing = await self._database.run(self._join, access)
        if standing.new:
            log.info("club_joined", community=access.community.id, member=standing.member.id)
        return standing

    async def standing(self, access: ClubAccess) -> Standing:
        """Where who asks stands. Raises UserError where they are not in the club."""
        return await self._database.query(self._standing, access)

    async def change(
        self,
        access: ClubAccess,
        *,
        member: Callable[[Member], Member] = lambda one: one,
        membership: Callable[[Membership], Membership] = lambda one: one,
    ) -> Standing:
        """Who asks has said this of themselves. Raises UserError where they are not in the club. May be repeated."""

        def change(uow: UnitOfWork) -> Standing:
            old = self._standing(uow, access)
            uow.members.save(member(old.member))
            uow.members.put_membership(membership(old.membership))
            return self._standing(uow, access)

        return await self._database.run(change)

    async def leave(self, access: ClubAccess) -> bool:
        """Who asks is no longer in the club; what they have answered for its sessions stands. Returns whether they were
        in it; may be repeated."""

        def leave(uow: UnitOfWork) -> bool:
            member = uow.members.of_account(access.asking.account)
            return member is not None and uow.members.leave(access.community.id, member.id, now=access.now)

        left = await self._database.run(leave)
        if left:
            log.info("club_left", community=access.community.id)
        return left

    # What organisers see and do

    async def page(self, access: ClubAccess, page: int = 1) -> Page[ClubMember]:
        """A page of those who are in the club, in the order in which they joined; one out of range becomes the nearest
        there is. Raises UserError for who does not organise it."""
        access.require_organiser()

        def look_up(uow: UnitOfWork) -> Page[ClubMember]:
            here = page_of(uow.members.memberships(access.community.id), page, PAGE_SIZE)
            return here.showing(_people(uow, here.shown))

        return await self._database.query(look_up)

    async def everybody(self, access: ClubAccess) -> list[ClubMember]:
        """Those who are in the club, who joined first before the others. Raises UserError for who does not organise
        it."""
        access.require_organiser()
        return await self._database.query(lambda uow: _people(uow, uow.members.memberships(access.community.id)))

    async def appoint(self, access: ClubAccess, member_id: int, *, organiser: bool, appoints: bool) -> ClubMember:
        """Somebody in the club is one of its organisers from now on, or is none. `appoints`: who asks may decide that,
        as `Clubs.appoints` says; UserError is raised where they may not. May be repeated."""
        access.require_organiser()
        if not appoints:
            raise UserError(ONLY_ADMINISTRATORS)

        def appoint(uow: UnitOfWork) -> ClubMember:
            member = uow.members.get(member_id)
            membership = uow.members.membership(access.community.id, member_id)
            if member is None or membership is None:
                raise UserError("They are not in the club any more.")
            changed = replace(membership, organiser=organiser)
            uow.members.put_membership(changed)
            return ClubMember(member, changed)

        appointed = await self._database.run(appoint)
        log.info("organiser_set", community=access.community.id, member=member_id, organiser=organiser)
        return appointed

    def _join(self, uow: UnitOfWork, access: ClubAccess) -> Standing:
        community_id, now = access.community.id, access.now
        member = uow.members.ensure(access.asking.account, now=now)
        new = uow.members.membership(community_id, member.id) is None
        if new and uow.members.come_back(community_id, member.id) is None:
            uow.members.put_membership(Membership(community_id, member.id, now))
        uow.clubs.came_from(member.id, community_id)
        return replace(self._standing(uow, access), new=new)

    def _standing(self, uow: UnitOfWork, access: ClubAccess) -> Standing:
        member = uow.members.of_account(access.asking.account)
        membership = uow.members.membership(access.community.id, member.id) if member else None
        if member is None or membership is None:
            raise UserError(NOT_IN_IT)
        coming = uow.club_sessions.next(access.community.id, now=access.now)
        chats = uow.communities.destinations(access.community.id)
        alone = all(chat.kind is DestinationKind.PRIVATE for chat in chats)
        return Standing(access.community, member, membership, coming, alone=alone)


def _people(uow: UnitOfWork, memberships: Sequence[Membership]) -> list[ClubMember]:
    members = {one.id: one for one in uow.members.many([membership.member_id for membership in memberships])}
    return [ClubMember(members[one.member_id], one) for one in memberships if one.member_id in members]
