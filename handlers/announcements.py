"""What organisers press below a post that was noticed: create its session, attach its materials, or ignore it."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.announcements import AnnouncementState
from bot.domain.errors import UserError
from bot.locales import Translator
from bot.services.announcement_message import (
    announcement_message,
    attached_message,
    attaching_message,
    ignored_message,
)
from bot.services.announcements import Announcements
from bot.services.clubs import ClubAccess, Clubs
from handlers.buttons import OLD_BUTTON, numbers
from handlers.club_access import asking
from handlers.command import Reply, Request
from handlers.registry import Command, Handler


class AnnouncementHandlers:
    """Answers organisers of the club whose chats showed the post, and nobody else."""

    def __init__(self, clubs: Clubs, announcements: Announcements, *, set_up: Handler) -> None:
        """`set_up` goes on with the set-up of a session, for a press of `cs:d:DRAFT`."""
        self._clubs = clubs
        self._announcements = announcements
        self._set_up = set_up

    def subcommands(self) -> tuple[Command, ...]:
        return ()

    def actions(self) -> dict[str, Handler]:
        return {"ann": self._press}

    async def _press(self, request: Request, say: Translator) -> Reply:
        """`ann:new:ID` draws the session up, `ann:mat:ID` asks whose materials they are and `ann:to:ID:SESSION`
        attaches them, `ann:no:ID` ignores the post, `ann:back:ID` takes that back, `ann:show:ID` shows it again."""
        _head, _, rest = request.action.partition(":")
        verb, _, tail = rest.partition(":")
        announcement_id, *session_ids = numbers(f"ann:{tail}", 2 if verb == "to" else 1)
        community_id = await self._announcements.community_of(announcement_id)
        access = await self._clubs.enter_club(asking(request), community_id)
        access.require_organiser()
        match verb:
            case "new":
                return await self._draw_up(request, access, announcement_id, say)
            case "mat":
                noticed = await self._announcements.get(access, announcement_id)
                sessions = await self._announcements.sessions_before(access, announcement_id)
                return Reply(attaching_message(noticed.announcement, sessions, say), private=True, replaces=True)
            case "to":
                _access, session = await self._clubs.enter_session(asking(request), session_ids[0])
                number = await self._announcements.attach(access, announcement_id, session)
                return Reply(attached_message(session, number, say), private=True)
            case "no":
                await self._announcements.ignore(access, announcement_id)
                noticed = await self._announcements.get(access, announcement_id)
                if noticed.announcement.state is not AnnouncementState.IGNORED:
                    return await self._shown(access, announcement_id, say)
                return Reply(ignored_message(noticed.announcement, say), private=True, replaces=True)
            case "back":
                await self._announcements.take_back(access, announcement_id)
                return await self._shown(access, announcement_id, say)
            case "show":
                return await self._shown(access, announcement_id, say)
        raise UserError(OLD_BUTTON)

    async def _draw_up(self, request: Request, access: ClubAccess, announcement_id: int, say: Translator) -> Reply:
        draft = await self._announcements.draw_up(access, announcement_id)
        shown = await self._set_up(replace(request, action=f"cs:d:{draft.id}"), say)
        return replace(shown, private=True, replaces=False)  # more can be made of the post

    async def _shown(self, access: ClubAccess, announcement_id: int, say: Translator) -> Reply:
        noticed = await self._announcements.get(access, announcement_id)
        message = announcement_message(noticed.announcement, noticed.found, say, now=access.now)
        return Reply(message, private=True, replaces=True)
