"""Our Discord client, connected to the double, for tests of what it can do rather than of what it answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.platforms.discord.client import DiscordClient
from bot.platforms.discord.directory import DiscordDirectory
from tests.discord_server import DiscordServer, pointed_at
from tests.discord_world import Channel


class NoCommands:
    """Offers nothing and answers nobody."""

    commands = ()

    async def answer(self, _interaction: Any) -> None: ...

    async def take(self, _message: Any, _own_id: int, *, edited: bool) -> None: ...

    async def take_back(self, _channel_id: int, _message_ids: Any) -> None: ...

    async def invitation_gone(self, _channel_id: int, _address: str) -> None: ...


async def heard_of(client: DiscordClient, channel: Channel) -> None:
    """Returns once a client has heard of a channel, which it does over another connection than that of requests."""
    async with asyncio.timeout(60):
        while not await DiscordDirectory(client.connection).resolve(str(channel.id)):  # noqa: ASYNC110 -- in the library
            await asyncio.sleep(0)


@asynccontextmanager
async def connected(server: DiscordServer) -> AsyncIterator[DiscordClient]:
    with pointed_at(server):
        client = DiscordClient(
            server.token, NoCommands(), api_base_url=server.api_base_url, gateway_url=server.gateway_url
        )
        await client.start()
        try:
            yield client
        finally:
            await client.stop()
