from __future__ import annotations

import asyncio

from bot.readers.politeness import Politeness


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


async def settle() -> None:
    """Lets every task go as far as it can."""
    for _ in range(20):
        await asyncio.sleep(0)


class Visits:
    """Takes turns and remembers who is at it; each visitor stays until told to go."""

    def __init__(self, politeness: Politeness) -> None:
        self.politeness = politeness
        self.running: list[str] = []
        self.leave = asyncio.Event()

    async def visit(self, host: str) -> None:
        async with self.politeness.turn(host):
            self.running.append(host)
            await self.leave.wait()


async def visitors(politeness: Politeness, *hosts: str) -> list[str]:
    """Who gets a turn while nobody leaves; afterwards all of them have had theirs."""
    visits = Visits(politeness)
    tasks = [asyncio.create_task(visits.visit(host)) for host in hosts]
    await settle()
    at_once = sorted(visits.running)
    visits.leave.set()
    await asyncio.gather(*tasks)
    assert sorted(visits.running) == sorted(hosts)
    return at_once


async def test_one_host_is_asked_by_no_more_than_its_share() -> None:
    politeness = Politeness(per_host=2, overall=10, pause=0)
    assert await visitors(politeness, "a", "a", "a", "b") == ["a", "a", "b"]


async def test_all_hosts_together_have_a_limit() -> None:
    politeness = Politeness(per_host=2, overall=3, pause=0)
    assert len(await visitors(politeness, "a", "b", "c", "d", "e")) == 3


async def test_those_who_wait_for_a_slow_host_take_no_place_from_others() -> None:
    politeness = Politeness(per_host=1, overall=2, pause=0)
    assert await visitors(politeness, "slow", "slow", "slow", "slow", "fast") == ["fast", "slow"]


async def test_two_requests_to_one_host_begin_a_pause_apart() -> None:
    clock = Clock()
    politeness = Politeness(per_host=1, overall=2, pause=2.5, monotonic=clock, sleep=clock.sleep)
    begun = []
    for _ in range(3):
        async with politeness.turn("a"):
            begun.append(clock.now)
    assert begun == [100.0, 102.5, 105.0]


async def test_other_hosts_do_not_share_the_pause() -> None:
    clock = Clock()
    politeness = Politeness(per_host=1, overall=2, pause=2.5, monotonic=clock, sleep=clock.sleep)
    for host in ("a", "b", "c"):
        async with politeness.turn(host):
            assert clock.now == 100.0


async def test_a_host_that_was_left_alone_long_enough_is_asked_at_once() -> None:
    clock = Clock()
    politeness = Politeness(per_host=1, overall=2, pause=2.5, monotonic=clock, sleep=clock.sleep)
    async with politeness.turn("a"):
        pass
    clock.now += 60
    async with politeness.turn("b"):
        pass
    async with politeness.turn("a"):
        assert clock.now == 160.0


async def test_a_pause_is_kept_although_other_hosts_came_in_between() -> None:
    clock = Clock()
    politeness = Politeness(per_host=1, overall=2, pause=2.5, monotonic=clock, sleep=clock.sleep)
    for host in ("a", "b", "c", "a"):
        async with politeness.turn(host):
            pass
    assert clock.now == 102.5


async def test_who_gives_up_waiting_leaves_no_gap() -> None:
    politeness = Politeness(per_host=1, overall=1, pause=0)
    visits = Visits(politeness)
    first = asyncio.create_task(visits.visit("a"))
    await settle()
    second = asyncio.create_task(visits.visit("a"))
    await settle()
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    visits.leave.set()
    await first
    assert await visitors(politeness, "a") == ["a"]
