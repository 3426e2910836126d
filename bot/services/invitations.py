"""Inviting people to their club's chats on the platform on which they are not yet."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.domain.communities import Destination, DestinationKind
from bot.domain.deliveries import Rejected
from bot.domain.errors import UserError
from bot.domain.members import Account, Member, PersonalInvitation
from bot.domain.reaching import WordKind
from bot.locales import N_
from bot.services.clubs import ClubAccess
from bot.services.invitation_message import cannot_invite, invitation_message, used_message
from bot.services.ports import Clock, Invitation, InvitationMaker
from bot.services.reaching import Reaching, Word
from storage.database import Database
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

INVITATION_LIFE = timedelta(days=7)
"""How long an invitation can be used: Discord's longest."""
OTHER_PLATFORM = {"telegram": "discord", "discord": "telegram"}
WORTH_TELLING = timedelta(days=7)
MOST_ASKED_AFTER = 10
ORGANISERS_TOLD_EVERY = timedelta(days=1)

CANNOT_NOW = N_("I cannot invite to that chat now; organisers are told where a right is missing.")


@dataclass(frozen=True, slots=True)
class Refused:
    """An invitation to a platform could not be made. `right`: the one that the bot lacks for it, as a catalogue text in
    the platform's words; without one it may work later."""

    platform: str
    right: str | None = None


@dataclass(frozen=True, slots=True)
class _Way:
    """Where somebody would be invited to, and by which invitation if there is one already."""

    member: Member
    chat: Destination
    open: PersonalInvitation | None


