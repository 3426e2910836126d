from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from apscheduler.events import EVENT_JOB_MAX_INSTANCES
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import scheduler as clock
from bot.scheduler import build_scheduler

Work = Callable[[], Awaitable[object]]


async def nothing() -> None:
    pass


def scheduler_of(
    poll: Work = nothing,
    build: Work = nothing,
    dispatch: Work = nothing,
    correct: Work = nothing,
    discuss: Work = nothing,
    prune: Work = nothing,
) -> AsyncIOScheduler:
    return build_scheduler(
        poll_due_sources=poll,
        build_due_digests=build,
        dispatch_deliveries=dispatch,
        correct_due_digests=correct,
        open_due_discussions=discuss,
        prune_views=prune,
    )


@asynccontextmanager
async def running(
    poll: Work = nothing,
    build: Work = nothing,
    dispatch: Work = nothing,
    correct: Work = nothing,
    discuss: Work = nothing,
    prune: Work = nothing,
) -> AsyncIterator[AsyncIOScheduler]:
    scheduler = scheduler_of(poll, build, dispatch, correct, discuss, prune)
    scheduler.start()
    try:
        yield scheduler
    finally:
        scheduler.shutdown(wait=False)


def test_each_trigger_fires_once_however_late_and_never_beside_itself() -> None:
    scheduler = scheduler_of()
    jobs = {job.id: job for job in scheduler.get_jobs()}
    assert sorted(jobs) == [
        "build_due_digests",
        "correct_due_digests",
        "dispatch_deliveries",
        "open_due_discussions",
        "poll_due_sources",
        "prune_views",
    ]
    assert scheduler._job_defaults["misfire_grace_time"] is None
    assert (scheduler._job_defaults["coalesce"], scheduler._job_defaults["max_instances"]) == (True, 1)
    assert jobs["poll_due_sources"].trigger.interval == timedelta(seconds=15)
    assert jobs["build_due_digests"].trigger.interval == timedelta(seconds=15)
    assert jobs["dispatch_deliveries"].trigger.interval == timedelta(seconds=1)
    assert jobs["correct_due_digests"].trigger.interval == timedelta(minutes=1)
    assert jobs["prune_views"].trigger.interval == timedelta(days=1)


async def test_all_begin_with_the_start_and_not_an_interval_later() -> None:
    begun = [asyncio.Event() for _ in range(6)]

    def work(event: asyncio.Event) -> Work:
        async def begin() -> None:
            event.set()

        return begin

    async with running(*map(work, begun)):
        async with asyncio.timeout(5):
            await asyncio.gather(*(event.wait() for event in begun))


async def test_work_that_raises_does_not_stop_the_clock(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(clock, "POLL_SECONDS", 0.01)
    calls = 0
    again = asyncio.Event()

    async def poll() -> None:
        nonlocal calls
        calls += 1
        if calls > 1:
            again.set()
        raise ZeroDivisionError

    async with running(poll), asyncio.timeout(5):
        await again.wait()
    assert "ZeroDivisionError" in caplog.text


async def test_work_that_takes_long_is_not_begun_again_and_ends_with_the_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "POLL_SECONDS", 0.01)
    begun, refused, cancelled = 0, asyncio.Event(), asyncio.Event()

    async def poll() -> None:
        nonlocal begun
        begun += 1
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    async with running(poll) as scheduler, asyncio.timeout(5):
        scheduler.add_listener(lambda _event: refused.set(), EVENT_JOB_MAX_INSTANCES)
        await refused.wait()
        assert begun == 1
    async with asyncio.timeout(5):
        await cancelled.wait()
