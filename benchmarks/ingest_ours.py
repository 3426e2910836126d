"""Reads feeds with our services, from the database's making on, and prints the seconds that it took."""

from __future__ import annotations

import asyncio
import json
import sys
import time
import urllib.request
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from bot.domain.sources import SourceSpec
from bot.logs import set_up_logging
from bot.readers.fetch import FetchLimits, HttpFetcher
from bot.readers.pool import PooledReader
from bot.services.ingest import Ingest
from bot.services.search import Search
from bot.services.sources import Sources
from storage.database import Database

LIMITS = FetchLimits(per_host=8, overall=8, host_pause=0)
"""All feeds are on one host here, which says nothing about ours: politeness is off."""


class _Clock:
    """Goes as fast as any, and can be moved on. Not near the end of a week: then documents are asked for anew."""

    def __init__(self) -> None:
        self._moved = datetime(2026, 3, 3, 12, tzinfo=UTC) - datetime.now(UTC)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._moved

    def move_on(self, by: timedelta) -> None:
        self._moved += by


async def measure(address: str, feeds: int, folder: Path, words: list[str]) -> dict[str, float]:
    """Seconds of the first poll and of two more where nothing changed, and how many items each word finds, added up."""
    clock = _Clock()
    interval = timedelta(hours=1)
    async with AsyncExitStack() as stack:
        started = time.perf_counter()
        database = Database(f"sqlite:///{folder / 'ours.sqlite3'}")
        stack.callback(database.close)
        await asyncio.to_thread(database.migrate)
        fetcher = await stack.enter_async_context(
            HttpFetcher(LIMITS, allowed_private_hosts={"127.0.0.1"}, clock=clock),
        )
        reader = PooledReader(clock)
        stack.callback(reader.close)
        sources = Sources(database, fetcher, Ingest(database, reader, clock), clock, Random(1))
        await sources.register([SourceSpec(f"{address}/feeds/{n}", interval=interval) for n in range(feeds)])

        async def poll() -> float:
            begun = time.perf_counter()
            report = await sources.poll_due(limit=feeds)
            assert len(report.polls) == feeds
            assert not report.failed
            return time.perf_counter() - begun

        await poll()
        first = time.perf_counter() - started
        clock.move_on(2 * interval)
        not_modified = await poll()
        await asyncio.to_thread(_forget, address)
        clock.move_on(2 * interval)
        same_again = await poll()
        search = Search(database, clock, UTC)
        found = sum([(await search.page(None, word)).whole for word in words])
    return {"first": first, "not_modified": not_modified, "same_again": same_again, "found": found}


def _forget(address: str) -> None:
    urllib.request.urlopen(urllib.request.Request(f"{address}/forget", method="POST")).close()


def main() -> None:
    address, feeds, folder, *words = sys.argv[1:]
    set_up_logging(level="INFO", style="text", secrets=())
    print(json.dumps(asyncio.run(measure(address, int(feeds), Path(folder), words))))
