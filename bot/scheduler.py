"""The clock: a few fixed triggers that call services. No logic; what is due is in the database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

POLL_SECONDS = 15
BUILD_SECONDS = 15
DISPATCH_SECONDS = 1
PRUNE_HOURS = 24


def build_scheduler(
    *,
    poll_due_sources: Callable[[], Awaitable[object]],
    build_due_digests: Callable[[], Awaitable[object]],
    dispatch_deliveries: Callable[[], Awaitable[object]],
    prune_views: Callable[[], Awaitable[object]],
) -> AsyncIOScheduler:
    """A scheduler that is not started yet. Each call is safe to repeat and never runs beside itself."""
    scheduler = AsyncIOScheduler(
        timezone=UTC,
        # However late the loop is, a trigger fires once and never gives up.
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    scheduler.add_job(poll_due_sources, IntervalTrigger(seconds=POLL_SECONDS), id="poll_due_sources")
    scheduler.add_job(build_due_digests, IntervalTrigger(seconds=BUILD_SECONDS), id="build_due_digests")
    scheduler.add_job(dispatch_deliveries, IntervalTrigger(seconds=DISPATCH_SECONDS), id="dispatch_deliveries")
    scheduler.add_job(prune_views, IntervalTrigger(hours=PRUNE_HOURS), id="prune_views")
    return scheduler
