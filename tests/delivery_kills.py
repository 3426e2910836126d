"""Kills the process that sends, again and again, and counts what arrived against what the outbox says."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from bot.domain.deliveries import Delivery, DeliveryKind, PartState
from bot.domain.subscriptions import UnknownPolicy
from storage.database import Database
from tests.delivery_driver import AT_ONCE
from tests.factories import make_database
from tests.outbox import add_delivery, add_destination, all_deliveries, next_due
from tests.telegram_server import Fault, HangUp, TelegramServer

DESTINATIONS, PARTS = 50, 3
STEP = 1800.0
"""Seconds by which the clock of each process is ahead of the last one's: leases and waits are over then."""
_ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Tally:
    """What came of it. `broken`: a sentence for each part with which the promise was broken."""

    kills: int = 0
    parts: int = 0
    doubts: int = 0
    repeated: int = 0
    lives: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def most_in_flight(self) -> int:
        return self.kills * AT_ONCE


@dataclass
class _Killer:
    """Kills the process at its n-th request: before it is carried out, after, or some instructions later."""

    random: Random
    pid: int = 0
    left: int = 0
    killed: bool = False

    def aim(self, pid: int) -> None:
        self.pid, self.left, self.killed = pid, self.random.randint(1, 10), False

    def __call__(self, method: str, _parameters: Mapping[str, str]) -> Fault | None:
        if method != "sendMessage" or self.killed or self.pid == 0:
            return None
        self.left -= 1
        if self.left:
            return None
        match self.random.randrange(4):
            case 0:
                self._kill()
                return HangUp(accepted=False)
            case 1:
                self._kill()
                return HangUp(accepted=True)
            case _:
                asyncio.get_running_loop().call_later(self.random.uniform(0, 0.015), self._kill)
                return None

    def _kill(self) -> None:
        if self.pid and not self.killed:
            self.killed = True
            os.kill(self.pid, signal.SIGKILL)


async def kill_and_count(folder: Path, *, kills: int, seed: int) -> Tally:
    """Sends rounds of digests until there have been so many kills, then lets the rest go out in peace."""
    database = make_database(folder)
    tally = Tally()
    async with TelegramServer() as server:
        boss = server.private_chat(server.person("Boss"))
        chats = [server.private_chat(server.person(f"Reader {number}")) for number in range(DESTINATIONS)]
        killer = _Killer(Random(seed))
        server.trouble = killer
        async with _driver(folder, server, boss.id) as driver:
            rounds = 0
            while tally.kills < kills:
                if next_due(database) is None:
                    rounds += 1
                    _enqueue(database, [chat.id for chat in chats], rounds)
                tally.kills += await _live(driver, killer, tally)
            while next_due(database) is not None:
                await _live(driver, None, tally)
        arrived = Counter(message.text for chat in chats for message in chat.said)
        asked = Counter(message.text for message in boss.said)
    found = [one for one in all_deliveries(database) if one.kind is DeliveryKind.DIGEST]
    for delivery in found:
        _compare(delivery, arrived, tally)
    unknown = sum(part.state is PartState.UNKNOWN for one in found for part in one.parts)
    if asked.total() < unknown:
        tally.broken.append(f"{unknown} parts are unknown, but only {asked.total()} questions were asked")
    database.close()
    return tally


def _enqueue(database: Database, chat_ids: list[int], number: int) -> None:
    now = datetime.now(UTC)
    with database.write() as uow:
        for at, chat_id in enumerate(chat_ids):
            texts = [f"chat {chat_id}, digest {number}, part {part}" for part in range(1, PARTS + 1)]
            policy = UnknownPolicy.ASK if at % 2 else UnknownPolicy.RESEND
            later = now + timedelta(days=1000)
            add_delivery(uow, add_destination(uow, chat_id), *texts, now=now, unknown_policy=policy, expires_at=later)


def _compare(delivery: Delivery, arrived: Counter[str], tally: Tally) -> None:
    for part in delivery.parts:
        text = str(part.payload["html"])
        times = arrived[text]
        tally.parts += 1
        tally.doubts += part.doubts
        tally.repeated += times > 1
        if part.state not in (PartState.SENT, PartState.UNKNOWN):
            tally.broken.append(f"{text} is {part.state}")
        if part.state is PartState.SENT and times < 1:
            tally.broken.append(f"{text} is lost")
        if times > 1 + part.doubts:
            tally.broken.append(f"{text} came {times} times with {part.doubts} doubts")
        if times > 1 and delivery.unknown_policy is UnknownPolicy.ASK:
            tally.broken.append(f"{text} came {times} times although nobody was to repeat it")


async def _live(driver: asyncio.subprocess.Process, killer: _Killer | None, tally: Tally) -> bool:
    """One process from start to end. Returns whether it was killed."""
    assert driver.stdin
    assert driver.stdout
    tally.lives += 1
    driver.stdin.write(f"{tally.lives * STEP}\n".encode())
    pid = int(await driver.stdout.readline())
    if killer:
        killer.aim(pid)
    status = int(await driver.stdout.readline())
    if killer:
        killer.pid = 0
    return os.WIFSIGNALED(status)


@asynccontextmanager
async def _driver(folder: Path, server: TelegramServer, boss: int) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.delivery_driver"),
        *(f"sqlite:///{folder / 'test.sqlite3'}", server.url, server.token, str(boss)),
        cwd=_ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()
