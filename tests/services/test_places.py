"""Places for calls."""

from __future__ import annotations

import asyncio

import pytest

from bot.services import places as module
from bot.services.places import QUICK, READY, Places


class Callers:
    """People who want a place, and whose calls end when they are told to."""

    def __init__(self, most: int = 100) -> None:
        self.places = Places(most)
        self.ready = self.calling = 0
        self.began: asyncio.Queue[None] = asyncio.Queue()
        self.ends = asyncio.Event()

    async def one(self) -> None:
        async with self.places.one() as place:
            self.ready += 1
            await place.turn()
            self.calling += 1
            self.began.put_nowait(None)
            await self.ends.wait()

    async def start(self, number: int) -> list[asyncio.Task[None]]:
        tasks = [asyncio.create_task(self.one()) for _ in range(number)]
        await self.breathe()
        return tasks

    async def calls(self, number: int) -> None:
        """Returns when so many calls more have begun."""
        for _ in range(number):
            await asyncio.wait_for(self.began.get(), 5)

    async def breathe(self) -> None:
        """Lets everything happen that needs no time."""
        for _ in range(50):
            await asyncio.sleep(0)


async def test_few_call_at_once_while_some_get_ready() -> None:
    callers = Callers()
    tasks = await callers.start(50)
    assert (callers.calling, callers.ready) == (QUICK, QUICK + READY)
    callers.ends.set()
    await asyncio.gather(*tasks)
    assert callers.calling == 50


async def test_slow_calls_let_others_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0)
    callers = Callers()
    tasks = await callers.start(50)
    await callers.calls(50)
    callers.ends.set()
    await asyncio.gather(*tasks)


async def test_however_slow_they_are_there_are_no_more_than_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0)
    callers = Callers(most=5)
    tasks = await callers.start(50)
    await callers.calls(5)
    await callers.breathe()
    assert callers.ready == 5
    callers.ends.set()
    await asyncio.gather(*tasks)
    assert callers.calling == 50


async def test_who_leaves_without_a_call_makes_room() -> None:
    callers = Callers()
    for task in await callers.start(30):
        task.cancel()
    await callers.breathe()
    callers.calling = callers.ready = 0
    tasks = await callers.start(30)
    assert (callers.calling, callers.ready) == (QUICK, QUICK + READY)
    callers.ends.set()
    await asyncio.gather(*tasks)
