"""What Telegram says about chats that people name."""

from __future__ import annotations

import re

import structlog
from telegram import Bot, Chat, ChatFullInfo, ChatMember
from telegram.error import TelegramError

from bot.domain.communities import DestinationKind
from bot.locales import N_
from bot.platforms.telegram.posts import chat_of
from bot.services.ports import HeardChat, Hearing, ResolvedChat

log = structlog.get_logger(__name__)

_KINDS = {
    Chat.CHANNEL: DestinationKind.CHANNEL,
    Chat.GROUP: DestinationKind.GROUP,
    Chat.SUPERGROUP: DestinationKind.GROUP,
}
_PRESENT = (ChatMember.ADMINISTRATOR, ChatMember.MEMBER, ChatMember.RESTRICTED)
POST, SEND = N_("Post Messages"), N_("Send Messages")
"""Rights as Telegram's settings call them."""
# https://core.telegram.org/bots/api#chat: a public name, or an id, which is negative where several people are.
_NAME = re.compile(r"@[a-z]\w{3,31}|-\d{1,20}", re.IGNORECASE | re.ASCII)


class TelegramDirectory:
    """Chats by their public name or id. Asks Telegram each time, since rights are taken away without notice."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def resolve(self, name: str) -> ResolvedChat | None:
        """The group or channel with this name or id, None where there is none, or the bot is not in it."""
        found = await self._found(name)
        if found is None:
            return None
        chat, own = found
        if own.status not in _PRESENT:
            return None
        return ResolvedChat(str(chat.id), _KINDS[chat.type], chat.effective_name or "")

    async def look(self, name: str) -> HeardChat | None:
        """The group or channel with this name or id, and whether Telegram tells the bot what is written in it. None
        where the bot is not in it. Implements Listener."""
        found = await self._found(name)
        if found is None:
            return None
        chat, own = found
        if own.status in (ChatMember.LEFT, ChatMember.BANNED):
            return None
        hears = own.status == ChatMember.ADMINISTRATOR or (
            chat.type != Chat.CHANNEL and bool(self._bot.can_read_all_group_messages)
        )
        return HeardChat(chat_of(chat), Hearing.EVERYTHING if hears else Hearing.NO_ADMINISTRATOR)

    async def _found(self, name: str) -> tuple[ChatFullInfo, ChatMember] | None:
        """A group or channel, and what the bot is there; None where there is none, or Telegram does not say."""
        if not _NAME.fullmatch(name):
            return None
        try:
            chat = await self._bot.get_chat(name)
            own = await chat.get_member(self._bot.id)
        except TelegramError as error:
            log.info("telegram_chat_not_found", reason=str(error))
            return None
        return (chat, own) if chat.type in _KINDS else None

    async def missing_right(self, chat_id: str) -> str | None:
        """The right that the bot lacks to post in a chat: in a channel administrators do, where they were given that
        right, elsewhere all members who may. None where Telegram does not say."""
        try:
            chat = await self._bot.get_chat(int(chat_id))
            own = await chat.get_member(self._bot.id)
        except TelegramError as error:
            log.info("telegram_rights_unknown", chat=chat_id, reason=str(error))
            return None
        if chat.type == Chat.CHANNEL:
            may = own.status == ChatMember.ADMINISTRATOR and getattr(own, "can_post_messages", None) is not False
            return None if may else POST
        everybody = own.status == ChatMember.MEMBER and chat.permissions is not None
        may = bool(chat.permissions and chat.permissions.can_send_messages) if everybody else _may_send(own)
        return None if may else SEND

    async def is_administrator(self, chat_id: str, person_id: str) -> bool:
        """Whether somebody is an administrator of the chat now; False where Telegram does not say."""
        try:
            # The whole list: the question about one member is answered to administrators only.
            members = await self._bot.get_chat_administrators(int(chat_id))
        except TelegramError as error:
            log.info("telegram_administrators_unknown", chat=chat_id, reason=str(error))
            return False
        return any(str(member.user.id) == person_id and not member.user.is_bot for member in members)


def _may_send(own: ChatMember) -> bool:
    if own.status == ChatMember.RESTRICTED:
        return bool(getattr(own, "can_send_messages", False))
    return own.status in _PRESENT
