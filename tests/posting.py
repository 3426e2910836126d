"""The outbox at work, with the real client against the Telegram double. Time passes only when somebody waits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.domain.communities import DestinationKind
from bot.domain.deliveries import PartState
from bot.platforms.telegram.limits import TelegramLimits
from bot.services.deliveries import Deliveries
from storage.database import Database
from tests.outbox import (
    VirtualTime,
    add_delivery,
    add_destination,
    telegram_bot,
    telegram_deliveries,
    until_nothing_is_due,
)
from tests.telegram_server import TelegramServer
from tests.telegram_world import Chat

SENT, UNKNOWN, PENDING, EXPIRED = PartState.SENT, PartState.UNKNOWN, PartState.PENDING, PartState.EXPIRED


@dataclass
class Post:
    """The service, connected; `run` lets time pass until there is nothing more to do."""

    database: Database
    server: TelegramServer
    time: VirtualTime
    deliveries: Deliveries
    boss: Chat

    async def run(self) -> None:
        await until_nothing_is_due(self.deliveries, self.database, self.time)

    async def once(self) -> None:
        await self.deliveries.dispatch()
        await self.deliveries.settle()

    def add(self, chat: Chat, *texts: str, **facts: Any) -> int:
        kind = DestinationKind.PRIVATE if chat.type == "private" else DestinationKind.GROUP
        with self.database.write() as uow:
            return add_delivery(uow, add_destination(uow, chat.id, kind=kind), *texts, now=self.time.now(), **facts)

    def reader(self, name: str = "Ana") -> Chat:
        return self.server.private_chat(self.server.person(name))

    def notices(self) -> list[str]:
        return [message.text for message in self.boss.said]


@asynccontextmanager
async def post(database: Database, **options: Any) -> AsyncIterator[Post]:
    time = VirtualTime()
    async with TelegramServer() as server, telegram_bot(server.token, server.url) as bot:
        server.clock = time.monotonic
        boss = server.private_chat(server.person("Boss"))
        limits = TelegramLimits(clock=time.monotonic, sleep=time.sleep)
        deliveries = telegram_deliveries(
            database, bot, clock=time.now, limits=limits, administrators=[str(boss.id)], **options
        )
        yield Post(database, server, time, deliveries, boss)
        await deliveries.stop(within=0)


def texts(chat: Chat) -> list[str]:
    return [message.text for message in chat.said]
