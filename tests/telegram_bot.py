"""Our Telegram client, connected to the double."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from telegram import Bot

from bot.platforms.telegram.client import TelegramClient, Webhook
from handlers.telegram import Dispatcher, TelegramHandlers
from tests.telegram_server import TelegramServer


async def at_once(_seconds: float) -> None:
    """Sleeps as tests do: not at all, but lets others run."""
    await asyncio.sleep(0)


@asynccontextmanager
async def running(client: TelegramClient) -> AsyncIterator[asyncio.Task[None]]:
    """The client at work; stopped in the end, as the process stops it."""
    serving = asyncio.create_task(client.run())
    try:
        yield serving
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


@asynccontextmanager
async def telegram_bot(
    server: TelegramServer,
    dispatcher: Dispatcher,
    *,
    administrators: frozenset[str] = frozenset(),
    webhook: Webhook | None = None,
    ready: Callable[[Bot], Awaitable[None]] | None = None,
    **options: Any,
) -> AsyncIterator[TelegramHandlers]:
    """The bot, connected to the server and ready to answer."""
    handlers = TelegramHandlers(dispatcher, administrators=administrators, **{"sleep": at_once, **options})
    client = TelegramClient(
        server.token,
        bind=handlers.bind,
        ready=ready or handlers.publish_menus,
        api_base_url=server.url,
        webhook=webhook,
        take=handlers.take,
        personal=handlers.is_personal,
        sleep=at_once,
    )
    async with running(client) as serving:
        connected = asyncio.ensure_future(client.connected.wait())
        await asyncio.wait({connected, serving}, return_when=asyncio.FIRST_COMPLETED)
        connected.cancel()
        if serving.done():
            await serving
        yield handlers
