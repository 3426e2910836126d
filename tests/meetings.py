"""A bot that has read something, and who meets it: what a test of what people see begins with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.core import Core
from bot.domain.sources import SourceSpec
from tests.askers import Asker, asker_on, discord_bot
from tests.discord_server import DiscordServer
from tests.telegram_bot import telegram_bot
from tests.telegram_server import TelegramServer
from tests.world import bot_with


@asynccontextmanager
async def meeting(
    platform: str, folder: Path, specs: Sequence[SourceSpec] = (), *, language: str = "en", **options: Any
) -> AsyncIterator[tuple[Core, Asker]]:
    """The bot, and somebody in a private chat with it. `options` are those of `bot_with`."""
    async with (
        bot_with(folder, specs, **options) as core,
        asker_on(platform, core.dispatcher, language=language) as person,
    ):
        yield core, person


@asynccontextmanager
async def on_telegram(
    folder: Path, specs: Sequence[SourceSpec] = (), **options: Any
) -> AsyncIterator[tuple[Core, TelegramServer]]:
    """The bot, and the Telegram that it is connected to. `options` are those of `bot_with`."""
    async with (
        bot_with(folder, specs, **options) as core,
        TelegramServer() as server,
        telegram_bot(server, core.dispatcher),
    ):
        yield core, server


@asynccontextmanager
async def on_discord(
    folder: Path, specs: Sequence[SourceSpec] = (), **options: Any
) -> AsyncIterator[tuple[Core, DiscordServer]]:
    """The bot, and the Discord that it is connected to. `options` are those of `bot_with`."""
    async with (
        bot_with(folder, specs, **options) as core,
        DiscordServer() as server,
        discord_bot(server, core.dispatcher),
    ):
        yield core, server
