"""What organisers press below a post that was noticed: create its session, attach its materials, or ignore it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.domain.club import ClubSession
from bot.domain.errors import UserError
from bot.domain.items import Link
from bot.domain.session_drafts import SessionDraft
from bot.locales import Translator
from bot.services.announcement_message import announcement_message, attaching_message, ignored_message
from bot.services.announcements import IS_OVER, Announcements
from bot.services.clubs import ClubAccess, Clubs
from handlers.buttons import OLD_BUTTON, numbers
from handlers.club_access import asking
from handlers.command import Reply, Request
from handlers.registry import Command, Handler

ShowDraft = Callable[[ClubAccess, SessionDraft, Translator], Awaitable[Reply]]
"""Goes on with the set-up of a session."""
Attach = Callable[[ClubAccess, ClubSession, tuple[Link, ...], Translator], Awaitable[Reply]]
"""Makes links the materials of a session."""


class AnnouncementHandlers:
    """Answers organisers of the club whose chats showed the post, and nobody else."""

    def __init__(self, clubs: Clubs, announcements: Announcements, *, show_draft: ShowDraft, attach: Attach) -> None:
        self._clubs = clubs
        self._announcements = announcements
        self._show_draft = show_draft
        self._attach = attach

    def subcommands(self) -> tuple[Command, ...]:
        return ()

    def actions(self) -> dict[str, Handler]:
        return {"ann": self._press}

    async def _press(self, request: Request, say: Translator) -> Reply:
        """`ann:new:ID` draws the session up, `ann:mat:ID` asks whose materials they are and `ann:to:ID:SESSION`
        attaches them, `ann:no:ID` ignores the post, `ann:back:ID` takes that back, `ann:show:ID` shows it again."""
        _head, _, rest = request.action.partition(":")
        verb, _, tail = rest.partition(":")
        announcement_id, *more = numbers(f"ann:{tail}", 2 if verb == "to" else 1)
        community_id = await self._announcements.community_of(announcement_id)
        access = await self._clubs.enter_club(asking(request), community_id)
        access.require_organiser()
        match verb:
            case "new":
                draft = await self._announcements.draw_up(access, announcement_id)
                return await self._show_draft(access, draft, say)
            case "mat":
                noticed = await self._announcements.get(access, announcement_id)
                sessions = await self._announcements.sessions_before(access, announcement_id)
                return Reply(attaching_message(noticed.announcement, sessions, say), private=True, replaces=True)
            case "to":
                return await self._attach_to(request, access, announcement_id, more[0], say)
            case "no":
                await self._announcements.ignore(access, announcement_id)
                noticed = await self._announcements.get(access, announcement_id)
                return Reply(ignored_message(noticed.announcement, say), private=True, replaces=True)
            case "back":
                await self._announcements.take_back(access, announcement_id)
                return await self._shown(access, announcement_id, say)
            case "show":
                return await self._shown(access, announcement_id, say)
        raise UserError(OLD_BUTTON)

    async def _shown(self, access: ClubAccess, announcement_id: int, say: Translator) -> Reply:
        noticed = await self._announcements.get(access, announcement_id)
        message = announcement_message(noticed.announcement, noticed.found, say, now=access.now)
        return Reply(message, private=True, replaces=True)

    async def _attach_to(
        self, request: Request, access: ClubAccess, announcement_id: int, session_id: int, say: Translator
    ) -> Reply:
        noticed = await self._announcements.get(access, announcement_id)
        if noticed.found is None or not noticed.found.materials:
            raise UserError(IS_OVER)
        of_club, session = await self._clubs.enter_session(asking(request), session_id)
        if of_club.community.id != access.community.id:
            raise UserError(OLD_BUTTON)
        reply = await self._attach(access, session, noticed.found.materials, say)
        await self._announcements.attached(access, announcement_id, session_id)
        return replace(reply, private=True)
