"""Kills the process that sends, again and again, and counts what arrived against what the outbox says."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from random import Random
from typing import Protocol

from aiohttp import web

from bot.domain.communities import DestinationKind
from bot.domain.deliveries import Delivery, DeliveryKind, PartState
from bot.domain.subscriptions import UnknownPolicy
from storage.database import Database
from tests.delivery_driver import AT_ONCE
from tests.discord_faults import Fault as DiscordFault
from tests.discord_server import DiscordServer
from tests.factories import make_database
from tests.outbox import add_delivery, add_destination, all_deliveries, next_due, text_of
from tests.telegram_server import Fault, HangUp, TelegramServer

DESTINATIONS, PARTS = 50, 3
_ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Tally:
    """What came of it. `broken`: a sentence for each part with which the promise was broken."""

    kills: int = 0
    parts: int = 0
    doubts: int = 0
    repeated: int = 0
    asked: int = 0
    lives: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def most_in_flight(self) -> int:
        return self.kills * AT_ONCE


class _Kill(Enum):
    """When the process is killed that has sent a message: before it is carried out, or after."""

    BEFORE = "before"
    AFTER = "after"


@dataclass
class Killer:
    """Kills the process at its n-th message: before that is carried out, after, or some instructions later."""

    random: Random
    pid: int = 0
    left: int = 0
    killed: bool = False

    def aim(self, pid: int) -> None:
        """At this process, from now on."""
        self.pid, self.left, self.killed = pid, self.random.randint(1, 10), False

    def lower(self) -> None:
        """At nobody any more."""
        self.pid = 0

    def comes(self) -> _Kill | None:
        """A message has come. None where the process is not killed with it."""
        if self.killed or not self.pid:
            return None
        self.left -= 1
        if self.left:
            return None
        match self.random.randrange(4):
            case 0:
                self.kill()
                return _Kill.BEFORE
            case 1:
                return _Kill.AFTER
            case _:
                asyncio.get_running_loop().call_later(self.random.uniform(0, 0.015), self.kill)
                return None

    def kill(self) -> None:
        if self.pid and not self.killed:
            self.killed = True
            os.kill(self.pid, signal.SIGKILL)


class Stage(Protocol):
    """A platform's double, the places on it, and what has arrived in them."""

    platform: str
    kind: DestinationKind
    step: float
    """Seconds by which the clock of each process is ahead of the last one's: leases and waits are over then."""

    @property
    def chats(self) -> Sequence[int]: ...
    @property
    def arguments(self) -> Sequence[str]: ...
    def arrived(self) -> Counter[str]: ...
    def heard(self) -> Counter[tuple[int, str]]: ...
    def asked(self) -> int: ...
    def pass_time(self) -> None: ...


class _Telegram:
    platform, kind, step = "telegram", DestinationKind.PRIVATE, 1800.0

    def __init__(self, server: TelegramServer, killer: Killer) -> None:
        self._boss = server.private_chat(server.person("Boss"))
        self._readers = [server.private_chat(server.person(f"Reader {number}")) for number in range(DESTINATIONS)]
        self._server, self._killer = server, killer
        server.trouble = self._trouble

    @property
    def chats(self) -> Sequence[int]:
        return [chat.id for chat in self._readers]

    @property
    def arguments(self) -> Sequence[str]:
        return (self._server.url, self._server.token, str(self._boss.id))

    def arrived(self) -> Counter[str]:
        return Counter(message.text for chat in self._readers for message in chat.said)

    def heard(self) -> Counter[tuple[int, str]]:
        return Counter((chat.id, message.text) for chat in self._readers for message in chat.said)

    def asked(self) -> int:
        return len(self._boss.said)

    def pass_time(self) -> None:
        """Time means nothing to Telegram here."""

    def _trouble(self, method: str, _parameters: Mapping[str, str]) -> Fault | None:
        match self._killer.comes() if method == "sendMessage" else None:
            case _Kill.BEFORE:
                return HangUp(accepted=False)
            case _Kill.AFTER:
                self._killer.kill()  # what has come in is carried out all the same
                return HangUp(accepted=True)
            case _:
                return None


