"""The clock: a few fixed triggers that call services. No logic; what is due is in the database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

POLL_SECONDS = 15
BUILD_SECONDS = 15
DISPATCH_SECONDS = 1
CORRECT_SECONDS = 60
DISCUSS_SECONDS = 15
PRUNE_HOURS = 24


def build_scheduler(
    *,
    poll_due_sources: Callable[[], Awaitable[object]],
    build_due_digests: Callable[[], Awaitable[object]],
    dispatch_deliveries: Callable[[], Awaitable[object]],
    correct_due_digests: Callable[[], Awaitable[object]],
    open_due_discussions: Callable[[], Awaitable[object]],
    prune_views: Callable[[], Awaitable[object]],
    others: Sequence[tuple[str, int, Callable[[], Awaitable[object]]]] = (),
) -> AsyncIOScheduler:
    """A scheduler that is not started yet. Each call is safe to repeat and never runs beside itself. `others` are
    called what they are called, with so many seconds between two times."""
    scheduler = AsyncIOScheduler(
        timezone=UTC,
        # However late the loop is, a trigger fires once and never gives up.
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    jobs = (
        ("poll_due_sources", poll_due_sources, IntervalTrigger(seconds=POLL_SECONDS)),
        ("build_due_digests", build_due_digests, IntervalTrigger(seconds=BUILD_SECONDS)),
        ("dispatch_deliveries", dispatch_deliveries, IntervalTrigger(seconds=DISPATCH_SECONDS)),
        ("correct_due_digests", correct_due_digests, IntervalTrigger(seconds=CORRECT_SECONDS)),
        ("open_due_discussions", open_due_discussions, IntervalTrigger(seconds=DISCUSS_SECONDS)),
        ("prune_views", prune_views, IntervalTrigger(hours=PRUNE_HOURS)),
        *((name, work, IntervalTrigger(seconds=seconds)) for name, seconds, work in others),
    )
    # Each begins with the start: a bot that is started anew every day shall prune, too.
    now = datetime.now(UTC)
    for name, work, trigger in jobs:
        scheduler.add_job(_until_the_end, trigger, args=(work,), id=name, next_run_time=now)
    return scheduler


async def _until_the_end(work: Callable[[], Awaitable[object]]) -> None:
    """Does the work. That the scheduler's end breaks it off is no fault, which the scheduler would log as one."""
    with suppress(asyncio.CancelledError):
        await work()
