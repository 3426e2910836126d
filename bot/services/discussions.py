"""Discussion threads below digests, where the platform has them and the subscription wants them.

A thread is noted with its digest and opened once the last part of that is sent. Opening it twice does no harm: the
platform knows that a message has its thread, so a process that ends in between simply tries again.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from random import Random

import structlog

from bot.domain.communities import Destination, DestinationKind
from bot.domain.deliveries import Rejected, RetryLater, SendOutcome, Sent, Unknown, back_off
from bot.domain.messages import Heading, Message, Text
from bot.services.delivery_notices import DeliveryNotices
from bot.services.ports import Clock, ThreadOpener
from storage.database import Database
from storage.discussions import DueDiscussion
from storage.unit_of_work import UnitOfWork

THREADS_ON = frozenset({"discord"})
"""Platforms where a message can have a thread of its own."""
ATTEMPTS = 20
AT_ONCE = 100
WORTH_OPENING = timedelta(days=2)
"""Nobody begins to discuss a digest that is older."""

log = structlog.get_logger(__name__)


class Discussions:
    """Opens the threads that are due."""

    def __init__(self, database: Database, clock: Clock, rng: Random, notices: DeliveryNotices) -> None:
        self._database = database
        self._clock = clock
        self._rng = rng
        self._notices = notices
        self._openers: dict[str, ThreadOpener] = {}
        self._opening = asyncio.Lock()

    def connect(self, platform: str, opener: ThreadOpener) -> None:
        """From now on threads on this platform are opened by this opener."""
        self._openers[platform] = opener

    async def open_due(self) -> int:
        """Opens every thread that is due; how many. May be repeated, and be broken off anywhere."""
        opened = 0
        async with self._opening:
            for platform, opener in self._openers.items():
                due = await self._database.query(_due, platform, self._clock())
                for one in due:
                    outcome = await opener.open_thread(one.destination, one.message_id, one.name)
                    opened += await self._write_down(one, outcome)
        return opened

    async def give_up(self) -> None:
        """Leaves those alone that are too old. May be repeated."""
        before = self._clock() - WORTH_OPENING
        await self._database.run(lambda uow: uow.discussions.give_up(before))

    async def _write_down(self, one: DueDiscussion, outcome: SendOutcome) -> bool:
        now = self._clock()
        if isinstance(outcome, RetryLater | Unknown) and one.attempts + 1 < ATTEMPTS:
            asked = outcome.after if isinstance(outcome, RetryLater) else None
            due_at = now + (asked or back_off(one.attempts + 1, self._rng.random()))
            await self._database.run(lambda uow: uow.discussions.tried(one.delivery_id, due_at=due_at))
            return False
        if not isinstance(outcome, Sent):
            log.warning("discussion_not_opened", delivery=one.delivery_id, destination=one.destination.id)

        def write(uow: UnitOfWork) -> None:
            uow.discussions.tried(one.delivery_id, due_at=None)
            if isinstance(outcome, Rejected):
                self._notices.tell_no_thread(uow, one.destination, outcome.reason, now)

        await self._database.run(write)
        return isinstance(outcome, Sent)


def _due(uow: UnitOfWork, platform: str, now: datetime) -> list[DueDiscussion]:
    return uow.discussions.due(platform, now, limit=AT_ONCE)


def thread_name(message: Message) -> str:
    """What the thread below a digest is called: as the digest is."""
    title = next((block.line for block in message.blocks if isinstance(block, Heading)), ())
    return " ".join("".join(run.text for run in title if isinstance(run, Text)).split())


def has_threads(destination: Destination) -> bool:
    """Whether a message there can have a thread: not in private, nor in what is a thread already."""
    return destination.platform in THREADS_ON and destination.kind is DestinationKind.CHANNEL