class _Discord:
    # So short that Discord still knows what it was sent by the processes before.
    platform, kind, step = "discord", DestinationKind.CHANNEL, 25.0

    def __init__(self, server: DiscordServer, killer: Killer) -> None:
        self._server, self._killer = server, killer
        self._channels = [server.add_quiet_channel(f"papers-{number}") for number in range(DESTINATIONS)]
        server.trouble(DiscordFault(r"POST /api/v10/channels/\d+/messages", sys.maxsize, self._act))

    @property
    def chats(self) -> Sequence[int]:
        return [channel.id for channel in self._channels]

    @property
    def arguments(self) -> Sequence[str]:
        return (self._server.api_base_url, self._server.token, str(self._server.user.id))

    def arrived(self) -> Counter[str]:
        return Counter(message.content for channel in self._channels for message in channel.messages)

    def heard(self) -> Counter[tuple[int, str]]:
        return Counter((channel.id, message.content) for channel in self._channels for message in channel.messages)

    def asked(self) -> int:
        return len(self._server.dm(self._server.user).messages)

    def pass_time(self) -> None:
        self._server.advance(self.step)

    async def _act(
        self, request: web.Request, go_on: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        when = self._killer.comes()
        if when is None:
            return await go_on()
        if when is _Kill.AFTER:
            await go_on()
            self._killer.kill()
        if request.transport is not None:
            request.transport.abort()
        return web.Response()


@asynccontextmanager
async def stage_on(platform: str, killer: Killer) -> AsyncIterator[Stage]:
    if platform == "telegram":
        async with TelegramServer() as telegram:
            yield _Telegram(telegram, killer)
    else:
        async with DiscordServer() as discord:
            yield _Discord(discord, killer)


async def kill_and_count(
    folder: Path,
    *,
    kills: int,
    seed: int,
    platform: str = "telegram",
    policies: Sequence[UnknownPolicy] = (UnknownPolicy.ASK, UnknownPolicy.RESEND),
) -> Tally:
    """Sends rounds of digests until there have been so many kills, then lets the rest go out in peace. The policies
    are those of the destinations, by turns."""
    database = make_database(folder)
    tally, killer = Tally(), Killer(Random(seed))
    async with stage_on(platform, killer) as stage, driver_on(folder, stage) as driver:
        rounds = 0
        while tally.kills < kills:
            if next_due(database) is None:
                rounds += 1
                _enqueue(database, stage, rounds, policies, datetime.now(UTC) + ahead_of(stage, tally))
            tally.kills += await live(driver, stage, killer, tally)
        while next_due(database) is not None:
            await live(driver, stage, None, tally)
        arrived, tally.asked = stage.arrived(), stage.asked()
    found = [one for one in all_deliveries(database) if one.kind is DeliveryKind.DIGEST]
    for delivery in found:
        _compare(delivery, arrived, tally)
    unknown = sum(part.state is PartState.UNKNOWN for one in found for part in one.parts)
    if tally.asked < unknown:
        tally.broken.append(f"{unknown} parts are unknown, but only {tally.asked} questions were asked")
    database.close()
    return tally


def _enqueue(database: Database, stage: Stage, number: int, policies: Sequence[UnknownPolicy], now: datetime) -> None:
    with database.write() as uow:
        for at, chat_id in enumerate(stage.chats):
            texts = [f"chat {chat_id}, digest {number}, part {part}" for part in range(1, PARTS + 1)]
            policy = policies[at % len(policies)]
            later = now + timedelta(days=1000)
            place = add_destination(uow, chat_id, platform=stage.platform, kind=stage.kind)
            add_delivery(uow, place, *texts, now=now, unknown_policy=policy, expires_at=later)


def _compare(delivery: Delivery, arrived: Counter[str], tally: Tally) -> None:
    for part in delivery.parts:
        text = text_of(part.payload)
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


async def live(driver: asyncio.subprocess.Process, stage: Stage, killer: Killer | None, tally: Tally) -> bool:
    """One process from start to end. Returns whether it was killed."""
    assert driver.stdin
    assert driver.stdout
    tally.lives += 1
    stage.pass_time()
    driver.stdin.write(f"{ahead_of(stage, tally).total_seconds()}\n".encode())
    pid = int(await driver.stdout.readline())
    if killer:
        killer.aim(pid)
    status = int(await driver.stdout.readline())
    if killer:
        killer.lower()
    return os.WIFSIGNALED(status)


def ahead_of(stage: Stage, tally: Tally) -> timedelta:
    return timedelta(seconds=tally.lives * stage.step)


@asynccontextmanager
async def driver_on(folder: Path, stage: Stage) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.delivery_driver"),
        *(stage.platform, f"sqlite:///{folder / 'test.sqlite3'}", *stage.arguments),
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
