"""The bot as users start it: a process of its own, with settings that lead it to servers on loopback."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.discord_server import DiscordServer
from tests.telegram_server import TelegramServer

PATIENCE = 60.0
"""Seconds after which something that does not happen is given up."""


@dataclass
class BotProcess:
    """A running bot. `started` is when it was executed, by `time.perf_counter`."""

    process: asyncio.subprocess.Process
    log: Path
    started: float

    @property
    def pid(self) -> int:
        return self.process.pid

    async def stop(self) -> float:
        """Sends SIGTERM; gives the seconds until the process is gone. Raises RuntimeError for an exit status but 0."""
        sent = time.perf_counter()
        self.process.send_signal(signal.SIGTERM)
        status = await asyncio.wait_for(self.process.wait(), PATIENCE)
        if status:
            raise RuntimeError(f"the bot ended with status {status}:\n{self.log.read_text()[-3000:]}")
        return time.perf_counter() - sent


@asynccontextmanager
async def running_bot(
    data: Path, *, telegram: TelegramServer | None = None, discord: DiscordServer | None = None
) -> AsyncIterator[BotProcess]:
    """Runs the bot with its data in a folder, on the platforms that are given; it is killed in the end if need be."""
    log = data / "log"
    with log.open("w") as noise:
        started = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            cwd=data,  # where there is no .env
            env=_environment(data, telegram, discord),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=noise,
            stderr=noise,
        )
        try:
            yield BotProcess(process, log, started)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


def _environment(data: Path, telegram: TelegramServer | None, discord: DiscordServer | None) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PYTHONPATH") if name in os.environ}
    settings = {"DATA_DIR": str(data)}
    if telegram:
        settings |= {"TELEGRAM_TOKEN": telegram.token, "TELEGRAM_API_BASE_URL": telegram.url}
    if discord:
        settings |= {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_BASE_URL": discord.api_base_url,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
        }
    return kept | settings
