"""Pinned messages."""

from __future__ import annotations

from collections.abc import Awaitable

from telegram import Bot
from telegram.error import TelegramError

from bot.domain.communities import Destination
from bot.domain.deliveries import SendOutcome, Sent
from bot.locales import N_
from bot.platforms.telegram.send import lacking, outcome_of

PIN = N_("Pin Messages")
"""The right as Telegram's settings call it."""
# What Telegram says where there is nothing to unpin.
_NOT_PINNED = ("message to unpin not found", "message is not pinned", "not modified")


class TelegramPins:
    """The `Pinner` of Telegram, which tells a group of every new pin with a line of its own."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def pin(self, destination: Destination, message_id: str) -> SendOutcome:
        chat_id, quietly = int(destination.chat_id), True
        pinning = self._bot.pin_chat_message(chat_id, int(message_id), disable_notification=quietly)
        return await _outcome(pinning, message_id)

    async def unpin(self, destination: Destination, message_id: str) -> SendOutcome:
        unpinning = self._bot.unpin_chat_message(int(destination.chat_id), int(message_id))
        return await _outcome(unpinning, message_id, done=_NOT_PINNED)


async def _outcome(
    call: Awaitable[object], message_id: str, *, done: tuple[str, ...] = ("not modified",)
) -> SendOutcome:
    try:
        await call
    except TelegramError as error:
        if any(word in error.message.lower() for word in done):
            return Sent(message_id)
        return lacking(PIN, outcome_of(error), error)
    return Sent(message_id)
