"""/club members and /club organisers: who is in the club, and who organises it."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import UserError
from bot.domain.messages import Message, Paragraph, text
from bot.locales import N_, Translator
from bot.services.clubs import ClubAccess, Clubs
from bot.services.invitations import Invitations
from bot.services.member_list import members_file, members_message, organisers_message
from bot.services.memberships import Memberships
from handlers.buttons import OLD_BUTTON, numbers
from handlers.club_access import asking
from handlers.command import Reply, Request
from handlers.registry import Command, Handler


class ClubOrganiserHandlers:
    """Answers organisers only, and them alone: who is in a club is nobody else's business."""

    def __init__(self, clubs: Clubs, memberships: Memberships, invitations: Invitations) -> None:
        self._clubs = clubs
        self._memberships = memberships
        self._invitations = invitations

    def subcommands(self) -> tuple[Command, ...]:
        return (
            Command("members", N_("Who is in the club, also as a table"), self._members),
            Command("organisers", N_("Who organises the club; appoint and dismiss organisers"), self._organisers),
        )

    def actions(self) -> dict[str, Handler]:
        return {"cmo": self._press}

    def starts(self) -> dict[str, Handler]:
        return {"members": self._start, "organisers": self._start}

    async def _members(self, request: Request, say: Translator) -> Reply:
        return await self._list(await self._clubs.enter(asking(request), say.language), 1, say)

    async def _organisers(self, request: Request, say: Translator) -> Reply:
        return await self._appointed(await self._clubs.enter(asking(request), say.language), 1, say)

    async def _start(self, request: Request, say: Translator) -> Reply:
        """`/start members-TOKEN` and `/start organisers-TOKEN` in private: what a group was not to see."""
        what, _, token = request.text.partition("-")
        who = asking(request)
        access = await self._clubs.enter_club(who, await self._memberships.come(who, token))
        return await (self._list(access, 1, say) if what == "members" else self._appointed(access, 1, say))

    async def _press(self, request: Request, say: Translator) -> Reply:
        """`cmo:list:COMMUNITY:PAGE` turns a page, `cmo:csv:COMMUNITY` gives the table,
        `cmo:invite:COMMUNITY:MEMBER` sends an invitation again, `cmo:orgs:COMMUNITY:PAGE` shows
        organisers, and appoints and dismisses those who were picked."""
        _head, _, rest = request.action.partition(":")
        verb, _, tail = rest.partition(":")
        community_id, *more = numbers(f"cmo:{tail}", 1 if verb == "csv" else 2)
        access = await self._clubs.enter_club(asking(request), community_id)
        match verb:
            case "csv":
                members = await self._memberships.everybody(access)
                invitations = await self._invitations.of(access)
                words = say.ngettext("{number} member", "{number} members", len(members))
                return Reply(Message((Paragraph(text(words)),)), private=True, file=members_file(members, invitations))
            case "invite":
                await self._invitations.send_again(access, more[0])
                words = say.gettext("A new invitation is on its way.")
                return Reply(Message((Paragraph(text(words)),)), private=True)
            case "list":
                return replace(await self._list(access, more[0], say), replaces=True)
            case "orgs":
                await self._appoint(request, access)
                return replace(await self._appointed(access, more[0], say), replaces=True)
        raise UserError(OLD_BUTTON)

    async def _appoint(self, request: Request, access: ClubAccess) -> None:
        if not request.picked:
            return
        appoints = await self._clubs.appoints(access)
        for value, on in request.picked.items():
            (member_id,) = numbers(f"cmo:{value}", 1)
            await self._memberships.appoint(access, member_id, organiser=on, appoints=appoints)

    async def _list(self, access: ClubAccess, page: int, say: Translator) -> Reply:
        shown = await self._memberships.page(access, page)
        invitations = await self._invitations.of(access)
        message = members_message(shown, invitations, access.community.id, say)
        return await self._privately(access, message, "members")

    async def _appointed(self, access: ClubAccess, page: int, say: Translator) -> Reply:
        shown = await self._memberships.page(access, page)
        appoints = await self._clubs.appoints(access)
        message = organisers_message(shown, access.community.id, say, appoints=appoints)
        return await self._privately(access, message, "organisers")

    async def _privately(self, access: ClubAccess, message: Message, what: str) -> Reply:
        """`what`: how the way to private begins, where the same is shown."""
        return Reply(message, private=True, start=f"{what}-{await self._memberships.way(access)}")
