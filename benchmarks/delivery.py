"""Sending: ten thousand destinations, one message each, against a bare loop of `send_message` in the same run.

Both go through the same client to a Telegram double in a process of its own. The two take turns in slices, so that
whatever else the machine does slows both. Then Telegram's own limits, what a look costs when nothing is due among a
million deliveries, and two hundred kills.
"""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import insert
from telegram import Bot, LinkPreviewOptions
from telegram.constants import ParseMode

from benchmarks.figures import ROOT, Figure, run_script
from bot.domain.deliveries import DeliveryKind, PartState
from bot.domain.subscriptions import UnknownPolicy
from bot.platforms.telegram.limits import MESSAGES_A_SECOND, TelegramLimits
from bot.services.deliveries import Deliveries
from storage.database import Database
from storage.delivery_tables import DeliveryRow
from storage.unit_of_work import UnitOfWork
from tests.delivery_kills import kill_and_count
from tests.factories import make_database
from tests.outbox import VirtualTime, add_delivery, add_destination, telegram_bot, telegram_deliveries

RATE, LIMITED_RATE, DUE_CHECK_MS, GROWTH_MB = 0.8, 0.97, 2.0, 10.0
TEXT = "<b>Ten papers of the day</b>\n" + "A sentence about a paper, as a digest has many of them. " * 20


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured: messages, in how many slices; seconds at Telegram's limits; rows of the outbox and looks at
    it; kills, a fifth as many on Discord."""

    destinations: int = 10_000
    slices: int = 10
    limited_seconds: float = 20
    rows: int = 1_000_000
    looks: int = 200
    kills: int = 200


def measure(sizes: Sizes | None = None) -> list[Figure]:
    """All figures of sending."""
    sizes = sizes or Sizes()
    with tempfile.TemporaryDirectory(prefix="paper-round-bench-") as name:
        folder = Path(name)
        for part in ("sending", "due", "telegram", "discord"):
            (folder / part).mkdir()
        return [
            *asyncio.run(_sending(folder / "sending", sizes)),
            *_due_check(folder / "due", sizes),
            *_kills(folder / "telegram", "telegram", sizes.kills),
            *_kills(folder / "discord", "discord", max(1, sizes.kills // 5)),
        ]


async def _sending(folder: Path, sizes: Sizes) -> list[Figure]:
    database = make_database(folder)
    number = sizes.destinations
    with _telegram(number) as (url, token, chat_ids):
        async with telegram_bot(token, url) as bot:
            unlimited = VirtualTime()  # the limits are asked, and never wait
            limits = TelegramLimits(clock=unlimited.monotonic, sleep=unlimited.sleep)
            deliveries = telegram_deliveries(database, bot, clock=_now, limits=limits)
            await _bare_loop(bot, chat_ids[:200])  # connections, and what is loaded at the first message
            size = number // sizes.slices
            slices = [chat_ids[start : start + size] for start in range(0, number, size)]
            bare, ours, before = [], [], 0.0
            for at, some in enumerate(slices):
                bare.append(size / await _bare_loop(bot, some))
                ours.append(size / await _outbox(database, deliveries, some, f"slice {at}"))
                if at == 1:
                    before = _memory()
            growth = _memory() - before
            limited = await _limited(database, bot, chat_ids[: int(MESSAGES_A_SECOND * (1 + sizes.limited_seconds))])
    database.close()
    ratio = median(our / their for our, their in zip(ours, bare, strict=True))
    return [
        Figure("bare send_message loop", f"{median(bare):.0f} messages/s"),
        Figure("outbox, without limits", f"{median(ours):.0f} messages/s"),
        Figure("outbox against bare loop", f"{ratio:.2f}", f"≥ {RATE}", ratio >= RATE),
        Figure.at_most(f"memory grown over the last {number - 2 * size} deliveries", growth, GROWTH_MB, "{:.1f} MB"),
        Figure(
            "outbox, with Telegram's limits", f"{limited:.3f} of the rate", f"≥ {LIMITED_RATE}", limited >= LIMITED_RATE
        ),
    ]


async def _bare_loop(bot: Bot, chat_ids: list[int]) -> float:
    began = time.perf_counter()
    for chat_id in chat_ids:
        await bot.send_message(
            chat_id, TEXT, parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
        )
    return time.perf_counter() - began


async def _outbox(database: Database, deliveries: Deliveries, chat_ids: list[int], key: str) -> float:
    """Seconds from the first look at the outbox until all is sent and written down."""
    with database.write() as uow:
        for chat_id in chat_ids:
            add_delivery(uow, add_destination(uow, chat_id), TEXT, key=f"{key} {chat_id}", now=_now())
    began = time.perf_counter()
    await deliveries.dispatch()
    await deliveries.settle()
    took = time.perf_counter() - began
    with database.read() as uow:
        left = sum(
            part.state is not PartState.SENT
            for entry in uow.deliveries.entries(limit=len(chat_ids))
            for part in entry.delivery.parts
        )
    if left:
        raise RuntimeError(f"{left} of {len(chat_ids)} messages were not sent")
    return took


async def _limited(database: Database, bot: Bot, chat_ids: list[int]) -> float:
    """The rate with Telegram's limits, as a share of what they allow. The first second's burst is not counted."""
    deliveries = telegram_deliveries(database, bot, clock=_now, limits=TelegramLimits())
    took = await _outbox(database, deliveries, chat_ids, "limited")
    return (len(chat_ids) - MESSAGES_A_SECOND) / took / MESSAGES_A_SECOND


def _due_check(folder: Path, sizes: Sizes) -> Iterator[Figure]:
    """A look at an outbox of a million rows: most are done, the rest is due later."""
    rows = sizes.rows
    database = make_database(folder)
    now = _now()
    with database.write() as uow:
        place = add_destination(uow, 1)
        for start in range(0, rows, 50_000):
            _add_rows(uow, place.id, range(start, min(start + 50_000, rows)), now)
    times = asyncio.run(_looks(database, sizes.looks))
    database.close()
    yield Figure.at_most(f"due-check, nothing due among {rows}", median(times) * 1000, DUE_CHECK_MS, "{:.2f} ms")
    yield Figure(f"due-check, slowest of {len(times)}", f"{max(times) * 1000:.2f} ms")


def _add_rows(uow: UnitOfWork, destination_id: int, numbers: range, now: datetime) -> None:
    rows = [
        {
            "key": f"row {number}",
            "destination_id": destination_id,
            "platform": "telegram",
            "kind": DeliveryKind.DIGEST,
            "unknown_policy": UnknownPolicy.ASK,
            "not_before": now,
            "created_at": now,
            "due_at": None if number % 10 else now + timedelta(days=1),
        }
        for number in numbers
    ]
    uow.deliveries._connection.execute(insert(DeliveryRow.__table__), rows)


async def _looks(database: Database, number: int) -> list[float]:
    bot = Bot("1:" + "x" * 35)  # nothing is sent
    deliveries = telegram_deliveries(database, bot, clock=_now, limits=TelegramLimits())
    times = []
    for _ in range(number):
        began = time.perf_counter()
        await deliveries.dispatch()
        await deliveries.settle()
        times.append(time.perf_counter() - began)
    return times


def _kills(folder: Path, platform: str, kills: int) -> Iterator[Figure]:
    tally = asyncio.run(kill_and_count(folder, kills=kills, seed=2, platform=platform))
    for sentence in tally.broken[:10]:
        print(sentence, file=sys.stderr)
    where = platform.capitalize()
    yield Figure(f"{where}: kills with SIGKILL while sending", str(tally.kills), f"≥ {kills}", tally.kills >= kills)
    yield Figure(f"{where}: promises broken, of {tally.parts} parts", str(len(tally.broken)), "0", not tally.broken)
    yield Figure(f"{where}: parts in flight at a kill, each marked unknown", str(tally.doubts))
    yield Figure(f"{where}: of these, sent twice because their subscription says so", str(tally.repeated))


@contextmanager
def _telegram(people: int) -> Iterator[tuple[str, str, list[int]]]:
    """A Telegram double in a process of its own, with so many people who have started the bot."""
    command = [sys.executable, "-m", "benchmarks.telegram_process", str(people)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url, token, first = process.stdout.readline().split()
        yield url, token, [int(first) + number for number in range(people)]
        process.terminate()


def _now() -> datetime:
    return datetime.now(UTC)


def _memory() -> float:
    """What this process takes at most so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    run_script(measure)
