"""/me: what is kept about somebody; and /link in private, which makes two accounts one person."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.communities import LINK_CODE_LENGTH, normal_code
from bot.domain.errors import UserError
from bot.domain.messages import Message, Paragraph, text
from bot.locales import N_, Translator
from bot.services.clubs import A_CHAT_ASKS, Asking
from bot.services.invitations import Invitations
from bot.services.me_message import code_message, erase_message, kept_message, linked_message, offer_message
from bot.services.members import Members
from handlers.buttons import OLD_BUTTON
from handlers.club_access import asking
from handlers.command import Reply, Request
from handlers.registry import Command, Handler


class MeHandlers:
    """Answers people about themselves, and nobody else: who presses is who is meant."""

    def __init__(self, members: Members, invitations: Invitations) -> None:
        self._members = members
        self._invitations = invitations

    def commands(self) -> tuple[Command, ...]:
        return (Command("me", N_("What I keep about you: see it, take it along, delete it"), self._me),)

    def actions(self) -> dict[str, Handler]:
        return {"me": self._press}

    async def start(self, request: Request, say: Translator) -> Reply:
        """`/start me` in private: what a group was not to see."""
        return await self._me(request, say)

    async def link(self, request: Request, typed: str, say: Translator) -> Reply | None:
        """/link in private: a code, or where one was typed, whom it would join. None where that is no code of an
        account, but perhaps one of a chat."""
        account = _person(request).account
        if not typed:
            return Reply(code_message(await self._members.code(account), say), private=True)
        other = await self._members.whose(account, typed)
        return Reply(offer_message(other, normal_code(typed), say), private=True) if other else None

    async def _me(self, request: Request, say: Translator) -> Reply:
        kept = await self._members.kept(_person(request))
        return Reply(kept_message(kept, request.chat.platform.value, say), private=True, start="me")

    async def _press(self, request: Request, say: Translator) -> Reply:
        """`me` shows what is kept, `me:file` as a file; `me:link` gives a code, `me:yes:CODE` joins the account to the
        person of one, `me:part:PLATFORM:ID` separates one; `me:erase` asks, `me:erased` erases."""
        _me, _, rest = request.action.partition(":")
        verb, _, value = rest.partition(":")
        who = _person(request)
        match verb:
            case "":
                return replace(await self._me(request, say), replaces=True)
            case "file":
                file = await self._members.export(who)
                words = say.gettext("All that I keep about you, as JSON.")
                return Reply(Message((Paragraph(text(words)),)), private=True, file=file)
            case "link":
                return Reply(code_message(await self._members.code(who.account), say), private=True)
            case "yes" if len(value) == LINK_CODE_LENGTH:
                member = await self._members.link(who.account, value)
                return Reply(linked_message(member, say), private=True, replaces=True)
            case "no":
                return _sentence(say.gettext("Nothing was changed."))
            case "part":
                platform, _, account_id = value.partition(":")
                await self._members.separate(who.account, platform, account_id)
                return replace(await self._me(request, say), replaces=True)
            case "erase":
                return Reply(erase_message(say), private=True, replaces=True)
            case "erased":
                await self._invitations.revoke_of(who.account)
                await self._members.erase(who)
                return _sentence(say.gettext("Done: I keep nothing about you any more."))
        raise UserError(OLD_BUTTON)


def _person(request: Request) -> Asking:
    """Who asks. Raises UserError for a chat that speaks for itself: what is kept of it is not one person's."""
    who = asking(request)
    if not who.is_person:
        raise UserError(A_CHAT_ASKS)
    return who


def _sentence(words: str) -> Reply:
    return Reply(Message((Paragraph(text(words)),)), private=True, replaces=True)
