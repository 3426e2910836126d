"""From executing the bot to both platforms being connected, what it then takes of memory, and how fast it stops.

Ready is when the Telegram server is being polled for updates and the Discord server has a client with its commands
registered. The first start makes the database; the others find it there.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.bot_process import running_bot
from benchmarks.figures import Figure, run_script
from benchmarks.processes import Memory, memory_of
from tests.discord_server import DiscordServer
from tests.telegram_server import TelegramServer

TIMES = 6
IDLE_SECONDS = 5.0
READY_LIMIT, MEMORY_LIMIT, STOP_LIMIT = 2.0, 150.0, 5.0


def measure(*, times: int = TIMES, idle_seconds: float = IDLE_SECONDS) -> list[Figure]:
    """All figures of starting and stopping."""
    return asyncio.run(_measure(times, idle_seconds))


async def _measure(times: int, idle_seconds: float) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="paper-round-bench-") as folder:
        starts = [await _start(Path(folder), idle_seconds if turn == 0 else 0) for turn in range(times)]
    first, memory, _ = starts[0]
    ready = [seconds for seconds, _, _ in starts[1:] or starts]
    stop = max(seconds for _, _, seconds in starts)
    return [
        Figure.at_most("start to ready, median", statistics.median(ready), READY_LIMIT, "{:.2f} s"),
        Figure("start to ready, from … to …", f"{min(ready):.2f} to {max(ready):.2f} s"),
        Figure.at_most("first start to ready (makes the database)", first, READY_LIMIT, "{:.2f} s"),
        Figure.at_most("idle memory, both platforms connected", memory.all, MEMORY_LIMIT, "{:.0f} MB"),
        Figure("idle memory, shared pages counted in part", f"{memory.shared_once:.0f} MB"),
        Figure.at_most("stop after SIGTERM, slowest", stop, STOP_LIMIT, "{:.2f} s"),
    ]


async def _start(data: Path, idle_seconds: float) -> tuple[float, Memory, float]:
    """Seconds to ready, memory when idle, seconds to stop."""
    async with (
        TelegramServer() as telegram,
        DiscordServer(token="a-bot-token-for-benchmarks") as discord,
        running_bot(data, telegram=telegram, discord=discord) as bot,
    ):
        try:
            await telegram.polled()
            await discord.ready()
        except AssertionError as error:
            raise RuntimeError(f"the bot did not come up:\n{bot.log.read_text()[-3000:]}") from error
        ready = time.perf_counter() - bot.started
        await asyncio.sleep(idle_seconds)
        return ready, memory_of(bot.pid), await bot.stop()


if __name__ == "__main__":
    run_script(measure)
