"""A process that reminds and sends what is due, to be killed:
`python -m tests.delivery_driver PLATFORM DATABASE URL TOKEN ADMINISTRATOR`.

Each line of its input, a number of seconds, starts a process of its own, whose clock is so far ahead: a copy of this
one, which has everything imported already. Its id is printed at once, and when it has ended, how it did.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import discord
import structlog
from discord.http import Route

from bot.platforms.discord.payload import payloads as discord_payloads
from bot.platforms.discord.send import DiscordPost
from bot.platforms.telegram.limits import TelegramLimits
from bot.platforms.telegram.payload import payloads as telegram_payloads
from bot.platforms.telegram.send import TelegramPost
from bot.services.deliveries import Deliveries
from bot.services.delivery_notices import DeliveryNotices
from bot.services.ports import Sender
from bot.services.reaching import Reaching
from bot.services.reminders import Reminders
from storage.database import Database
from tests.outbox import VirtualTime, next_due, telegram_bot

AT_ONCE = 6
LEASE = timedelta(seconds=20)
RENDERERS = {"telegram": telegram_payloads, "discord": discord_payloads}


@dataclass(frozen=True)
class Task:
    """What the process is told."""

    platform: str
    database: str
    url: str
    token: str
    administrator: str


def main() -> None:
    task = Task(*sys.argv[1:])
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # the output is for its parent
    telegram_bot(task.token, task.url)  # warms up what is made once
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            try:
                asyncio.run(_send(task, timedelta(seconds=float(line))))
            finally:
                os._exit(0)
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(status, flush=True)


async def _send(task: Task, ahead: timedelta) -> None:
    """Calls who is to be reminded, then sends until nothing is due."""

    def clock() -> datetime:
        return datetime.now(UTC) + ahead

    database = Database(task.database)
    notices = DeliveryNotices([(task.platform, task.administrator)], RENDERERS)
    reaching = Reaching(RENDERERS)
    reminders = Reminders(database, clock, reaching)
    deliveries = Deliveries(
        database, clock, Random(7), notices, reaching=reaching, lease=LEASE, at_once=AT_ONCE, lanes=2 * AT_ONCE
    )
    async with _sender(task) as sender:
        deliveries.connect(task.platform, sender)
        await reminders.enqueue_due()
        while (due := next_due(database)) is not None and due <= clock():
            await deliveries.dispatch()
            await deliveries.settle()


@asynccontextmanager
async def _sender(task: Task) -> AsyncIterator[Sender]:
    if task.platform == "telegram":
        time = VirtualTime()  # for the limits only: they are not what is tried here
        async with telegram_bot(task.token, task.url) as bot:
            yield TelegramPost(bot, TelegramLimits(clock=time.monotonic, sleep=time.sleep))
    else:
        Route.BASE = task.url
        async with discord.Client(intents=discord.Intents.none()) as client:
            await client.login(task.token)
            yield DiscordPost(lambda: client)


if __name__ == "__main__":
    main()
