"""Pinned messages, and pinned posts of forums."""

from __future__ import annotations

from collections.abc import Callable

import discord

from bot.domain.communities import Destination
from bot.domain.deliveries import Rejected, SendOutcome, Sent
from bot.locales import N_
from bot.platforms.discord.calls import Impossible, attempted, refused_without
from bot.platforms.discord.forums import forum_at

PIN, MANAGE_THREADS = N_("Pin Messages"), N_("Manage Threads and Posts")
"""Rights as Discord's settings call them; the second is the one for posts."""


class DiscordPins:
    """The `Pinner` of Discord. In a forum the post is pinned that a message begins."""

    def __init__(self, connection: Callable[[], discord.Client | None]) -> None:
        """`connection` gives the client while it is connected."""
        self._connection = connection

    async def pin(self, destination: Destination, message_id: str) -> SendOutcome:
        return await self._set(destination, message_id, pinned=True)

    async def unpin(self, destination: Destination, message_id: str) -> SendOutcome:
        outcome = await self._set(destination, message_id, pinned=False)
        gone = isinstance(outcome, Rejected) and (outcome.missing or outcome.gone)
        return Sent(message_id) if gone else outcome

    async def _set(self, destination: Destination, message_id: str, *, pinned: bool) -> SendOutcome:
        async def work(client: discord.Client) -> str:
            if await forum_at(client, destination):
                await _pin_post(client, int(message_id), pinned=pinned)
            else:
                message = client.get_partial_messageable(int(destination.chat_id)).get_partial_message(int(message_id))
                await (message.pin() if pinned else message.unpin())
            return message_id

        return await attempted(self._connection, work, right=PIN)


async def _pin_post(client: discord.Client, post_id: int, *, pinned: bool) -> None:
    post = client.get_channel(post_id) or await client.fetch_channel(post_id)
    if not isinstance(post, discord.Thread):
        raise Impossible("there is no post of that id")
    with refused_without(MANAGE_THREADS):
        await post.edit(pinned=pinned)
