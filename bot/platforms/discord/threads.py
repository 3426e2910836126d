"""Threads below messages of ours."""

from __future__ import annotations

from collections.abc import Callable

import discord

from bot.domain.communities import Destination
from bot.domain.deliveries import SendOutcome
from bot.locales import N_
from bot.platforms.discord.calls import Impossible, attempted
from bot.platforms.discord.render import shortened

CREATE_THREADS = N_("Create Public Threads")
"""The right as Discord's settings call it."""
NAME_LIMIT = 100
THREAD_IS_THERE = 160004
"""https://discord.com/developers/docs/topics/opcodes-and-status-codes#json"""


class DiscordThreads:
    """The `ThreadOpener` of Discord. A thread has the id of the message that it belongs to; in a forum each message
    begins one anyhow."""

    def __init__(self, connection: Callable[[], discord.Client | None]) -> None:
        """`connection` gives the client while it is connected."""
        self._connection = connection

    async def open_thread(self, destination: Destination, message_id: str, name: str) -> SendOutcome:
        async def work(client: discord.Client) -> str:
            channel_id = int(destination.chat_id)
            channel = client.get_channel(channel_id) or await client.fetch_channel(channel_id)
            if isinstance(channel, discord.ForumChannel):
                return message_id
            if not isinstance(channel, discord.TextChannel):
                raise Impossible("there are no threads in channels of this kind")
            try:
                await channel.get_partial_message(int(message_id)).create_thread(
                    name=shortened(name, NAME_LIMIT) or "…"
                )
            except discord.HTTPException as error:
                if error.code != THREAD_IS_THERE:
                    raise
            return message_id

        return await attempted(self._connection, work, right=CREATE_THREADS)
