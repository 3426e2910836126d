"""Threads below messages of ours."""

from __future__ import annotations

from collections.abc import Callable

import aiohttp
import discord

from bot.domain.communities import Destination
from bot.domain.deliveries import Rejected, RetryLater, SendOutcome, Sent
from bot.platforms.discord.render import shortened
from bot.platforms.discord.send import RECONNECTED_WITHIN, outcome_of

NAME_LIMIT = 100
THREAD_IS_THERE = 160004
"""https://discord.com/developers/docs/topics/opcodes-and-status-codes#json"""


class DiscordThreads:
    """The `ThreadOpener` of Discord. A thread has the id of the message that it belongs to."""

    def __init__(self, connection: Callable[[], discord.Client | None]) -> None:
        """`connection` gives the client while it is connected."""
        self._connection = connection

    async def open_thread(self, destination: Destination, message_id: str, name: str) -> SendOutcome:
        client = self._connection()
        if client is None:
            return RetryLater(RECONNECTED_WITHIN, "not connected to Discord")
        try:
            channel_id = int(destination.chat_id)
            channel = client.get_channel(channel_id) or await client.fetch_channel(channel_id)
            if not isinstance(channel, discord.TextChannel):
                return Rejected("there are no threads in channels of this kind")
            message = channel.get_partial_message(int(message_id))
            await message.create_thread(name=shortened(name, NAME_LIMIT) or "…")
        except discord.HTTPException as error:
            return Sent(message_id) if error.code == THREAD_IS_THERE else outcome_of(error)
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            return outcome_of(error)
        return Sent(message_id)