class Invitations:
    """Invites people, each by an invitation of their own. Who comes by it is asked to say that it is them."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        reaching: Reaching,
        makers: Mapping[str, InvitationMaker],
    ) -> None:
        """`makers` are those of the platforms that are connected, now or later."""
        self._database = database
        self._clock = clock
        self._reaching = reaching
        self._makers = makers

    async def offer(self, access: ClubAccess) -> PersonalInvitation | Refused | None:
        """An invitation for who asks and is in the club; the same as before while it can be used. None where there is
        nowhere to invite them to, or they are there already."""
        account, community_id = access.asking.account, access.community.id
        way = await self._database.query(self._way, account, community_id)
        if way is not None and way.open is not None and await self._look_after([way.open]):
            way = await self._database.query(self._way, account, community_id)
        if way is None:
            return None
        return way.open or await self._made(community_id, way)

    async def send_again(self, access: ClubAccess, member_id: int) -> PersonalInvitation:
        """Somebody in the club is sent a new invitation; older ones are void. Raises UserError for who does not
        organise the club, and where they cannot be invited."""
        access.require_organiser()

        def look_up(uow: UnitOfWork) -> tuple[_Way | None, list[PersonalInvitation]]:
            member = uow.members.get(member_id)
            known = member is not None and uow.members.membership(access.community.id, member_id) is not None
            way = self._way_of(uow, member, access.community.id) if member and known else None
            return way, uow.invitations.of_member(member_id, access.community.id)

        way, old = await self._database.query(look_up)
        if way is None:
            raise UserError("There is nowhere to invite them to: they are on both platforms, or have used it.")
        await self._revoke([one for one in old if one.is_open(access.now)])
        made = await self._made(access.community.id, way)
        if isinstance(made, Refused):
            raise UserError(CANNOT_NOW)
        await self._database.run(self._send, made)
        return made

    async def of(self, access: ClubAccess) -> dict[int, PersonalInvitation]:
        """The newest invitation of each member of a club. Raises UserError for who does not organise it."""
        access.require_organiser()
        found = await self._database.query(lambda uow: uow.invitations.of_community(access.community.id))
        if await self._look_after([one for one in found if one.is_open(access.now)][-MOST_ASKED_AFTER:]):
            found = await self._database.query(lambda uow: uow.invitations.of_community(access.community.id))
        return {one.member_id: one for one in found}

    async def revoke_of(self, account: Account, community_id: int | None = None) -> None:
        """The invitations of somebody, to one club or to all, are of no use from now on. May be repeated."""

        def look_up(uow: UnitOfWork) -> list[PersonalInvitation]:
            member = uow.members.of_account(account)
            return uow.invitations.of_member(member.id, community_id) if member else []

        now = self._clock()
        await self._revoke([one for one in await self._database.query(look_up) if one.is_open(now)])

    async def used(self, platform: str, _chat_id: str, address: str, account: Account | None) -> None:
        """Somebody came into a chat by an invitation; `account` is who it was, where the platform says so. The
        person who was invited is told, and how to link the accounts if they are theirs. May be repeated."""
        await self._database.run(self._use, platform, address, account)

    def _way(self, uow: UnitOfWork, account: Account, community_id: int) -> _Way | None:
        member = uow.members.of_account(account)
        return self._way_of(uow, member, community_id) if member else None

    def _way_of(self, uow: UnitOfWork, member: Member, community_id: int) -> _Way | None:
        own = {one.platform for one in member.accounts}
        platform = next((OTHER_PLATFORM[one] for one in own if one in OTHER_PLATFORM), None)
        if platform is None or platform in own or platform not in self._makers:
            return None
        chats = [one for one in uow.communities.destinations(community_id) if one.kind is not DestinationKind.PRIVATE]
        there = [one for one in chats if one.platform == platform and one.paused_reason is None]
        if not there or not any(one.platform in own for one in chats):
            return None
        given = [one for one in uow.invitations.of_member(member.id, community_id) if one.platform == platform]
        if any(one.used_at for one in given):
            return None
        now = self._clock()
        # A thread is no place to arrive at; of a group with topics, the group is.
        best = min(there, key=lambda one: (one.kind is DestinationKind.THREAD, one.id))
        return _Way(member, best, next((one for one in reversed(given) if one.is_open(now)), None))

    async def _made(self, community_id: int, way: _Way) -> PersonalInvitation | Refused:
        """A new invitation, stored. It is made outside of any transaction: one that is lost then does no harm."""
        chat, now = way.chat, self._clock()
        made = await self._makers[chat.platform].make(
            chat.chat_id, expires_at=now + INVITATION_LIFE, name=way.member.name
        )
        if isinstance(made, Invitation):
            return await self._database.run(
                lambda uow: uow.invitations.add(
                    community_id,
                    way.member.id,
                    chat.platform,
                    chat.chat_id,
                    made.address,
                    expires_at=made.expires_at,
                    now=now,
                )
            )
        log.warning("invitation_not_made", community=community_id, platform=chat.platform, outcome=type(made).__name__)
        right = made.right if isinstance(made, Rejected) else None
        if right is not None:
            await self._database.run(self._complain, community_id, chat, right)
        return Refused(chat.platform, right)

    def _complain(self, uow: UnitOfWork, community_id: int, chat: Destination, right: str) -> None:
        """Organisers are told what is missing, at most once a day."""
        now = self._clock()
        self._reaching.tell_organisers(
            uow,
            community_id,
            f"cannot-invite:{chat.id}:{now.date().isoformat()}",
            lambda say, _member: cannot_invite(chat, right, say),
            expires_at=now + ORGANISERS_TOLD_EVERY,
            now=now,
        )

    async def _look_after(self, invitations: Sequence[PersonalInvitation]) -> bool:
        """Asks the platforms whether these can still be used: Discord tells of it by itself only where the bot may
        manage the channel. Returns whether one was used."""
        makers = [(one, self._makers.get(one.platform)) for one in invitations]
        answers = await asyncio.gather(*(maker.is_open(one.address) for one, maker in makers if maker))
        asked = (one for one, maker in makers if maker)
        used = [one for one, is_open in zip(asked, answers, strict=True) if is_open is False]
        for one in used:
            await self.used(one.platform, one.chat_id, one.address, None)
        return bool(used)

    async def _revoke(self, invitations: Sequence[PersonalInvitation]) -> None:
        """Has the platforms void invitations, and forgets those of which that is sure."""
        gone = []
        for one in invitations:
            maker = self._makers.get(one.platform)
            if maker is not None and await maker.revoke(one.chat_id, one.address):
                gone.append(one.id)
            else:
                log.warning("invitation_not_revoked", invitation=one.id, platform=one.platform)
        await self._database.run(lambda uow: uow.invitations.remove(gone))

    def _send(self, uow: UnitOfWork, invitation: PersonalInvitation) -> None:
        word = Word(
            invitation.member_id,
            f"invitation:{invitation.id}",
            WordKind.INVITATION,
            None,
            lambda say, _member: invitation_message(invitation, say),
            invitation.expires_at,
            community_id=invitation.community_id,
        )
        self._reaching.tell(uow, word, now=self._clock())

    def _use(self, uow: UnitOfWork, platform: str, address: str, account: Account | None) -> None:
        now = self._clock()
        invitation = uow.invitations.at(platform, address)
        # Where it is not said who came, it may merely have expired.
        if invitation is None or (account is None and now >= invitation.expires_at):
            return
        if not uow.invitations.use(invitation.id, now=now):
            return
        word = Word(
            invitation.member_id,
            f"invited:{invitation.id}",
            WordKind.INVITATION,
            None,
            lambda say, _member: used_message(invitation, say),
            now + WORTH_TELLING,
            community_id=invitation.community_id,
        )
        self._reaching.tell(uow, word, now=now)
        log.info("invitation_used", invitation=invitation.id, platform=platform)
