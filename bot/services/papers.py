"""Papers: what their archives say of them, asked politely, kept, and never waited for long.

What is not known yet is noted as wanted. A trigger asks for it, and who is waiting for an answer asks at once; either
way it is there for everybody who asks later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.domain.errors import FetchError, FetchFailed, ReadError
from bot.domain.papers import PaperFacts, PaperId
from bot.services.ports import Clock, PaperLookup
from storage.database import Database
from storage.papers import DuePaper
from storage.unit_of_work import UnitOfWork

FRESH = timedelta(days=90)
"""How long it is believed what an archive has said: titles change with new versions, which are rare."""
AT_ONCE = 20
ATTEMPTS = 8
"""With the waits between them, this is a day: what is announced today is in the API tomorrow."""
FIRST_WAIT = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=12)
PATIENCE = 2.0
"""Seconds that somebody who has named a paper waits for its title."""

log = structlog.get_logger(__name__)


class Papers:
    """Asks an archive for papers that are wanted. Without one, or while it fails, papers are called as people called
    them."""

    def __init__(
        self, database: Database, clock: Clock, lookup: PaperLookup | None, *, patience: float = PATIENCE
    ) -> None:
        self._database = database
        self._clock = clock
        self._lookup = lookup
        self._patience = patience
        self._asking = asyncio.Lock()

    def want(self, uow: UnitOfWork, paper: PaperId | None, *, now: datetime) -> bool:
        """The archive is to be asked for a paper, unless it is known. False where it cannot be. May be repeated."""
        if paper is None or self._lookup is None or not self._lookup.knows(paper):
            return False
        uow.papers.want(paper, older_than=now - FRESH, now=now)
        return True

    async def look_up_soon(self) -> None:
        """Asks for what is due, but returns before that is there where it takes long. May be repeated."""
        try:
            async with asyncio.timeout(self._patience):
                await self.look_up_due()
        except TimeoutError:
            log.info("paper_lookup_is_slow")

    async def look_up_due(self) -> int:
        """Asks for everything that is due and says how many papers were told. May be repeated, and broken off."""
        told = 0
        async with self._asking:
            while due := await self._due():
                try:
                    facts = await self._ask(due)
                except (FetchError, ReadError) as error:
                    log.warning("paper_lookup_failed", papers=len(due), reason=str(error))
                    asked = error.retry_after if isinstance(error, FetchFailed) else None
                    await self._database.run(_give_back, due, self._clock(), asked or timedelta(0))
                    break
                told += len(facts)
                await self._database.run(_keep, due, facts, self._clock())
        return told

    async def _due(self) -> Sequence[DuePaper]:
        """What to ask for together. What came to nothing is asked for alone: it may have been what was refused."""
        if self._lookup is None:
            return ()
        now = self._clock()
        due = await self._database.query(lambda uow: uow.papers.due(now, limit=AT_ONCE))
        return [one for one in due if not one.attempts] or due[:1]

    async def _ask(self, due: Sequence[DuePaper]) -> dict[PaperId, PaperFacts]:
        assert self._lookup is not None  # nothing is due without one
        return dict(await self._lookup.look_up([one.paper for one in due]))


def _keep(uow: UnitOfWork, asked: Sequence[DuePaper], facts: dict[PaperId, PaperFacts], now: datetime) -> None:
    for one in asked:
        if one.paper in facts:
            uow.papers.found(one.paper, facts[one.paper], now=now)
    _give_back(uow, [one for one in asked if one.paper not in facts], now, timedelta(0))


def _give_back(uow: UnitOfWork, asked: Sequence[DuePaper], now: datetime, at_least: timedelta) -> None:
    """These are asked for again later, if they were not too often."""
    for one in asked:
        wait = max(at_least, min(LONGEST_WAIT, FIRST_WAIT * 2**one.attempts))
        uow.papers.tried(one.paper, due_at=now + wait if one.attempts + 1 < ATTEMPTS else None)
