"""A process that sends what is due, to be killed: `python -m tests.delivery_driver DATABASE URL TOKEN ADMINISTRATOR`.

Each line of its input, a number of seconds, starts a process of its own, whose clock is so far ahead: a copy of this
one, which has everything imported already. Its id is printed at once, and when it has ended, how it did.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta

import structlog

from bot.platforms.telegram.limits import TelegramLimits
from storage.database import Database
from tests.outbox import VirtualTime, next_due, telegram_bot, telegram_deliveries

AT_ONCE = 6


def main() -> None:
    address, url, token, administrator = sys.argv[1:]
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # the output is for its parent
    telegram_bot(token, url)  # warms up what is made once
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            try:
                asyncio.run(_send(address, url, token, administrator, timedelta(seconds=float(line))))
            finally:
                os._exit(0)
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(status, flush=True)


async def _send(address: str, url: str, token: str, administrator: str, ahead: timedelta) -> None:
    """Sends until nothing is due."""
    time = VirtualTime()  # for the limits only: they are not what is tried here

    def clock() -> datetime:
        return datetime.now(UTC) + ahead

    database = Database(address)
    async with telegram_bot(token, url) as bot:
        deliveries = telegram_deliveries(
            database,
            bot,
            clock=clock,
            limits=TelegramLimits(clock=time.monotonic, sleep=time.sleep),
            administrators=[administrator],
            at_once=AT_ONCE,
            lanes=2 * AT_ONCE,
        )
        while (due := next_due(database)) is not None and due <= clock():
            await deliveries.dispatch()
            await deliveries.settle()


if __name__ == "__main__":
    main()
